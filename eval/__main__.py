"""``python -m eval``: measure Pullquote and its rivals on annotated articles.

This module is the command line only. What is measured is in ``metrics`` and ``tasks``, the systems are in
``systems``, the data in ``datasets``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval import gate as gates
from eval import own_taxonomy, runs, speed, tables
from eval.compare import compare as compare_runs
from eval.datasets.layout import Layout
from eval.datasets.load import CORPUS, load
from eval.hostile import articles as hostile_articles
from eval.hostile import measure as hostile_timing
from eval.report.page import write as write_report
from eval.runs import EvaluationRun
from eval.systems.registry import SYSTEMS, build, names_for, stored_beside
from eval.systems.shape import BuildContext
from eval.tasks import TASKS
from service.bootstrap import build_article_reader, build_door, build_pipeline
from service.ingest import Declared
from service.settings import Settings
from service.topics.own.reading import read_taxonomy
from service.topics.own.zero_shot import weigh

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Measure Pullquote and its rivals on annotated articles.\n\n"
    "Try [bold]python -m eval run quotes --data eval/corpus[/], then open the report it names.",
)
TaskName = StrEnum("TaskName", {name: name for name in TASKS})  # type: ignore[misc]

_screen = Console(stderr=True)
_out = Console(width=None if Console().is_terminal else 160)  # a table in a file should not be squeezed
_SHARED = Path("../shared/data")

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A run's folder.")]


@app.command()
def run(
    task: Annotated[TaskName, typer.Argument(help="What to score.")],
    data: Annotated[
        list[str],
        typer.Option(help="A .jsonl or .jsonl.gz file, eval/corpus, or hf:NAME. Several are scored in turn."),
    ],
    system: Annotated[
        list[str],
        typer.Option(
            help="See `python -m eval systems`. Several are compared; 'all' takes all that need no argument, "
            "and the answers of others that lie in a folder rivals/ beside the data."
        ),
    ] = ["pullquote"],  # noqa: B006 - typer copies it
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N articles.")] = None,
    layout: Annotated[
        Layout, typer.Option(help="Damage the articles as scrapers do, to see what it costs.")
    ] = Layout.AS_IS,
    out: Annotated[Path | None, typer.Option(help="Folder for the runs; runs/<time> by default.")] = None,
    train: Annotated[Path | None, typer.Option(help="Data folder for systems that are trained here.")] = None,
) -> None:
    """Score systems on data, print a table, and keep each run in a folder with a report.

    [bold]python -m eval run summaries --system all --data ../shared/data/summaries/cnndm_dev.jsonl.gz[/]
    """
    folder = out or Path("runs") / f"{datetime.now():%Y%m%d-%H%M%S}"
    done: list[EvaluationRun] = []
    with _refusals():
        for source in data:
            dataset = load(source, limit, layout)
            context = BuildContext(dataset.samples, train)
            group: list[EvaluationRun] = []
            beside = stored_beside(task.value, source) if layout is Layout.AS_IS else ()
            every = [*names_for(task.value), *beside]
            names = [n for name in system for n in (every if name == "all" else [name])]
            if layout is not Layout.AS_IS and any(n.startswith(("stored:", "reviewed:")) for n in names):
                raise ValueError(f"--layout {layout}: stored answers are about the articles as they are")
            for name in dict.fromkeys(names):
                scorer = TASKS[task.value]()
                total = sum(scorer.takes(sample) for sample in dataset.samples)
                with _progress(f"{name} on {dataset.name}", total) as tick:
                    group.append(runs.run(scorer, build(name, context), name, dataset, tick))
                place = folder / f"{task.value}-{dataset.name}-{_slug(name)}"
                runs.save(group[-1], place)
                write_report(group[-1:], place / "report.html")
            _out.print(tables.systems(group))
            done += group
    report = folder / "report.html"
    write_report(done, report)
    _screen.print(f"runs and report: {folder}", soft_wrap=True)


@app.command()
def compare(run_a: Folder, run_b: Folder) -> None:
    """Show where RUN_B is ahead of or behind RUN_A, over the articles they share."""
    with _refusals():
        base, other = runs.read(run_a), runs.read(run_b)
        _out.print(tables.differences(base, other, compare_runs(base, other)))


@app.command()
def report(
    folders: Annotated[list[Path], typer.Argument(exists=True, file_okay=False, help="Runs' folders.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """Write one self-contained HTML report over several runs."""
    with _refusals():
        write_report([runs.read(folder) for folder in folders], out)
    _out.print(str(out), soft_wrap=True)


@app.command()
def gate(
    floors: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The pinned floors.")
    ] = gates.FLOORS,
    system: Annotated[str, typer.Option(help="Who has to pass.")] = "pullquote",
    pin: Annotated[bool, typer.Option("--pin", help="Raise the floors to what is measured now.")] = False,
    lower: Annotated[bool, typer.Option("--lower", help="With --pin: lower floors, too.")] = False,
    reason: Annotated[str, typer.Option(help="With --lower: why. It is kept in the file.")] = "",
) -> None:
    """Fail (exit 1) if a figure has fallen below its floor in eval/floors.json."""
    with _refusals():
        pinned = gates.read(floors)
        with _progress("gate", sum(floor.articles for floor in pinned.floors)) as tick:
            measured = build(system, BuildContext(()))
            results = list(gates.check(pinned, measured, system, lambda _: tick()))
        if pin:
            gates.write(gates.pin(pinned, results, lower=lower, reason=reason), floors)
            _out.print(f"pinned: {floors}", soft_wrap=True)
            return
    _out.print(tables.gate_results(results))
    if any(result.failed for result in results):
        for line in tables.falls(results):
            _screen.print(line, soft_wrap=True, highlight=False)
        raise typer.Exit(1)


@app.command()
def datasets(
    folder: Annotated[Path, typer.Argument(help="Where to look for data files.")] = _SHARED,
) -> None:
    """List data sets with task, licence, size, digest and cautions."""
    files = [CORPUS, *sorted(folder.rglob("*.jsonl*"))] if folder.is_dir() else [CORPUS]
    _out.print(tables.datasets(files, folder))


@app.command()
def systems() -> None:
    """List the systems that can be scored: the product and its rivals."""
    _out.print(tables.known_systems(SYSTEMS.values()))


@app.command("speed")
def measure_speed(
    data: Annotated[str, typer.Option(help="Articles, as for run.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N articles.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Go through the articles so often.")] = 7,
) -> None:
    """Articles a second of the whole analysis, beside sentence-transformers on the same sentences.

    Also the share of the processor's peak that the trunk reaches, the time by length of text, and what a
    process of its own takes for one article.
    """
    settings = Settings()
    pipeline, door = build_pipeline(settings), build_door(settings)
    with _refusals():
        samples = load(data, limit).samples
    articles = [door.from_text(s.article.text, Declared(id=s.article.id, language="en")) for s in samples]
    with _progress("timing", len(articles) * rounds) as tick:
        measured = speed.measure(pipeline, articles, rounds, tick)
    _out.print(tables.speed(measured))
    _out.print(tables.growth(speed.by_length(pipeline, articles)))
    _out.print(tables.starting(speed.start(articles[0])))


@app.command("hostile")
def measure_hostile(
    lengths: Annotated[
        tuple[int, int], typer.Option(min=100, help="Two lengths in characters, the shorter first.")
    ] = (99_500, 199_000),
    only: Annotated[
        list[str], typer.Option(help="Only kinds with these words in their names; may be repeated.")
    ] = [],  # noqa: B006 - typer copies it
) -> None:
    """Time articles that nobody writes but anybody can send; exit 1 if one is too slow, or grows too fast.

    [bold]python -m eval hostile --lengths 10000 20000 --only quotes[/]
    """
    with _refusals():
        chosen = list(
            dict.fromkeys(kind for words in only or [""] for kind in hostile_articles.matching(words))
        )
        if not chosen:
            raise ValueError(f"no kind has {' or '.join(only)} in its name; try --only quotes")
        if lengths[0] >= lengths[1]:
            raise ValueError(f"--lengths {lengths[0]} {lengths[1]}: the first has to be the shorter one")
    pipeline = build_pipeline(Settings())
    with _progress("hostile", len(chosen)) as tick:
        timings = []
        for timing in hostile_timing.measure(pipeline, chosen, lengths, tick):
            timings.append(timing)
            line = f"{timing.kind}: {timing.short_s:.2f} s, {timing.long_s:.2f} s, {timing.growth:.2f}-fold"
            _screen.print(line, highlight=False)
    _out.print(tables.hostile(timings, lengths))
    if any(timing.is_slow or timing.is_steep for timing in timings):
        raise typer.Exit(1)


@app.command("own-taxonomy")
def measure_own_taxonomy(
    data: Annotated[list[Path], typer.Option(help="Articles with labels; several files are one set.")],
    taxonomy: Annotated[Path, typer.Option(help="The taxonomy of these labels.")] = own_taxonomy.BBC,
    limit: Annotated[int, typer.Option(min=10, help="Take so many articles, drawn by a fixed seed.")] = 600,
    examples: Annotated[int, typer.Option(min=1, help="Examples a label.")] = 8,
    draws: Annotated[int, typer.Option(min=1, help="Draw the examples so often.")] = 8,
    share: Annotated[float, typer.Option(min=0.1, max=0.9, help="Also fit to this share of all.")] = 2 / 3,
    cache: Annotated[Path | None, typer.Option(help="Folder to keep what was read of the articles.")] = None,
) -> None:
    """How well a newsroom's own taxonomy is labelled: by its words alone, and after fits to examples."""
    with _refusals():
        read = read_taxonomy(taxonomy)
        reader = build_article_reader(Settings())
        with _progress(f"reading for {read.name}", limit) as tick:
            articles = own_taxonomy.read_articles(data, read, limit, reader, cache, tick)
        by_words = weigh(read, reader.vector)
        words = (by_words, reader.idf)
        figures = [own_taxonomy.zero_shot(read, articles, *words)]
        figures += own_taxonomy.few_shot(read, articles, *words, examples, draws)
        figures.append(own_taxonomy.many(read, articles, *words, share))
    _out.print(tables.own_taxonomy(f"{read.name}: {len(articles)} articles", figures))


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, and one line at the start elsewhere."""
    if not _screen.is_terminal:
        _screen.print(f"{what}: {total} articles", highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_screen, transient=True, disable=not _screen.is_terminal) as bar:
        job = bar.add_task(what, total=total)
        yield lambda: bar.advance(job)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn errors that the user can mend into one line and exit code 2."""
    try:
        yield
    except (ValueError, FileNotFoundError) as error:
        _screen.print(f"[bold red]error:[/] {error}", soft_wrap=True, highlight=False)
        raise typer.Exit(2) from error


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() or c == "-" else "-" for c in name.split("/")[-1]).strip("-") or "system"


if __name__ == "__main__":
    app()
