"""An archive job with a generating model whose endpoint breaks down: real models, a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.archive_in_process import archive, run, verified
from support.archive_processes import analyses, ids, parts, quarantine, write_lines
from support.scripted_endpoint import answer, scripted, status
from support.scripted_writer import MODEL

from service.archive.engines import preload
from service.settings import Settings

HOW = ("--progress", "none", "--workers", 1)
TEXT = (Path(__file__).parents[2] / "examples" / "harbour-bridge.txt").read_text("utf-8")
WRITTEN = {
    "The council voted 7 to 2 to spend $48 million on a new bearing, new decking and a motor.": 3,
    "A free passenger ferry will run every ten minutes while the work lasts.": 19,
}
SUMMARY = {
    "refusal": None,
    "sentences": [{"text": text, "evidence": [number]} for text, number in WRITTEN.items()],
}


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    records = [{"id": name, "text": TEXT} for name in ("early", "late", "later")]
    return write_lines(tmp_path / "feed.jsonl", records)


@pytest.fixture
def job(tmp_path: Path) -> Path:
    return tmp_path / "job"


def test_what_the_model_fails_on_is_quarantined_if_strict_and_retry_takes_it_up(
    feed: Path, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted([answer(json.dumps(SUMMARY)), status(500)]) as server:
        monkeypatch.setenv("PULLQUOTE_SUMMARIZER", MODEL)
        monkeypatch.setenv("PULLQUOTE_ENDPOINT", server.url)
        monkeypatch.setenv("PULLQUOTE_ENDPOINT_RETRIES", "0")
        options = ("--out", job, "--strict", "--length", "short", "--language", "en")
        ran = archive("run", feed, *options, *HOW)
        assert (ran.exit_code, ran.stderr) == (3, "")
        assert ids(job) == ["early"]
        assert [(bad["id"], bad["number"], bad["code"]) for bad in quarantine(job)] == [
            ("late", 2, "model-failed"),
            ("later", 3, "model-failed"),
        ]
        for bad in quarantine(job):
            assert f"No summary by {MODEL} " in bad["reason"]
            assert "500" in bad["reason"]
            assert bad["reason"].endswith("Once the model works, `archive retry`.")
        before = parts(job)
        server.requests.clear()  # the script begins again: one answer, and it is gone
        retried = archive("retry", job, *HOW)
    assert (retried.exit_code, retried.stderr) == (3, "")
    assert before.items() <= parts(job).items()
    assert ids(job) == ["early", "late"]
    for analysis in analyses(job):
        written = [sentence["text"] for sentence in analysis["summary"]["sentences"]]
        assert written == list(WRITTEN)
        assert analysis["warnings"] == []
    # Nothing extracted stands in for it: strict is kept with the job.
    assert [bad["id"] for bad in quarantine(job)] == ["later"]
    assert verified(job)


def test_what_was_extracted_in_its_place_keeps_a_job_from_becoming_strict(feed: Path, job: Path) -> None:
    failing = "support.archive_pipelines:build_failing"
    assert "warnings: 3 model_failed" in run(feed, job, pipeline=failing).stdout
    refused = run(feed, job, "--strict", pipeline=failing)
    assert refused.exit_code == 2
    assert f"{job} holds 3 articles that the model failed on" in refused.stderr
    assert run(feed, job, pipeline=failing).exit_code == 0
    assert run(feed, job.with_name("other"), "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("summarizer", "device", "can"),
    [
        ("extractive", "auto", True),
        ("extractive", "cuda", False),
        ("openai:x", "auto", True),
        ("seq2seq:x", "cpu", True),
        ("seq2seq:x", "auto", False),
        ("chat:x", "cuda:1", False),
    ],
)
def test_workers_are_not_forked_with_a_model_that_may_be_on_a_gpu(
    summarizer: str, device: str, can: bool
) -> None:
    assert preload.can_share(Settings(summarizer=summarizer, device=device)) is can
