"""The archive job as its users meet it: one command, real worker processes, a stand-in for the models."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support.archive_in_process import archive, run, verified
from support.archive_processes import RAIN, analyses, article, generation, ids, parts, quarantine, write_lines
from support.fake_pipeline import FakePipeline

from service import bootstrap, wire
from service.domain import Request
from service.ingest import Declared
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


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
    # The job doesn't offer offsets in HTML, which alone have the key.
    documented = _leaves(wire.json_schema(), wire.json_schema())
    assert fields == {leaf for leaf in documented if not leaf.endswith(".html")}
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


def test_an_id_that_utf8_cannot_carry_is_spelled_out(job: Path, tmp_path: Path) -> None:
    lines = f'{{"id": "\\ud800", "text": {json.dumps(RAIN)}}}\n{{"id": "\\udfff", "text": "…"}}\n'
    (tmp_path / "feed.jsonl").write_text(lines)
    assert run(tmp_path / "feed.jsonl", job).exit_code == 3
    assert ids(job) == ["\ufffd"]
    assert [bad["id"] for bad in quarantine(job)] == [r"\udfff"]
    assert verified(job)


def test_a_job_inside_its_input_does_not_read_itself(feed: Path, tmp_path: Path) -> None:
    inputs = feed.parent / "in"
    inputs.mkdir()
    feed.rename(inputs / "feed.jsonl")
    (tmp_path / "link").symlink_to(inputs)
    for _ in range(2):
        assert run(tmp_path / "link", tmp_path / "link" / "job").exit_code == 0
    assert len(ids(inputs / "job")) == 25


def test_a_file_of_a_shard_that_is_not_done_is_cleared_away(feed: Path, job: Path) -> None:
    """Killed between the rename and the manifest; then the input changes, and the shard is cut anew."""
    run(feed, job, "--shard-articles", 10)
    with sqlite3.connect(generation(job).manifest) as manifest:
        manifest.execute("UPDATE shards SET done = 0 WHERE shard = 1")
    write_lines(feed, [article(number) for number in range(25) if number != 15])
    assert "planned before, and in the inputs no more: 1 articles" in run(feed, job).stdout
    assert sorted(ids(job)) == sorted(f"a{number}" for number in range(25) if number != 15)
    assert verified(job)


def test_an_article_that_ends_its_worker_costs_only_itself(job: Path, tmp_path: Path) -> None:
    deadly = {
        5: ("KILL-THE-WORKER", "worker-killed", "SIGKILL"),
        6: ("HANG-FOR-EVER", "time-limit", "more than 1 s"),
        12: ("EAT-ALL-MEMORY", "memory-limit", "more than 64 MiB"),
    }
    records = [
        article(number, f"{deadly[number][0]} {RAIN}" if number in deadly else "") for number in range(20)
    ]
    feed = write_lines(tmp_path / "feed.jsonl", records)
    limits = ("--article-seconds", 1, "--article-memory", 64)
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


def test_the_main_process_sleeps_while_its_workers_work(job: Path, tmp_path: Path) -> None:
    """It has a core of theirs to lose."""
    feed = write_lines(tmp_path / "feed.jsonl", [article(number, "TAKE-A-SECOND") for number in range(2)])
    cpu_s = time.process_time()
    assert run(feed, job, "--workers", 1).exit_code == 0
    assert time.process_time() - cpu_s < 1.0


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
    (job / "job.json").write_text(
        json.dumps({**description, "pipeline": "support.archive_pipelines:build_other"})
    )
    result = archive("resume", job)
    assert result.exit_code == 2
    assert "The models, their settings or the code are not those" in result.stderr
    assert run(feed, job, pipeline="support.archive_pipelines:build_other").exit_code == 0
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
