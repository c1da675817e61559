"""What the two clients share where they analyse many articles: what goes in, what comes out, the progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.client.errors import CallError
from service.client.result import ReceivedAnalysis

ManyItem = str | Mapping[str, Any]
"""An article: its text, or a mapping with ``text``, ``html`` or ``ninjs`` and options of ``analyze``."""


@dataclass(frozen=True, slots=True)
class ManyOutcome:
    """What became of one article: its ``analysis`` or its ``error``; ``index`` counts the articles from 0."""

    index: int
    item: ManyItem
    analysis: ReceivedAnalysis | None = None
    error: CallError | None = None

    def unwrap(self) -> ReceivedAnalysis:
        """Return the analysis. Raises the CallError if there is none."""
        if self.analysis is not None:
            return self.analysis
        raise self.error or CallError("no analysis")


def arguments(item: ManyItem, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``analyze`` for an item; its own take precedence over those of all."""
    return {**options, **({"text": item} if isinstance(item, str) else item)}


def require_concurrency(concurrency: int) -> None:
    """Raise ValueError unless at least one call may run at a time."""
    if concurrency < 1:
        raise ValueError(f"concurrency is {concurrency}; at least one call must run at a time, say 4")


@contextmanager
def progress_bar(items: Iterable[ManyItem], wanted: bool) -> Iterator[Callable[[], None]]:
    """Yield what to call after each article; on a terminal, a bar on standard error shows it."""
    console = Console(stderr=True)
    if not wanted or not console.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Analysing", total=len(items) if isinstance(items, Sized) else None)
        yield lambda: progress.advance(task)
