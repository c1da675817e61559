"""``python -m eval``: measure this checkout on annotated articles.

The command line only: definitions are in ``metrics``, the work in ``quotes``, ``segmentation`` and ``speed``.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval import segmentation, speed
from eval.datasets import Row, read_rows
from eval.metrics.counts import Counts
from eval.quotes import QuoteReport, score_article
from service.bootstrap import build_door, build_pipeline
from service.ingest import Declared
from service.segment import Segmenter
from service.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Measure Pullquote on annotated articles.")
run_app = typer.Typer(no_args_is_help=True, help="Score one task.")
app.add_typer(run_app, name="run")

_screen = Console(stderr=True)
_out = Console()

RowsFile = Annotated[
    Path, typer.Option("--data", exists=True, dir_okay=False, help="Rows as JSON lines, .jsonl or .jsonl.gz.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N articles.")]


@run_app.command()
def quotes(data: RowsFile, limit: Limit = None) -> None:
    """Quotes and speakers against annotated attributions (rows as in polnear_dev)."""
    settings = Settings()
    pipeline, door = build_pipeline(settings), build_door(settings)
    report = QuoteReport()
    for row in _tracked(_rows(data, limit), "scoring quotes"):
        report += score_article(pipeline, door, row)
    table = Table(title=f"quotes on {data.name}, {report.articles} articles")
    for column in ("measure", "precision", "recall", "F1", "gold"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    _add(table, "direct content, exact", report.score.direct_exact)
    _add(table, "direct content, characters", report.score.direct_chars)
    _add(table, "all attributions, exact", report.score.all_exact)
    _add(table, "all attributions, characters", report.score.all_chars)
    _add(table, "direct speaker (recall = end to end)", report.score.speaker)
    _add(table, "verbatim spans", report.verbatim)
    _out.print(table)


@run_app.command("segmentation")
def run_segmentation(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Folder of the marked articles.")],
) -> None:
    """Sentence ends against the hand-marked passages in eval/gold, beside plain Punkt."""
    table = Table(title="sentence ends on eval/gold/segmentation.jsonl")
    for column in ("system", "precision", "recall", "F1", "sentences"):
        table.add_column(column, justify="left" if column == "system" else "right")
    for name, result in (
        ("pullquote", segmentation.score(Segmenter.load(), data)),
        ("plain Punkt", segmentation.score_plain_punkt(data)),
    ):
        counts = result.counts
        ratios = (f"{100 * ratio:.2f}" for ratio in (counts.precision, counts.recall, counts.f1))
        table.add_row(name, *ratios, str(counts.found + counts.missed))
    _out.print(table)


@app.command("speed")
def measure_speed(data: RowsFile, limit: Limit = None) -> None:
    """Articles a second of the whole analysis, beside sentence-transformers on the same sentences."""
    settings = Settings()
    pipeline, door = build_pipeline(settings), build_door(settings)
    articles = [
        door.from_text(row["text"], Declared(id=row["id"], language="en")) for row in _rows(data, limit)
    ]
    with _screen.status("timing") as status:
        done = iter(range(1, len(articles) + 1))

        def advance() -> None:
            status.update(f"timing {next(done)}/{len(articles)}")

        report = speed.measure(pipeline, articles, advance)
    _out.print(f"pullquote, whole analysis   {report.articles / report.product_s:6.2f} articles/s")
    _out.print(
        f"sentence-transformers       {report.articles / report.peer_s:6.2f} articles/s (encoding only)"
    )
    _out.print(f"ratio                       {report.ratio:6.2f}")
    total = sum(report.parts_s.values())
    for name, seconds in report.parts_s.items():
        _out.print(
            f"  {name:<10}{1000 * seconds / report.articles:8.1f} ms/article {100 * seconds / total:5.1f} %"
        )


def _rows(data: Path, limit: int | None) -> list[Row]:
    return list(islice(read_rows(data), limit))


def _tracked(rows: Iterable[Row], what: str) -> Iterable[Row]:
    return track(list(rows), what, console=_screen, disable=not _screen.is_terminal)


def _add(table: Table, name: str, counts: Counts) -> None:
    ratios = (f"{100 * ratio:.1f}" for ratio in (counts.precision, counts.recall, counts.f1))
    table.add_row(name, *ratios, str(counts.gold))


if __name__ == "__main__":
    app()
