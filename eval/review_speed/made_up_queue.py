"""A queue of made-up articles, analyses and reviews, put into a store in bulk to time it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import insert

from service import wire
from service.domain import (
    Analysis,
    Article,
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
from service.review.rules import stored_review
from service.review.rules.pieces import Decision, PieceVerdict, Review
from service.store.database import Database
from service.store.reviews import search
from service.store.reviews.receiving import day_of
from service.store.schema import analyses, articles, item_topics, items, log, outcomes, reviews
from service.topics.taxonomy import LEVEL_1

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EDITORS = tuple(f"editor{number}" for number in range(1, 21))
TOPICS = tuple(topic.id for topic in LEVEL_1.topics)
COMMON, RARE = "common", "seldom"
"""A word that four fifths of the articles have, and one that few have."""
_BATCH = 1000
_WORDS, _VOCABULARY = 350, 20_000
_SENTENCE_WORDS, _PARAGRAPH_SENTENCES = 18, 3
_QUOTES = 8
_SOURCES = ("desk", "foreign", "sport", "feed-a", "feed-b", "archive")
_MADE_BY = Provenance("0.1.0", "sha256:e", "sha256:m", LEVEL_1.version, "sha256:s")


def fill(database: Database, size: int) -> None:
    """Put ``size`` articles into an empty store: a third done, some open, the rest new."""
    chance = random.Random(size)
    vocabulary = [f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}w{n}" for n in range(_VOCABULARY)]
    # Word frequencies follow Zipf's law: the n-th word is about 1/n as frequent as the first.
    weights = list(accumulate(1 / (rank + 2) for rank in range(_VOCABULARY)))
    numbers = iter(range(1, size + 1))
    while batch := list(islice(numbers, _BATCH)):
        with database.write() as connection:
            rows = [_rows(chance, number, vocabulary, weights) for number in batch]
            for table in (articles, analyses, items, item_topics, reviews, log, outcomes):
                found = [row for of_item in rows for row in of_item.get(table.name, ())]
                if found:
                    connection.execute(insert(table), found)
            for of_item in rows:
                article = of_item["articles"][0]
                search.index(
                    connection, article["key"], article["article_id"], article["title"], article["text"]
                )


_Rows = dict[str, list[dict[str, Any]]]


def _rows(chance: random.Random, key: int, vocabulary: Sequence[str], weights: Sequence[float]) -> _Rows:
    """Return one item's rows, by table."""
    words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(_WORDS // 2, _WORDS * 2))
    words += [COMMON] * (chance.random() < 0.8) + [RARE] * (chance.random() < 0.0005)
    text, title = _prose(words), " ".join(words[:9])
    added = NOW - timedelta(minutes=5 * (200_000 - key))
    state = chance.choices(("new", "open", "done"), (60, 5, 35))[0]
    editor = chance.choice(EDITORS) if state != "new" else None
    topics = chance.sample(TOPICS, chance.randint(1, 3))
    content = _analysis(f"article-{key}", text, title, topics)
    article = {"key": key, "article_id": f"article-{key}", "added_at": added, "text": text, "title": title}
    article |= {"text_sha256": sha256(text.encode()).hexdigest(), "language": "en"}
    article |= {"published": added.date().isoformat()}
    analysis = {"key": key, "article_key": key, "digest": sha256(content.encode()).hexdigest()}
    analysis |= {"model": "sha256:m", "service": "0.1.0", "made_at": added, "content": content}
    item = {"key": key, "article_key": key, "analysis_key": key, "article_id": article["article_id"]}
    item |= {
        "state": state,
        "version": int(state != "new"),
        "stale": state != "new" and chance.random() < 0.1,
    }
    item |= {"low_support": chance.random() < 0.1, "unknown_speaker": chance.random() < 0.2, "pieces": 14}
    item |= {"decided": {"new": 0, "open": 6, "done": 14}[state], "dated": day_of(None, added)}
    item |= {"added_at": added, "changed_at": added, "claimed_by": None, "claimed_until": None}
    item |= {"last_editor": editor, "source": chance.choice(_SOURCES)}
    rows: _Rows = {"articles": [article], "analyses": [analysis], "items": [item]}
    rows["item_topics"] = [{"item_key": key, "topic_id": topic} for topic in topics]
    if editor is not None:
        made = {"editor": editor, "item_key": key}
        decided = Review(
            {"q1": Decision(PieceVerdict.ACCEPTED, editor)}, (), editor if state == "done" else None
        )
        review = made | {"version": 1, "parent": 0, "analysis_key": key, "made_at": added}
        review |= {"content": stored_review.dumps(decided, text)}
        line = made | {"version": 1, "at": added, "seconds": 40.0, "action": "accept", "piece": "q1"}
        verdict = {"verdict": chance.choice(("accepted", "edited", "rejected"))}
        kept = {"piece": "q1", "kind": "quote", "edit_distance": None, "model": "sha256:m", "made_at": added}
        rows |= {"reviews": [review], "log": [line | verdict], "outcomes": [made | verdict | kept]}
    return rows


def _prose(words: Sequence[str]) -> str:
    """Return the words in sentences and paragraphs; every fourth sentence quotes somebody."""
    sentences = []
    for number, start in enumerate(range(0, len(words), _SENTENCE_WORDS)):
        said = " ".join(words[start : start + _SENTENCE_WORDS]).capitalize()
        who = f"{words[start].capitalize()} {words[-1 - number % 9].capitalize()}"
        sentences.append(f"“{said},” said {who}." if number % 4 == 1 else f"{said}.")
    paragraphs = range(0, len(sentences), _PARAGRAPH_SENTENCES)
    return "\n\n".join(" ".join(sentences[at : at + _PARAGRAPH_SENTENCES]) for at in paragraphs)


def _analysis(article_id: str, text: str, title: str, topics: Sequence[str]) -> str:
    """Return the JSON contract of a text of ``_prose``: three sentences, the quotations and the topics."""
    lead = [Span(*found.span()) for found in islice(re.finditer(r"[^.]+\.", text), 3)]
    quotes = tuple(
        Quote(
            kind=QuoteKind.DIRECT,
            parts=(Span(*found.span("said")),),
            cue=Span(*found.span("cue")),
            speaker=Speaker(found["who"], None, Span(*found.span("who"))),
            confidence=0.9,
            rank=rank,
        )
        for rank, found in enumerate(
            islice(re.finditer(r"“(?P<said>[^”]+),” (?P<cue>said) (?P<who>\w+ \w+)", text), _QUOTES), start=1
        )
    )
    labels = {topic.id: topic.label for topic in LEVEL_1.topics}
    analysis = Analysis(
        article=Article(id=article_id, text=text, title=title),
        summary=Summary(
            tuple(SummarySentence(span.of(text), (span,), 1.0) for span in lead),
            SummaryFormat.PARAGRAPH,
            SummaryLength.MEDIUM,
            "extractive",
        ),
        quotes=quotes,
        topics=tuple(Topic(topic, labels[topic], (topic,), 0.8, (lead[0],)) for topic in topics),
        warnings=(),
        provenance=_MADE_BY,
    )
    return wire.dumps(analysis)
