"""``pullquote keys``: made, listed, revoked; what is wrong is said with the remedy."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import run

from service.access import audit
from service.access.scopes import Scope
from service.bootstrap import build_store
from service.settings import Settings


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory, with the store where it is by default; the audit log is closed afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULLQUOTE_STORE", "pullquote.db")
    yield tmp_path
    logger = logging.getLogger(audit.LOGGER)
    for handler in [one for one in logger.handlers if isinstance(one, logging.FileHandler)]:
        logger.removeHandler(handler)
        handler.close()


def test_a_key_is_shown_once_listed_and_revoked(here: Path) -> None:
    made = run("keys", "add", "the CMS", "--scope", "analyse", "--scope", "review", "--expires", "90d")
    key, key_id = made.stdout.strip(), made.stdout.split("_")[1]
    assert key.startswith("pq_")
    assert key not in made.stderr
    assert "analyse, review" in made.stderr
    assert (here / "pullquote.db").stat().st_mode & 0o777 == 0o600
    ends = datetime.now(UTC) + timedelta(days=90)
    listed = run("keys", "list").stdout
    assert listed.split() == [
        *(key_id, "the", "CMS", "analyse,review", "never", "used", "until", f"{ends:%Y-%m-%d}")
    ]
    with build_store(Settings()) as store:
        known = store.find_key(key, datetime.now(UTC))
        assert known is not None
        assert known.terms.scopes == {Scope.ANALYSE, Scope.REVIEW}
    assert run("keys", "revoke", key_id).stdout == f"Key {key_id} (the CMS) opens nothing any more.\n"
    assert "revoked" in run("keys", "list").stdout


def test_without_scopes_a_key_analyses_and_reads_at_its_own_rate() -> None:
    run("keys", "add", "cms", "--per-minute", "12")
    assert run("keys", "list").stdout.split()[1:] == ["cms", "analyse,read", "12/min", "never", "used"]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["add", "cms", "--expires", "soon"], 2, "such as 90d"),
        (["add", "cms", "--expires", "0d"], 2, "such as 90d"),
        (["add", "cms", "--scope", "everything"], 2, "analyse"),
        (["add", "cms", "--user", "nobody"], 1, "no user 'nobody'"),
        (["add", "cms", "--per-minute", "0"], 1, "give 1 to"),
        (["add", " "], 1, "give 1 to 100"),
        (["revoke", "5f0c7a3e9d8b"], 1, "keys list"),
        (["list", "--store", "typo.db"], 1, "no store typo.db"),
        (["list", "--store", ""], 2, "PULLQUOTE_STORE is empty"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(arguments: list[str], status: int, says: str) -> None:
    assert run("keys", "add", "other").exit_code == 0
    result = run("keys", *arguments)
    assert (result.exit_code, says in result.stderr) == (status, True), result.stderr


def test_the_audit_log_is_a_private_file_of_json_lines(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_AUDIT_LOG", str(here / "audit.jsonl"))
    key = run("keys", "add", "cms\nbreak").stdout.strip()
    key = key or run("keys", "add", "cms").stdout.strip()
    run("keys", "revoke", key.split("_")[1])
    lines = [json.loads(line) for line in (here / "audit.jsonl").read_text().splitlines()]
    assert [(line["event"], line["key"]) for line in lines] == [
        ("key.made", key.split("_")[1]),
        ("key.revoked", key.split("_")[1]),
    ]
    assert key.rpartition("_")[2] not in (here / "audit.jsonl").read_text()
    assert (here / "audit.jsonl").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("PULLQUOTE_AUDIT_LOG", str(here / "no" / "audit.jsonl"))
    refused = run("keys", "list")
    assert (refused.exit_code, "audit log" in refused.stderr) == (1, True)


def test_help_answers_without_the_store() -> None:
    code = "import sys; from service.__main__ import app; "
    code += "app(['keys', 'add', '--help'], standalone_mode=False); "
    code += "print(sorted({'torch', 'fastapi', 'starlette', 'sqlalchemy', 'zxcvbn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "the wire feed" in done.stdout
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--host", "0.0.0.0", "--api-keys", "off"], "off-anywhere"),
        (["--host", "0.0.0.0", "--store", ""], "PULLQUOTE_STORE"),
        (["--host", "0.0.0.0", "--sign-in", "open"], "--sign-in accounts"),
    ],
)
def test_a_service_that_would_let_everybody_in_does_not_start(
    flags: list[str], says: str, here: Path
) -> None:
    result = run("serve", "--port", "0", *flags)
    assert (result.exit_code, says in result.stderr) == (1, True), result.stderr
    assert list(here.iterdir()) == [], "nothing is made before"
