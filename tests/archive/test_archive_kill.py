"""The archive job under fire: killed at random instants, on a disk that fails. Nothing lost, twice or torn.

``pytest -m slow tests/archive/test_archive_kill.py`` runs the long versions.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import archive_in_process
from support.archive_processes import (
    STANDIN,
    article,
    command,
    environment,
    generation,
    ids,
    kill_and_resume,
    parts,
    quarantine,
    write_lines,
)

STRACE = shutil.which("strace")
SHARED = Path(__file__).parents[3] / "shared" / "data" / "summaries"


def _inputs(folder: Path, articles: int) -> Path:
    """Two files, a folder of single articles, and one article that can't be analysed."""
    half = articles // 2
    write_lines(folder / "a.jsonl", [article(number) for number in range(half)])
    write_lines(folder / "b.jsonl", [article(number) for number in range(half, articles - 10)])
    write_lines(folder / "bad.jsonl", [{"id": "bad", "text": "…"}])
    for number in range(10):
        (folder / f"c{number}.txt").write_text(article(number)["text"])
    return folder


@dataclass(frozen=True, slots=True)
class _Work:
    """What is run and killed: ``articles`` of the inputs can be analysed, and ``status`` says if all can."""

    inputs: tuple[Path, ...]
    articles: int
    shard: int
    pipeline: tuple[str, str] = STANDIN
    status: int = 3


def _survives_kills(tmp_path: Path, work: _Work, *, kills: int, longest_s: float) -> None:
    log, whole, killed = (tmp_path / name for name in ("log", "whole", "killed"))
    arguments = ("run", *work.inputs, *work.pipeline, "--shard-articles", work.shard, "--workers", 2)
    arguments = (*arguments, "--progress", "none", "--language", "en", "--out")
    assert archive_in_process.archive(*arguments, whole).exit_code == work.status
    fared = kill_and_resume((*arguments, killed), kills=kills, longest_s=longest_s, seed=20261124, log=log)
    assert (fared.status, fared.stderr) == (work.status, "")
    assert fared.hits == kills, "the job was done before it was killed often enough: raise its articles"
    assert parts(killed) == parts(whole)
    assert quarantine(killed) == quarantine(whole)
    assert len(ids(killed)) == len(set(ids(killed))) == work.articles
    analysed = len(log.read_text().splitlines())
    redone_at_most = kills * 2 * work.shard  # the shards in flight, one for each worker
    assert work.articles <= analysed <= work.articles + redone_at_most
    assert archive_in_process.verified(killed)
    print(f"{work.articles} articles, {fared.hits} kills, {analysed - work.articles} articles redone")


def test_a_job_that_is_killed_again_and_again_ends_in_the_same_bytes(tmp_path: Path) -> None:
    work = _Work((_inputs(tmp_path / "in", 700),), articles=700, shard=20)
    _survives_kills(tmp_path, work, kills=4, longest_s=0.3)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_twenty_thousand_articles_survive_fifty_kills(tmp_path: Path) -> None:
    work = _Work((_inputs(tmp_path / "in", 20_000),), articles=20_000, shard=100)
    _survives_kills(tmp_path, work, kills=50, longest_s=0.5)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(7200)
def test_five_hundred_real_analyses_survive_five_kills(tmp_path: Path) -> None:
    inputs = tuple(SHARED / f"{name}_dev.jsonl.gz" for name in ("cnndm", "newssum"))
    if not SHARED.exists():
        pytest.skip("the development data (../shared) are not here")
    real = ("--pipeline", "support.archive_pipelines:build_real")
    work = _Work(inputs, articles=500, shard=10, pipeline=real, status=0)
    _survives_kills(tmp_path, work, kills=5, longest_s=20.0)


def test_a_killed_job_leaves_no_process_behind(tmp_path: Path) -> None:
    inputs = write_lines(tmp_path / "a.jsonl", [article(0, "HANG-FOR-EVER")])
    arguments = command("run", inputs, "--out", tmp_path / "job", *STANDIN, "--language", "en")
    log = tmp_path / "log"
    log.touch()
    process = subprocess.Popen(arguments, env=environment(PULLQUOTE_TEST_LOG=str(log)))
    while not log.stat().st_size:
        assert process.poll() is None
    worker = int(log.read_text().split()[1])
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline, f"the worker {worker} lives on"
        time.sleep(0.01)


_FAULTS = [
    "fsync:error=EIO:when=1",
    "fsync:error=ENOSPC:when=2+",
    "rename:error=EIO:when=1+",
    "write:error=ENOSPC:when=40+",
    "pwrite64:error=ENOSPC:when=12+",
    "fdatasync:error=EIO:when=3+",
    "fsync:signal=KILL:when=2",
    "rename:signal=KILL:when=1",
    "write:signal=KILL:when=30",
    "pwrite64:signal=KILL:when=20",
]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of inputs (in), a job of the first of them (begun), and one of all of them (whole)."""
    folder = tmp_path_factory.mktemp("healthy")
    write_lines(folder / "in" / "0.jsonl", [article(1000)])
    for job in ("begun", "whole"):
        assert archive_in_process.run(folder / "in", folder / job, "--shard-articles", 10).exit_code == 0
    _inputs(folder / "in", 60)
    assert archive_in_process.run(folder / "in", folder / "whole", "--shard-articles", 10).exit_code == 3
    return folder


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "fault",
    [
        fault if fault in _FAULTS[1:4] + _FAULTS[6:7] else pytest.param(fault, marks=pytest.mark.slow)
        for fault in _FAULTS
    ],
)
def test_a_failing_disk_never_passes_for_success(tmp_path: Path, healthy: Path, fault: str) -> None:
    """The job exists already, so that the fault meets the shards and not the first file of all."""
    inputs, job, whole = healthy / "in", tmp_path / "job", healthy / "whole"
    shutil.copytree(healthy / "begun", job)
    arguments = ("--out", job, *STANDIN, "--language", "en", "--shard-articles", 10, "--progress", "none")
    calls = fault.partition(":")[0]
    strace = [str(STRACE), "-f", "--seccomp-bpf", "-qq", "-o", tmp_path / "trace", "-e", f"trace={calls}"]
    failed = subprocess.run(
        [*map(str, strace), "-e", f"inject={fault}", *command("run", inputs, *arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=120,
    )
    if "ptrace" in failed.stderr.lower():
        pytest.skip(f"strace may not trace here: {failed.stderr[:200]}")
    trace = (tmp_path / "trace").read_text()
    assert "INJECTED" in trace or "killed by SIGKILL" in trace
    if failed.returncode in {0, 3}:  # it says that it is done: then it must be
        assert parts(job) == parts(whole)
    elif "error" in fault:
        assert failed.returncode == 1
        assert "pullquote: " in failed.stderr
        # Where every write fails, so does Python's fork server in its own pipe, and it says so in its way.
        assert calls == "write" or "Traceback" not in failed.stderr
    resumed = archive_in_process.archive("run", inputs, *arguments)
    assert (resumed.exit_code, resumed.stderr) == (3, "")
    assert parts(job) == parts(whole)
    assert quarantine(job) == quarantine(whole)
    assert not list(generation(job).parts.glob(".*"))
