"""The archive job as its users meet it: one command, real worker processes, a stand-in for the models."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from archive_runs import RAIN, STANDIN, analyses, article, generation, ids, parts, quarantine, write_lines
from fakes import FakePipeline
from typer.testing import CliRunner, Result

from service import bootstrap, wire
from service.__main__ import app
from service.archive.output import write_analyses
from service.domain import Request
from service.ingest import Declared
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def archive(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["archive", *map(str, arguments)])


def run(inputs: object, out: Path, *arguments: object, pipeline: str = "archive_standin:build") -> Result:
    several = inputs if isinstance(inputs, list) else [inputs]
    options = ("--out", out, "--pipeline", pipeline, "--progress", "none", "--language", "en")
    return archive("run", *several, *options, *arguments)


def verified(job: Path) -> bool:
    result = archive("verify", job)
    assert (result.exit_code == 0) == result.stdout.startswith("all is well")
    return result.exit_code == 0


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "feed.jsonl", [article(number) for number in range(25)])


@pytest.fixture
def job(tmp_path: Path) -> Path:
    return tmp_path / "job"


def test_every_article_is_analysed_once_in_the_bytes_of_the_contract(feed: Path, job: Path) -> None:
    result = run(feed, job, "--shard-articles", 10)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("25 articles analysed in 3 shards, 0 in quarantine\n")
    assert list(parts(job)) == [f"part-0000000{number}.jsonl.zst" for number in range(3)]
    door, pipeline = bootstrap.build_door(Settings()), FakePipeline()
    for number, content in enumerate(analyses(job)):
        record = article(number)
        declared = Declared(id=record["id"], title=record["title"], language="en")
        expected = pipeline.analyse(door.from_text(record["text"], declared), Request())
        assert wire.serialise(content) == wire.dumps(expected)
    assert ids(job) == [f"a{number}" for number in range(25)]
    assert verified(job)


def test_parquet_holds_the_same_analyses_under_the_documented_schema(feed: Path, tmp_path: Path) -> None:
    run(feed, tmp_path / "lines")
    assert run(feed, tmp_path / "table", "--output", "parquet").exit_code == 0
    assert list(analyses(tmp_path / "table")) == list(analyses(tmp_path / "lines"))
    assert verified(tmp_path / "table")
    [part] = generation(tmp_path / "table").parts.iterdir()
    fields = {
        re.sub(r"\.(list\.element|key_value\.(key|value))", "", column.path)
        for column in pq.ParquetFile(part).schema
    }
    assert fields == _leaves(wire.json_schema(), wire.json_schema())
    documented = (ROOT / "docs" / "scale.md").read_text()
    assert all(f"`{field}`" in documented for field in fields)


def _leaves(schema: dict[str, Any], root: dict[str, Any], path: str = "") -> set[str]:
    """Dotted names of all simple values in a JSON Schema."""
    if "$ref" in schema:
        return _leaves(root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    if "anyOf" in schema:
        return set().union(
            *(_leaves(option, root, path) for option in schema["anyOf"] if option != {"type": "null"})
        )
    if "items" in schema:
        return _leaves(schema["items"], root, path)
    if "properties" not in schema:
        return {path}
    return set().union(
        *(_leaves(inner, root, f"{path}.{name}".lstrip(".")) for name, inner in schema["properties"].items())
    )


def test_a_bad_article_goes_to_the_quarantine_with_its_place_and_the_rest_goes_on(
    job: Path, tmp_path: Path
) -> None:
    feed = write_lines(
        tmp_path / "feed.jsonl",
        [
            article(0),
            {"id": "empty", "text": "…"},
            article(1, f"BREAK {RAIN}"),
            {"id": 7, "text": RAIN},
            article(2),
        ],
    )
    feed.write_bytes(
        feed.read_bytes() + b'{"id": "cut off", "text": \n' + b'{"id": "b", "text": "rain \xff"}\n'
    )
    result = run(feed, job)
    assert result.exit_code == 3
    assert ids(job) == ["a0", "a2"]
    assert [(bad["id"], bad["number"], bad["code"]) for bad in quarantine(job)] == [
        ("empty", 2, "empty-article"),
        ("a1", 3, "analysis-broke"),
        ("feed.jsonl:4", 4, "wrong-type"),
        ("feed.jsonl:6", 6, "malformed-json"),
        ("feed.jsonl:7", 7, "malformed-json"),
    ]
    assert {bad["source"] for bad in quarantine(job)} == {str(feed)}
    assert all(bad["reason"] for bad in quarantine(job))
    assert "quarantine: 2 malformed-json" in result.stdout
    assert verified(job)


def test_an_article_that_ends_its_worker_costs_only_itself(job: Path, tmp_path: Path) -> None:
    deadly = {
        5: ("KILL-THE-WORKER", "worker-killed", "SIGKILL"),
        6: ("HANG-FOR-EVER", "time-limit", "more than 2 s"),
        12: ("EAT-ALL-MEMORY", "memory-limit", "more than 200 MiB"),
    }
    records = [
        article(number, f"{deadly[number][0]} {RAIN}" if number in deadly else "") for number in range(20)
    ]
    feed = write_lines(tmp_path / "feed.jsonl", records)
    limits = ("--article-seconds", 2, "--article-memory", 200)
    result = run(feed, job, "--shard-articles", 10, "--workers", 2, *limits)
    assert result.exit_code == 3
    assert ids(job) == [f"a{number}" for number in range(20) if number not in deadly]
    for bad in quarantine(job):
        _, code, words = deadly[int(bad["id"][1:])]
        assert bad["code"] == code
        assert words in bad["reason"]
    assert len(quarantine(job)) == len(deadly)
    assert not list(generation(job).parts.glob(".*"))
    assert verified(job)


def test_a_later_run_analyses_only_what_is_new(feed: Path, job: Path, tmp_path: Path) -> None:
    run(feed, job, "--shard-articles", 10)
    before = parts(job)
    with feed.open("a") as file:
        file.write(json.dumps(article(25)) + "\n")
    more = write_lines(tmp_path / "more.jsonl", [article(3), article(26)])
    result = run(more, job)  # the feed is among the job's inputs already
    assert result.exit_code == 0
    assert "passed over, because the output holds them: 26 articles" in result.stdout
    assert before.items() <= parts(job).items()
    assert ids(job) == [f"a{number}" for number in range(27)]
    assert run(more, job).stdout.startswith("27 articles analysed")
    assert len(ids(job)) == 27
    assert verified(job)


def test_a_changed_article_is_analysed_anew_into_a_later_part(feed: Path, job: Path, tmp_path: Path) -> None:
    run(feed, job)
    corrected = write_lines(tmp_path / "corrected.jsonl", [article(3, f"Correction. {RAIN}")])
    assert run(corrected, job).exit_code == 0
    assert [
        content["summary"]["text"][:11] for content in analyses(job) if content["article"]["id"] == "a3"
    ] == [
        RAIN[:11],
        "Correction.",
    ]
    assert run([feed, corrected], job).exit_code == 0
    assert len(ids(job)) == 26
    assert verified(job)


def test_a_repeated_article_is_passed_over_and_a_taken_id_is_quarantined(job: Path, tmp_path: Path) -> None:
    feed = write_lines(
        tmp_path / "feed.jsonl", [article(0), article(1), article(0), article(1, f"Other. {RAIN}")]
    )
    for _ in range(2):
        result = run(feed, job, "--shard-articles", 2)
        assert result.exit_code == 3
        assert ids(job) == ["a0", "a1"]
        assert [(bad["number"], bad["code"]) for bad in quarantine(job)] == [(4, "duplicate-id")]
        assert "'a1' and other content" in quarantine(job)[0]["reason"]
    assert verified(job)


@pytest.mark.parametrize(
    "change", [("--length", "short"), ("--summary-format", "bullets"), ("--offset-unit", "utf16")]
)
def test_other_options_analyse_everything_anew_beside_what_is_there(
    feed: Path, job: Path, change: tuple[str, str]
) -> None:
    run(feed, job)
    earlier, before = generation(job), parts(job)
    assert run(feed, job, *change).exit_code == 0
    assert generation(job) != earlier
    assert {path.name: path.read_bytes() for path in earlier.parts.iterdir()} == before
    assert len(ids(job)) == 25
    assert f"earlier output, by other models or options: {earlier.folder}" in archive("status", job).stdout
    assert verified(job)


def test_other_models_analyse_everything_anew_but_resume_refuses_them(feed: Path, job: Path) -> None:
    run(feed, job)
    earlier = generation(job)
    description = json.loads((job / "job.json").read_text())
    (job / "job.json").write_text(json.dumps({**description, "pipeline": "archive_standin:build_other"}))
    result = archive("resume", job)
    assert result.exit_code == 2
    assert "The models or their settings are not those" in result.stderr
    assert run(feed, job, pipeline="archive_standin:build_other").exit_code == 0
    assert generation(job) != earlier


def test_retry_takes_up_what_can_be_analysed_now(
    feed: Path, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with feed.open("a") as file:
        file.write(json.dumps(article(90, RAIN * 20)) + "\n" + json.dumps({"id": "no", "text": "…"}) + "\n")
    monkeypatch.setenv("PULLQUOTE_MAX_CHARS", "1000")
    assert run(feed, job).exit_code == 3
    before = parts(job)
    assert [bad["code"] for bad in quarantine(job)] == ["article-too-long", "empty-article"]
    monkeypatch.setenv("PULLQUOTE_MAX_CHARS", "100000")
    result = archive("retry", job, "--progress", "none")
    assert result.exit_code == 3
    assert result.stdout.startswith("26 articles analysed in 2 shards, 1 in quarantine")
    assert before.items() <= parts(job).items()
    assert ids(job)[-1] == "a90"
    assert [bad["id"] for bad in quarantine(job)] == ["no"]
    assert verified(job)


def test_a_repaired_file_is_taken_up_by_retry(feed: Path, job: Path, tmp_path: Path) -> None:
    import gzip

    whole, cut = gzip.compress(feed.read_bytes()), tmp_path / "feed.jsonl.gz"
    cut.write_bytes(whole[:-200])
    assert run(cut, job).exit_code == 3
    assert [bad["code"] for bad in quarantine(job)] == ["broken-input"]
    cut.write_bytes(whole)
    assert archive("retry", job, "--progress", "none").exit_code == 0
    assert sorted(ids(job)) == sorted(f"a{number}" for number in range(25))
    assert verified(job)


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
    from service.archive.files import atomic

    part = next(generation(job).parts.iterdir())
    contents = list(analyses(job))
    contents[3]["quotes"][0]["parts"][0]["text"] = "Bring a boat,"
    with atomic(part) as file:
        write_analyses(contents, file, "jsonl")
    with sqlite3.connect(generation(job).manifest) as manifest:
        manifest.execute("UPDATE shards SET output_sha256 = ?", (file.sha256,))


def _drop_an_analysis(job: Path) -> None:
    from service.archive.files import atomic

    part = next(generation(job).parts.iterdir())
    contents = list(analyses(job))
    with atomic(part) as file:
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
    assert (lines[-1]["articles"], lines[-1]["shards"], lines[-1]["share"]) == (25, 1, 1.0)
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
    result = run(feed, job, pipeline="archive_standin:build_broken")
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
