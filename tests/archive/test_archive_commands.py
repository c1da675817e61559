"""What the commands beside ``run`` find and say: verify, status, progress, summary, mistakes explained."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from support.archive_in_process import archive, run, verified
from support.archive_processes import STANDIN, analyses, article, generation, write_lines

from service.archive.job.output import write_analyses

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "feed.jsonl", [article(number) for number in range(25)])


@pytest.fixture
def job(tmp_path: Path) -> Path:
    return tmp_path / "job"


def _flip_a_byte(job: Path) -> None:
    part = next(generation(job).parts.iterdir())
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)


def _lose_a_part(job: Path) -> None:
    next(generation(job).parts.iterdir()).unlink()


def _add_a_part(job: Path) -> None:
    part = next(generation(job).parts.iterdir())
    shutil.copy(part, part.with_name("part-00000099.jsonl.zst"))


def _alter_a_quote(job: Path) -> None:
    """A careful forger, who also puts the digest right."""
    from service.archive.files import open_atomically

    part = next(generation(job).parts.iterdir())
    contents = list(analyses(job))
    contents[3]["quotes"][0]["parts"][0]["text"] = "Bring a boat,"
    with open_atomically(part) as file:
        write_analyses(contents, file, "jsonl")
    with sqlite3.connect(generation(job).manifest) as manifest:
        manifest.execute("UPDATE shards SET output_sha256 = ?", (file.sha256,))


def _drop_an_analysis(job: Path) -> None:
    from service.archive.files import open_atomically

    part = next(generation(job).parts.iterdir())
    contents = list(analyses(job))
    with open_atomically(part) as file:
        write_analyses(contents[:-1], file, "jsonl")
    with sqlite3.connect(generation(job).manifest) as manifest:
        manifest.execute("UPDATE shards SET output_sha256 = ?", (file.sha256,))


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (_flip_a_byte, "its SHA-256 differs"),
        (_lose_a_part, "can't be read: No such file"),
        (_add_a_part, "part-00000099.jsonl.zst belongs to no shard"),
        (_alter_a_quote, "analysis 4: the span"),
        (_drop_an_analysis, "holds 24 analyses; 25 were written"),
    ],
)
def test_verify_finds(feed: Path, job: Path, harm: Any, found: str) -> None:
    run(feed, job)
    assert verified(job)
    harm(job)
    result = archive("verify", job)
    assert result.exit_code == 1
    assert found in result.stderr


def test_verify_without_the_inputs_says_what_it_could_not_check(feed: Path, job: Path) -> None:
    run(feed, job)
    feed.unlink()
    for arguments in ((), ("--no-inputs",)):
        result = archive("verify", job, *arguments)
        assert result.exit_code == 0
        assert "25 articles without their text at hand" in result.stdout


def test_status_is_for_people_programs_and_prometheus(feed: Path, job: Path) -> None:
    with feed.open("a") as file:
        file.write(json.dumps({"id": "no", "text": "…"}) + "\n")
    run(feed, job, "--shard-articles", 10)
    assert archive("status", job).stdout.startswith("not running: 25 articles analysed, 1 in quarantine\n")
    taken = json.loads(archive("status", job, "--format", "json").stdout)
    assert (taken["counts"]["analysed"], taken["quarantine"]) == (25, {"empty-article": 1})
    lines = archive("status", job, "--format", "prometheus").stdout.splitlines()
    sample = re.compile(r"[a-z_]+(\{[a-z]+=\"[a-z-]+\"\})? [0-9.e+-]+")
    assert all(line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line) for line in lines)
    assert "pullquote_archive_articles_total 25" in lines
    assert 'pullquote_archive_quarantined{code="empty-article"} 1' in lines
    assert 'pullquote_archive_shards{state="done"} 3' in lines


def test_progress_can_be_read_by_machines(feed: Path, job: Path) -> None:
    result = archive("run", feed, "--out", job, *STANDIN, "--progress", "json", "--language", "en")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert {line["event"] for line in lines} == {"progress"}
    assert (lines[-1]["articles"], lines[-1]["shards"], lines[-1]["share"]) == (25, 2, 1.0)
    assert {"articles_per_s", "eta_s", "quarantined"} <= lines[-1].keys()


def test_the_summary_has_numbers_and_a_chart(feed: Path, job: Path) -> None:
    result = run(feed, job)
    assert f"chart: {generation(job).folder / 'summary.svg'}" in result.stdout
    summed = json.loads((generation(job).folder / "summary.json").read_text())
    assert summed["articles"] == sum(summed["lengths"].values()) == 25
    assert summed["warnings"] == {"too_short": 5}
    chart = ET.parse(generation(job).folder / "summary.svg")
    titles = [text.text for text in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert "Articles by length in characters" in titles
    assert "too_short" in titles


def test_two_runs_of_one_job_at_a_time_are_refused(feed: Path, job: Path) -> None:
    run(feed, job)
    with (job / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run(feed, job)
        assert archive("status", job).stdout.startswith("running:")
    assert result.exit_code == 2
    assert re.search(r"Process \d+ is running the job", result.stderr)


@pytest.mark.parametrize("command", ["resume", "retry", "status", "verify"])
def test_a_folder_without_a_job_is_explained(command: str, tmp_path: Path) -> None:
    result = archive(command, tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path} holds no archive job. Begin one: pullquote archive run" in result.stderr


def test_models_that_cannot_be_loaded_stop_the_job_with_the_reason(feed: Path, job: Path) -> None:
    result = run(feed, job, pipeline="support.archive_pipelines:build_broken")
    assert result.exit_code == 1
    assert result.stderr == "pullquote: heads file x is missing. Reinstall pullquote.\n"
    assert run(feed, job).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "x.jsonl"],
        ["run", "--out", "job"],
        ["run", "x", "--out", "job", "--column", "body"],
        ["run", "x", "--out", "job", "--output", "xml"],
        ["run", "x", "--out", "job", "--workers", "-1"],
        ["verify"],
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments: list[str]) -> None:
    result = archive(*arguments)
    assert result.exit_code == 2
    assert result.stderr


def test_the_missing_extra_is_named(feed: Path, job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [
        name for name in sys.modules if name.startswith(("service.archive", "service.cli.archive_"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("service.cli.archive_actions", raising=False)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    result = run(feed, job)
    assert result.exit_code == 2
    assert "pip install 'pullquote[archive]'" in result.stderr


def test_every_command_and_option_is_documented() -> None:
    documented = (ROOT / "docs" / "scale.md").read_text()
    for command in ("run", "resume", "retry", "status", "verify"):
        shown = archive(command, "--help").stdout
        assert f"`pullquote archive {command}" in documented
        for option in set(re.findall(r"--[a-z-]+", shown)) - {"--help"}:
            assert f"`{option}" in documented, f"docs/scale.md lacks {option}"
