"""Which format an answer has, by the request's ``Accept`` (RFC 9110, 12.5.1).

The most specific range that fits a type decides its quality; of the types with the highest quality the first
in the order of ``AnalysisFormat`` is taken. Parameters other than ``q`` are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.api.problems import NotAcceptable
from service.wire.formats import AnalysisFormat

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;[^;]*)*)")
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([^;]*?)\s*(?=;|$)", re.IGNORECASE)
_NUMBER = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")
# A comma within a quoted parameter divides nothing.
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_MOST_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class MediaRange:
    """A range of media types, such as ``text/*``, and how much it is wanted (0..1)."""

    kind: str
    subtype: str
    quality: float

    def fits(self, media_type: str) -> int:
        """Return how exactly the range fits a type: 3 is the type itself, 1 is any, 0 is not at all."""
        kind, _, subtype = media_type.partition("/")
        if (self.kind, self.subtype) == ("*", "*"):
            return 1
        if self.kind != kind:
            return 0
        return {"*": 2, subtype: 3}.get(self.subtype, 0)


def choose_format(accept: str | None) -> AnalysisFormat:
    """Return the format that ``accept`` wants most; JSON without one. Raises NotAcceptable if none fits."""
    if accept is None or not accept.strip():
        return AnalysisFormat.JSON
    ranges = parse_accept(accept)
    quality = {format_: _quality(format_, ranges) for format_ in AnalysisFormat}
    best = max(AnalysisFormat, key=quality.__getitem__)
    if not quality[best]:
        known = ", ".join(format_.media_type for format_ in AnalysisFormat)
        raise NotAcceptable(
            f"The header Accept is {accept[:120]!a}, and an analysis can be had as {known}. Ask for one of "
            "these, or leave Accept out for JSON."
        )
    return best


def parse_accept(accept: str) -> tuple[MediaRange, ...]:
    """Return the ranges of a header; what is no range, or has no valid quality, is passed over."""
    found = []
    for element in _ELEMENT.findall(accept[:_MOST_CHARS]):
        parts = _RANGE.fullmatch(element)
        if parts is None:
            continue
        given = _QUALITY.search(parts[3])
        if given and not _NUMBER.fullmatch(given[1]):
            continue
        found.append(MediaRange(parts[1].lower(), parts[2].lower(), float(given[1]) if given else 1.0))
    return tuple(found)


def _quality(format_: AnalysisFormat, ranges: tuple[MediaRange, ...]) -> float:
    fitting = [(fit, one.quality) for one in ranges if (fit := one.fits(format_.media_type))]
    return max(fitting, default=(0, 0.0))[1]
