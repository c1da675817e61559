"""The registry of systems, and the rivals for quotes, topics, support and sentence ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.rivals import ARTICLES, BRIDGE, CONTEXT, FERRY, TINY, require, system

from eval.systems.registry import SYSTEMS, build, names_for
from eval.systems.shape import BuildContext, Judge, Splitter, System
from eval.tasks import TASKS
from service.domain import Article, QuoteKind

SHARED = Path(__file__).parents[3] / "shared" / "data"


# The registry.


def test_the_table_is_sound() -> None:
    for name, spec in SYSTEMS.items():
        assert name == spec.name
        assert spec.about
        assert spec.tasks
        assert spec.tasks <= set(TASKS)


def test_every_task_has_a_rival_and_the_product_comes_first() -> None:
    for task in TASKS:
        names = names_for(task)
        assert len(names) >= 2
        assert names[0] == "pullquote"
        assert not {"url", "seq2seq", "stored"} & set(names)


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys; from eval.systems.registry import names_for; names_for('quotes'); "
        "print({'torch', 'sklearn', 'sumy', 'sentence_transformers', 'httpx', 'nltk'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match=r"no system is called 'lede'; there are pullquote, .*stored:FILE"):
        build("lede", CONTEXT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url", r"url needs an argument: url:http://HOST:PORT"),
        ("seq2seq:", r"seq2seq needs an argument: seq2seq:NAME"),
        ("lead-3:5", r"lead-3 takes no argument, and was given '5'"),
        ("marks:", r"marks takes no argument"),
    ],
)
def test_arguments_are_wanted_or_not(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(text, CONTEXT)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sumy", None)
    monkeypatch.delitem(sys.modules, "eval.systems.summaries.sumy_systems", raising=False)
    for module in [name for name in sys.modules if name.startswith("sumy.")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ValueError, match=r"sumy.* is not installed: pip install 'pullquote\[rivals\]'"):
        build("sumy-lsa", CONTEXT)


# Quotes.


def test_marks_read_the_marks_and_the_speaker_beside_them() -> None:
    first, second = system("marks").analyse(FERRY).quotes
    assert first.parts[0].of(FERRY.text) == "We cannot pay for an empty boat all winter,"
    assert first.cue is not None
    assert first.cue.of(FERRY.text) == "said"
    assert first.speaker is not None
    assert first.speaker.mention.of(FERRY.text) == first.speaker.name == "Ada Hale"
    assert second.speaker is not None
    assert second.speaker.name == "Tom Reeve"
    assert {first.kind, second.kind} == {QuoteKind.DIRECT}
    assert system("marks").analyse(BRIDGE).quotes == ()


def test_marks_carry_the_speaker_on_and_read_colons() -> None:
    text = (
        "Cruz continued:\n\n“You look at the questions they ask. And they wonder why nobody trusts them.”\n\n"
        "“Nobody should trust them again.”\n\nA so-called “sky bus” was shown. “Okay,” she said."
    )
    quotes = system("marks").analyse(Article("x", text)).quotes
    assert [quote.speaker and quote.speaker.name for quote in quotes] == ["Cruz", "Cruz", "she"]


def test_marks_rank_by_place_or_by_length() -> None:
    text = "“It was cold out there,” said Ann. “It was colder than it ever was in my time,” said Bob."
    article = Article("x", text)
    assert [quote.rank for quote in sorted(system("marks").analyse(article).quotes, key=_start)] == [1, 2]
    longest = system("marks-longest").analyse(article)
    assert [quote.rank for quote in sorted(longest.quotes, key=_start)] == [2, 1]


def _start(quote: object) -> int:
    return quote.parts[0].start  # type: ignore[attr-defined,no-any-return]


def test_stored_answers_are_read_and_overlapping_parts_joined(tmp_path: Path) -> None:
    file = tmp_path / "citron_dev.jsonl"
    file.write_text(
        '{"id": "bridge", "quotes": [{"content": [[0, 40], [5, 10], [50, 60]], "speaker": null}]}\n'
    )
    made = build(f"stored:{file}", CONTEXT)
    assert isinstance(made, System)
    [quote] = made.analyse(BRIDGE).quotes
    assert [(part.start, part.end) for part in quote.parts] == [(0, 40), (50, 60)]
    assert quote.speaker is None
    assert made.analyse(FERRY).quotes == ()
    with pytest.raises(FileNotFoundError):
        build("stored:/nowhere.jsonl", CONTEXT)


# Topics.


def test_tfidf_learns_topics_from_what_it_is_given() -> None:
    pytest.importorskip("sklearn")
    from eval.systems.tfidf import TfidfTopics

    sport, weather = "medtop:15000000", "medtop:17000000"
    texts = ["The team won the cup final match", "Rain and snow fell in the storm"] * 10
    made = TfidfTopics(texts, [[sport], [weather]] * 10)
    [topic] = made.analyse(Article("x", "Heavy rain and a storm")).topics
    assert (topic.id, topic.label, topic.path) == (weather, "weather", (weather,))
    [topic] = made.analyse(Article("x", "Who will win the cup final?")).topics
    assert topic.id == sport


def test_tfidf_says_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match=r"masakhanews.* is not there: give the folder .* --train"):
        build("tfidf-lr", BuildContext((), train=tmp_path))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_tfidf_trains_on_the_shared_rows() -> None:
    topics = system("tfidf-lr").analyse(
        Article("x", "The striker scored twice as United beat City to win the league cup at Wembley.")
    )
    assert topics.topics[0].id == "medtop:15000000"


# Judges and splitters.


@pytest.mark.parametrize("name", names_for("support"))
def test_true_claims_are_supported_better_than_strange_ones(name: str) -> None:
    require(name)
    made = build(name, CONTEXT)
    assert isinstance(made, Judge)
    claims = (
        "The harbour board will sell the boat in June.",
        "Volcanoes on Jupiter erupted.",
        "It was they.",
    )
    true, strange, empty = made.judge(FERRY, claims)
    assert true > 0.7
    assert strange < 0.4
    assert all(0 <= value <= 1 for value in (true, strange, empty))
    assert made.judge(TINY, ["Rain fell."]) == pytest.approx((1.0,))


def test_punkt_ends_sentences_where_text_stands() -> None:
    made = build("punkt", CONTEXT)
    assert isinstance(made, Splitter)
    text = "Rain fell.  It fell again.\n\nA headline\r\n\r\nDone. It\nis. "
    ends = made.sentence_ends(Article("x", text))
    assert [text[:end].split(".")[-1] or "." for end in ends][:2] == [".", "."]
    assert ends == (10, 26, 38, 47, 54)
    for article in ARTICLES:
        assert made.sentence_ends(article)[-1] == len(article.text.rstrip())
