"""The whole analysis with the real models: the promise that every span slices back, and nothing varies."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.reading import quotes_in

from service.bootstrap import build_door
from service.domain import Article, QuoteKind, Request, SummaryFormat, SummaryLength
from service.errors import InvalidArticle
from service.ingest import Declared, Door
from service.pipeline import Pipeline
from service.settings import Settings
from service.warning_codes import WarningCode
from service.wire import OffsetUnit, dumps

_SHARED = Path(__file__).parents[3] / "shared" / "data"
_EXAMPLES = Path(__file__).parents[2] / "examples"
_DOOR = build_door(Settings())

# News-like pieces between stretches of any Unicode at all, surrogates, NUL and controls included.
_MARKS = ("“", "”", '"', "'", "’", "''", "«", "»")
_ODD = ("\u202e", "\x00", "e\u0301", "\U0001f600", "\ud800", "\ufeff")
_WORDS = (". ", "? ", "\n\n", " said ", " Ada Stone ", " told Mr. Bo ", "By ", "The council met on Monday. ")
_PIECES = st.sampled_from([*_MARKS, *_WORDS, *_ODD])
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=12)), min_size=1, max_size=25).map("".join)
_TOGETHER = 12
# Most of an analysis is a pass of the encoder, which costs hardly more for a longer article.
_LONG_TEXTS = st.tuples(*[_TEXTS] * _TOGETHER).map("\n\n".join)
_UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def pipeline(fresh_pipeline: Pipeline) -> Pipeline:
    """What is promised here is promised of the encoder, too: it reads every text anew."""
    return fresh_pipeline


def admit(text: str) -> Article | None:
    try:
        return _DOOR.from_text(text, Declared(language="en"))
    except InvalidArticle:  # nothing but white space and marks
        return None


@settings(_UNHURRIED, max_examples=200)
@given(text=_TEXTS)
def test_every_span_slices_back_over_all_of_unicode(pipeline: Pipeline, text: str) -> None:
    _check_spans(pipeline, text)


@settings(_UNHURRIED, max_examples=150)
@given(text=_LONG_TEXTS)
def test_every_span_slices_back_in_longer_articles(pipeline: Pipeline, text: str) -> None:
    _check_spans(pipeline, text)


def _check_spans(pipeline: Pipeline, text: str) -> None:
    article = admit(text)
    if article is None:
        return
    if any(notice.code is WarningCode.REPAIRED_TEXT for notice in article.warnings):
        text = article.text  # which is returned, as offsets refer to it
    assert len(article.text) == len(text)
    analysis = pipeline.analyse(article)
    spans = spans_in(json.loads(dumps(analysis)))
    for span in spans:
        # Against what was sent, character by character: only a lone surrogate may have been replaced.
        words = text[int(str(span["start"])) : int(str(span["end"]))]
        assert all(a == b or "\ud800" <= a <= "\udfff" for a, b in zip(words, str(span["text"]), strict=True))
    for quote in analysis.quotes:
        assert not any(part.overlaps(line) for part in quote.parts for line in article.furniture)
        if quote.kind is QuoteKind.DIRECT:
            # Nothing is a direct quote that no mark touches, at its start or at its end. A paragraph amid a
            # quotation may have none of its own.
            start, end = quote.parts[0].start, quote.parts[-1].end
            assert set(text[max(0, start - 30) : start] + text[end : end + 30]) & set("“”\"'‘’«»„")


def spans_in(value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        own = [value] if {"start", "end", "text"} <= value.keys() else []
        return own + [span for child in value.values() for span in spans_in(child)]
    if isinstance(value, list):
        return [span for child in value for span in spans_in(child)]
    return []


def test_utf16_offsets_slice_back_in_utf16(pipeline: Pipeline) -> None:
    text = (
        "😀 Ada Stone opened the bridge 😀. “It is safe 😀 for everyone,” she said. It cost a lot of money."
    )
    article = admit(text)
    assert article is not None
    encoded = article.text.encode("utf-16-le")
    wire = json.loads(dumps(pipeline.analyse(article), OffsetUnit.UTF16))
    spans = spans_in(wire)
    assert len(spans) > 3
    for span in spans:
        start, end = int(str(span["start"])), int(str(span["end"]))
        assert encoded[2 * start : 2 * end].decode("utf-16-le") == span["text"]


def test_an_article_gives_the_same_bytes_alone_in_a_batch_and_in_any_order(pipeline: Pipeline) -> None:
    articles = [
        _DOOR.from_bytes(path.read_bytes(), Declared(id=path.name), name=path.name)
        for path in sorted(_EXAMPLES.iterdir())
    ]
    alone = {article.id: dumps(pipeline.analyse(article)) for article in articles}
    shuffled = articles * 3
    random.Random(7).shuffle(shuffled)
    for article in shuffled:
        assert dumps(pipeline.analyse(article)) == alone[article.id]


@pytest.mark.parametrize(("length", "fewest", "most"), [("short", 1, 2), ("medium", 3, 5), ("long", 6, 30)])
def test_summary_lengths_keep_their_promise(pipeline: Pipeline, length: str, fewest: int, most: int) -> None:
    article = _DOOR.from_text((_EXAMPLES / "rural-clinics.txt").read_text(encoding="utf-8"))
    summary = pipeline.analyse(article, Request(length=SummaryLength(length))).summary
    assert fewest <= len(summary.sentences) <= most


def test_bullets_are_the_same_sentences_one_a_line(pipeline: Pipeline) -> None:
    article = _DOOR.from_text((_EXAMPLES / "rural-clinics.txt").read_text(encoding="utf-8"))
    bullets = pipeline.analyse(article, Request(format=SummaryFormat.BULLETS)).summary
    assert bullets.text.splitlines() == [f"- {sentence.text}" for sentence in bullets.sentences]


def test_a_very_long_article_is_analysed(pipeline: Pipeline) -> None:
    paragraph = (
        "Ada Stone, the mayor, met Omar Reyes. “The bridge number {} is safe,” she said on Monday.\n\n"
    )
    text = "".join(paragraph.format(number) for number in range(500))
    analysis = pipeline.analyse(Door(max_chars=200_000).from_text(text))
    assert sum(quote.kind is QuoteKind.DIRECT for quote in analysis.quotes) == 500


@pytest.mark.shared
@pytest.mark.skipif(not _SHARED.exists(), reason="needs the development data in ../shared")
def test_the_article_the_service_was_first_asked_for(pipeline: Pipeline) -> None:
    text = (_SHARED / "examples" / "india-japan.txt").read_text(encoding="utf-8")
    article = _DOOR.from_text(text)
    analysis = pipeline.analyse(article)
    first = min(analysis.quotes, key=lambda quote: quote.rank)
    words = first.parts[0].of(text)
    assert words.startswith("The economies of India and Japan are complementary.")
    assert words.endswith("in our thinking and approach as well.")
    assert first.kind == "direct"
    assert first.cue is not None
    assert first.cue.of(text) == "stating"
    assert first.speaker is not None
    assert (first.speaker.name, first.speaker.role) == ("Narendra Modi", "Prime Minister")
    assert first.speaker.mention.of(text) == "Prime Minister Modi"
    assert "ThePip" not in analysis.summary.text
    assert "Home/business" not in analysis.summary.text
    assert "Economic Security & Defence Pact" not in analysis.summary.text
    topics = {topic.label for topic in analysis.topics}
    assert "politics and government" in topics
    assert topics & {"economy, business and finance", "conflict, war and peace"}


@pytest.mark.shared
@pytest.mark.skipif(not _SHARED.exists(), reason="needs the development data in ../shared")
def test_quotes_on_polnear_dev_do_not_fall_below_the_floor() -> None:
    from eval.datasets.load import load
    from eval.metrics.counts import MatchCounts
    from eval.metrics.quotes import count

    direct, speaker = MatchCounts(), MatchCounts()
    for sample in load(str(_SHARED / "quotes" / "polnear_dev.jsonl.gz")).samples:
        article = _DOOR.from_text(sample.article.text, Declared(id=sample.article.id, language="en"))
        quotes = quotes_in(article)
        counts = count(article.text, sample.gold.attributions or (), quotes)
        direct += counts["direct_exact"]
        speaker += counts["speaker"]
    assert direct.f1 >= 0.97
    assert speaker.recall >= 0.925
