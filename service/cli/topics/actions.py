"""The actions of ``pullquote topics …``: from parsed options to output and exit status."""

from __future__ import annotations

import os
import time
from importlib.resources import files
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track

import service.topics
from service.archive.reporting.chart import ChartPanel, draw
from service.bootstrap import build_article_reader, build_door
from service.cli.flags import read_settings
from service.errors import PullquoteError
from service.ingest import Declared
from service.topics.own.examples import read_examples
from service.topics.own.files import write_fitted
from service.topics.own.fitting import FittedTopics, fit_topics
from service.topics.own.reading import parse_taxonomy, read_taxonomy
from service.topics.own.taxonomy import OwnTaxonomy
from service.topics.own.zero_shot import weigh
from service.topics.release import compare, read_release
from service.wire.formats.one_line import safe

_DONE, _FAILED = 0, 1
_MOST_BARS = 60
_SHIPPED = "data/mediatopics.json"


def check(taxonomy: str) -> int:
    """Print a taxonomy's tree; return the exit status."""
    try:
        read = read_taxonomy(Path(taxonomy))
    except PullquoteError as error:
        return _fail(error.detail)
    for label, path in zip(read.labels, read.paths, strict=True):
        typer.echo(f"{'  ' * (len(path) - 1)}{label.id}  {safe(label.label)}")
    plain = [label.id for label in read.labels if not (label.description or label.keywords or label.examples)]
    levels = max(map(len, read.paths))
    typer.echo(f"{read.name}: {_count(len(read.labels), 'label')} on {_count(levels, 'level')}.")
    if plain:
        shown = ", ".join(plain[:5]) + (", …" if len(plain) > 5 else "")
        typer.echo(
            f"{len(plain)} {'has' if len(plain) == 1 else 'have'} a label alone ({shown}); description and "
            "keywords make labels easier to tell apart."
        )
    return _DONE


def fit(taxonomy: str, examples: str, out: str, chart: str | None) -> int:
    """Fit a taxonomy, write the file, print the table; return the exit status."""
    try:
        read = read_taxonomy(Path(taxonomy))
        labelled = read_examples(Path(examples), read)
        settings = read_settings()
        reader, door = build_article_reader(settings), build_door(settings)
        started_s = time.perf_counter()
        known = []
        for example in track(labelled, "Reading", console=Console(stderr=True), transient=True):
            features = reader.features(door.from_text(example.text, Declared(language="en")))
            if features is not None:
                known.append((example, features))
        by_words = weigh(read, reader.vector)
        read_s = time.perf_counter() - started_s
        fitted = fit_topics(read, known, by_words, reader.idf)
        fit_s = time.perf_counter() - started_s - read_s
        content = write_fitted(read, fitted.weights, reader.encoder_digest, reader.idf, fitted.examples)
        _write(Path(out), content)
        if chart:
            _write(Path(chart), draw_figures(read, fitted).encode())
    except PullquoteError as error:
        return _fail(error.detail)
    except OSError as error:
        return _fail(f"{error.filename or out}: {error.strerror or error}.")
    typer.echo(table(read, fitted))
    typer.echo(
        f"{out}: {len(content):,} bytes, {fitted.examples} examples; read in {read_s:.1f} s, fitted in "
        f"{fit_s:.1f} s."
    )
    return _DONE


def update(release: str, out: str, *, with_definitions: bool) -> int:
    """Write the file of a release and print what it changes; return the exit status."""
    try:
        new = read_release(Path(release), with_definitions=with_definitions)
        shipped = (files(service.topics) / _SHIPPED).read_bytes()
        old = parse_taxonomy(shipped, "mediatopics", _SHIPPED, is_json=True)
        _write(Path(out), new.file())
    except PullquoteError as error:
        return _fail(error.detail)
    except OSError as error:
        return _fail(f"{error.filename or out}: {error.strerror or error}.")
    typer.echo(compare(old, new.taxonomy, new.retired).text())
    typer.echo(f"{out}: {_count(len(new.taxonomy.labels), 'topic')}, released {new.version}.")
    return _DONE


def table(taxonomy: OwnTaxonomy, fitted: FittedTopics) -> str:
    """Return the cross-validated figures of each label, a line a label."""
    rows = [("LABEL", "EXAMPLES", "PRECISION", "RECALL")]
    for figures in fitted.figures:
        rows.append((figures.id, str(figures.examples), _share(figures.precision), _share(figures.recall)))
    width = min(max(len(row[0]) for row in rows), 48)
    lines = [f"{row[0]:<{width}}  {row[1]:>8}  {row[2]:>9}  {row[3]:>6}" for row in rows]
    few = [figures.id for figures in fitted.figures if 0 < figures.examples < 8]
    lines.append(f"micro F1 {fitted.micro_f1:.3f}, each example predicted by a fit to the others.")
    if few:
        lines.append(f"Fewer than eight examples: {', '.join(few[:8])}{', …' if len(few) > 8 else ''}.")
    return "\n".join(lines)


def draw_figures(taxonomy: OwnTaxonomy, fitted: FittedTopics) -> str:
    """Return a chart of precision and recall by label; of many, those with the most examples."""
    most = sorted(fitted.figures, key=lambda one: -one.examples)[:_MOST_BARS]
    labels = {label.id: label.label for label in taxonomy.labels}
    panels = [
        ChartPanel(
            f"{taxonomy.name}: {kind} by label, {fitted.examples} examples, cross-validated",
            [(labels[one.id][:14], getattr(one, kind) or 0.0) for one in most if one.examples],
        )
        for kind in ("precision", "recall")
    ]
    return draw(panels)


def _count(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _fail(reason: str) -> int:
    typer.echo(f"pullquote: {reason}", err=True)
    return _FAILED
