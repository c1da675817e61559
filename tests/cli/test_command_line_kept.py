"""``pullquote analyses``: what callers had kept, listed, deleted and purged by whoever runs the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import run
from support.quick_store import QUICK

from service.store import Store
from service.store.analyses.records import KeptAnalysis, KeptLine


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A store with four analyses of three articles, by two keys."""
    file = tmp_path / "store.db"
    with Store.open(f"sqlite:///{file}", QUICK) as store:
        for number, (owner, article) in enumerate([("k1", "a"), ("", "a"), ("k2", "b\x1b[2J"), ("k1", "c")]):
            made_at = datetime.now(UTC) - timedelta(days=10 * number, hours=1)
            line = KeptLine(f"id{number}", owner, article, "Rain", "short", "bullets", "0.1.0", made_at)
            store.analyses.keep(KeptAnalysis(line, "{}", "Rain."))
    return str(file)


def listed(store: str, *more: str) -> list[str]:
    shown = run("analyses", "list", "--store", store, *more)
    assert shown.exit_code == 0
    return [line.split("  ")[0] for line in shown.stdout.splitlines()]


def test_all_are_listed_whoever_s_they_are(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.kept.actions._AT_ONCE", 3)
    assert listed(kept) == ["id3", "id2", "id1", "id0"]
    assert listed(kept, "--article", "a") == ["id1", "id0"]
    shown = run("analyses", "list", "--store", kept).stdout
    assert "\x1b" not in shown
    assert "  k1  c  Rain\n" in shown
    assert "  -  a  Rain\n" in shown


def test_one_or_all_of_an_article_are_deleted(kept: str) -> None:
    assert run("analyses", "delete", "id2", "--store", kept).stdout.startswith("Deleted id2.")
    assert "2 analyses of a." in run("analyses", "delete", "--article", "a", "--store", kept).stdout
    assert listed(kept) == ["id3"]
    missing = run("analyses", "delete", "id2", "--store", kept)
    assert missing.exit_code == 1
    assert "id2" in missing.stderr
    for wrong in ((), ("id3", "--article", "c")):
        assert run("analyses", "delete", *wrong, "--store", kept).exit_code == 2


def test_a_purge_goes_by_its_days_or_the_setting(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Deleted 1 analyses" in run("analyses", "purge", "--days", "25", "--store", kept).stdout
    monkeypatch.setenv("PULLQUOTE_KEEP_DAYS", "0")
    assert run("analyses", "purge", "--store", kept).exit_code == 2
    monkeypatch.setenv("PULLQUOTE_KEEP_DAYS", "5")
    assert "Deleted 2 analyses" in run("analyses", "purge", "--store", kept).stdout
    assert listed(kept) == ["id0"]


def test_a_store_that_isn_t_there_is_not_made(tmp_path: Path) -> None:
    result = run("analyses", "list", "--store", str(tmp_path / "no.db"))
    assert result.exit_code == 1
    assert "there is no store" in result.stderr
    assert not (tmp_path / "no.db").exists()
