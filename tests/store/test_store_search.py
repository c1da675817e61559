"""Searching the queue: what people type finds the same on SQLite and on PostgreSQL, and never fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import ucd_3_2_0

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.quick_store import QUICK
from support.store_samples import NOW, carry, change, no_carry, submission

from service.store import Store
from service.store.records import Filter
from service.store.reviews.search import Term, parse

ARTICLES = {
    "sahel": "The Sahel’s drought, the worst since 1984, has driven 2.5 million people from home.",
    "munich": "MÜNCHEN: Bürgermeister Dieter Reiter said the U-Bahn won't stop. São Paulo’s did.",
    "oslo": "Parliament met in Oslo. The parliamentarians’ vote on anti-terror laws was 98-71.",
    "athens": "ΟΔΥΣΣΕΥΣ came home; the ﬁnal e-mail was to ada@example.com/news?id=1e5.",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with these articles, one for all tests that only search it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('search') / 'store.db'}"
    else:
        url = request.getfixturevalue("postgresql")()
    with Store.open(url, QUICK) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    for name, text in ARTICLES.items():
        store.receive(submission(f"desk/{name}-7.html", text, title=f"About {name}"), no_carry, NOW)


def search(store: Store, typed: str) -> set[str]:
    page = store.queue(Filter(search=typed), offset=0, size=50, now=NOW)
    assert page.total == len(page.items) == store.counts(Filter(search=typed), "ada", NOW).all
    return {item.article_id.removeprefix("desk/").removesuffix("-7.html") for item in page.items}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("drought", {"sahel"}),
        ("DROUGHT sahel", {"sahel"}),
        ("drought oslo", set()),
        ("home", {"sahel", "athens"}),
        ("munchen", {"munich"}),
        ("münchen sao", {"munich"}),
        ("sahel's", {"sahel"}),
        ("won’t", {"munich"}),
        ("won't", {"munich"}),
        ("οδυσσευς", {"athens"}),
        ("final", {"athens"}),
        ("parliament", {"oslo"}),
        ("parliament*", {"oslo"}),
        ("parl*", {"oslo"}),
        ("anti-terr*", {"oslo"}),
        ("pa*", set()),  # too short a beginning is only a word
        ('"the worst since"', {"sahel"}),
        ('"worst the since"', set()),
        ('worst "since 1984" people', {"sahel"}),
        ('"since 1984', {"sahel"}),
        ("2.5 million", {"sahel"}),
        ("98-71", {"oslo"}),
        ("71-98", set()),
        ("about", {"sahel", "munich", "oslo", "athens"}),
        ("desk/oslo-7.html", {"oslo"}),
        ("ada@example.com", {"athens"}),
        ("1e5", {"athens"}),
        ("stop OR drought", set()),
        ("the", {"sahel", "munich", "oslo", "athens"}),
        ("thé", {"sahel", "munich", "oslo", "athens"}),
    ],
)
def test_words_phrases_and_beginnings_are_found(filled: Store, typed: str, expected: set[str]) -> None:
    assert search(filled, typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        '"', '""', '"""', '" "', "*", "-", "--", "'", "''", "(", ")", "()", "^", ":", "+", "&", "|", "!",
        "<->", "%", "_", "\\", ";", "\0", "\ud800", "…", "‘’", "\u0301", "body:", "NEAR(", "\U000e0001",
    ],
)  # fmt: skip
def test_only_signs_find_nothing_and_never_fail(filled: Store, typed: str) -> None:
    assert search(filled, typed) in (set(), {"sahel", "munich", "oslo", "athens"} & search(filled, "near"))


@pytest.mark.parametrize(
    "typed",
    [
        "home AND", "NOT home", "AND", "OR", "NEAR(a b, 2)", 'home"', '"home', "home*", "-home", "+home",
        "^home", "body:home", "{body}:home", "home)", "(home", "home & !people", "home:*", "home:A",
        "'home'", "ho*me",
        "home; DROP TABLE items", "home\0people", "\ud800home", "a " * 500, '"' * 99, "x" * 100_000,
    ],
)  # fmt: skip
def test_what_means_something_to_a_database_means_nothing_here(filled: Store, typed: str) -> None:
    assert search(filled, typed) <= {"sahel", "athens"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.text(
        st.one_of(st.sampled_from("\"*-()^:+&|!'\\ ANDORhome"), st.characters(exclude_categories=())),
        max_size=30,
    )
)
@example("home *")
@example("''' ''")
def test_nothing_that_is_typed_fails(filled: Store, typed: str) -> None:
    if typed.strip():
        search(filled, typed)


def test_white_space_alone_is_no_search(filled: Store) -> None:
    assert len(search(filled, "  ")) == len(search(filled, "")) == len(ARTICLES)


def _is_known(character: str) -> bool:
    """Return whether a character was a letter or a number in an early Unicode: SQLite's tables are of 6.1."""
    return ucd_3_2_0.category(character)[0] in "LN"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.text(
            st.characters(categories=["L", "N"], max_codepoint=0x2FFF).filter(_is_known),
            min_size=1,
            max_size=8,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_word_of_a_text_is_found(store: Store, words: list[str]) -> None:
    number = store.queue(Filter(), offset=0, size=1, now=NOW).total
    key = store.receive(submission(f"w{number}", " ".join(words)), no_carry, NOW).key
    for word in words:
        if parse(word):
            found = store.queue(Filter(search=word), offset=0, size=1000, now=NOW).items
            assert key in {item.key for item in found}, word


def test_a_corrected_article_is_found_by_its_new_words_only(store: Store) -> None:
    fill(store)
    key = next(store.export(Filter(search="drought"))).key
    store.save(key, 0, change(), NOW)
    store.receive(submission("desk/sahel-7.html", "Rain at last.", title="Rain"), carry, NOW)
    assert search(store, "drought") == search(store, "about sahel") == set()
    assert search(store, "rain last") == {"sahel"}


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "𒀀 " * 100_000, " ".join(map(str, range(40_000))), "ﷺ " * 100_000]
)
def test_a_very_long_text_is_taken(store: Store, text: str) -> None:
    key = store.receive(submission("long", f"first {text}"), no_carry, NOW).key
    assert [item.key for item in store.export(Filter(search="first"))] == [key]


def test_what_is_typed_is_read_as_terms() -> None:
    beginning: Any = True
    assert parse('Rain "since 1984" fl* anti-terr*') == (
        Term(("rain",), False),
        Term(("since", "1984"), False),
        Term(("fl",), False),
        Term(("anti", "terr"), beginning),
    )
