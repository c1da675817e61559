"""``pullquote review import``: puts analyses, archive jobs and articles into the editors' queue, one by one.

What can't be imported is reported on standard error, with its place and the reason, and the others go on.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.bootstrap import build_door, build_pipeline
from service.cli.inputs import STDIN, FoundArticle, count, find, find_in_lines
from service.cli.opened_store import opened, store_settings
from service.domain import Article, Request
from service.errors import InvalidArticle, ModelFailed, PullquoteError
from service.ingest import Declared, Door
from service.ingest.record import parse_json
from service.pipeline import Pipeline
from service.review.review_service import ReviewService
from service.settings import Settings
from service.store.errors import StoreFailed
from service.wire import serialise
from service.wire.formats.one_line import safe

if TYPE_CHECKING:
    from service.cli.review.job_articles import JobArticle

_OUTCOMES = ("new", "known", "reanalysed", "corrected", "failed")
# The canonical serialisation begins like this, so a file of analyses is recognised whatever its name.
_BEGINNING = re.compile(rb'\s*\{\s*"article"\s*:\s*\{')
_BEGINNING_BYTES = 256
_MAX_CHARS_OF_REASON = 300


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """An article or analysis to import: ``where`` it is, and the function that puts it into the queue."""

    where: str
    submit: Callable[[Importer], str]


def import_(
    inputs: Sequence[str], articles: Sequence[str], source: str | None, request: Request, store: str | None
) -> int:
    """Import everything; return the exit status, 1 if something failed."""
    settings = store_settings(store)
    counts: Counter[str] = Counter()
    with opened(settings, make=True) as desk, _progress(inputs) as (console, advance):
        importer = Importer(
            desk, settings, request, source, ArticleLookup(articles, build_door(settings), console)
        )
        for entry in chain.from_iterable(_until_it_breaks(name, settings) for name in inputs):
            try:
                counts[entry.submit(importer)] += 1
            except (StoreFailed, ModelFailed):
                raise  # the next one would fail the same way
            except Exception as error:
                counts["failed"] += 1
                console.print(f"pullquote: {safe(entry.where)}: {safe(_reason(error))}", soft_wrap=True)
            advance()
    print(", ".join(f"{counts[outcome]:,} {outcome}" for outcome in _OUTCOMES) + ".")
    if counts.total() > counts["failed"]:
        print("To review: `pullquote serve` with the same store, then open /review there.")
    return int(counts["failed"] > 0)


@dataclass(frozen=True)
class Importer:
    """Puts articles and analyses into the queue. The pipeline is loaded when one needs it."""

    desk: ReviewService
    settings: Settings
    request: Request
    source: str | None
    articles: ArticleLookup

    @cached_property
    def door(self) -> Door:
        """The way in for articles."""
        return build_door(self.settings)

    @cached_property
    def _pipeline(self) -> Pipeline:
        return build_pipeline(self.settings)

    def analyse(self, found: FoundArticle) -> str:
        """Analyse an article and submit the analysis; return the outcome in the store."""
        analysis = self._pipeline.analyse(found.admit(self.door), self.request)
        return self.desk.submit(analysis, self.source).outcome

    def submit(self, analysis: dict[str, Any]) -> str:
        """Submit an analysis with its own text, or with that of ``articles``; return the outcome."""
        if "review" in analysis:
            raise ValueError("this is a review's export: what editors decided is no model's analysis")
        about = analysis["article"]
        key = (about.get("id"), about.get("text_sha256"))
        return self.submit_as(_own_article(about) or self.articles.get(*key), analysis)

    def submit_as(self, article: Article, analysis: dict[str, Any]) -> str:
        """Submit an analysis of ``article``; return the outcome."""
        return self.desk.submit_line(article, serialise(analysis), self.source).outcome


@dataclass(slots=True)
class ArticleLookup:
    """Finds articles in ``names``, reading only as far as needed: mostly the order is the same."""

    names: Sequence[str]
    door: Door
    console: Console
    _held: dict[tuple[str, str], Article] = field(default_factory=dict)
    _coming: Iterator[FoundArticle] | None = None

    def get(self, article_id: str, digest: str) -> Article:
        """Return the article of this id and text. Raises ValueError."""
        if self._coming is None:
            # The articles were analysed, so their language was accepted then.
            self._coming = find(self.names, Declared(language="en"), sys.stdin.buffer, lines=False)
        while (article_id, digest) not in self._held:
            found = next(self._coming, None)
            if found is None:
                raise ValueError(self._missing(article_id))
            try:
                article = found.admit(self.door)
            except (PullquoteError, OSError) as error:
                self.console.print(f"pullquote: {safe(found.where)}: {safe(_reason(error))}", soft_wrap=True)
            else:
                self._held[article.id, article.text_sha256] = article
        return self._held[article_id, digest]

    def _missing(self, article_id: str) -> str:
        if not self.names:
            return (
                f"the analysis of {article_id} comes without its text: give --articles what "
                "`pullquote analyze` was given"
            )
        if any(held == article_id for held, _ in self._held):
            return f"the text of {article_id} in --articles is another one: its SHA-256 differs"
        return (
            f"--articles holds no {article_id}: ids are file names, or paths within a folder, so give the "
            "same files and folders as to `pullquote analyze`"
        )


def _until_it_breaks(name: str, settings: Settings) -> Iterator[ImportEntry]:
    """Yield the entries of an input. If it can't be read on, the last entry raises the reason."""
    try:
        yield from _entries(name, settings)
    except (OSError, ValueError) as error:
        yield ImportEntry(name, partial(_fail, error))


def _fail(error: Exception, _: Importer) -> str:
    raise error


def _entries(name: str, settings: Settings) -> Iterator[ImportEntry]:
    path = Path(name)
    if name != STDIN and (path / "job.json").is_file():
        from service.cli.review.job_articles import find_in_job

        yield from (
            ImportEntry(pair.where, partial(_submit_pair, pair)) for pair in find_in_job(path, settings)
        )
        return
    for found in _find(name):
        value = _parsed(found.line)
        if value is None:
            yield ImportEntry(found.where, partial(Importer.analyse, found=found))
        else:
            yield ImportEntry(found.where, partial(Importer.submit, analysis=value))


def _submit_pair(pair: JobArticle, importer: Importer) -> str:
    return importer.submit_as(pair.article(), pair.analysis)


def _find(name: str) -> Iterator[FoundArticle]:
    if name == STDIN:
        stdin = io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer))
        lines = _BEGINNING.match(stdin.peek(_BEGINNING_BYTES)) is not None
        return find([name], Declared(), stdin, lines=lines)
    if _begins_as_analysis(Path(name)):
        return find_in_lines(Path(name), name, Path(name).name, Declared())
    return find([name], Declared(), sys.stdin.buffer, lines=False)


def _begins_as_analysis(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _BEGINNING.match(file.read(_BEGINNING_BYTES)) is not None
    except OSError:  # a folder, or it is found, and fails, as an article
        return False


def _parsed(line: bytes | None) -> dict[str, Any] | None:
    """Return the analysis on a line, None if the line is anything else, which the door judges."""
    if line is None:
        return None
    try:
        value = parse_json(line)
    except InvalidArticle:
        return None
    is_analysis = isinstance(value, dict) and isinstance(value.get("article"), dict)
    return cast(dict[str, Any], value) if is_analysis else None


def _own_article(about: dict[str, Any]) -> Article | None:
    """Return the article of an analysis that holds its text, else None."""
    if about.get("text") is None:
        return None
    return Article(
        id=about["id"], text=about["text"], title=about.get("title"), language=about.get("language") or "en"
    )


def _reason(error: Exception) -> str:
    """Return a reason for people; for a line that breaks the contract, the first fault."""
    if isinstance(error, PullquoteError):
        return error.detail
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return f"this is no analysis by the contract: {place}: {first['msg']}"
    if isinstance(error, ValueError):
        return str(error)[:_MAX_CHARS_OF_REASON]
    return f"the import broke unexpectedly ({type(error).__name__}: {error})"[:_MAX_CHARS_OF_REASON]


@contextmanager
def _progress(names: Sequence[str]) -> Iterator[tuple[Console, Callable[[], None]]]:
    """Yield where to report failures and what to call after each entry, with a bar on a terminal."""
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        yield console, lambda: None
        return
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=_total(names))
        yield console, lambda: progress.advance(task)


def _total(names: Sequence[str]) -> int | None:
    total = 0
    for name in names:
        if name != STDIN and (Path(name) / "job.json").is_file():
            from service.cli.review.job_articles import count_in_job

            number: int | None = count_in_job(Path(name))
        elif name != STDIN and _begins_as_analysis(Path(name)):
            with Path(name).open("rb") as lines:
                number = sum(1 for line in lines if line.strip())
        else:
            number = count([name])
        if number is None:
            return None
        total += number
    return total
