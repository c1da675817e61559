"""``archive run --taxonomy``: topics of a newsroom's own taxonomy, which is part of the job's identity."""

from __future__ import annotations

from pathlib import Path

from support.archive_in_process import archive, run
from support.archive_processes import analyses, article, write_lines

LABELLING = "support.archive_pipelines:build_labelling"


def test_a_job_has_the_taxonomy_it_was_begun_with(tmp_path: Path) -> None:
    feed, job = (
        write_lines(tmp_path / "feed.jsonl", [article(number) for number in range(3)]),
        tmp_path / "job",
    )
    first = run(feed, job, "--taxonomy", "desk", pipeline=LABELLING)
    assert first.exit_code == 0, first.stderr
    assert {one["provenance"]["taxonomy"] for one in analyses(job)} == {"desk sha256:d"}
    assert archive("resume", job, "--progress", "none").exit_code == 0
    # With Media Topics it is another analysis, so all are made anew beside the first.
    assert run(feed, job, pipeline=LABELLING).exit_code == 0
    assert len(list(job.glob("analyses-*"))) == 2


def test_an_unknown_taxonomy_stops_the_job_and_quarantines_nothing(tmp_path: Path) -> None:
    feed, job = write_lines(tmp_path / "feed.jsonl", [article(0)]), tmp_path / "job"
    result = run(feed, job, "--taxonomy", "golf", pipeline=LABELLING)
    assert result.exit_code == 1
    assert "There is no taxonomy 'golf'; loaded: desk." in result.stderr
    assert not list(job.glob("analyses-*"))
