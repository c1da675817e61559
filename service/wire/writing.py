"""Analyses written as the contract's JSON.

``dumps`` gives the one canonical serialisation: the same analysis is the same bytes everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from service.domain import (
    Analysis,
    Generator,
    Genre,
    Person,
    Provenance,
    Quote,
    Span,
    Speaker,
    SummarySentence,
    Topic,
)
from service.wire.markup import MarkupPlaces
from service.wire.models import (
    AnalysisModel,
    ArticleModel,
    GeneratorModel,
    GenreModel,
    NoticeModel,
    PersonModel,
    ProvenanceModel,
    PullQuoteModel,
    QuoteModel,
    SpanModel,
    SpeakerModel,
    SummaryModel,
    SummarySentenceModel,
    TopicModel,
)
from service.wire.offsets import OffsetUnit, require_unit, utf16_offsets


class WireWriter:
    """Writes what refers to one article's ``text``: its spans carry their words.

    With ``markup``, the HTML that the text came out of, they also say where they stand in it.
    """

    def __init__(
        self, text: str, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT, markup: str | None = None
    ) -> None:
        self._text = text
        self._places = None if markup is None else MarkupPlaces(markup, text)
        self._offsets = utf16_offsets(text) if offset_unit is OffsetUnit.UTF16 else None

    def span(self, span: Span) -> SpanModel:
        """Write a span, offsets in the writer's unit."""
        start, end = span.start, span.end
        if self._places is not None:
            runs = self._places.runs(start, end)
            return SpanModel(start=start, end=end, text=span.of(self._text), html=runs)
        if self._offsets is not None:
            start, end = self._offsets[start], self._offsets[end]
        return SpanModel(start=start, end=end, text=span.of(self._text))

    def summary_sentence(self, sentence: SummarySentence) -> SummarySentenceModel:
        """Write a sentence of a summary."""
        return SummarySentenceModel(
            text=sentence.text,
            evidence=[self.span(evidence) for evidence in sentence.evidence],
            support=rounded(sentence.support),
        )

    def quote(self, quote: Quote) -> QuoteModel:
        """Write a quote."""
        return QuoteModel(
            kind=quote.kind.value,
            rank=quote.rank,
            confidence=rounded(quote.confidence),
            parts=[self.span(part) for part in quote.parts],
            cue=self.span(quote.cue) if quote.cue else None,
            speaker=self._speaker(quote.speaker) if quote.speaker else None,
        )

    def topic(self, topic: Topic) -> TopicModel:
        """Write a topic."""
        return TopicModel(
            id=topic.id,
            label=topic.label,
            path=list(topic.path),
            confidence=rounded(topic.confidence),
            evidence=[self.span(evidence) for evidence in topic.evidence],
        )

    def _speaker(self, speaker: Speaker) -> SpeakerModel:
        return SpeakerModel(
            name=speaker.name,
            role=speaker.role,
            mention=self.span(speaker.mention),
            person=speaker.person,
            basis=speaker.basis.value if speaker.basis else None,
            antecedent=self.span(speaker.antecedent) if speaker.antecedent else None,
            confidence=None if speaker.confidence is None else rounded(speaker.confidence),
        )

    def person(self, person: Person) -> PersonModel:
        """Write a person or organisation."""
        return PersonModel(
            id=person.id,
            name=person.name,
            role=person.role,
            kind=person.kind.value,
            mentions=[self.span(mention) for mention in person.mentions],
        )


def to_wire(analysis: Analysis, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> AnalysisModel:
    """Turn an analysis into its wire form, quotes by rank, offsets in ``offset_unit``.

    Raises InvalidArticle ("no-markup") as ``require_unit`` does.
    """
    article, summary = analysis.article, analysis.summary
    require_unit(article, offset_unit)
    write = WireWriter(article.text, offset_unit, article.markup if offset_unit is OffsetUnit.HTML else None)
    return AnalysisModel(
        article=ArticleModel(
            id=article.id,
            title=article.title,
            language=article.language,
            text_sha256=article.text_sha256,
            text=article.text if article.text_is_derived else None,
        ),
        headline=write.summary_sentence(analysis.headline) if analysis.headline else None,
        standfirst=write.summary_sentence(analysis.standfirst) if analysis.standfirst else None,
        summary=SummaryModel(
            text=summary.text,
            format=summary.format.value,
            length=summary.length.value,
            method=summary.method,
            sentences=[write.summary_sentence(sentence) for sentence in summary.sentences],
        ),
        quotes=[write.quote(quote) for quote in sorted(analysis.quotes, key=lambda quote: quote.rank)],
        pull_quotes=[PullQuoteModel(rank=one.rank, display=one.display) for one in analysis.pull_quotes],
        people=[write.person(person) for person in analysis.people],
        topics=[write.topic(topic) for topic in analysis.topics],
        genre=_genre(analysis.genre) if analysis.genre else None,
        warnings=[NoticeModel(code=notice.code.value, detail=notice.detail) for notice in analysis.warnings],
        provenance=provenance_to_wire(analysis.provenance),
    )


def provenance_to_wire(provenance: Provenance) -> ProvenanceModel:
    """Turn a provenance into its wire form, prompts by name."""
    return ProvenanceModel(
        service=provenance.service,
        encoder=provenance.encoder,
        heads=provenance.heads,
        prompts=dict(sorted(provenance.prompts.items())),
        taxonomy=provenance.taxonomy,
        settings=provenance.settings,
        generator=_generator(provenance.generator),
    )


def to_dict(model: AnalysisModel, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> dict[str, Any]:
    """Return the contract as plain values.

    ``article.text`` and ``provenance.generator`` are present only where there is one, the ``html`` of spans
    only where it is the ``offset_unit``.
    """
    content = model.model_dump(mode="json")
    if offset_unit is not OffsetUnit.HTML:
        _leave_out_html(content)
    for holder, key in (("article", "text"), ("provenance", "generator")):
        if content[holder][key] is None:
            del content[holder][key]
    return content


def dumps(analysis: Analysis, offset_unit: OffsetUnit = OffsetUnit.CODEPOINT) -> str:
    """Return the canonical JSON of an analysis, on one line. Equal analyses give equal strings."""
    return serialise(to_dict(to_wire(analysis, offset_unit), offset_unit))


def _leave_out_html(value: object) -> None:
    """Take ``html`` out of every span in plain values."""
    if isinstance(value, dict):
        if "start" in value:
            value.pop("html", None)
        for inner in value.values():
            if isinstance(inner, dict | list):
                _leave_out_html(inner)
    elif isinstance(value, list):
        for inner in value:
            _leave_out_html(inner)


def serialise(content: Mapping[str, Any]) -> str:
    """Return the canonical JSON of what ``to_dict`` returned, on one line."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def rounded(probability: float) -> float:
    """Round to the four decimals of the contract: more would only print the noise of the arithmetic."""
    return round(float(probability), 4)


def _genre(genre: Genre) -> GenreModel:
    return GenreModel(label=genre.label.value, confidence=rounded(genre.confidence))


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
