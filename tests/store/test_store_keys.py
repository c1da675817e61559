"""Keys for programs, on SQLite and on PostgreSQL, with a clock passed in; and keys of the first schema."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from support.quick_store import QUICK
from support.store_samples import MINUTE, NOW, no_carry, submission

from service.access.scopes import Scope
from service.store import Store
from service.store.accounts.keys import key_id_of
from service.store.accounts.records import ApiKey, KeyTerms
from service.store.errors import InvalidEntry, NotTheSender

PASSWORD = "correct horse"
ANALYSE = KeyTerms(frozenset((Scope.ANALYSE,)))
DAY = timedelta(days=1)


def found(store: Store, key: str, now: object = NOW) -> ApiKey:
    known = store.find_key(key, now)  # type: ignore[arg-type]
    assert known is not None
    return known


def test_a_key_works_until_it_is_revoked_and_its_use_is_noted_once_a_minute(store: Store) -> None:
    key = store.add_key("the CMS", ANALYSE, NOW)
    key_id = key_id_of(key)
    assert key.startswith(f"pq_{key_id}_")
    assert len(key) - len(key_id) > 43
    assert store.keys()[0].last_used_at is None
    for after, noted in ((0, 0), (30, 0), (60, 60), (70, 60)):
        now = NOW + timedelta(seconds=after)
        assert found(store, key, now).state(now) == "good"
        assert store.keys()[0].last_used_at == NOW + timedelta(seconds=noted)
    (known,) = store.keys()
    assert (known.id, known.name, known.terms, known.made_at) == (key_id, "the CMS", ANALYSE, NOW)
    assert store.revoke_key(key_id, NOW + MINUTE).name == "the CMS"
    store.revoke_key(key_id, NOW + 2 * MINUTE)
    assert store.keys()[0].revoked_at == NOW + MINUTE
    assert found(store, key).state(NOW + MINUTE) == "revoked"


def test_only_the_whole_key_is_the_key(store: Store) -> None:
    key, other = store.add_key("a", ANALYSE, NOW), store.add_key("b", ANALYSE, NOW)
    swapped = f"pq_{key_id_of(key)}_{other.removeprefix(f'pq_{key_id_of(other)}_')}"
    for wrong in (key + "x", key[:-1], key.upper(), swapped, "", "pq_", f"pq_{key_id_of(key)}_", "\ud800\0"):
        assert store.find_key(wrong, NOW) is None
    assert all(known.last_used_at is None for known in store.keys())  # noqa: SIM118 - a method


def test_a_key_ends_and_is_closed_with_its_account(store: Store) -> None:
    store.add_user("Ada", "editor", PASSWORD, NOW)
    terms = replace(ANALYSE, expires_at=NOW + DAY, user="ADA", per_minute=7)
    key = store.add_key("the CMS", terms, NOW)
    known = found(store, key)
    assert known.terms == replace(terms, user="Ada")
    assert known.state(NOW + DAY - timedelta(microseconds=1)) == "good"
    assert known.state(NOW + DAY) == "expired"
    store.deactivate("ada")
    assert found(store, key, NOW + MINUTE).state(NOW) == "closed"
    assert store.keys()[0].last_used_at == NOW, "what opens nothing isn't used"


@pytest.mark.parametrize(
    ("name", "terms", "why"),
    [
        ("x" * 101, ANALYSE, "101 characters"),
        ("", ANALYSE, "0 characters"),
        ("cms", KeyTerms(frozenset()), "good for nothing"),
        ("cms", replace(ANALYSE, expires_at=NOW), "expired"),
        ("cms", replace(ANALYSE, per_minute=0), "0 requests"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(store: Store, name: str, terms: KeyTerms, why: str) -> None:
    with pytest.raises(InvalidEntry, match=why):
        store.add_key(name, terms, NOW)
    assert store.keys() == ()


def test_what_this_pullquote_does_not_know_a_key_of_a_newer_one_can_t_grant(store: Store, url: str) -> None:
    key = store.add_key("a", ANALYSE, NOW)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE api_keys SET scopes = 'analyse everything'"))
    engine.dispose()
    assert found(store, key).terms.scopes == {Scope.ANALYSE}


def test_a_key_of_the_first_schema_goes_on_working(tmp_path: Path) -> None:
    made = "pq_" + "k" * 43
    file = tmp_path / "old.db"
    _first_schema(file, made)
    with Store.open(f"sqlite:///{file}", QUICK) as store:
        known = found(store, made)
        assert (known.name, known.terms.user, known.id) == (
            "the CMS",
            "Ada",
            sha256(made.encode()).hexdigest()[:12],
        )
        assert known.terms.scopes == {Scope.ANALYSE, Scope.REVIEW}
        assert known.state(NOW) == "good"
        store.revoke_key(known.id, NOW)
        assert found(store, made).state(NOW) == "revoked"
        assert store.find_key("pq_" + "l" * 43, NOW) is None
        assert store.add_key("another", ANALYSE, NOW)


def _first_schema(file: Path, key: str) -> None:
    """Make a database as the release before keys had ids made it, with an account and a key."""
    from alembic import command
    from alembic.config import Config

    import service.store.migrations

    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(service.store.migrations.__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO users VALUES ('ada', 'Ada', 'editor', 'h', 0, NULL, 1, 1000000)")
        )
        connection.execute(
            text(
                "INSERT INTO api_keys (key_sha256, label, user_name, made_at)"
                " VALUES (:digest, 'the CMS', 'ada', 1000000)"
            ),
            {"digest": sha256(key.encode()).hexdigest()},
        )
    engine.dispose()


def test_a_store_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with Store.open(f"sqlite:///{file}", QUICK) as store:
        store.add_user("ada", "editor", PASSWORD, NOW)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert set(modes) >= {"store.db", "store.db-wal", "store.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_store_that_is_there_keeps_the_mode_that_its_owner_gave_it(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    Store.open(f"sqlite:///{file}", QUICK).close()
    file.chmod(0o640)
    Store.open(f"sqlite:///{file}", QUICK).close()
    assert file.stat().st_mode & 0o777 == 0o640
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    shutil.copy(file, tmp_path / "copy.db")


def test_an_article_is_not_replaced_with_the_key_of_another_sender(store: Store) -> None:
    def receive(text: str, sent_by: str | None, article_id: str = "a1") -> str:
        sent = replace(submission(article_id, text), sent_by=sent_by)
        return store.receive(sent, no_carry, NOW).outcome

    assert receive("Rain fell.", "cms") == "new"
    with pytest.raises(NotTheSender, match="'feed'"):
        receive("Nothing fell.", "feed")
    with pytest.raises(NotTheSender):
        receive("Rain fell.", "feed")
    assert store.item(1).text == "Rain fell."
    assert receive("Rain fell on the city.", "cms") == "corrected"
    assert receive("Rain fell on the town.", None) == "corrected", "people may correct any article"
    assert receive("Snow fell.", "feed", "a2") == "new"
    assert receive("By hand.", None, "a3") == "new"
    assert receive("By a key.", "cms", "a3") == "corrected"


def test_what_happens_to_keys_and_sign_ins_is_in_the_audit_log_without_secrets(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    from service.store.accounts.accounts import Browser
    from service.store.errors import SignInRefused

    with caplog.at_level(logging.INFO, "pullquote.audit"):
        store.add_user("ada", "editor", PASSWORD, NOW)
        key = store.add_key("the CMS", ANALYSE, NOW)
        store.revoke_key(key_id_of(key), NOW)
        for name, times in (("ada", 6), ("hunter2 typed here", 1)):
            for _ in range(times):
                with pytest.raises(SignInRefused):
                    store.sign_in(name, "wrong guess", NOW, Browser("192.0.2.7"))
        store.sign_in("ada", PASSWORD, NOW, Browser("192.0.2.8"))
        store.receive(submission("withdrawn"), no_carry, NOW)
        store.delete_article("withdrawn", "ada", "why", NOW)
    lines = [json.loads(line) for line in caplog.messages]
    events = [(line["event"], line.get("reason"), line.get("account")) for line in lines]
    assert events == [
        ("key.made", None, None),
        ("key.revoked", None, None),
        *[("signin.refused", "password", "ada")] * 4,
        ("signin.locked", None, "ada"),
        ("signin.refused", "password", "ada"),
        ("signin.refused", "locked", "ada"),
        ("signin.refused", "unknown", None),
        ("signin.ok", None, "ada"),
        ("article.deleted", None, None),
    ]
    assert lines[0]["key"] == lines[1]["key"] == key_id_of(key)
    assert lines[2]["address"] == "192.0.2.7"
    for secret in (key, key.rpartition("_")[2], PASSWORD, "wrong guess", "hunter2", "withdrawn"):
        assert secret not in caplog.text
