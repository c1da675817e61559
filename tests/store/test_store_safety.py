"""What is kept stays kept: races, kills, migrations, triggers; and what is deleted is gone."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError
from support import store_worker
from support.quick_store import QUICK
from support.store_samples import MINUTE, NOW, PLAIN, carry, change, no_carry, outcome, submission

import service.store.migrations
from service.store import Store, migrate
from service.store.errors import NoSuchItem, StoreFailed, StoreUnavailable
from service.store.records import Filter
from service.store.schema import metadata

_TESTS = Path(__file__).parents[1]
WORD = "quixotrelzine"
TABLES = {"articles", "analyses", "items", "item_topics", "reviews", "log", "outcomes", "users"}


@contextmanager
def raw(url: str) -> Iterator[Connection]:
    """A connection past the store."""
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def start(what: str, url: str, *rest: object) -> subprocess.Popen[str]:
    """Start another process, ready to go at a line on its standard input."""
    command = [sys.executable, "-m", store_worker.__name__, what, url, *map(str, rest)]
    process = subprocess.Popen(command, cwd=_TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


# Migrations


def test_the_migrations_make_what_the_models_say(empty_url: str) -> None:
    Store.open(empty_url, QUICK).close()
    Store.open(empty_url, QUICK).close()
    with raw(empty_url) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _parents: (
                    not (kind == "table" and name.startswith("search"))
                )
            },
        )
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) >= TABLES


def test_the_newest_step_is_the_one_the_store_looks_for() -> None:
    folder = Path(service.store.migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_heads() == [migrate.HEAD]


def test_several_processes_may_open_a_new_database_at_once(empty_url: str) -> None:
    processes = [start("open", empty_url) for _ in range(4)]
    for process in processes:
        go(process)
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert (process.returncode, output) == (0, "False\n")


def test_a_new_database_waits_for_who_holds_the_file(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")  # with this lock held, SQLite refuses the write-ahead log at once
    letting_go = Timer(0.2, holder.execute, ["ROLLBACK"])
    letting_go.start()
    with Store.open(f"sqlite:///{file}", QUICK) as store:
        assert not store.has_users()
    letting_go.join()
    holder.close()


def test_a_database_of_a_newer_pullquote_is_left_alone(url: str) -> None:
    with raw(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(StoreFailed, match=r"'9999'.*newer Pullquote"):
        Store.open(url, QUICK)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://root@localhost/x", "isn't supported"),
        ("nonsense", "not a database URL"),
        ("sqlite:////nonexistent/folder/store.db", "can't be used"),
        ("postgresql://nobody:secret@127.0.0.1:1/x", "can't be used"),
    ],
)
def test_a_url_that_can_t_serve_is_refused(bad: str, why: str) -> None:
    with pytest.raises(StoreFailed, match=why) as failed:
        Store.open(bad, QUICK)
    assert "secret" not in failed.value.detail


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear editors, " * 1000)
    with pytest.raises(StoreFailed, match="not a database"):
        Store.open(f"sqlite:///{path}", QUICK)
    assert path.read_text().startswith("Dear editors")


def test_a_busy_database_says_so_and_a_stranger_not_where_it_is(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK, patience_s=0.05) as store:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked") as busy:
            store.receive(submission(), no_carry, NOW)
        assert "store.db" in busy.value.detail
        assert "store.db" not in busy.value.public
        other.execute("ROLLBACK")
        other.close()
        assert store.receive(submission(), no_carry, NOW).outcome == "new"


# What is written stays as it is


def test_the_database_itself_refuses_to_change_the_past(store: Store, url: str) -> None:
    key = store.receive(submission(), no_carry, NOW).key
    store.save(key, 0, change(), NOW)
    before = (store.item(key), store.log(key), store.review(key, 1))
    for statement in (
        "UPDATE analyses SET content = 'x'",
        "UPDATE reviews SET content = 'x'",
        "UPDATE log SET editor = 'x'",
        "DELETE FROM log",
        "DELETE FROM reviews",
    ):
        with raw(url) as connection, pytest.raises(DatabaseError, match=r"never changed|only grow|only with"):
            connection.execute(text(statement))
    assert (store.item(key), store.log(key), store.review(key, 1)) == before


def test_the_line_that_says_what_was_deleted_can_t_be_deleted(store: Store, url: str) -> None:
    key = store.receive(submission(), no_carry, NOW).key
    store.delete_article("a1", "ada", "asked to", NOW)
    with raw(url) as connection, pytest.raises(DatabaseError, match=r"never changed|only grow"):
        connection.execute(text("DELETE FROM log"))
    assert len(store.log(key)) == 1


# Races


def test_hundreds_of_racing_edits_lose_none(store: Store, url: str) -> None:
    """Two processes of three threads each save to one item until it has 300 versions."""
    goal = 300  # the second process has joined in by then, and both have been refused many times
    key = store.receive(submission(), no_carry, NOW).key
    racers = [start("race", url, key, name, 3, goal) for name in ("one", "other")]
    for racer in racers:
        go(racer)
    said = []
    for racer in racers:
        output, _ = racer.communicate(timeout=120)
        assert racer.returncode == 0
        said += output.splitlines()
    acknowledged = sorted(tuple(line.split(" ", 1)) for line in said if line != "refused")
    log = store.log(key)
    kept = sorted((str(line.version), line.action) for line in log)
    assert acknowledged == kept
    assert [line.version for line in log] == list(range(1, store.item(key).version + 1))
    assert len(log) >= goal
    for line in random.Random(1).sample(log, 20):
        assert store.review(key, line.version).content == line.action
    processes = Counter(line.editor.split("-")[0] for line in log)
    assert min(processes["one"], processes["other"]) > goal / 100, (
        "one process did nearly all: the race was none"
    )
    assert said.count("refused") > goal / 10, "hardly anyone was refused: the race was none"


def test_receiving_one_article_many_times_at_once_makes_one_item(store: Store, url: str) -> None:
    with Store.open(url, QUICK) as other:
        received = _together(
            [
                lambda at=at, number=number: at.receive(
                    submission(text=f"Text {number % 5}.", analysis=str(number)), carry, NOW
                )
                for at in (store, other)
                for number in range(20)
            ]
        )
    assert len({one.key for one in received}) == 1
    assert [one.outcome for one in received].count("new") == 1
    assert store.queue(Filter(), offset=0, size=9, now=NOW).total == 1


def test_one_of_many_who_claim_at_once_gets_it(store: Store) -> None:
    key = store.receive(submission(), no_carry, NOW).key

    def claim(name: str) -> str:
        try:
            store.claim(key, name, NOW, MINUTE)
        except Exception as error:
            return type(error).__name__
        return name

    claimed = _together([lambda name=f"e{n}": claim(name) for n in range(12)])
    assert claimed.count("Claimed") == 11
    assert store.item(key).claimed_by in claimed


def _together(jobs: list) -> list:
    with store_worker.ThreadPoolExecutor(len(jobs)) as pool:
        return [done.result() for done in [pool.submit(job) for job in jobs]]


# Kills


def test_a_killed_process_takes_no_acknowledged_edit_with_it(url: str) -> None:
    with Store.open(url, QUICK) as store:
        key = store.receive(submission(), no_carry, NOW).key
    chance, acknowledged = random.Random(3), []
    for round_ in range(3):
        with start("race", url, key, f"r{round_}", 2, 1_000_000) as process:
            go(process)
            assert process.stdout is not None
            enough = len(acknowledged) + chance.randint(20, 40)
            while len(acknowledged) < enough:
                acknowledged.append(process.stdout.readline())
            time.sleep(chance.uniform(0, 0.01))
            process.send_signal(signal.SIGKILL)
            acknowledged += process.stdout.read().splitlines(keepends=True)
        assert process.returncode == -signal.SIGKILL
    whole = {line.strip() for line in acknowledged if line.endswith("\n")} - {"refused"}
    with Store.open(url, QUICK) as store:
        kept = {f"{line.version} {line.action}" for line in store.log(key)}
        versions = [line.version for line in store.log(key)]
    assert whole <= kept
    assert len(whole) > 20, "killed before it had saved enough to show anything"
    assert versions == list(range(1, len(versions) + 1))


# Deletion


def _hang_everything_on_it(store: Store, url: str) -> int:
    """An article with the word wherever people's text may stand; others around it, without."""
    for number in range(30):
        store.receive(submission(f"before{number}", f"Rain fell {number} times. " * 100), no_carry, NOW)
    key = store.receive(
        submission(f"{WORD}-1", f"{WORD} fell. " * 600, title=f"On {WORD}", topics=(f"t:{WORD}",)),
        no_carry,
        NOW,
    ).key
    outcomes = (outcome(f"{WORD}1", "accepted", editor=WORD),)
    facets = replace(PLAIN, topics=(f"t:{WORD}",))
    entry = {"piece": WORD, "before": WORD, "after": WORD, "note": WORD}
    for version in range(5):
        store.save(
            key, version, change(WORD, f"{WORD} " * 900, outcomes=outcomes, facets=facets, **entry), NOW
        )
    assert {"articles", "analyses", "items", "item_topics", "reviews", "log", "outcomes"} <= holding(url)
    corrected = submission(f"{WORD}-1", f"Again {WORD} fell. " * 400, title=WORD, source=f"{WORD} desk")
    store.receive(corrected, carry, NOW)
    store.claim(key, WORD, NOW, MINUTE)
    for number in range(30):
        store.receive(submission(f"after{number}", f"Snow fell {number} times. " * 100), no_carry, NOW)
    return key


def holding(url: str) -> set[str]:
    """The tables, the search index among them, in which the word stands."""
    with raw(url) as connection:
        found = set()
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            if any(_has_word(value) for row in rows for value in row):
                found.add(table)
        return found


def _has_word(value: object) -> bool:
    return WORD.encode() in value if isinstance(value, bytes) else WORD in str(value)


def test_a_deleted_article_is_gone_from_everywhere(store: Store, url: str) -> None:
    key = _hang_everything_on_it(store, url)
    others = list(store.export(Filter(source="desk")))
    deleted = store.delete_article(f"{WORD}-1", "ada", "the source asked", NOW + MINUTE)
    assert (deleted.articles, deleted.analyses, deleted.reviews, deleted.log_lines) == (2, 2, 6, 6)
    assert holding(url) == set()
    assert store.queue(Filter(search=WORD), offset=0, size=9, now=NOW).total == 0
    with pytest.raises(NoSuchItem):
        store.item(key)
    (line,) = store.log(key)
    assert (line.action, line.editor, line.note, line.at) == (
        "deleted",
        "ada",
        "the source asked",
        NOW + MINUTE,
    )
    assert list(store.export(Filter())) == others
    again = store.receive(submission(f"{WORD}-1"), no_carry, NOW)
    assert again.outcome == "new"
    store.delete_article(f"{WORD}-1", "ada", "", NOW)
    once_more = store.receive(submission(f"{WORD}-1"), no_carry, NOW)
    assert len({key, again.key, once_more.key}) == 3, "a deleted item's log would become a new one's"
    if url.startswith("sqlite"):
        store.delete_article(f"{WORD}-1", "ada", "", NOW)
        path = Path(make_url(url).database or "")
        for file in path.parent.glob("store.db*"):
            assert WORD.encode() not in file.read_bytes(), file.name


def test_a_deletion_that_fails_deletes_nothing(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _hang_everything_on_it(store, url)
    before, log = store.item(key), store.log(key)

    def fail(_connection: Connection) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("service.store.reviews.search.sweep", fail)
    with pytest.raises(ZeroDivisionError):
        store.delete_article(f"{WORD}-1", "ada", "", NOW)
    assert (store.item(key), store.log(key)) == (before, log)
    assert store.queue(Filter(search=WORD), offset=0, size=9, now=NOW).total == 1


def test_retention_takes_what_was_done_long_ago(store: Store) -> None:
    keys = [store.receive(submission(f"a{number}"), no_carry, NOW).key for number in range(5)]
    for number, (state, after) in enumerate([("done", 0), ("done", 1), ("open", 0), ("done", 0)]):
        store.save(keys[number], 0, change(state=state), NOW + after * MINUTE)
    assert store.purge(NOW, NOW + MINUTE) == 0
    assert store.purge(NOW + MINUTE, NOW + 2 * MINUTE) == 2
    assert [item.key for item in store.export(Filter())] == [keys[1], keys[2], keys[4]]
    (line,) = store.log(keys[0])
    assert (line.action, line.editor) == ("deleted", "retention")
    assert re.fullmatch("done before 2026-11-24T09:31:.*", line.note or "")
