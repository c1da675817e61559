"""The progress of a run: what is measured, and how it is shown (a bar, JSON lines, or nothing).

Reading runs ahead of the workers, and only the bytes of the inputs are known, not their articles. So the
bytes done are the bytes read, less those of the waiting articles at the mean size of an article. The rate is
that of the last minute, and counts only the articles that workers have done: what a resumed run passes over
doesn't raise it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from service.archive.inputs.readers import ReadingProgress

ProgressStyle = Literal["bar", "json", "none"]
_WINDOW_S = 60.0
_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class ProgressSnapshot:
    """A run at one moment.

    The ``share`` of the inputs that is done, and ``eta_s``, are None while unknown.
    """

    articles: int
    quarantined: int
    shards: int
    restarts: int
    seconds: float
    articles_per_s: float
    share: float | None
    eta_s: float | None


@dataclass(slots=True)
class RunMeter:
    """Counts what a run has done. ``total_bytes`` is None until the inputs have been listed."""

    read: ReadingProgress
    total_bytes: int | None = None
    quarantined: int = 0
    shards: int = 0
    restarts: int = 0
    _finished: int = 0
    _begun: dict[int, int] = field(default_factory=dict)  # by shard in work, the articles done
    _started_s: float = field(default_factory=time.monotonic)
    _samples: deque[tuple[float, int]] = field(default_factory=lambda: deque([(time.monotonic(), 0)]))

    def advance(self, shard: int, articles: int) -> None:
        """Set how many articles of a shard are done."""
        self._begun[shard] = articles

    def finish(self, shard: int, analysed: int, quarantined: int) -> None:
        """Count a finished shard."""
        self._begun.pop(shard, None)
        self._finished += analysed + quarantined
        self.quarantined += quarantined
        self.shards += 1

    def snapshot(self) -> ProgressSnapshot:
        """Return where the run is now."""
        now, articles = time.monotonic(), self._finished + sum(self._begun.values())
        self._samples.append((now, articles))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW_S:
            self._samples.popleft()
        then, earlier = self._samples[0]
        rate = max(0, articles - earlier) / max(now - then, 1e-9)
        share, left = self._share_and_left(articles)
        return ProgressSnapshot(
            articles=articles - self.quarantined,
            quarantined=self.quarantined,
            shards=self.shards,
            restarts=self.restarts,
            seconds=round(now - self._started_s, 1),
            articles_per_s=round(rate, 2),
            share=None if share is None else round(share, 4),
            eta_s=round(left / rate) if left is not None and rate > 0 else None,
        )

    def _share_and_left(self, articles: int) -> tuple[float | None, float | None]:
        """Return the share of the inputs' bytes that is done, and about how many articles are left."""
        read, total = self.read, self.total_bytes
        if not total:
            return None, None
        waiting = max(0, read.articles - read.passed_over - articles)
        article_bytes = read.bytes_read / read.articles if read.articles else 0.0
        done = read.bytes_skipped + read.bytes_read - waiting * article_bytes
        unread = max(0, total - read.bytes_skipped - read.bytes_read)
        left = waiting + unread / article_bytes if article_bytes else None
        return min(1.0, max(0.0, done / total)), left


def measure(meter: RunMeter, sizes: Callable[[], Iterable[int]]) -> None:
    """Add up the inputs' sizes in a thread of its own, as listing a million files takes a while."""

    def add() -> None:
        meter.total_bytes = sum(sizes())

    threading.Thread(target=add, name="archive-sizes", daemon=True).start()


class ProgressDisplay:
    """Shows the progress of a run on a stream, at most once a second."""

    def __init__(self, show: ProgressStyle, meter: RunMeter, stream: TextIO | None = None) -> None:
        self._show = show
        self._meter = meter
        self._stream = stream or sys.stderr
        self._last_s = 0.0
        self._bar: Bar | None = None
        self._task: Any = None

    def started(self) -> AbstractContextManager[object]:
        """Return a context in which the bar is shown, if there is one."""
        if self._show != "bar":
            return nullcontext()
        console = Console(file=self._stream, highlight=False, markup=False, emoji=False)
        self._bar = Bar(
            TextColumn("Analysing"),
            BarColumn(),
            TextColumn("{task.fields[done]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, done="", left="")
        return self._bar

    def update(self, *, now: bool = False) -> None:
        """Show where the run is, unless that was done within the last second and not ``now``."""
        moment_s = time.monotonic()
        if self._show == "none" or (moment_s - self._last_s < _EVERY_S and not now):
            return
        self._last_s = moment_s
        snapshot = self._meter.snapshot()
        if self._show == "json":
            print(json.dumps({"event": "progress", **asdict(snapshot)}), file=self._stream, flush=True)
        elif self._bar:
            total = 1.0 if snapshot.share is not None else None
            done = f"{snapshot.articles:,} articles, {snapshot.articles_per_s:g}/s"
            if snapshot.quarantined:
                done += f", {snapshot.quarantined:,} in quarantine"
            left = f"{_clock(snapshot.eta_s)} left" if snapshot.eta_s is not None else ""
            self._bar.update(self._task, total=total, completed=snapshot.share or 0, done=done, left=left)

    def say(self, message: str) -> None:
        """Show a message beside the progress."""
        if self._show == "json":
            print(json.dumps({"event": "notice", "detail": message}), file=self._stream, flush=True)
        elif self._bar and self._bar.live.is_started:
            self._bar.console.print(f"pullquote: {message}", soft_wrap=True)
        else:
            print(f"pullquote: {message}", file=self._stream, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
