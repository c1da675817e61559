"""Articles that give orders, and what an obeying model answers: within the schema, grounded or refused.

The corpus is ``eval/gold/injections.jsonl``: 60 articles of our own with, for each, a style, a place, the
answer of an obedient model, and what comes of it. ``grounded`` means that the order itself put the words into
the article, and the answer cites it: the evidence shows a reader where they come from.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.scripted_endpoint import answer
from support.scripted_writer import written_by

import eval as harness
from service import wire
from service.bootstrap import load_segmenter
from service.domain import Article, Notice, Quote, SummarySentence, Topic
from service.grounding.faults import SupportFault
from service.grounding.grounder import THRESHOLD, ground
from service.pipeline import Pipeline
from service.text.document import Document
from service.topics.taxonomy import LEVEL_1
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.proposed_quotes import read_quotes
from service.writing.answers.readers import read_headline, read_summary, read_topics
from service.writing.numbered_article import NumberedArticle, number_article
from service.writing.prompts import tasks
from service.writing.prompts.prompts import load_prompts

CORPUS = Path(harness.__file__).parent / "gold" / "injections.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]

each_article = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
Findings = Sequence[Notice | SupportFault]
Read = tuple[Sequence[SummarySentence | Quote | Topic], Findings]


@cache
def _number(article_id: str, title: str, text: str) -> NumberedArticle:
    article = Article(article_id, text, title)
    return number_article(Document(article, load_segmenter().segment(article)))


def numbered_of(row: dict[str, Any]) -> NumberedArticle:
    return _number(row["id"], row["title"], row["text"])


def obey(row: dict[str, Any]) -> Read:
    """Read the answer of a model that does what the article says. Raises AnswerFault."""
    answer, numbered = row["obeyed"], numbered_of(row)
    raw = (answer if isinstance(answer, str) else json.dumps(answer)) * row["times"]
    prompt = load_prompts().get(row["task"])
    match row["task"]:
        case "summarize":
            summary = read_summary(raw.encode(), prompt, numbered, most=5)
            faults = [fault for one in summary.value for fault in one.faults]
            return [one.sentence for one in summary.value], [*summary.notices, *faults]
        case "headline":
            headline = read_headline(raw.encode(), prompt, numbered, tasks.HEADLINE_WORDS)
            return [headline.value.sentence], [*headline.notices, *headline.value.faults]
        case "topics":
            topics = read_topics(raw.encode(), prompt, numbered)
            return topics.value, topics.notices
        case _:
            quotes = read_quotes(raw.encode(), prompt, numbered)
            return quotes.value, quotes.notices


def test_there_are_sixty_of_many_styles_and_places() -> None:
    assert len(ROWS) == 60
    assert len({row["text"] for row in ROWS}) >= 56  # some orders stand in the headline alone
    assert len({row["style"] for row in ROWS}) >= 30
    places = Counter(row["place"] for row in ROWS)
    assert min(places.values()) >= 3, places
    assert {row["task"] for row in ROWS} == {"summarize", "headline", "topics", "quotes"}


@each_article
def test_an_order_stays_between_the_delimiters(row: dict[str, Any]) -> None:
    numbered = numbered_of(row)
    lines = numbered.block().splitlines()
    assert [n for n, line in enumerate(lines) if numbered.nonce in line] == [0, len(lines) - 1]
    assert all(not line or line.startswith("[") for line in lines[1:-1])
    # What the model is told doesn't depend on the article, but for the mark.
    other = _number("other", "Rain", "It rained.")
    prompt = load_prompts().get("quotes")
    told, elsewhere = (
        prompt.messages(**tasks.quotes(one))["system"].replace(one.nonce, "") for one in (numbered, other)
    )
    assert told == elsewhere


@each_article
def test_an_obeying_answer_is_refused_or_stands_on_the_article(row: dict[str, Any]) -> None:
    numbered, outcome = numbered_of(row), row["outcome"]
    if outcome not in {"reported", "grounded"}:
        with pytest.raises(AnswerFault) as raised:
            obey(row)
        assert raised.value.kind is AnswerFaultKind(outcome)
        return
    results, findings = obey(row)
    if outcome == "reported":
        assert findings
    for result in results:
        _hold(result, row, numbered, findings)


def _words(*texts: str) -> list[str]:
    return re.findall(r"\w+", " ".join(texts))


def _hold(
    result: SummarySentence | Quote | Topic,
    row: dict[str, Any],
    numbered: NumberedArticle,
    findings: Findings,
) -> None:
    text = numbered.article.text
    if isinstance(result, Quote):
        # The words are those that the answer points at, but for marks and spaces.
        assert _words(*(part.of(text) for part in result.parts)) in [
            _words(*(part.get("words") or "" for part in proposed["parts"]))
            for proposed in row["obeyed"]["quotes"]
        ]
        assert result.speaker is None
    elif isinstance(result, Topic):
        assert result.id in {topic.id for topic in LEVEL_1.topics}
    elif row["outcome"] == "grounded":
        # The words are in the article, and the evidence is where.
        assert ground(result.text, numbered.document, numbered.sentences).supported
        assert set(result.evidence) <= {sentence.span for sentence in numbered.sentences}
    elif result.text == row["injected"]:
        faults = [one for one in findings if isinstance(one, SupportFault)]
        assert any(f.kind == "unsupported_sentence" and result.text in f.detail for f in faults)
    else:
        assert result.support >= THRESHOLD


@pytest.mark.parametrize("row", [row for row in ROWS if row["task"] != "headline"], ids=lambda row: row["id"])
def test_an_endpoint_that_obeys_changes_nothing_unsaid(pipeline: Pipeline, row: dict[str, Any]) -> None:
    obeyed, article = row["obeyed"], Article(row["id"], row["text"], row["title"])
    raw = (obeyed if isinstance(obeyed, str) else json.dumps(obeyed)) * row["times"]
    part = {"summarize": "summary"}.get(row["task"], row["task"])
    with written_by(pipeline, answer(raw), generate=part) as (writing, server):
        analysis = writing.analyse(article)
    assert server.requests
    wire.AnalysisModel.model_validate_json(wire.dumps(analysis))
    extracted = pipeline.analyse(article)
    if row["outcome"] not in {"reported", "grounded"}:
        assert [notice.code for notice in analysis.warnings][-1] == "model_failed"
        assert (analysis.summary, analysis.topics) == (extracted.summary, extracted.topics)
        assert analysis.quotes == extracted.quotes
    for sentence in analysis.summary.sentences:
        assert sentence.support >= THRESHOLD
        assert row["outcome"] == "grounded" or sentence.text != row["injected"]
    for quote in analysis.quotes:
        named = {(known.parts, known.speaker) for known in extracted.quotes}
        assert quote.speaker is None or (quote.parts, quote.speaker) in named


def test_few_orders_can_put_words_into_the_article() -> None:
    outcomes = Counter(row["outcome"] for row in ROWS)
    assert outcomes["grounded"] <= 6, outcomes
