"""The salience head's development figures: its summaries against leads of equal length, by ROUGE."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple

import numpy as np

from eval.metrics.measures import paired_difference
from eval.metrics.points import best_conveyed, conveyed
from eval.metrics.rouge import rouge
from eval.training.salience.examples import EncodedArticle
from service.domain import Request, SummaryLength
from service.models.heads.salience import SalienceHead
from service.summary.selection import summarise
from service.text.document import Document


def report(head: SalienceHead, sets: Mapping[str, Sequence[EncodedArticle]]) -> Iterator[str]:
    """Yield Markdown rows: each preset against the lead of as many sentences, and of as many words.

    Of sets whose main points are marked, yield the share that each preset conveys.
    """
    yield "| dev set | summary | words | ROUGE-1/2/Lsum | lead | words | ROUGE-1/2/Lsum | difference, 95 % |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, items in sets.items():
        if items[0].points:
            continue
        summaries = {length: [_summary(head, item, length) for item in items] for length in SummaryLength}
        medium = summaries[SummaryLength.MEDIUM]
        yield _row(name, "medium", items, medium, "Lead-3", [_lead(item, 3) for item in items])
        for length, ours in summaries.items():
            counts = [_lead(item, len(summary)) for item, summary in zip(items, ours, strict=True)]
            yield _row(name, length, items, ours, "as many sentences", counts)
            words = [_lead_words(item, _words(summary)) for item, summary in zip(items, ours, strict=True)]
            yield _row(name, length, items, ours, "as many words", words)
        leads = sum(ours == _lead(item, len(ours)) for item, ours in zip(items, medium, strict=True))
        yield f"| {name} | medium: {leads} of {len(items)} are simply the lead | | | | | | |"

    yield ""
    yield "| dev set | summary | sentences | main points | the first as many | the best as many |"
    yield "|---|---|---|---|---|---|"
    for name, items in sets.items():
        if items[0].points:
            yield from (_points_row(name, length, head, items) for length in SummaryLength)


def _points_row(name: str, length: str, head: SalienceHead, items: Sequence[EncodedArticle]) -> str:
    """Return the row of one preset: main points conveyed by it, by the lead, and by the best choice."""
    ours = lead = best = total = sentences = 0
    for item in items:
        document = Document(item.article, item.sentences)
        salience = head.score_vectors(document, item.vectors)
        summary = summarise(document, salience, item.vectors, Request(SummaryLength(length)))
        spans = [span for sentence in summary.sentences for span in sentence.evidence]
        first = list(itertools.compress(item.sentences, item.usable))[: len(spans)]
        ours += sum(conveyed(item.points, spans))
        lead += sum(conveyed(item.points, [sentence.span for sentence in first]))
        best += best_conveyed(item.points, len(spans))
        total += len(item.points)
        sentences += len(spans)
    shares = " | ".join(f"{count / total:.1%}" for count in (ours, lead, best))
    return f"| {name} | {length} | {sentences / len(items):.2f} | {shares} |"


def _summary(head: SalienceHead, article: EncodedArticle, length: SummaryLength) -> list[str]:
    document = Document(article.article, article.sentences)
    salience = head.score_vectors(document, article.vectors)
    summary = summarise(document, salience, article.vectors, Request(length))
    return [sentence.text for sentence in summary.sentences]


def _lead(article: EncodedArticle, count: int) -> list[str]:
    """Return the first sentences that are neither furniture nor headline, the stronger form of the lead."""
    usable = itertools.compress(article.sentences, article.usable)
    texts = (sentence.span.of(article.article.text) for sentence in usable)
    return [" ".join(text.split()) for text in itertools.islice(texts, count)]


def _lead_words(article: EncodedArticle, words: int) -> list[str]:
    """Return the lead cut after ``words`` words, in mid-sentence if need be."""
    lead: list[str] = []
    for text in _lead(article, len(article.sentences)):
        if left := words - _words(lead):
            lead.append(" ".join(text.split()[:left]))
    return lead


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _row(
    name: str,
    length: str,
    articles: Sequence[EncodedArticle],
    ours: Sequence[Sequence[str]],
    lead: str,
    theirs: Sequence[Sequence[str]],
) -> str:
    pairs = [
        [astuple(rouge(article.reference, texts)) for article, texts in zip(articles, summaries, strict=True)]
        for summaries in (ours, theirs)
    ]
    differences = []
    for our_scores, their_scores in zip(*(zip(*scores, strict=True) for scores in pairs), strict=True):
        d = paired_difference(our_scores, their_scores)
        differences.append(f"{d.value * 100:+.2f} [{d.low * 100:+.2f}, {d.high * 100:+.2f}]")
    means = [" / ".join(f"{mean * 100:.2f}" for mean in np.mean(scores, axis=0)) for scores in pairs]
    words = [np.mean([_words(texts) for texts in summaries]) for summaries in (ours, theirs)]
    return (
        f"| {name} | {length} | {words[0]:.0f} | {means[0]} | {lead} | {words[1]:.0f} | {means[1]} "
        f"| {'; '.join(differences)} |"
    )
