"""Accounts, sessions and keys, on SQLite and on PostgreSQL, with a clock passed in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, make_url, text
from support.quick_store import QUICK
from support.store_samples import MINUTE, NOW

from service.access.scopes import Scope
from service.store import Store
from service.store.accounts.accounts import Browser
from service.store.accounts.lockout import ACCOUNT, ADDRESS, NAME_AND_ADDRESS
from service.store.accounts.records import KeyTerms
from service.store.errors import InvalidEntry, NoSuchItem, SignInRefused, TooManySignIns

PASSWORD = "correct horse"
ANOTHER = "another one more"
FAILURES = NAME_AND_ADDRESS.failures
HERE, THERE = Browser("192.0.2.1"), Browser("192.0.2.2")
TERMS = KeyTerms(frozenset((Scope.ANALYSE,)), user="ada")
DAY = timedelta(days=1)


def everything(url: str) -> str:
    """All that the database holds, as text: its rows, and for SQLite its files."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        held = [str(connection.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables]
    engine.dispose()
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        held += [file.read_bytes().decode("latin-1") for file in path.parent.glob(f"{path.name}*")]
    return "\n".join(held)


def refused(
    store: Store, name: str, password: str, now: datetime = NOW, browser: Browser | None = None
) -> str:
    with pytest.raises(SignInRefused) as error:
        store.sign_in(name, password, now, browser)
    return error.value.detail


def test_a_user_signs_in_whatever_the_case_of_the_name(store: Store) -> None:
    assert not store.has_users()
    added = store.add_user(" Ada Straße ", "chief", PASSWORD, NOW)
    assert store.has_users()
    assert (added.name, added.role, added.active, added.added_at) == ("Ada Straße", "chief", True, NOW)
    assert store.users() == (added,)
    for name in ("Ada Straße", "ADA STRASSE", "ａda straße "):
        assert store.sign_in(name, PASSWORD, NOW) == added
    with pytest.raises(InvalidEntry, match="already"):
        store.add_user("ada strasse", "editor", PASSWORD, NOW)


def test_a_poor_name_role_or_password_is_refused(store: Store) -> None:
    for name, role, password, why in (
        ("", "editor", PASSWORD, "1 to 64"),
        (" \u200b", "editor", PASSWORD, r"U\+200B"),
        ("a" * 65, "editor", PASSWORD, "65 characters"),
        ("ada\0", "editor", PASSWORD, r"U\+0000"),
        ("ada\ud800", "editor", PASSWORD, r"U\+D800"),
        ("ada\u202e", "editor", PASSWORD, r"U\+202E"),
        ("ada", "owner", PASSWORD, "no role 'owner'"),
        ("ada", "editor", "short", "5 characters"),
        ("ada", "editor", "x" * 1001, "1,001 characters"),
    ):
        with pytest.raises(InvalidEntry, match=why):
            store.add_user(name, role, password, NOW)  # type: ignore[arg-type]
    assert not store.has_users()


def test_wrong_unknown_closed_and_locked_look_the_same(store: Store) -> None:
    for name in ("ada", "bob", "eve"):
        store.add_user(name, "editor", PASSWORD, NOW)
    store.deactivate("bob")
    for _ in range(FAILURES):
        refused(store, "eve", "wrong guess")
    details = {
        refused(store, "ada", "wrong guess"),
        refused(store, "nobody", PASSWORD),
        refused(store, "bob", PASSWORD),
        refused(store, "eve", PASSWORD),
        refused(store, "\ud800\0", "\ud800\0" * 5000),
    }
    assert len(details) == 1


def test_each_refusal_hashes_once(url: str) -> None:
    """What takes the time is the hash: so whoever isn't there takes as long as whoever is."""
    hasher = _Counting()
    with Store.open(url, hasher) as store:  # type: ignore[arg-type]
        for name in ("ada", "bob"):
            store.add_user(name, "editor", PASSWORD, NOW)
        store.deactivate("bob")
        for name in ("ada", "bob", "nobody"):
            hasher.count = 0
            refused(store, name, "wrong guess")
            assert hasher.count == 1, name


class _Counting:
    """A hasher that counts."""

    def __init__(self) -> None:
        self.count = 0

    def hash(self, password: bytes) -> str:
        self.count += 1
        return QUICK.hash(password)

    def verify(self, hashed: str, password: bytes) -> bool:
        self.count += 1
        return QUICK.verify(hashed, password)


def test_failures_lock_a_name_at_an_address_for_longer_and_longer_up_to_a_day(store: Store) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    now = NOW
    for _ in range(FAILURES - 1):
        refused(store, "ada", "wrong guess", now)
    assert store.sign_in("ada", PASSWORD, now).name == "ada"  # not locked yet, and counts from 0 again
    for _ in range(FAILURES - 1):
        refused(store, "ada", "wrong guess", now)
    lock = NAME_AND_ADDRESS.first
    for _ in range(12):
        refused(store, "ada", "wrong guess", now)
        refused(store, "ada", PASSWORD, now + lock - timedelta(microseconds=1))
        now, lock = now + lock, min(2 * lock, NAME_AND_ADDRESS.longest)
    assert lock == NAME_AND_ADDRESS.longest == DAY
    assert store.sign_in("ada", PASSWORD, now).name == "ada"


def test_whoever_guesses_elsewhere_locks_nobody_out(store: Store) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    for _ in range(2 * FAILURES):
        refused(store, "ada", "wrong guess", NOW, HERE)
    refused(store, "ada", PASSWORD, NOW, HERE)
    assert store.sign_in("ada", PASSWORD, NOW, THERE).name == "ada"
    assert store.users()[0].locked_until is None


def test_a_browser_that_was_signed_in_with_passes_every_lock_but_its_own(store: Store) -> None:
    for name in ("ada", "bob"):
        store.add_user(name, "editor", PASSWORD, NOW)
    token = store.remember_device("ada", "", NOW)
    for _ in range(ADDRESS.failures - 1):
        with pytest.raises(SignInRefused):
            store.sign_in("ada", "wrong guess", NOW, HERE)
    known = Browser(HERE.address, token)
    assert store.sign_in("ada", PASSWORD, NOW, known).name == "ada"
    refused(store, "nobody", "wrong guess", NOW, HERE)
    with pytest.raises(TooManySignIns):
        store.sign_in("ada", PASSWORD, NOW, HERE)
    assert store.sign_in("ada", PASSWORD, NOW, known).name == "ada"
    with pytest.raises(TooManySignIns):
        store.sign_in("bob", PASSWORD, NOW, known)  # it is ada's browser
    assert store.remember_device("ada", token, NOW) == token
    for _ in range(FAILURES):
        refused(store, "ada", "wrong guess", NOW, known)
    refused(store, "ada", PASSWORD, NOW, known)
    assert store.sign_in("ada", PASSWORD, NOW, THERE).name == "ada"
    store.set_password("ada", ANOTHER)
    with pytest.raises(TooManySignIns):
        store.sign_in("ada", ANOTHER, NOW, known)  # forgotten with the password that it knew


def test_an_address_waits_a_quarter_of_an_hour_and_who_signs_in_there_counts_for_nothing(
    store: Store,
) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    for _ in range(2 * ADDRESS.failures):
        assert store.sign_in("ada", PASSWORD, NOW, HERE).name == "ada"
    for number in range(ADDRESS.failures):
        refused(store, f"guess {number}", "wrong guess", NOW, HERE)
    with pytest.raises(TooManySignIns) as error:
        store.sign_in("ada", PASSWORD, NOW, HERE)
    assert error.value.retry_after_s == ADDRESS.longest.total_seconds()
    assert store.sign_in("ada", PASSWORD, NOW, THERE).name == "ada"
    assert store.sign_in("ada", PASSWORD, NOW + ADDRESS.longest, HERE).name == "ada"


def test_guessing_from_many_addresses_closes_an_account_to_strange_browsers(store: Store) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    token = store.remember_device("ada", "", NOW)
    for number in range(ACCOUNT.failures):
        refused(store, "ada", "wrong guess", NOW, Browser(f"192.0.2.{number}"))
    assert store.users()[0].locked_until == NOW + ACCOUNT.first
    refused(store, "ada", PASSWORD, NOW, Browser("198.51.100.1"))
    assert store.sign_in("ada", PASSWORD, NOW, Browser("198.51.100.1", token)).name == "ada"
    assert store.users()[0].locked_until is None


def test_devices_are_forgotten_in_time_and_beyond_a_number(store: Store, url: str) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    first = store.remember_device("ada", "", NOW)
    assert store.remember_device("ada", first, NOW) == first
    for number in range(30):
        store.remember_device("ada", "", NOW + number * MINUTE)
    assert store.remember_device("ada", first, NOW + DAY) != first
    assert first not in everything(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM devices")).scalar() == 20
        store.remember_device("ada", "", NOW + 400 * DAY)
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM devices")).scalar() == 1
    engine.dispose()


def test_more_sign_ins_than_can_be_looked_at_are_refused_at_once_and_count_for_nothing(url: str) -> None:
    entered, go_on = Event(), Event()

    class Slow:
        check_needs_rehash = staticmethod(QUICK.check_needs_rehash)
        hash = staticmethod(QUICK.hash)

        @staticmethod
        def verify(hashed: str, password: bytes) -> bool:
            entered.set()
            assert go_on.wait(30)
            return QUICK.verify(hashed, password)

    with Store.open(url, QUICK) as store:
        store.add_user("ada", "editor", PASSWORD, NOW)
        store._hashing.hasher = Slow()  # type: ignore[assignment]
        with ThreadPoolExecutor(20) as pool:
            first = pool.submit(store.sign_in, "ada", PASSWORD, NOW, HERE)
            assert entered.wait(30)
            others = [pool.submit(store.sign_in, "ada", PASSWORD, NOW, HERE) for _ in range(19)]
            refusals = [other for other in as_completed(others[4:], 20) if other.exception()]
            assert {type(other.exception()) for other in refusals} == {TooManySignIns}
            go_on.set()
            assert first.result().name == "ada"
            assert sum(1 for other in others if other.exception() is None) == 4
        assert store.sign_in("ada", PASSWORD, NOW, HERE).name == "ada"


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "pullquote2026",
        "AugustaKing1",
        "augusta king",
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(store: Store, password: str) -> None:
    with pytest.raises(InvalidEntry, match="soon guessed"):
        store.add_user("Augusta King", "editor", password, NOW)
    assert not store.has_users()


def test_guesses_made_at_once_don_t_outrun_the_lock(url: str) -> None:
    slow = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    with Store.open(url, slow) as store:
        store.add_user("ada", "editor", PASSWORD, NOW)
        looked_at = []
        verify = slow.verify

        class Watching:
            check_needs_rehash = staticmethod(slow.check_needs_rehash)
            hash = staticmethod(slow.hash)

            @staticmethod
            def verify(hashed: str, password: bytes) -> bool:
                looked_at.append(password)
                return verify(hashed, password)

        store._hashing.hasher = Watching()  # type: ignore[assignment]
        with ThreadPoolExecutor(16) as pool:
            tries = [pool.submit(store.sign_in, "ada", f"guess {number}", NOW) for number in range(16)]
        assert {type(one.exception()) for one in tries} <= {SignInRefused, TooManySignIns}
    assert len(looked_at) <= FAILURES


def test_a_new_password_unlocks_and_closes_sessions(store: Store) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    token = store.open_session("Ada", NOW, DAY)
    for _ in range(FAILURES):
        refused(store, "ada", "wrong guess")
    store.set_password("ADA", ANOTHER)
    assert store.session(token, NOW) is None
    assert store.sign_in("ada", ANOTHER, NOW).name == "ada"
    refused(store, "ada", PASSWORD)


def test_a_password_is_hashed_anew_when_the_parameters_change(url: str) -> None:
    with Store.open(url, QUICK) as store:
        store.add_user("ada", "editor", PASSWORD, NOW)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with Store.open(url, stronger) as store:
        refused(store, "ada", "wrong guess")
        assert "m=8,t=1" in everything(url)
        store.sign_in("ada", PASSWORD, NOW)
        assert "m=16,t=2" in everything(url)
        store.sign_in("ada", PASSWORD, NOW)


def test_an_admin_is_left(store: Store) -> None:
    store.add_user("ada", "admin", PASSWORD, NOW)
    for lose in (lambda: store.deactivate("ada"), lambda: store.set_role("ada", "editor")):
        with pytest.raises(InvalidEntry, match="only admin"):
            lose()
    store.add_user("bob", "editor", PASSWORD, NOW)
    store.set_role("bob", "admin")
    store.deactivate("ada")
    with pytest.raises(InvalidEntry, match="only admin"):
        store.deactivate("bob")
    store.activate("ada")
    store.set_role("bob", "chief")
    assert [(user.name, user.role, user.active) for user in store.users()] == [
        ("ada", "admin", True),
        ("bob", "chief", True),
    ]


def test_a_session_lasts_its_time(store: Store) -> None:
    user = store.add_user("ada", "editor", PASSWORD, NOW)
    token, other = store.open_session(user, NOW, DAY), store.open_session("ada", NOW, 3 * DAY)
    assert token != other
    assert store.session(token, NOW + DAY - timedelta(microseconds=1)) == user
    assert store.session(token, NOW + DAY) is None
    assert store.session("guess", NOW) is store.session("\ud800\0", NOW) is None
    store.close_session(token)
    assert store.session(token, NOW) is None
    store.deactivate("ada")
    assert store.session(other, NOW) is None
    store.activate("ada")
    assert store.session(other, NOW) is None, "it would be open again with the account"


def test_ended_sessions_are_forgotten(store: Store, url: str) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    for number in range(5):
        store.open_session("ada", NOW + number * DAY, DAY)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
    engine.dispose()


def test_who_is_not_there_is_said(store: Store) -> None:
    asks: list[Callable[[], object]] = [
        lambda: store.set_password("nobody", PASSWORD),
        lambda: store.set_role("nobody", "editor"),
        lambda: store.deactivate("nobody"),
        lambda: store.open_session("nobody", NOW, DAY),
        lambda: store.add_key("label", replace(TERMS, user="nobody"), NOW),
        lambda: store.revoke_key("7", NOW),
    ]
    for ask in asks:
        with pytest.raises(NoSuchItem):
            ask()


def test_nothing_secret_is_kept(store: Store, url: str) -> None:
    store.add_user("ada", "editor", PASSWORD, NOW)
    secrets = [PASSWORD, store.open_session("ada", NOW, DAY), store.add_key("label", TERMS, NOW)]
    store.sign_in("ada", PASSWORD, NOW)
    store.find_key(secrets[2], NOW)
    held = everything(url)
    assert "label" in held
    assert "$argon2id$" in held
    for secret in (*secrets, secrets[2].split("_", 2)[2]):
        assert secret not in held


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(exclude_categories=()), max_size=12),
    password=st.text(st.characters(exclude_categories=()), min_size=12, max_size=16),
)
def test_any_name_and_password_work_or_are_refused_clearly(store: Store, name: str, password: str) -> None:
    try:
        user = store.add_user(name, "editor", password, NOW)
    except InvalidEntry:
        return
    assert store.sign_in(name, password, NOW) == user
    assert store.sign_in(user.name, password, NOW) == user
    refused(store, name, password + "x")
