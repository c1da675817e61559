"""The store, method by method, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.store_samples import MINUTE, NOW, PLAIN, carry, change, no_carry, outcome, submission

from service.store import Store
from service.store.errors import Claimed, Conflict, InvalidEntry, NoSuchItem, StoreFailed
from service.store.records import Filter, ItemRecord, LogEntry, LogLine, RebasedReview, Received, Submission

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any characters that a string may hold: NUL, lone surrogates, all."""
_NUMBERS = itertools.count()


def new(store: Store, article_id: str = "a1", **changes: Any) -> int:
    return store.receive(submission(article_id, **changes), no_carry, NOW).key


def keys(store: Store, wanted: Filter, **how: Any) -> list[int]:
    page = store.queue(wanted, **({"offset": 0, "size": 100, "now": NOW} | how))
    assert page.total >= len(page.items)
    return [item.key for item in page.items]


def test_an_item_is_what_was_received(store: Store) -> None:
    given_ = submission(title="Rain, again", published="2026-11-01", low_support=True, topics=("t:2", "t:1"))
    received = store.receive(given_, no_carry, NOW)
    item = store.item(received.key)
    assert received.outcome == "new"
    assert item == ItemRecord(
        key=received.key,
        article_id="a1",
        title="Rain, again",
        source="desk",
        published="2026-11-01",
        language="en",
        text=given_.article.text,
        text_sha256=given_.article.text_sha256,
        analysis=given_.analysis,
        model="sha256:m1",
        version=0,
        review=None,
        parent=0,
        state="new",
        stale=False,
        claimed_by=None,
        claimed_until=None,
        added_at=NOW,
        changed_at=NOW,
        last_editor=None,
    )
    (line,) = store.queue(Filter(), offset=0, size=10, now=NOW).items
    assert (line.key, line.title, line.low_support, line.topics) == (
        item.key,
        item.title,
        True,
        ("t:1", "t:2"),
    )
    assert store.log(item.key) == ()


def test_what_is_not_there_is_said(store: Store) -> None:
    key = new(store)
    for ask in (
        lambda: store.item(key + 1),
        lambda: store.save(key + 1, 0, change(), NOW),
        lambda: store.claim(key + 1, "ada", NOW, MINUTE),
        lambda: store.review(key, 0),
        lambda: store.delete_article("other", "ada", "", NOW),
    ):
        with pytest.raises(NoSuchItem):
            ask()
    assert store.log(key + 1) == ()


# Receiving


def test_the_same_again_is_known(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change(), NOW)
    before = store.item(key)
    again = store.receive(submission(), no_carry, NOW + MINUTE)
    assert (again.key, again.outcome) == (key, "known")
    assert store.item(key) == before


def test_another_analysis_is_shown_until_somebody_has_begun(store: Store) -> None:
    key = new(store)
    second = submission(
        analysis='{"n": 2}', model="sha256:m2", low_support=True, topics=("t:1",), title="New"
    )
    assert store.receive(second, no_carry, NOW + MINUTE).outcome == "reanalysed"
    item = store.item(key)
    assert (item.analysis, item.model, item.title, item.changed_at) == (
        '{"n": 2}', "sha256:m2", "New", NOW + MINUTE,
    )  # fmt: skip
    assert keys(store, Filter(low_support=True)) == keys(store, Filter(topic="t:1")) == [key]
    store.save(key, 0, change(), NOW)
    third = submission(analysis='{"n": 3}')
    assert store.receive(third, no_carry, NOW).outcome == "reanalysed"
    assert store.receive(third, no_carry, NOW).outcome == "known"
    assert store.receive(second, no_carry, NOW).outcome == "known"
    assert store.item(key).analysis == '{"n": 2}'


def test_a_correction_without_a_review_only_shows_the_new_text(store: Store) -> None:
    key = new(store)
    received = store.receive(submission(text="Snow fell."), no_carry, NOW)
    item = store.item(key)
    assert (received.key, received.outcome) == (key, "corrected")
    assert (item.text, item.version, item.stale, item.state) == ("Snow fell.", 0, False, "new")
    assert keys(store, Filter(search="snow")) == [key]
    assert keys(store, Filter(search="city")) == []


def test_a_correction_of_a_reviewed_article_carries_over_what_it_can(store: Store) -> None:
    key = new(store, low_support=True)
    first = store.item(key)
    store.save(
        key, 0, change(state="done", outcomes=(outcome("q1", "accepted"), outcome("q2", "rejected"))), NOW
    )
    corrected = submission(text="Snow fell.", model="sha256:m2", topics=("t:9",))
    assert store.receive(corrected, carry, NOW + MINUTE).outcome == "corrected"
    item = store.item(key)
    assert item.review == f'{{"r": 1}} carried over from {first.text_sha256[:8]}'
    assert (item.version, item.parent, item.stale, item.state) == (2, 0, True, "open")
    assert (item.text, item.model) == ("Snow fell.", "sha256:m2")
    assert store.log(key, 1) == (
        LogLine(2, NOW + MINUTE, "", None, "correct", None, None, None, None, "the article changed"),
    )
    assert keys(store, Filter(stale=True)) == keys(store, Filter(topic="t:9")) == [key]
    assert keys(store, Filter(low_support=True)) == []
    assert (store.review(key, 1).text, store.review(key, 1).analysis) == (first.text, first.analysis)
    assert store.review(key, 2).text == "Snow fell."
    (row,) = store.dashboard().rows
    assert (row.accepted, row.rejected) == (1, 0)
    with pytest.raises(Conflict):
        store.save(key, 1, change(), NOW)


def test_a_correction_may_leave_nothing_of_a_review(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change(outcomes=(outcome("q1", "accepted"),)), NOW)

    def drop(_old: ItemRecord, submitted: Submission) -> RebasedReview:
        return RebasedReview(None, submitted.facets, LogEntry("", "correct"))

    store.receive(submission(text="Snow fell."), drop, NOW)
    item = store.item(key)
    assert (item.version, item.review, item.state, item.stale) == (2, None, "new", True)
    assert store.review(key, 2).content is None
    assert store.dashboard().rows == ()
    assert store.save(key, 2, change(), NOW) == 3


def test_a_correction_back_to_an_earlier_text_is_one_too(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change(), NOW)
    for text in ("Snow fell.", "Rain fell on the city."):
        assert store.receive(submission(text=text), carry, NOW).outcome == "corrected"
        assert store.item(key).text == text
        assert store.receive(submission(text=text), no_carry, NOW).outcome == "known"
    assert store.item(key).version == 3
    assert [line.action for line in store.log(key)] == ["accept", "correct", "correct"]


def test_a_carry_that_fails_changes_nothing(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change(), NOW)
    before = store.item(key)

    def fail(_old: ItemRecord, _new: Submission) -> RebasedReview:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.receive(submission(text="Snow fell."), fail, NOW)
    assert store.item(key) == before
    assert keys(store, Filter(search="snow")) == []


def test_an_id_that_no_index_takes_is_refused(store: Store) -> None:
    assert store.item(new(store, "\U0001f600" * 500)).article_id == "\U0001f600" * 500
    assert store.item(new(store, "\0" * 500)).article_id == "\0" * 500
    for bad in (submission("a" * 501), submission(source="s" * 201)):
        with pytest.raises(InvalidEntry, match="at most"):
            store.receive(bad, no_carry, NOW)


# Saving


def test_a_save_is_a_version_a_line_of_the_log_and_the_state(store: Store) -> None:
    key = new(store)
    facets = replace(PLAIN, low_support=True, topics=("t:1",), pieces=5, decided=2)
    entry = {"piece": "q1", "verdict": "edited", "before": '"a"', "after": '"b"', "seconds": 2.5, "note": "n"}
    assert store.save(key, 0, change("ada", "one", facets=facets, **entry), NOW + MINUTE) == 1
    assert store.save(key, 1, change("bob", "two", parent=1, state="done", stale=True), NOW + 2 * MINUTE) == 2
    item = store.item(key)
    assert (item.version, item.review, item.parent, item.state, item.stale) == (2, "two", 1, "done", True)
    assert (item.changed_at, item.last_editor) == (NOW + 2 * MINUTE, "bob")
    first = store.review(key, 1)
    assert (first.version, first.content, first.parent, first.editor, first.made_at) == (
        1, "one", 0, "ada", NOW + MINUTE,
    )  # fmt: skip
    assert store.log(key)[0] == LogLine(
        1, NOW + MINUTE, "ada", 2.5, "accept", "q1", "edited", '"a"', '"b"', "n"
    )
    assert [line.version for line in store.log(key, 1)] == [2]


def test_the_second_of_two_is_told_what_the_first_did(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change("ada", piece="q1", verdict="accepted"), NOW)
    before = store.item(key)
    with pytest.raises(Conflict) as refused:
        store.save(key, 0, change("bob", "bob's"), NOW)
    assert refused.value.current == 1
    assert [(line.editor, line.piece, line.verdict) for line in refused.value.since] == [
        ("ada", "q1", "accepted")
    ]
    assert refused.value.problem.status == 412
    assert store.item(key) == before
    with pytest.raises(Conflict):
        store.save(key, 7, change("bob"), NOW)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreFailed, match="no time zone"):
        store.receive(submission(), no_carry, NOW.replace(tzinfo=None))
    assert list(store.export(Filter())) == []


def test_only_the_store_logs_a_deletion(store: Store) -> None:
    key = new(store)
    with pytest.raises(ValueError, match="the store's own"):
        store.save(key, 0, change(action="deleted"), NOW)
    assert store.item(key).version == 0


# Claims


def test_a_claim_holds_for_its_lease(store: Store) -> None:
    key = new(store)
    until = store.claim(key, "ada", NOW, 10 * MINUTE)
    assert until == NOW + 10 * MINUTE == store.item(key).claimed_until
    with pytest.raises(Claimed) as refused:
        store.claim(key, "bob", until - timedelta(microseconds=1), MINUTE)
    assert (refused.value.by, refused.value.until) == ("ada", until)
    assert store.claim(key, "ada", NOW + MINUTE, 10 * MINUTE) == NOW + 11 * MINUTE
    assert store.claim(key, "bob", NOW + 11 * MINUTE, MINUTE) == NOW + 12 * MINUTE
    assert store.claim(key, "ada", NOW + 11 * MINUTE, MINUTE, force=True) == NOW + 12 * MINUTE
    store.release(key, "bob")
    assert store.item(key).claimed_by == "ada"
    store.release(key, "ada")
    assert (store.item(key).claimed_by, store.item(key).claimed_until) == (None, None)


def test_finishing_ends_the_claim_and_saving_keeps_it(store: Store) -> None:
    key = new(store)
    store.claim(key, "ada", NOW, MINUTE)
    store.save(key, 0, change(), NOW)
    assert store.item(key).claimed_by == "ada"
    store.save(key, 1, change(state="done"), NOW)
    assert store.item(key).claimed_by is None


def test_next_passes_over_what_is_done_or_another_s(store: Store) -> None:
    one, two, three, four = (new(store, f"a{number}") for number in range(4))
    store.save(four, 0, change(state="done"), NOW)
    store.claim(two, "bob", NOW, MINUTE)
    assert store.next_item(Filter(), "ada", NOW) == three
    assert store.next_item(Filter(), "ada", NOW, after=three) == one
    assert store.next_item(Filter(), "bob", NOW, after=three) == two
    assert store.next_item(Filter(), "ada", NOW, after=one) == three  # from the top again
    assert store.next_item(Filter(), "ada", NOW + MINUTE, after=three) == two
    assert store.next_item(Filter(search="nothing"), "ada", NOW) is None
    store.save(three, 0, change(state="done"), NOW)
    assert store.next_item(Filter(), "ada", NOW, after=one) is None


# Any text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANY_TEXT, min_size=6, max_size=6))
def test_any_text_comes_back_as_it_was(store: Store, texts: list[str]) -> None:
    title, source, editor, note, topic, body = texts
    # The door lets no lone surrogate into a text, and no blank one.
    text = "x" + "".join(sign for sign in body if not "\ud800" <= sign <= "\udfff")
    article_id = f"{title}#{next(_NUMBERS)}"  # without the sign, "2" and 9 would be "" and 29 again
    given_ = submission(article_id, text, title=title, source=source, topics=(topic,), analysis=body)
    key = store.receive(given_, no_carry, NOW).key
    store.save(key, 0, change(editor, body, note=note, after=title, facets=given_.facets), NOW)
    item = store.item(key)
    assert (item.article_id, item.title, item.source, item.text) == (article_id, title, source, text)
    assert (item.analysis, item.review, item.last_editor) == (body, body, editor)
    (line,) = store.log(key)
    assert (line.note, line.after, line.editor) == (note, title, editor)
    assert store.receive(given_, no_carry, NOW) == Received(key, "known")
    assert keys(store, Filter(source=source, topic=topic, mine=editor))[0] == key
    keys(store, Filter(search=title))
    assert source in store.sources()
