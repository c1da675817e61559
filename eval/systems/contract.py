"""The contract's JSON, read back into nouns: what a service answered, what a review's export keeps."""

from __future__ import annotations

from service.domain import (
    Analysis,
    Article,
    Notice,
    Provenance,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.warning_codes import WarningCode
from service.wire import AnalysisModel, QuoteModel, SpanModel


def parse(content: bytes | str, text: str) -> Analysis:
    """Read the contract's JSON back; ``text`` is what was sent. Raises pydantic's ValidationError.

    The wire rounds probabilities and leaves out furniture; all else is as the service had it, so writing the
    result again gives the same JSON.
    """
    model = AnalysisModel.model_validate_json(content)
    warnings = tuple(Notice(WarningCode(notice.code), notice.detail) for notice in model.warnings)
    article = Article(
        id=model.article.id,
        text=text if model.article.text is None else model.article.text,
        title=model.article.title,
        language=model.article.language,
        text_is_derived=model.article.text is not None,
        warnings=warnings,
    )
    return Analysis(
        article=article,
        summary=Summary(
            tuple(
                SummarySentence(sentence.text, tuple(map(_span, sentence.evidence)), sentence.support)
                for sentence in model.summary.sentences
            ),
            SummaryFormat(model.summary.format),
            SummaryLength(model.summary.length),
            model.summary.method,
        ),
        quotes=tuple(map(_quote, model.quotes)),
        topics=tuple(
            Topic(t.id, t.label, tuple(t.path), t.confidence, tuple(map(_span, t.evidence)))
            for t in model.topics
        ),
        warnings=warnings,
        provenance=Provenance(**model.provenance.model_dump()),
    )


def _span(model: SpanModel) -> Span:
    return Span(model.start, model.end)


def _quote(model: QuoteModel) -> Quote:
    speaker = model.speaker
    return Quote(
        kind=QuoteKind(model.kind),
        parts=tuple(map(_span, model.parts)),
        cue=_span(model.cue) if model.cue else None,
        speaker=Speaker(speaker.name, speaker.role, _span(speaker.mention)) if speaker else None,
        confidence=model.confidence,
        rank=model.rank,
    )
