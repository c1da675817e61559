"""Runs ``pullquote archive`` as a process of its own, kills it, and reads what it leaves; for the tests."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.archive.job.layout import Generation
from service.archive.job.options import load
from service.archive.job.output import read_analyses

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
RAIN = "The mayor of the town said that it was raining, and that it would rain again."
STANDIN = ("--pipeline", "support.archive_pipelines:build")


def article(number: int, text: str = "") -> dict[str, Any]:
    """One of many articles that differ in length and words."""
    body = text or "\n".join(f"{RAIN} It was day {number}, line {line}." for line in range(1 + number % 5))
    return {"id": f"a{number}", "title": f"Rain, day {number}", "text": f"{body}\n“Bring a coat,” she said."}


def write_lines(path: Path, records: Sequence[object]) -> Path:
    """Write JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def command(*arguments: object) -> list[str]:
    """The command line of ``pullquote archive``."""
    return [sys.executable, "-m", "service", "archive", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """One in which the workers find the stand-ins."""
    return {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{ROOT}", "OMP_NUM_THREADS": "1", **more}


def archive(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``pullquote archive`` to its end."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, env=environment(**more), check=False, timeout=600
    )


def run_standin(
    inputs: object, out: Path, *arguments: object, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a job with the stand-in, without the language detector."""
    inputs = inputs if isinstance(inputs, list | tuple) else [inputs]
    options = ("--out", out, *STANDIN, "--progress", "none", "--language", "en")
    return archive("run", *inputs, *options, *arguments, **more)


def generation(job: Path) -> Generation:
    """Where the job's output lies."""
    return Generation.of(job, load(job).generation)


def parts(job: Path) -> dict[str, bytes]:
    """Every file of analyses by name, with its bytes."""
    return {path.name: path.read_bytes() for path in sorted(generation(job).parts.iterdir())}


def analyses(job: Path) -> Iterator[dict[str, Any]]:
    """Every analysis, in the order of the shards."""
    for path in sorted(generation(job).parts.iterdir()):
        yield from read_analyses(path)


def ids(job: Path) -> list[str]:
    """The id of every analysis, in the order of the shards."""
    return [analysis["article"]["id"] for analysis in analyses(job)]


def quarantine(job: Path) -> list[dict[str, Any]]:
    """The quarantined articles."""
    return [json.loads(line) for line in generation(job).quarantine.read_text().splitlines()]


@dataclass(frozen=True, slots=True)
class Killed:
    """How a job fared that was killed again and again: kills that hit, and the last run's exit status."""

    hits: int
    status: int
    stderr: str


def kill_and_resume(
    arguments: Sequence[object], *, kills: int, longest_s: float, seed: int, log: Path, **more: str
) -> Killed:
    """Run a job, SIGKILL it at a random instant, and so on ``kills`` times; then let it end.

    One kill in five hits while the run starts; the others up to ``longest_s`` after its first article, which
    the stand-in writes to ``log``.
    """
    chance, hits, more = random.Random(seed), 0, {**more, "PULLQUOTE_TEST_LOG": str(log)}
    log.touch()
    while hits < kills:
        before = log.stat().st_size
        process = subprocess.Popen(
            command(*arguments), env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if chance.random() < 0.8:
            while process.poll() is None and log.stat().st_size == before:
                time.sleep(0.005)
        try:
            process.wait(timeout=chance.uniform(0, longest_s))
            break  # it was done before the kill
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            hits += 1
    done = archive(*arguments, **more)
    return Killed(hits, done.returncode, done.stderr)
