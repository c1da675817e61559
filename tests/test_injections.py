"""Articles that give orders, and what an obeying model answers: within the schema, grounded or refused.

The corpus is ``eval/gold/injections.jsonl``: 60 articles of our own with, for each, a style, a place, the
answer of an obedient model, and what comes of it. ``grounded`` means that the order itself put the words into
the article, and the answer cites it: the evidence shows a reader where they come from.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import eval as harness
from service.bootstrap import load_segmenter
from service.domain import Article, Notice, Quote, SummarySentence, Topic
from service.extract.taxonomy import LEVEL_1
from service.generate import tasks
from service.generate.answers import read_headline, read_summary, read_topics
from service.generate.faults import AnswerFault, FaultKind
from service.generate.grounding import THRESHOLD, ground
from service.generate.numbered import NumberedArticle, number_article
from service.generate.prompts import load_prompts
from service.generate.quotes import read_quotes

CORPUS = Path(harness.__file__).parent / "gold" / "injections.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]

each_article = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
Read = tuple[Sequence[SummarySentence | Quote | Topic], Sequence[Notice]]


@cache
def _number(article_id: str, title: str, text: str) -> NumberedArticle:
    article = Article(article_id, text, title)
    return number_article(article, load_segmenter().segment(article))


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
            return summary.value, summary.notices
        case "headline":
            headline = read_headline(raw.encode(), prompt, numbered, tasks.HEADLINE_WORDS)
            return [headline.value], headline.notices
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
        assert raised.value.kind is FaultKind(outcome)
        return
    results, notices = obey(row)
    if outcome == "reported":
        assert notices
    for result in results:
        _hold(result, row, numbered, notices)


def _hold(
    result: SummarySentence | Quote | Topic,
    row: dict[str, Any],
    numbered: NumberedArticle,
    notices: Sequence[Notice],
) -> None:
    text = numbered.article.text
    if isinstance(result, Quote):
        assert all(part.of(text) in text for part in result.parts)
        assert result.speaker is None
    elif isinstance(result, Topic):
        assert result.id in {topic.id for topic in LEVEL_1.topics}
    elif row["outcome"] == "grounded":
        # The words are in the article, and the evidence is where.
        assert ground(result.text, text, numbered.sentences).supported
        assert set(result.evidence) <= {sentence.span for sentence in numbered.sentences}
    elif result.text == row["injected"]:
        assert any(n.code == "unsupported_sentence" and result.text in n.detail for n in notices)
    else:
        assert result.support >= THRESHOLD


def test_few_orders_can_put_words_into_the_article() -> None:
    outcomes = Counter(row["outcome"] for row in ROWS)
    assert outcomes["grounded"] <= 6, outcomes
