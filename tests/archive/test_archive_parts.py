"""The parts of the archive job by themselves: shards, planning, limits of the machine, capacity."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_pipelines import build
from support.archive_processes import RAIN, article, write_lines

from service.archive.code import code_digest
from service.archive.engines import cores
from service.archive.files import open_atomically
from service.archive.inputs.columns import ColumnMapping
from service.archive.inputs.raw import InputPosition, InputProblem, RawArticle
from service.archive.inputs.readers import ArchiveReader, ReadingProgress
from service.archive.inputs.sources import find_sources
from service.archive.job.analyst import Analyst, AnalystSpec, ArticleOutcome
from service.archive.job.manifest import Manifest
from service.archive.job.output import OutputFormat
from service.archive.job.planner import Planner
from service.archive.job.shard import Shard, ShardReport, process_shard
from service.archive.reporting import capacity
from service.archive.reporting.chart import ChartPanel, draw
from service.archive.reporting.progress import RunMeter
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def raws(count: int) -> tuple[RawArticle, ...]:
    return tuple(
        RawArticle(InputPosition("feed", "line", number), f"a{number}", json.dumps(article(number)).encode())
        for number in range(count)
    )


@pytest.fixture
def analyst() -> Analyst:
    settings = Settings()
    return Analyst(AnalystSpec(settings, language="en"), build(settings))


@pytest.mark.parametrize("output", ["jsonl", "parquet"])
def test_a_shard_gives_the_same_bytes_every_time(
    analyst: Analyst, tmp_path: Path, output: OutputFormat
) -> None:
    shard = Shard(0, raws(100))
    reports = [process_shard(shard, tmp_path / name, analyst, output) for name in ("one", "other")]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert reports[0].output_sha256 == reports[1].output_sha256
    assert reports[0].analysed == 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


def test_a_partition_is_a_lazy_iterator_that_gives_what_a_shard_does(
    analyst: Analyst, tmp_path: Path
) -> None:
    """As Spark's ``mapPartitions`` calls it: an iterator in, an iterator out, partitions cut anyhow."""

    def map_partitions(partitions: Iterable[Iterator[RawArticle]]) -> Iterator[ArticleOutcome]:
        for partition in partitions:
            yield from analyst.analyse_partition(partition)

    articles, seen = raws(50), list[int]()

    def noting() -> Iterator[RawArticle]:
        for number, raw in enumerate(articles):
            seen.append(number)
            yield raw

    lazy = analyst.analyse_partition(noting())
    next(lazy)
    assert seen == [0]
    outcomes = list(map_partitions([iter(articles[:7]), iter(()), iter(articles[7:])]))
    from service.archive.job.output import write_analyses

    with open_atomically(tmp_path / "partitions") as file:
        write_analyses((outcome.content for outcome in outcomes if outcome.content), file, "jsonl")
    process_shard(Shard(0, articles), tmp_path / "shard", analyst, "jsonl")
    assert (tmp_path / "partitions").read_bytes() == (tmp_path / "shard").read_bytes()


_GROWTH = """
import json, sys
from service.archive.job.analyst import Analyst, AnalystSpec
from service.archive.job.limits import data_bytes
from service.archive.inputs.raw import InputPosition, RawArticle
from service.settings import Settings

analyst = Analyst.load(AnalystSpec(Settings(threads=1), language="en"))
for number in range(240):
    sentences = 3 + number * 7 % 40  # the longest are among the first
    text = "The mayor said that it was raining in the town again. " * sentences + "Rain. " * number
    payload = json.dumps({"text": text}).encode()
    outcome = analyst.analyse(RawArticle(InputPosition("x"), str(number), payload))
    assert outcome.content, outcome.problem
    if number in {119, 239}:
        print(data_bytes() // 2**20)
"""


@pytest.mark.slow
def test_a_worker_does_not_grow_with_every_new_length_of_an_article() -> None:
    """What the libraries compile for a shape must not stay for ever; it came to 2 MiB an article."""
    ran = subprocess.run(
        [sys.executable, "-c", _GROWTH], capture_output=True, text=True, check=True, cwd=ROOT
    )
    half, whole = map(int, ran.stdout.split())
    print(f"{half} MiB after 120 articles, {whole} MiB after 240")
    assert whole < half + 100


def test_poison_is_quarantined_unseen(analyst: Analyst, tmp_path: Path) -> None:
    poison = {1: InputProblem("worker-killed", "It ends the process.")}
    report = process_shard(Shard(0, raws(3)), tmp_path / "out", analyst, "jsonl", poison)
    assert [(bad.ordinal, bad.id, bad.problem) for bad in report.quarantined] == [(1, "a1", poison[1])]
    assert report.analysed == 2


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with open_atomically(tmp_path / "out") as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert not list(tmp_path.iterdir())


class _Job:
    """Plans and pretends to do, as a run that may stop anywhere; keeps what each shard was cut from."""

    def __init__(self, folder: Path, inputs: Path, size: int) -> None:
        folder.mkdir()
        self.path = folder / "manifest"
        self.inputs = inputs
        self.size = size
        Manifest(self.path, create=True).close()
        self.cut: dict[int, list[str]] = {}

    def run(self, *, stop_after: int | None = None, forget_last: bool = False) -> Planner:
        """Stop after some shards; the last of them may be planned and not done."""
        with closing(Manifest(self.path)) as manifest:
            planner = Planner(manifest, ArchiveReader(ColumnMapping(), 200_000, ReadingProgress()), self.size)
            for count, shard in enumerate(planner.shards(find_sources([str(self.inputs)], leave_out="")), 1):
                self.cut[shard.number] = [raw.id for raw in shard.articles]
                if count == stop_after and forget_last:
                    return planner
                manifest.finish(shard.number, f"part-{shard.number}", _REPORT, "0")
                if count == stop_after:
                    return planner
            return planner


_REPORT = ShardReport("", 0, 0, (), 0.0, 0.0, 0.0, 0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_shards_are_cut_the_same_way_however_often_planning_is_interrupted(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    inputs = tmp_path / "in"
    records = [article(number) for number in range(60)]
    records += chance.sample(records, 5)  # repeated
    chance.shuffle(records)
    write_lines(inputs / "a.jsonl", records[:30])
    write_lines(inputs / "b.jsonl", [*records[30:], {**article(3), "text": f"Other. {RAIN}"}])
    for number in range(7):
        (inputs / f"c{number}.txt").write_text(f"{RAIN} {number}")
    whole, broken = _Job(tmp_path / "whole", inputs, 8), _Job(tmp_path / "broken", inputs, 8)
    whole.run()
    for _ in range(8):
        broken.run(stop_after=chance.randint(1, 3), forget_last=chance.random() < 0.5)
    broken.run()
    assert broken.cut == whole.cut
    every = [name for names in whole.cut.values() for name in names]
    assert len(every) == 60 + 1 + 7  # the repeated ones once, the taken id in its shard's quarantine


def test_shards_grow_with_the_archive(tmp_path: Path) -> None:
    inputs = write_lines(tmp_path / "a.jsonl", [article(number) for number in range(8_000)])
    job = _Job(tmp_path / "job", inputs, 0)
    job.run()
    sizes = [len(job.cut[number]) for number in sorted(job.cut)]
    assert sizes == [16] * 32 + [32] * 32 + [64] * 32 + [128] * 32 + [200, 120]


def test_what_was_planned_from_an_input_that_has_changed_since_is_cut_anew(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    write_lines(inputs / "a.jsonl", [article(number) for number in range(6)])
    job = _Job(tmp_path / "job", inputs, 3)
    job.run(stop_after=2, forget_last=True)
    write_lines(inputs / "a.jsonl", [article(number) for number in (0, 1, 2, 3, 5)])
    planner = job.run()
    assert planner.lost == 1
    assert job.cut[2] == ["a3", "a5"]


def test_what_is_cut_anew_survives_a_kill_before_it_is_done(tmp_path: Path) -> None:
    """The file that it came from has been read to its end by then, and must be read again."""
    inputs = tmp_path / "in"
    write_lines(inputs / "a.jsonl", [article(number) for number in range(6)])
    job = _Job(tmp_path / "job", inputs, 3)
    job.run(stop_after=2, forget_last=True)
    write_lines(inputs / "a.jsonl", [article(number) for number in (0, 1, 2, 3, 5)])
    job.run(stop_after=1, forget_last=True)
    planner = job.run()
    assert planner.lost == 0
    assert job.cut[2] == ["a3", "a5"]


def test_a_file_that_is_done_and_unchanged_is_not_read_again(tmp_path: Path) -> None:
    inputs = write_lines(tmp_path / "a.jsonl", [article(0)])
    job = _Job(tmp_path / "job", inputs, 3)
    job.run()
    inputs.chmod(0)
    job.run()
    assert list(job.cut) == [0]


def test_progress_counts_what_is_analysed_and_not_what_is_read_ahead() -> None:
    read = ReadingProgress(bytes_read=4_000, bytes_skipped=2_000, articles=40, passed_over=10)
    meter = RunMeter(read, total_bytes=10_000)
    meter.advance(7, 12)
    meter.finish(7, analysed=19, quarantined=1)
    meter.advance(8, 5)
    snapshot = meter.snapshot()
    assert (snapshot.articles, snapshot.quarantined, snapshot.shards) == (24, 1, 1)
    # Of the 40 articles read, 5 wait; 40 more are to come.
    assert snapshot.share == pytest.approx((2_000 + 4_000 - 5 * 100) / 10_000)
    assert snapshot.eta_s == pytest.approx(45 / snapshot.articles_per_s, rel=0.01, abs=1)
    meter.advance(8, 0)  # its worker died, and it runs again
    assert meter.snapshot().articles == 19


def test_the_code_is_part_of_what_makes_an_analysis(tmp_path: Path, analyst: Analyst) -> None:
    for name in ("pipeline.py", "api/app.py", "text/segment/punkt.json", "text/segment/notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")

    def digest() -> str:
        code_digest.cache_clear()
        return code_digest(tmp_path)

    before = digest()
    (tmp_path / "api/app.py").write_text("2")
    (tmp_path / "text/segment/notes.md").write_text("2")
    assert digest() == before
    (tmp_path / "text/segment/punkt.json").write_text("2")
    assert digest() != before
    code_digest.cache_clear()
    assert analyst.provenance["code"] == code_digest()


@pytest.mark.parametrize(
    ("files", "membership", "expected"),
    [
        ({"cpu.max": "150000 100000"}, "0::/", 1),
        ({"cpu.max": "max 100000"}, "0::/", None),
        ({"a/b/cpu.max": "max 100000", "a/cpu.max": "100000 100000"}, "0::/a/b", 1),
        (
            {"cpu/job/cpu.cfs_quota_us": "100000", "cpu/job/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/job",
            1,
        ),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, "4:cpu:/", None),
        ({"cpu.max": "20000 100000"}, "0::/", 1),
        ({}, "", None),
    ],
)
def test_cores_are_those_of_the_cgroup(
    tmp_path: Path, files: dict[str, str], membership: str, expected: int | None
) -> None:
    found = cores.usable_cores(*_cgroup(tmp_path, files, membership))
    assert found == (expected or len(os.sched_getaffinity(0)))


@pytest.mark.parametrize(
    ("files", "membership", "expected"),
    [
        ({"memory.max": str(512 * 2**20)}, "0::/", 512),
        ({"memory/job/memory.limit_in_bytes": str(256 * 2**20)}, "9:memory:/job", 256),
        ({"memory.max": "max"}, "0::/", None),
    ],
)
def test_memory_is_that_of_the_cgroup(
    tmp_path: Path, files: dict[str, str], membership: str, expected: int | None
) -> None:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    assert cores.usable_memory_mib(*_cgroup(tmp_path, files, membership)) == (expected or total)


def _cgroup(folder: Path, files: dict[str, str], membership: str) -> tuple[Path, Path]:
    for name, content in files.items():
        path = folder / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n")
    (folder / "membership").write_text(membership + "\n" if membership else "")
    return folder / "cgroup", folder / "membership"


def test_the_chart_is_well_formed_whatever_the_labels() -> None:
    chart = draw([ChartPanel("a < b & c", [("<x>", 3.0), ('"y"', 0.0)]), ChartPanel("empty", [])])
    texts = [text.text for text in ET.fromstring(chart).iter("{http://www.w3.org/2000/svg}text")]
    assert {"a < b & c", "<x>", "none"} <= set(texts)


def test_the_document_s_capacity_plan_is_what_the_calculation_gives() -> None:
    assert capacity.table(capacity.CapacityPlan()) in (ROOT / "docs" / "scale.md").read_text()


def test_capacity_grows_with_the_archive_and_shrinks_with_speed() -> None:
    plan = capacity.CapacityPlan(articles=1_000, articles_per_core_s=2.0)
    assert plan.core_hours == pytest.approx(1_000 / 2.0 / 3600)
    assert capacity.CapacityPlan(articles=2_000, articles_per_core_s=4.0).core_hours == pytest.approx(
        plan.core_hours
    )
