"""What a task is: whom it asks, how it scores one article, and which figures it reads off many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from eval.datasets import Sample
from eval.metrics.measures import Measure
from service.domain import Span


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch of the article to show: ``side`` is "gold" or "predicted", ``role`` content, source, …"""

    span: Span
    side: str
    role: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """One article's score.

    ``tallies`` are what the task's measures read. ``quality`` in 0..1 orders the error browser, worst first.
    ``gold`` and ``prediction`` are plain values for samples.jsonl; ``marks`` and ``notes`` (label, text) are
    what a reader of the report sees.
    """

    tallies: Mapping[str, Sequence[float]]
    quality: float
    gold: Any
    prediction: Any
    marks: tuple[Highlight, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())


class Task(ABC):
    """A task of the harness: subclasses say whom they ask and how they score."""

    name: ClassVar[str]
    about: ClassVar[str]
    measures: ClassVar[tuple[Measure, ...]]
    headline: ClassVar[tuple[str, ...]]
    """Names of the measures that a table shows first."""
    curves: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Tallies that the report plots: tally to kind of plot, "reliability" or "histogram"."""
    breakdowns: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """Recalls that the report draws side by side: title to names of measures."""

    @abstractmethod
    def takes(self, sample: Sample) -> bool:
        """Return whether the sample holds what this task scores against."""

    @abstractmethod
    def ask(self, system: Any, sample: Sample) -> Any:
        """Let ``system`` answer. This call is what is timed."""

    @abstractmethod
    def nothing(self, sample: Sample) -> Any:
        """Return the answer of a system that failed on the sample."""

    @abstractmethod
    def score(self, sample: Sample, answer: Any) -> ArticleScore:
        """Score an answer."""
