"""The JSON contract: one shape for the command line, the API, the archive job and the review export.

pydantic models mirror ``domain`` field by field; ``dumps`` gives the one canonical serialisation, so the
same analysis is the same bytes everywhere. ``json_schema`` is the single source of the published schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import accumulate
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain import Analysis, Generator, Quote, Span, Speaker, SummarySentence, Topic
from service.warning_codes import WarningCode

_WARNING_CODES = "One of the codes of this release; a later one may add others. " + " ".join(
    f"`{code}`: {code.meaning}" for code in WarningCode
)


class OffsetUnit(StrEnum):
    """What offsets count: Unicode code points (Python, Rust chars), or UTF-16 code units (JavaScript)."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpanModel(_Wire):
    """Words of the article and where they stand; `text[start:end]` of the article is `text`, always."""

    start: int = Field(ge=0, description="First offset, counted in the requested unit.")
    end: int = Field(gt=0, description="Offset after the last.")
    text: str


class ArticleModel(_Wire):
    """The article that was analysed."""

    id: str
    title: str | None
    language: str
    text_sha256: str = Field(description="SHA-256 of the canonical text in UTF-8, hexadecimal.")
    text: str | None = Field(
        None,
        description="The canonical text that offsets refer to. Present only where it is not the string that "
        "was sent: HTML, ninjs, or characters that had to be replaced.",
    )


class SummarySentenceModel(_Wire):
    """A sentence of the summary with its evidence in the article."""

    text: str
    evidence: list[SpanModel]
    support: float = Field(ge=0, le=1)


class SummaryModel(_Wire):
    """The summary."""

    text: str
    format: Literal["paragraph", "bullets"]
    length: Literal["short", "medium", "long"]
    method: str
    sentences: list[SummarySentenceModel]


class SpeakerModel(_Wire):
    """Who said it: the fullest name the article gives, and the mention that attributes the quote."""

    name: str
    role: str | None
    mention: SpanModel


class QuoteModel(_Wire):
    """A quote, verbatim. `speaker` is null where the article doesn't say; it is never guessed."""

    kind: Literal["direct", "indirect", "mixed"]
    rank: int = Field(ge=1, description="1 is the quote to pull.")
    confidence: float = Field(ge=0, le=1)
    parts: list[SpanModel] = Field(min_length=1)
    cue: SpanModel | None
    speaker: SpeakerModel | None


class TopicModel(_Wire):
    """An IPTC Media Topic."""

    id: str
    label: str
    path: list[str]
    confidence: float = Field(ge=0, le=1)
    evidence: list[SpanModel]


class NoticeModel(_Wire):
    """Something the reader should know."""

    code: str = Field(description=_WARNING_CODES, examples=[code.value for code in WarningCode])
    detail: str


class GeneratorModel(_Wire):
    """The generating model that was asked, and what its answers took."""

    model: str
    requests: int = Field(ge=0)
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    cost: float | None = Field(ge=0, description="In the currency of the prices that were set; null if none.")


class ProvenanceModel(_Wire):
    """What made this analysis."""

    service: str
    encoder: str
    heads: str
    prompts: dict[str, str]
    taxonomy: str
    settings: str
    generator: GeneratorModel | None = Field(
        None, description="Present only where a generating model was asked: see the setting `summarizer`."
    )


class AnalysisModel(_Wire):
    """Everything Pullquote says about one article."""

    article: ArticleModel
    summary: SummaryModel
    quotes: list[QuoteModel]
    topics: list[TopicModel]
    warnings: list[NoticeModel]
    provenance: ProvenanceModel


def to_wire(analysis: Analysis, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> AnalysisModel:
    """Turn an analysis into its wire form, quotes by rank, offsets in ``offset_unit``."""
    article = analysis.article
    span = _span_writer(article.text, offset_unit)
    return AnalysisModel(
        article=ArticleModel(
            id=article.id,
            title=article.title,
            language=article.language,
            text_sha256=article.text_sha256,
            text=article.text if article.text_is_derived else None,
        ),
        summary=SummaryModel(
            text=analysis.summary.text,
            format=analysis.summary.format.value,
            length=analysis.summary.length.value,
            method=analysis.summary.method,
            sentences=[_summary_sentence(sentence, span) for sentence in analysis.summary.sentences],
        ),
        quotes=[_quote(quote, span) for quote in sorted(analysis.quotes, key=lambda quote: quote.rank)],
        topics=[_topic(topic, span) for topic in analysis.topics],
        warnings=[NoticeModel(code=notice.code.value, detail=notice.detail) for notice in analysis.warnings],
        provenance=ProvenanceModel(
            service=analysis.provenance.service,
            encoder=analysis.provenance.encoder,
            heads=analysis.provenance.heads,
            prompts=dict(sorted(analysis.provenance.prompts.items())),
            taxonomy=analysis.provenance.taxonomy,
            settings=analysis.provenance.settings,
            generator=_generator(analysis.provenance.generator),
        ),
    )


def to_dict(model: AnalysisModel) -> dict[str, Any]:
    """The contract as plain values: ``article.text`` and ``provenance.generator`` only where there is one."""
    content = model.model_dump(mode="json")
    for holder, key in (("article", "text"), ("provenance", "generator")):
        if content[holder][key] is None:
            del content[holder][key]
    return content


def dumps(analysis: Analysis, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> str:
    """The canonical JSON of an analysis, on one line. Equal analyses give equal strings."""
    return serialise(to_dict(to_wire(analysis, offset_unit)))


def serialise(content: Mapping[str, Any]) -> str:
    """The canonical JSON of what ``to_dict`` returned, on one line."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the contract."""
    return AnalysisModel.model_json_schema(mode="serialization")


_SpanWriter = Callable[[Span], SpanModel]


def _span_writer(text: str, unit: OffsetUnit) -> _SpanWriter:
    if unit is OffsetUnit.CODEPOINT:
        return lambda span: SpanModel(start=span.start, end=span.end, text=span.of(text))
    # A character outside the basic plane takes two UTF-16 code units.
    units = [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
    return lambda span: SpanModel(start=units[span.start], end=units[span.end], text=span.of(text))


def _rounded(probability: float) -> float:
    """Four decimals: more would only print the noise of the arithmetic."""
    return round(float(probability), 4)


def _summary_sentence(sentence: SummarySentence, span: _SpanWriter) -> SummarySentenceModel:
    return SummarySentenceModel(
        text=sentence.text,
        evidence=[span(evidence) for evidence in sentence.evidence],
        support=_rounded(sentence.support),
    )


def _quote(quote: Quote, span: _SpanWriter) -> QuoteModel:
    return QuoteModel(
        kind=quote.kind.value,
        rank=quote.rank,
        confidence=_rounded(quote.confidence),
        parts=[span(part) for part in quote.parts],
        cue=span(quote.cue) if quote.cue else None,
        speaker=_speaker(quote.speaker, span) if quote.speaker else None,
    )


def _speaker(speaker: Speaker, span: _SpanWriter) -> SpeakerModel:
    return SpeakerModel(name=speaker.name, role=speaker.role, mention=span(speaker.mention))


def _generator(generator: Generator | None) -> GeneratorModel | None:
    if generator is None:
        return None
    return GeneratorModel(
        model=generator.model,
        requests=generator.requests,
        tokens_in=generator.tokens_in,
        tokens_out=generator.tokens_out,
        cost=generator.cost,
    )


def _topic(topic: Topic, span: _SpanWriter) -> TopicModel:
    return TopicModel(
        id=topic.id,
        label=topic.label,
        path=list(topic.path),
        confidence=_rounded(topic.confidence),
        evidence=[span(evidence) for evidence in topic.evidence],
    )
