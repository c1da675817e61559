"""What a task is: how it asks a system, how it scores one article, and which figures it reads off many.

A measure of a task is one ``Measure`` in the task's ``measures`` and the tally of that name in what ``score``
returns. Tables, reports, comparisons and the gate find it there.
"""

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
    """A span of the article that the report shows: ``side`` is "gold" or "predicted", ``role`` e.g. "cue"."""

    span: Span
    side: str
    role: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """The score of one article.

    The task's measures read ``tallies``. ``quality`` in 0..1 orders the error browser, worst first. ``gold``
    and ``prediction`` are plain values for samples.jsonl. ``highlights`` and ``notes`` (label, text) are what
    a reader of the report sees.
    """

    tallies: Mapping[str, Sequence[float]]
    quality: float
    gold: Any
    prediction: Any
    highlights: tuple[Highlight, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())


class Task(ABC):
    """A task of the harness; subclasses define how a system is asked and how its answer is scored."""

    name: ClassVar[str]
    about: ClassVar[str]
    measures: ClassVar[tuple[Measure, ...]]
    headline: ClassVar[tuple[str, ...]]
    """Names of the measures that tables show; the first that can be better or worse decides comparisons."""
    curves: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Tallies that the report plots: tally to kind of plot, "reliability", "settings" or "histogram"."""
    breakdowns: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """Recalls that the report draws side by side: title to names of measures."""

    @abstractmethod
    def takes(self, sample: Sample) -> bool:
        """Return whether the sample holds what this task scores against."""

    @abstractmethod
    def ask(self, system: Any, sample: Sample) -> Any:
        """Return the answer of ``system``; this call is timed."""

    @abstractmethod
    def nothing(self, sample: Sample) -> Any:
        """Return the answer of a system that failed on the sample."""

    @abstractmethod
    def score(self, sample: Sample, answer: Any) -> ArticleScore:
        """Return the score of an answer."""
