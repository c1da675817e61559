"""What a caller may choose about an analysis, as parameters of the query, and how the answer is written."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from service import wire
from service.domain import Request as AnalysisRequest
from service.domain import SummaryFormat, SummaryLength
from service.length_presets import describe_lengths
from service.wire.formats import AnalysisFormat


class OffsetQuery(BaseModel):
    """What offsets shall count."""

    model_config = ConfigDict(extra="forbid")

    offset_unit: wire.OffsetUnit = Field(
        wire.OffsetUnit.CODEPOINT,
        description="What offsets count: Unicode code points, or UTF-16 code units (JavaScript, Java). With "
        "`html`, for an article sent as HTML, offsets count code points of `article.text` as well, and each "
        "span's `html` says where it stands in the HTML that was sent.",
    )


class AnalysisOptions(OffsetQuery):
    """What goes into an analysis."""

    length: SummaryLength = Field(SummaryLength.MEDIUM, description=f"{describe_lengths()}.")
    format: SummaryFormat = Field(SummaryFormat.PARAGRAPH, description="How the summary is laid out.")
    strict: bool = Field(
        False,
        description="Where a generating model fails, answer 500 `model-failed`; otherwise what was extracted "
        "stands in, with a warning. An article of a genre that a summary misrepresents is refused.",
    )

    taxonomy: str | None = Field(
        None,
        max_length=64,
        description="The name of a taxonomy of the setting `taxonomies`, of which the topics are; without it "
        "they are IPTC Media Topics.",
    )

    def wanted(self) -> AnalysisRequest:
        """Return what the pipeline is asked for."""
        return AnalysisRequest(
            length=self.length, format=self.format, strict=self.strict, taxonomy=self.taxonomy
        )


class AnalysisQuery(AnalysisOptions):
    """What the caller of one analysis may choose, and where it goes besides."""

    with_text: bool = Field(
        False, description="In ninjs and JSON-LD: also the article's text, as offsets refer to it."
    )
    store: bool = Field(
        False,
        description="Also keep the analysis for `PULLQUOTE_KEEP_DAYS`; the header `Location` says where.",
    )
    review: bool = Field(
        False, description="Also queue the analysis for editors; the header `Review-Item` says where."
    )
    source: str | None = Field(
        None, max_length=200, description="With `review`: the desk or feed that the queue can be filtered by."
    )
    timeout: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Seconds from the request's headers to its answer; after them the work is dropped, "
        "and the answer is 504 `deadline-passed`.",
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The form of an answer."""

    format: AnalysisFormat = AnalysisFormat.JSON
    with_text: bool = False

    @property
    def content_type(self) -> str:
        """The content type, with the character set of text."""
        kind = self.format.media_type
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
