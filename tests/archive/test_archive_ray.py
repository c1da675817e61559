"""The archive job on a real Ray cluster of several node processes on this machine, one of which is killed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import archive_in_process
from support.archive_processes import ROOT, TESTS, article, ids, parts, quarantine, run_standin, write_lines

pytest.importorskip("ray", reason="the extra 'ray' is not installed")

# Nodes, and their workers, inherit it.
_NODE_MEMORY = 80_000_000


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Articles, and beside them a job of them all (whole) by the local engine."""
    feed = write_lines(tmp_path / "feed.jsonl", [article(number) for number in range(300)])
    assert archive_in_process.run(feed, tmp_path / "whole", "--shard-articles", 10).exit_code == 0
    return feed


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in notes each article, its process and that one's parent, which is the node."""
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}{os.pathsep}{ROOT}")
    monkeypatch.setenv("PULLQUOTE_TEST_LOG", str(tmp_path / "log"))
    # Long enough an article for the second node to get some before the first has done them all.
    monkeypatch.setenv("PULLQUOTE_TEST_SECONDS", "0.05")
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.fixture
def cluster(log: Path) -> Iterator[Any]:
    """Two nodes with a processor each."""
    from ray.cluster_utils import Cluster

    memory = {"num_cpus": 1, "object_store_memory": _NODE_MEMORY}
    cluster = Cluster(initialize_head=True, head_node_args={**memory, "include_dashboard": False})
    try:
        cluster.add_node(**memory)
        yield cluster
    finally:
        cluster.shutdown()


def _kill_the_second_node_at_work(cluster: Any, log: Path, killed: threading.Event) -> None:
    [node] = cluster.worker_nodes
    raylet = next(info.process.pid for info in node.all_processes["raylet"])
    while not any(line.endswith(f" {raylet}") for line in log.read_text().splitlines()):
        time.sleep(0.01)
    os.kill(raylet, signal.SIGKILL)
    killed.set()


@pytest.mark.skipif(sys.platform != "linux", reason="finds nodes by their processes")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_node_that_dies_in_the_middle_changes_no_byte(
    tmp_path: Path, feed: Path, cluster: Any, log: Path
) -> None:
    killed = threading.Event()
    killer = threading.Thread(target=_kill_the_second_node_at_work, args=(cluster, log, killed), daemon=True)
    killer.start()
    engine = ("--engine", "ray", "--ray-address", cluster.address)
    ran = run_standin(feed, tmp_path / "ray", "--shard-articles", 10, *engine)
    assert killed.is_set()
    assert ran.returncode == 0, ran.stderr
    assert parts(tmp_path / "ray") == parts(tmp_path / "whole")
    assert len(set(ids(tmp_path / "ray"))) == 300
    assert archive_in_process.verified(tmp_path / "ray")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_article_that_kills_its_ray_worker_costs_only_itself(tmp_path: Path, cluster: Any) -> None:
    records = [article(number) for number in range(60)]
    records.insert(33, article(999, "KILL-THE-WORKER"))
    feed = write_lines(tmp_path / "feed.jsonl", records)
    engine = ("--engine", "ray", "--ray-address", cluster.address)
    ran = run_standin(feed, tmp_path / "ray", "--shard-articles", 10, *engine)
    assert ran.returncode == 3, ran.stderr
    assert [(bad["id"], bad["code"]) for bad in quarantine(tmp_path / "ray")] == [("a999", "worker-killed")]
    assert ids(tmp_path / "ray") == [f"a{number}" for number in range(60)]
