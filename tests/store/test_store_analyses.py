"""Kept analyses and remembered answers, on SQLite and on PostgreSQL, with a clock passed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.quick_store import QUICK
from support.store_samples import NOW

from service.store import Store
from service.store.analyses import answers, kept
from service.store.analyses.answers import LEASE, REMEMBERED
from service.store.analyses.records import Answer, KeptAnalysis, KeptLine, KnownRequest, Ticket
from service.store.errors import NoSuchItem

WORD = "quixotrelzine"
ANSWER = Answer(200, (("ETag", '"x"'), ("content-type", "application/json")), b'{"a": "\xc3\xa9\x00"}', "a1")


def analysis(
    number: int = 1, *, owner: str = "k1", article: str = "a1", made_at: datetime = NOW
) -> KeptAnalysis:
    line = KeptLine(
        f"{number:032x}", owner, article, "Rain\ud800\0", "short", "bullets", "0.1.0", made_at=made_at
    )
    return KeptAnalysis(line, f'{{"of": "{article}"}}', "Rain\r\n fell \0 🌧")


def ids(store: Store, owner: str | None = "k1", **wanted: object) -> list[int]:
    page = store.analyses.page(owner, size=99, **wanted)  # type: ignore[arg-type]
    return [int(line.id, 16) for line in page.lines]


def begun(
    store: Store, key: str = "once", now: datetime = NOW, fingerprint: str = "f", owner: str = "k1"
) -> Ticket:
    ticket = store.answers.begin(owner, key, fingerprint, now)
    assert isinstance(ticket, Ticket)
    return ticket


# Kept analyses


def test_an_analysis_comes_back_as_it_was(store: Store) -> None:
    store.analyses.keep(analysis())
    assert store.analyses.get("k1", f"{1:032x}") == analysis()
    assert store.analyses.get(None, f"{1:032x}") == analysis(), "the operator sees all"


def test_keeping_under_an_id_that_is_there_changes_nothing(store: Store) -> None:
    store.analyses.keep(analysis())
    store.analyses.keep(analysis(article="another"))
    assert store.analyses.get("k1", f"{1:032x}") == analysis()
    assert ids(store) == [1]


def test_what_another_had_kept_is_not_there(store: Store) -> None:
    store.analyses.keep(analysis())
    for owner in ("k2", ""):
        with pytest.raises(NoSuchItem, match="kept for this caller"):
            store.analyses.get(owner, f"{1:032x}")
        with pytest.raises(NoSuchItem):
            store.analyses.delete(owner, f"{1:032x}")
        with pytest.raises(NoSuchItem):
            store.analyses.delete_article(owner, "a1")
        assert ids(store, owner) == []
    assert ids(store) == ids(store, None) == [1]


def test_a_list_is_newest_first_and_goes_on_where_it_stopped(store: Store) -> None:
    for number in range(1, 8):
        store.analyses.keep(analysis(number, article=f"a{number % 2}"))
        store.analyses.keep(analysis(100 + number, owner="k2"))
    assert ids(store) == [7, 6, 5, 4, 3, 2, 1]
    assert ids(store, article_id="a1") == [7, 5, 3, 1]
    seen, before = list[int](), None
    while True:
        page = store.analyses.page("k1", before=before, size=3)
        seen += [int(line.id, 16) for line in page.lines]
        if page.before is None:
            break
        if len(seen) == 3:  # what comes in meanwhile, or goes, moves nothing
            store.analyses.keep(analysis(8))
            store.analyses.delete("k1", f"{5:032x}")
        before = page.before
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert store.analyses.page("k1", size=7).before is None, "the list ends with a full part"


def test_a_list_does_not_read_the_wide_columns(store: Store) -> None:
    store.analyses.keep(analysis())
    (line,) = store.analyses.page("k1", size=1).lines
    assert line == analysis().line


def test_deleting_takes_the_words_out_of_the_files(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK) as store:
        for number in (1, 2):
            one = analysis(number)
            store.analyses.keep(KeptAnalysis(one.line, f'"{WORD}"', WORD))
        ticket = begun(store)
        store.answers.finish(ticket, Answer(200, (), WORD.encode(), "a1"), NOW)
        assert store.analyses.delete("k1", f"{1:032x}") == "a1"
        assert WORD.encode() in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert store.analyses.delete_article("k1", "a1") == 1
        assert WORD.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_number_is_never_given_again(store: Store) -> None:
    """Else a list that is read on would show again what it had shown."""
    store.analyses.keep(analysis(1))
    store.analyses.keep(analysis(2))
    page = store.analyses.page("k1", size=1)
    store.analyses.delete("k1", f"{2:032x}")
    store.analyses.keep(analysis(3))
    assert page.before is not None
    assert [int(line.id, 16) for line in store.analyses.page("k1", before=page.before, size=9).lines] == [1]


def test_a_purge_deletes_what_is_older_and_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_PURGED_AT_ONCE", 2)
    for number in range(5):
        store.analyses.keep(analysis(number, owner=f"k{number}", made_at=NOW - timedelta(days=number)))
    assert store.analyses.purge(NOW - timedelta(days=5)) == 0
    assert store.analyses.purge(NOW - timedelta(days=2)) == 2, "the one of that very moment stays"
    assert ids(store, None) == [2, 1, 0]


# Remembered answers


def test_a_request_is_answered_once_and_then_again_the_same(store: Store) -> None:
    ticket = begun(store)
    assert store.answers.begin("k1", "once", "f", NOW) == KnownRequest("f", None)
    store.answers.finish(ticket, ANSWER, NOW)
    for fingerprint in ("f", "another"):  # the caller tells them apart
        assert store.answers.begin("k1", "once", fingerprint, NOW) == KnownRequest("f", ANSWER)


def test_keys_are_each_owner_s_and_may_hold_anything(store: Store) -> None:
    tokens = {
        begun(store, owner=owner, key=key).token
        for owner in ("k1", "k2", "")
        for key in ("once", "twice", "\ud800\0", "x" * 10_000)
    }
    assert len(tokens) == 12


def test_an_abandoned_request_may_be_made_again_and_a_finished_one_not(store: Store) -> None:
    ticket = begun(store)
    store.answers.abandon(ticket)
    again = begun(store, fingerprint="another")
    assert again.token != ticket.token
    store.answers.finish(again, ANSWER, NOW)
    store.answers.abandon(again)
    assert store.answers.begin("k1", "once", "another", NOW) == KnownRequest("another", ANSWER)


def test_a_request_whose_process_died_is_made_again_under_its_token(store: Store) -> None:
    ticket = begun(store)
    assert isinstance(
        store.answers.begin("k1", "once", "f", NOW + LEASE - timedelta(seconds=1)), KnownRequest
    )
    assert begun(store, now=NOW + LEASE) == ticket
    assert begun(store, now=NOW + 2 * LEASE, fingerprint="another").token != ticket.token


def test_an_answer_is_forgotten_after_its_time(store: Store) -> None:
    ticket = begun(store)
    store.answers.finish(ticket, ANSWER, NOW)
    just_before = NOW + REMEMBERED - timedelta(microseconds=1)
    assert store.answers.begin("k1", "once", "f", just_before) == KnownRequest("f", ANSWER)
    store.answers.prune(just_before)
    assert store.answers.begin("k1", "once", "f", just_before) == KnownRequest("f", ANSWER)
    assert begun(store, now=NOW + REMEMBERED).token != ticket.token


def test_the_oldest_of_too_many_answers_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_ANSWERS", 3)
    for number in range(5):
        store.answers.finish(begun(store, str(number)), ANSWER, NOW)
    known = [
        isinstance(store.answers.begin("k1", str(number), "f", NOW), KnownRequest) for number in range(5)
    ]
    assert known == [False, False, True, True, True]


def test_of_many_who_begin_at_once_one_gets_the_ticket(store: Store, url: str) -> None:
    with Store.open(url, QUICK) as other, ThreadPoolExecutor(8) as pool:
        stores = [store, other] * 8
        got = list(pool.map(lambda one: one.answers.begin("k1", "once", "f", NOW), stores))
    assert [isinstance(one, Ticket) for one in got].count(True) == 1


def test_deleting_an_analysis_takes_the_answer_that_kept_it(store: Store) -> None:
    for key, owner in (("once", "k1"), ("twice", "k1"), ("once", "k2")):
        ticket = begun(store, key, owner=owner)
        one = analysis(owner=owner)
        line = KeptLine(ticket.token, owner, "a1", None, "short", "bullets", "0.1.0", NOW)
        store.analyses.keep(KeptAnalysis(line, one.content, None))
        store.answers.finish(ticket, ANSWER, NOW)
        if key == "once" and owner == "k1":
            store.analyses.delete("k1", ticket.token)
            begun(store, "once")
    assert store.analyses.delete_article("k1", "a1") == 1
    begun(store, "twice")
    assert store.answers.begin("k2", "once", "f", NOW) == KnownRequest("f", ANSWER), "it is another's"
