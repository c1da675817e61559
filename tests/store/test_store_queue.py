"""The queue and the figures, compared with a look at each item, on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from support.store_samples import MINUTE, NOW, PLAIN, change, no_carry, outcome, submission

from service.store import Store
from service.store.records import Filter, ItemRecord, Order, VerdictPair, VerdictRow
from service.store.reviews import deletion, listing


def new(store: Store, article_id: str = "a1", **changes: Any) -> int:
    return store.receive(submission(article_id, **changes), no_carry, NOW).key


def keys(store: Store, wanted: Filter, **how: Any) -> list[int]:
    page = store.queue(wanted, **({"offset": 0, "size": 100, "now": NOW} | how))
    assert page.total >= len(page.items)
    return [item.key for item in page.items]


def _fill(store: Store, chance: random.Random) -> None:
    for number in range(40):
        words = " ".join(chance.sample(["rain", "snow", "wind", "hail"], 2))
        key = new(
            store,
            f"a{number}",
            title="Weather",
            text=f"{words} fell",
            source=chance.choice(["desk", "feed", None]),
            published=chance.choice(
                ["2026-11-03", "2026-11-04T23:59:00Z", "2026-11-05T00:30:00+02:00", None]
            ),
            low_support=chance.random() < 0.3,
            unknown_speaker=chance.random() < 0.3,
            topics=tuple(chance.sample(["t:1", "t:2", "t:3"], chance.randint(0, 2))),
        )
        for version in range(chance.choice([0, 0, 1, 2])):
            line = store.queue(Filter(), offset=0, size=1, now=NOW).items[0]
            facets = replace(PLAIN, low_support=line.low_support, unknown_speaker=line.unknown_speaker)
            facets = replace(facets, topics=line.topics)
            state = chance.choice(["open", "done"])
            by = chance.choice(["ada", "bob"])
            store.save(key, version, change(by, state=state, facets=facets, stale=chance.random() < 0.3), NOW)
        if chance.random() < 0.3:
            store.claim(key, chance.choice(["ada", "bob"]), NOW - MINUTE, chance.choice([MINUTE, 2 * MINUTE]))


def _matches(wanted: Filter, line: Any, item: ItemRecord) -> bool:
    day = NOW.date()
    if item.published is not None:
        moment = datetime.fromisoformat(item.published)
        day = (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    holds = line.claimed_by == wanted.mine and line.claimed_until is not None and line.claimed_until > NOW
    return all(
        (
            wanted.state in (None, line.state),
            line.low_support or not wanted.low_support,
            line.unknown_speaker or not wanted.unknown_speaker,
            line.stale or not wanted.stale,
            wanted.mine is None or (line.state != "done" and (holds or line.last_editor == wanted.mine)),
            wanted.source in (None, line.source),
            wanted.topic is None or wanted.topic in line.topics,
            wanted.since is None or day >= wanted.since,
            wanted.until is None or day <= wanted.until,
            wanted.search is None or wanted.search in item.text,
        )
    )


def test_every_filter_gives_what_a_look_at_each_item_gives(store: Store) -> None:
    chance = random.Random(20261124)
    _fill(store, chance)
    lines = store.queue(Filter(), offset=0, size=100, now=NOW).items
    looked_at = [(line, store.item(line.key)) for line in lines]
    assert len(lines) == 40
    seen = set()
    for _ in range(150):
        some = {
            "state": chance.choice(["new", "open", "done"]),
            "low_support": True,
            "unknown_speaker": True,
            "stale": True,
            "mine": chance.choice(["ada", "bob"]),
            "source": chance.choice(["desk", "feed"]),
            "topic": chance.choice(["t:1", "t:2"]),
            "since": chance.choice([date(2026, 11, 4), date(2026, 11, 5)]),
            "until": chance.choice([date(2026, 11, 3), date(2026, 11, 4)]),
            "search": chance.choice(["rain", "snow"]),
        }
        wanted = Filter(**{name: some[name] for name in chance.sample(sorted(some), chance.randint(0, 3))})
        expected = [(line, item) for line, item in looked_at if _matches(wanted, line, item)]
        seen.add(len(expected))
        orders: list[Order] = ["newest", "risk"]
        for order in orders:
            if order == "risk":
                expected.sort(
                    key=lambda pair: (
                        not pair[0].stale,
                        not pair[0].unknown_speaker,
                        not pair[0].low_support,
                        -pair[0].key,
                    )
                )
            page = store.queue(wanted, offset=2, size=3, now=NOW, order=order)
            assert (page.items, page.total) == (tuple(line for line, _ in expected[2:5]), len(expected))
        exported = [item.key for item in store.export(wanted, NOW)]
        assert exported == sorted(line.key for line, _ in expected)
    assert len(seen) > 10, "the filters are too much alike to show anything"


def test_counts_are_what_each_tab_s_queue_would_hold(store: Store) -> None:
    _fill(store, random.Random(7))
    within: list[dict[str, Any]] = [
        {}, {"source": "feed"}, {"topic": "t:1"}, {"since": date(2026, 11, 4)}, {"search": "rain"},
        {"source": "desk", "topic": "t:2", "until": date(2026, 11, 24), "search": "snow"},
    ]  # fmt: skip
    for base in within:
        found = store.counts(Filter(**base, state="done", stale=True, mine="bob"), "ada", NOW)
        tabs: dict[str, dict[str, Any]] = {
            "all": {},
            "mine": {"mine": "ada"},
            **{state: {"state": state} for state in ("new", "open", "done")},
            **{flag: {flag: True} for flag in ("stale", "low_support", "unknown_speaker")},
        }
        for name, tab in tabs.items():
            total = store.queue(Filter(**base, **tab), offset=0, size=1, now=NOW).total
            assert getattr(found, name) == total, (base, name)
    assert store.counts(Filter(source="none"), "ada", NOW).all == 0
    assert store.sources() == ("desk", "feed")


def test_a_page_is_of_one_state_of_the_database(store: Store) -> None:
    """Its lines are read after its keys: what is deleted between the two must still be there for it."""
    key = new(store, topics=("t:1",))
    with store._database.read() as connection:
        found = listing.matching(connection, Filter(), NOW)
        keys = list(connection.execute(found.select(found.key)).scalars())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(delete_only, store).result()
        assert [(line.key, line.topics) for line in listing._lines(connection, keys)] == [(key, ("t:1",))]
    assert list(store.export(Filter())) == []


def delete_only(store: Store) -> None:
    """Delete the article without SQLite's emptying of its log, which would wait for the reader."""
    with store._database.write() as connection:
        deletion.delete_article(connection, "a1", "ada", "", NOW)


def test_a_very_long_title_is_cut_in_the_queue_only(store: Store) -> None:
    key = new(store, title="t" * 5000)
    (line,) = store.queue(Filter(), offset=0, size=1, now=NOW).items
    assert line.title is not None
    assert len(line.title) == 300
    assert store.item(key).title == "t" * 5000


# Figures


def test_the_dashboard_adds_up(store: Store) -> None:
    one, two, three = (new(store, f"a{number}", model=f"sha256:m{number % 2}") for number in range(3))
    edited = (outcome("q1", "edited", edit_distance=0.5), outcome("s1", "accepted", "sentence"))
    store.save(one, 0, change("ada", seconds=10, verdict="edited", piece="q1", outcomes=edited), NOW)
    store.save(one, 1, change("ada", seconds=5, state="done", outcomes=edited), NOW + MINUTE)
    mixed = (outcome("q1", "edited", edit_distance=0.1), outcome("q2", "added"), outcome("q3", "rejected"))
    store.save(two, 0, change("bob", seconds=1, verdict="edited", piece="q1", outcomes=mixed), NOW)
    last = (*mixed[:2], outcome("q3", "accepted"))
    store.save(two, 1, change("bob", verdict="accepted", piece="q3", state="done", outcomes=last), NOW)
    store.save(three, 0, change("bob", verdict="edited", outcomes=edited, seconds=99), NOW)
    board = store.dashboard()
    assert board.rows == (
        VerdictRow("quote", "sha256:m0", 0, 2, 0, 0, 0.5),
        VerdictRow("quote", "sha256:m1", 1, 1, 0, 1, 0.1),
        VerdictRow("sentence", "sha256:m0", 2, 0, 0, 0, None),
    )
    assert (board.finished, board.waiting, board.median_seconds) == (2, 1, 8.0)
    assert [(row.editor, row.finished, row.decisions, row.median_seconds) for row in board.editors] == [
        ("ada", 1, 1, 15.0),
        ("bob", 1, 3, 1.0),
    ]
    later = store.dashboard(NOW.date() + timedelta(days=1))
    assert (later.rows, later.finished, later.waiting, later.editors) == ((), 0, 1, ())
    assert store.dashboard(NOW.date()) == board


def test_a_verdict_keeps_its_day_until_it_changes(store: Store) -> None:
    key = new(store)
    store.save(key, 0, change(outcomes=(outcome("q1", "accepted"), outcome("q2", "accepted"))), NOW)
    tomorrow = NOW + timedelta(days=1)
    store.save(key, 1, change(outcomes=(outcome("q1", "rejected"), outcome("q2", "accepted"))), tomorrow)
    (row,) = store.dashboard(tomorrow.date()).rows
    assert (row.accepted, row.rejected) == (0, 1)


def test_agreement_is_between_the_last_verdicts_that_stand(store: Store) -> None:
    key, other = new(store), new(store, "a2")
    done = [
        ("ada", "q1", "accepted"), ("bob", "q1", "accepted"), ("ada", "q1", "rejected"),
        ("ada", "q2", "accepted"), ("bob", "q2", "rejected"), ("bob", "q2", None),
        ("bob", "q3", "edited"), ("ada", "q3", "edited"), ("eve", "q3", "accepted"),
        ("ada", None, "accepted"), ("bob", None, "accepted"),
    ]  # fmt: skip
    for version, (editor, piece, verdict) in enumerate(done):
        store.save(key, version, change(editor, piece=piece, verdict=verdict), NOW)
    store.save(other, 0, change("ada", piece="q1", verdict="accepted"), NOW)
    assert store.agreement() == (
        VerdictPair(key, "q1", "ada", "rejected", "bob", "accepted"),
        VerdictPair(key, "q3", "bob", "edited", "ada", "edited"),
        VerdictPair(key, "q3", "bob", "edited", "eve", "accepted"),
        VerdictPair(key, "q3", "ada", "edited", "eve", "accepted"),
    )


def test_an_export_neither_skips_nor_repeats_while_items_come_and_go(store: Store) -> None:
    first = [new(store, f"a{number}") for number in range(250)]
    exported = []
    for count, item in enumerate(store.export(Filter())):
        exported.append(item.key)
        if count == 20:
            store.delete_article("a150", "ada", "", NOW)
            late = new(store, "late")
    assert exported == [*(key for key in first if key != first[150]), late]
