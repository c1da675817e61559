"""Analyses read back from the contract's JSON.

The contract rounds probabilities and leaves out furniture and the day of publication. All else comes back as
it was, so writing what was read gives the same JSON again.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain import (
    Analysis,
    Article,
    Generator,
    Genre,
    GenreLabel,
    Notice,
    Person,
    PersonKind,
    Provenance,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    SpeakerBasis,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.warning_codes import WarningCode, WarningOrigin
from service.wire.models import (
    AnalysisModel,
    ArticleModel,
    GeneratorModel,
    NoticeModel,
    PersonModel,
    ProvenanceModel,
    QuoteModel,
    SpanModel,
    SpeakerModel,
    SummaryModel,
    SummarySentenceModel,
    TopicModel,
)
from service.wire.offsets import OffsetUnit, utf16_offsets

_UNIT_NAMES = {
    OffsetUnit.CODEPOINT: "code points",
    OffsetUnit.UTF16: "UTF-16 code units",
    OffsetUnit.HTML: "code points",
}


class WireReader:
    """Reads what refers to one article's ``text``. Raises ValueError for a span whose words are not there."""

    def __init__(self, text: str, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> None:
        self._text = text
        self._unit = offset_unit
        self._code_points: dict[int, int] | None = None
        if offset_unit is OffsetUnit.UTF16:
            self._code_points = {offset: place for place, offset in enumerate(utf16_offsets(text))}

    def span(self, model: SpanModel) -> Span:
        """Read a span, offsets in the reader's unit."""
        start, end = self._code_point(model.start), self._code_point(model.end)
        if start is None or end is None or self._text[start:end] != model.text:
            raise ValueError(
                f"the article does not read {model.text[:40]!r} at [{model.start}, {model.end}): are the "
                f"offsets {_UNIT_NAMES[self._unit]} (offset_unit={self._unit.value})?"
            )
        return Span(start, end)

    def summary_sentence(self, model: SummarySentenceModel) -> SummarySentence:
        """Read a sentence of a summary."""
        return SummarySentence(model.text, self._spans(model.evidence), model.support)

    def quote(self, model: QuoteModel) -> Quote:
        """Read a quote."""
        return Quote(
            kind=QuoteKind(model.kind),
            parts=self._spans(model.parts),
            cue=self.span(model.cue) if model.cue else None,
            speaker=self._speaker(model.speaker) if model.speaker else None,
            confidence=model.confidence,
            rank=model.rank,
        )

    def topic(self, model: TopicModel) -> Topic:
        """Read a topic."""
        return Topic(model.id, model.label, tuple(model.path), model.confidence, self._spans(model.evidence))

    def _speaker(self, model: SpeakerModel) -> Speaker:
        return Speaker(
            model.name,
            model.role,
            self.span(model.mention),
            person=model.person,
            basis=SpeakerBasis(model.basis) if model.basis else None,
            antecedent=self.span(model.antecedent) if model.antecedent else None,
            confidence=model.confidence,
        )

    def person(self, model: PersonModel) -> Person:
        """Read a person or organisation."""
        mentions = self._spans(model.mentions)
        return Person(model.id, model.name, model.role, PersonKind(model.kind), mentions)

    def _spans(self, models: list[SpanModel]) -> tuple[Span, ...]:
        return tuple(self.span(model) for model in models)

    def _code_point(self, offset: int) -> int | None:
        return offset if self._code_points is None else self._code_points.get(offset)


def from_wire(
    model: AnalysisModel,
    text: str,
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT,
    markup: str | None = None,
) -> Analysis:
    """Turn the wire form of an analysis back into one.

    ``text`` is what was analysed; where the contract carries a text of its own, that one counts. The contract
    doesn't carry ``markup``, the HTML that was sent; without it the analysis can't be written with its
    offsets again. Raises ValueError for an analysis of another text, for offsets in another unit and for
    impossible values.
    """
    warnings = tuple(_notice(notice) for notice in model.warnings)
    article = replace(_article(model.article, text, warnings), markup=markup)
    if article.text_sha256 != model.article.text_sha256:
        raise ValueError(f"the analysis is of another text than that of article {article.id!r}")
    read = WireReader(article.text, offset_unit)
    return Analysis(
        article=article,
        headline=read.summary_sentence(model.headline) if model.headline else None,
        standfirst=read.summary_sentence(model.standfirst) if model.standfirst else None,
        summary=_summary(model.summary, read),
        quotes=tuple(read.quote(quote) for quote in model.quotes),
        people=tuple(read.person(person) for person in model.people),
        topics=tuple(read.topic(topic) for topic in model.topics),
        genre=Genre(GenreLabel(model.genre.label), model.genre.confidence) if model.genre else None,
        warnings=warnings,
        provenance=_provenance(model.provenance),
    )


def loads(
    content: bytes | str,
    text: str,
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT,
    markup: str | None = None,
) -> Analysis:
    """Read an analysis from the contract's JSON. Raises as ``from_wire`` does.

    Where the JSON doesn't keep to the contract, the ValueError is pydantic's ValidationError.
    """
    return from_wire(AnalysisModel.model_validate_json(content), text, offset_unit, markup)


def _article(model: ArticleModel, text: str, warnings: tuple[Notice, ...]) -> Article:
    return Article(
        id=model.id,
        text=text if model.text is None else model.text,
        title=model.title,
        language=model.language,
        text_is_derived=model.text is not None,
        warnings=tuple(notice for notice in warnings if notice.code.origin is WarningOrigin.INGEST),
    )


def _summary(model: SummaryModel, read: WireReader) -> Summary:
    sentences = tuple(read.summary_sentence(sentence) for sentence in model.sentences)
    return Summary(sentences, SummaryFormat(model.format), SummaryLength(model.length), model.method)


def _notice(model: NoticeModel) -> Notice:
    return Notice(WarningCode(model.code), model.detail)


def _provenance(model: ProvenanceModel) -> Provenance:
    return Provenance(
        service=model.service,
        encoder=model.encoder,
        heads=model.heads,
        taxonomy=model.taxonomy,
        settings=model.settings,
        prompts=model.prompts,
        generator=_generator(model.generator),
    )


def _generator(model: GeneratorModel | None) -> Generator | None:
    if model is None:
        return None
    return Generator(
        model=model.model,
        requests=model.requests,
        tokens_in=model.tokens_in,
        tokens_out=model.tokens_out,
        cost=model.cost,
    )
