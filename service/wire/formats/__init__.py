"""An analysis in the formats of the trade, beside the contract's JSON: ninjs, JSON-LD, Markdown.

``write`` is the way in: a pure function of an analysis, so that the command line, the API and whoever else
calls it give the same bytes. These formats are for other systems; only the contract's JSON is read back
(``service.wire.reading``).
"""

from __future__ import annotations

from enum import StrEnum

from service.domain import Analysis
from service.wire.formats.jsonld import dump_jsonld
from service.wire.formats.markdown import render_markdown
from service.wire.formats.ninjs import dump_ninjs
from service.wire.offsets import OffsetUnit
from service.wire.writing import dumps

__all__ = ["AnalysisFormat", "write"]


class AnalysisFormat(StrEnum):
    """What an analysis can be written as, with the ``media_type`` that names it in HTTP."""

    media_type: str

    def __new__(cls, name: str, media_type: str = "") -> AnalysisFormat:
        """Attach the media type; the default is for ``AnalysisFormat(name)`` alone."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.media_type = media_type
        return member

    JSON = "json", "application/json"
    NINJS = "ninjs", "application/vnd.iptc.ninjs+json"
    JSON_LD = "jsonld", "application/ld+json"
    MARKDOWN = "markdown", "text/markdown"

    @property
    def counts_code_points(self) -> bool:
        """Whether offsets are code points, as the W3C has it, and no other unit can be asked for."""
        return self in {AnalysisFormat.NINJS, AnalysisFormat.JSON_LD}


def write(
    analysis: Analysis,
    as_: AnalysisFormat = AnalysisFormat.JSON,
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT,
    *,
    with_text: bool = False,
) -> str:
    """Return ``analysis`` in a format; JSON is on one line, Markdown ends in a line break.

    ``with_text`` adds the article's text to ninjs and JSON-LD, and changes nothing elsewhere. Raises
    ValueError for an ``offset_unit`` that the format doesn't know.
    """
    if as_.counts_code_points and offset_unit is not OffsetUnit.CODEPOINT:
        raise ValueError(
            f"offset_unit is {offset_unit.value}, but the offsets of {as_.value} are those of the W3C's "
            f"annotations, which count {OffsetUnit.CODEPOINT.value}s. Leave offset_unit out, or ask for json."
        )
    match as_:
        case AnalysisFormat.JSON:
            return dumps(analysis, offset_unit)
        case AnalysisFormat.NINJS:
            return dump_ninjs(analysis, with_text=with_text)
        case AnalysisFormat.JSON_LD:
            return dump_jsonld(analysis, with_text=with_text)
        case AnalysisFormat.MARKDOWN:
            return render_markdown(analysis)
