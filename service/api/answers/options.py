"""What a caller may choose about an analysis, as parameters of the query."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from service import wire
from service.domain import Request as AnalysisRequest
from service.domain import SummaryFormat, SummaryLength
from service.length_presets import describe_lengths


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

    def wanted(self) -> AnalysisRequest:
        """Return what the pipeline is asked for."""
        return AnalysisRequest(length=self.length, format=self.format, strict=self.strict)
