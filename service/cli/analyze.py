"""``pullquote analyze``: puts every article through the pipeline, and writes a line or a page for each.

Articles are analysed one at a time and written at once, so memory stays flat and a reader downstream can
begin. A bad article is reported on standard error, and the others go on.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import BinaryIO, Literal

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from service import wire
from service.bootstrap import build_door, build_pipeline
from service.cli.inputs import FoundArticle, count, find
from service.cli.text_format import render
from service.domain import Analysis, Article, Request
from service.errors import ModelFailed, PullquoteError
from service.ingest import Declared
from service.ingest.stored import ArticleRefused
from service.pipeline import Pipeline
from service.settings import Settings
from service.warning_codes import WarningCode
from service.wire.formats import AnalysisFormat, write
from service.wire.formats.one_line import safe
from service.writing.progress import OnProgress, WritingProgress, ignore_progress

_PIPED_WIDTH = 80
# An id or a model's reason must not fill the screen.
_MAX_ID, _MAX_REASON = 200, 400


@dataclass(frozen=True, slots=True)
class AnalyzeOptions:
    """The options of the command."""

    format: Literal["json", "text", "ninjs", "jsonld", "markdown"]
    request: Request
    offset_unit: wire.OffsetUnit
    declared: Declared
    lines: bool
    output: str | None
    with_text: bool = False


class _Analyser:
    """The door and the pipeline, which is loaded for the first article that is let in."""

    def __init__(self, settings: Settings, options: AnalyzeOptions) -> None:
        self._settings = settings
        self._request = options.request
        self._unit = options.offset_unit
        self.door = build_door(settings)

    @cached_property
    def _pipeline(self) -> Pipeline:
        try:
            return build_pipeline(self._settings)
        except ModelFailed as error:
            raise CannotStart(error.detail) from error

    def admit(self, found: FoundArticle) -> Article:
        """Let an article in. Raises PullquoteError, also where it has no offsets in the wanted unit."""
        article = found.admit(self.door)
        wire.require_unit(article, self._unit)
        return article

    def analyse(self, article: Article, on_progress: OnProgress) -> Analysis:
        return self._pipeline.analyse(article, self._request, on_progress)


class CannotStart(Exception):  # noqa: N818 - a state, not a mistake
    """No article can be analysed: the models can't be loaded."""


def analyze(names: list[str], settings: Settings, options: AnalyzeOptions) -> int:
    """Analyse the articles of ``names``; return the exit status, 1 if one of them failed.

    Raises CannotStart if the models can't be loaded, OSError if the output can't be written.
    """
    analyser = _Analyser(settings, options)
    fallbacks = _Fallbacks(settings.summarizer)
    failed = False
    with ExitStack() as stack:

        @cache
        def out() -> BinaryIO:
            """Open and empty the output, at the first analysis: not if the models can't be loaded."""
            if options.output:
                return stack.enter_context(Path(options.output).open("wb"))
            return sys.stdout.buffer

        show = _writer(out, options)
        screen = stack.enter_context(_screen(names, options, settings.writes_with.generates))

        def write(analysis: Analysis) -> None:
            fallbacks.count(analysis)
            screen.make_room()
            show(analysis)

        every = find(names, options.declared, sys.stdin.buffer, lines=options.lines, output=options.output)
        for found in every:
            reason = _analyse_one(found, analyser, screen.on_progress, write)
            if reason:
                failed = True
                screen.console.print(f"pullquote: {safe(found.where)}: {safe(reason)}", soft_wrap=True)
            screen.advance()
        out()  # also empty the output of an earlier run if every article failed
        if report := fallbacks.report():
            screen.console.print(f"pullquote: {safe(report)}", soft_wrap=True)
    return int(failed)


@dataclass(slots=True)
class _Fallbacks:
    """Counts the articles that ``summarizer`` failed on, so that extracts don't pass for its summaries."""

    summarizer: str
    articles: int = field(default=0, init=False)
    failed: int = field(default=0, init=False)
    reason: str = field(default="", init=False)

    def count(self, analysis: Analysis) -> None:
        """Count an analysis that is about to be written."""
        self.articles += 1
        if reasons := [
            notice.detail for notice in analysis.warnings if notice.code is WarningCode.MODEL_FAILED
        ]:
            self.failed += 1
            self.reason = reasons[-1]

    def report(self) -> str:
        """Return a sentence for people, empty if the model never failed."""
        if not self.failed:
            return ""
        reason = self.reason if len(self.reason) <= _MAX_REASON else f"{self.reason[:_MAX_REASON]}…"
        return (
            f"{self.summarizer} failed for {self.failed} of {self.articles} articles (--strict makes this an "
            f"error). The last reason: {reason}"
        )


def _analyse_one(
    found: FoundArticle, analyser: _Analyser, on_progress: OnProgress, write: Callable[[Analysis], None]
) -> str | None:
    """Analyse and write one article; return the reason if it failed."""
    try:
        article = analyser.admit(found)
    except ArticleRefused as error:
        return _with_id(error.article_id, found, error.detail)
    except PullquoteError as error:
        return error.detail
    except OSError as error:
        return error.strerror or str(error)
    try:
        analysis = analyser.analyse(article, on_progress)
    except PullquoteError as error:
        return _with_id(article.id, found, error.detail)
    except CannotStart:
        raise
    except Exception as error:
        return _with_id(
            article.id, found, f"the analysis broke unexpectedly ({type(error).__name__}: {error})"
        )
    write(analysis)
    return None


def _with_id(article_id: str, found: FoundArticle, reason: str) -> str:
    """Return ``reason`` with the article's id, unless the place where it was found shows the id."""
    return reason if article_id == found.default_id else f"article {article_id[:_MAX_ID]}: {reason}"


def _writer(out: Callable[[], BinaryIO], options: AnalyzeOptions) -> Callable[[Analysis], None]:
    first = True

    def write_line(analysis: Analysis) -> None:
        line = write(
            analysis, AnalysisFormat(options.format), options.offset_unit, with_text=options.with_text
        )
        out().write(line.encode("utf-8") + b"\n")
        out().flush()

    def write_page(analysis: Analysis) -> None:
        nonlocal first
        separator, page = page_of(analysis)
        out().write((("" if first else separator) + page).encode("utf-8", "replace"))
        out().flush()
        first = False

    def page_of(analysis: Analysis) -> tuple[str, str]:
        """Return what stands between two pages, and the page."""
        if options.format == "markdown":
            return "\n---\n\n", write(analysis, AnalysisFormat.MARKDOWN)
        on_terminal = out().isatty()
        width = shutil.get_terminal_size((_PIPED_WIDTH, 0)).columns if on_terminal else _PIPED_WIDTH
        return f"\n{'─' * min(width, _PIPED_WIDTH)}\n\n", render(analysis, width, color=on_terminal)

    return write_page if options.format in {"text", "markdown"} else write_line


@dataclass(frozen=True, slots=True)
class _Screen:
    """Where to report failures, and what to call after an article, before its output, and on progress."""

    console: Console
    advance: Callable[[], None] = lambda: None
    make_room: Callable[[], None] = lambda: None
    on_progress: OnProgress = ignore_progress


@contextmanager
def _screen(names: list[str], options: AnalyzeOptions, generates: bool) -> Iterator[_Screen]:
    """Yield the screen, with progress on standard error if a person would otherwise see nothing.

    That is, on a terminal, if several articles are written elsewhere, or if a model writes.
    """
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    many = console.is_terminal and (options.output or not sys.stdout.isatty())
    total = count(names, options.output) if many else 1
    if total == 1 and not (generates and console.is_terminal):
        yield _Screen(console)
        return
    columns: list[ProgressColumn] = [TextColumn("{task.description}", markup=False)]
    columns += [BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()] if total != 1 else [SpinnerColumn()]
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Analysing", total=total)

        def make_room() -> None:
            """Remove the progress before output to the same terminal; the next progress shows it again."""
            if not options.output and sys.stdout.isatty():
                progress.stop()

        def on_progress(now: WritingProgress) -> None:
            progress.start()
            part = f", part {now.part} of {now.parts}" if now.parts > 1 else ""
            progress.update(task, description=f"Analysing: {now.task}{part}, {now.tokens:,} tokens")

        def advance() -> None:
            progress.update(task, description="Analysing")
            progress.advance(task)

        yield _Screen(console, advance, make_room, on_progress)
