"""The actions of ``pullquote review …``, except ``import``: from options to output and exit status."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

import typer

from service.cli.opened_store import FAILED, WRONG, opened, say, store_settings
from service.review.pages.output_routes import export_lines
from service.store.accounts.records import Role
from service.store.records import Filter
from service.wire.formats.one_line import safe

_DONE = 0
_LONGEST_REASON = 200


def export(store: str | None, state: Literal["done", "all"], output: str | None) -> int:
    """Write the corrected analyses; return the exit status."""
    wanted = Filter(state="done") if state == "done" else Filter()
    with opened(store_settings(store)) as desk:
        lines = export_lines(desk, wanted)
        try:
            with Path(output).open("wb") if output else _Stdout() as out:
                number = sum(map(partial(_write, out), lines))
        except BrokenPipeError:  # nobody reads on: `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        except OSError as error:
            say(f"{error.filename or output or 'standard output'}: {error.strerror or error}.")
            return FAILED
    say(f"{number:,} {'item' if number == 1 else 'items'} exported.")
    return _DONE


def _write(out: BinaryIO | _Stdout, line: str) -> int:
    # What UTF-8 can't carry, in a title, is written as JSON escapes it.
    out.write(line.encode("utf-8", "backslashreplace") + b"\n")
    return 1


def delete(store: str | None, article_id: str, reason: str) -> int:
    """Delete an article."""
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        say(f"the reason has {len(reason.strip())} characters. Give 1 to {_LONGEST_REASON} with --reason.")
        return WRONG
    with opened(store_settings(store)) as desk:
        gone = desk.store.delete_article(article_id, _operator(), reason.strip(), _now())
    print(
        f"Deleted {safe(article_id)}: {gone.articles} texts, {gone.analyses} analyses, {gone.reviews} review "
        f"versions, {gone.log_lines} lines of the log. Backups still hold them."
    )
    return _DONE


def purge(store: str | None, older_than: str) -> int:
    """Delete what was finished long ago."""
    match = re.fullmatch(r"([1-9]\d{0,4})d", older_than.strip())
    if not match:
        say(f"--older-than is {older_than!r}. Give days from 1d to 99999d, such as 365d.")
        return WRONG
    with opened(store_settings(store)) as desk:
        number = desk.store.purge(_now() - timedelta(days=int(match[1])), _now())
    print(f"Deleted {number:,} articles that were finished more than {match[1]} days ago.")
    return _DONE


def add_user(store: str | None, name: str, role: Role, *, from_stdin: bool) -> int:
    """Add an account."""
    with opened(store_settings(store), make=True) as desk:
        is_first = not desk.store.has_users()
        added = desk.store.add_user(name, role, _password(from_stdin), _now())
    print(f"Added {safe(added.name)} as {added.role}.")
    if is_first and role != "admin":
        say(f"nobody is admin yet: pullquote review user role {safe(added.name)} admin")
    return _DONE


def list_users(store: str | None) -> int:
    """Print the accounts."""
    with opened(store_settings(store)) as desk:
        for user in desk.store.users():
            locked = user.locked_until and user.locked_until > _now()
            state = (
                "closed"
                if not user.active
                else f"locked until {user.locked_until:%H:%M} UTC"
                if locked
                else ""
            )
            print(f"{safe(user.name):<24}  {user.role:<6}  since {user.added_at:%Y-%m-%d}  {state}".rstrip())
    return _DONE


def set_password(store: str | None, name: str, *, from_stdin: bool) -> int:
    """Give an account another password."""
    with opened(store_settings(store)) as desk:
        desk.store.set_password(name, _password(from_stdin))
    print(f"{safe(name)} has a new password and is signed out everywhere.")
    return _DONE


def set_role(store: str | None, name: str, role: Role) -> int:
    """Give an account another role."""
    with opened(store_settings(store)) as desk:
        desk.store.set_role(name, role)
    print(f"{safe(name)} is {role}.")
    return _DONE


def set_active(store: str | None, name: str, *, active: bool) -> int:
    """Close an account, or open it again."""
    with opened(store_settings(store)) as desk:
        change: Callable[[str], None] = desk.store.activate if active else desk.store.deactivate
        change(name)
    print(f"{safe(name)} {'may sign in again' if active else 'is closed'}.")
    return _DONE


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        say("there is no terminal to ask for the password. Give --password-stdin, and it on standard input.")
        raise typer.Exit(WRONG)
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given


def _operator() -> str:
    """Return the name for the log: it is somebody with access to the machine, not an account."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return "command line"


def _now() -> datetime:
    return datetime.now(UTC)


class _Stdout:
    """Standard output as a context that leaves it open."""

    def __enter__(self) -> _Stdout:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout.buffer.flush()

    def write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)
