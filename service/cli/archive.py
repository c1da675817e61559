"""The commands ``pullquote archive …``: declares their options. What they do is in ``archive_actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated, Literal

import typer

from service.archive.job.limits import ArticleLimits
from service.domain import SummaryFormat, SummaryLength

_HELP = """Analyse an archive of any size: shard by shard, resumable after any interruption.

A job lives in a folder of its own. Killed, it goes on where it was: run the same command again, or resume."""

_RUN = """Analyse the articles of INPUT… into the folder of --out, or go on with the job that is there.

INPUT is a file, a folder, or a URL that fsspec knows (s3://…, https://…): JSON lines (.jsonl, .ndjson, also
.gz and .zst), CSV (also .gz and .zst), Parquet, WARC (also .gz), and text, HTML and ninjs files. Columns are
named as in JSON lines (id, title, language, published, and one of text, html, ninjs), or see --column.

Run again with more INPUT, only new and changed articles are analysed. With other models or options, all are,
into a folder beside the earlier one.

Output: DIR/analyses-…/parts/part-*.jsonl.zst or .parquet; what could not be analysed stands with its reason
and position in quarantine.jsonl beside them.

Exit status: 0 all analysed, 1 stopped before the end (resume it), 2 the command line is wrong, 3 done, but
some articles are in quarantine."""

_EXAMPLES = """\b
Examples:
  pullquote archive run articles/ --out job
  pullquote archive run 2025.parquet --out job --column text=body --column id=guid
  pullquote archive run s3://bucket/crawl/ --out job --output parquet --progress json
  pullquote archive status job
  pullquote archive verify job
"""

_LIMITS = ArticleLimits()
_OF_THE_EXTRA = {"pyarrow", "fsspec", "fastwarc"}

app = typer.Typer(
    name="archive",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Folder = Annotated[str, typer.Argument(metavar="DIR", help="The job's folder.")]
_Workers = Annotated[
    int, typer.Option(min=0, help="Processes; 0 takes the cores and memory that this process may use.")
]
_Engine = Annotated[
    Literal["local", "ray"], typer.Option(help="Where the shards run: here, or on a Ray cluster.")
]
_RayAddress = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Ray cluster to use; default: as Ray finds it.")
]
_Progress = Annotated[
    Literal["bar", "json", "none"],
    typer.Option("--progress", help="On standard error: a bar, JSON lines for machines, or nothing."),
]
_Seconds = Annotated[float, typer.Option(min=0.1, help="Longest time for one article, in seconds.")]
_Memory = Annotated[int, typer.Option(min=64, help="Most memory for one article, in MiB beyond the models'.")]


def _actions() -> ModuleType:
    """Import the actions. Exits with the name of the extra if a library is missing."""
    try:
        from service.cli import archive_actions
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OF_THE_EXTRA:
            raise
        typer.echo(
            f"pullquote: archive jobs need {error.name}, which an extra installs: "
            "pip install 'pullquote[archive]'.",
            err=True,
        )
        raise typer.Exit(2) from None
    return archive_actions


@app.command(help=_RUN)
def run(  # noqa: PLR0913 - one parameter an option
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders or URLs.")],
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="DIR", help="The job's folder, made if missing.")
    ],
    output: Annotated[
        Literal["jsonl", "parquet"], typer.Option(help="JSON lines in zstd, or nested Parquet.")
    ] = "jsonl",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", "-c", metavar="FIELD=COLUMN", help="Where a field of the article stands."),
    ] = None,
    length: Annotated[SummaryLength, typer.Option(help="Length of the summaries.")] = SummaryLength.MEDIUM,
    summary_format: Annotated[
        SummaryFormat, typer.Option(help="How summaries are laid out.")
    ] = SummaryFormat.PARAGRAPH,
    offset_unit: Annotated[
        Literal["codepoint", "utf16"], typer.Option(help="What offsets count; utf16 is for JavaScript.")
    ] = "codepoint",
    language: Annotated[
        str | None, typer.Option(help="Language of the articles; en skips the detection.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Where the summarizer fails, quarantine; don't extract instead.")
    ] = False,
    taxonomy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which of PULLQUOTE_TAXONOMIES topics are of."),
    ] = None,
    shard_articles: Annotated[
        int,
        typer.Option(
            min=0, help="Articles a shard, which a worker redoes after a kill; 0 grows from 16 to 200."
        ),
    ] = 0,
    workers: _Workers = 0,
    engine: _Engine = "local",
    ray_address: _RayAddress = None,
    article_seconds: _Seconds = _LIMITS.seconds,
    article_memory: _Memory = _LIMITS.memory_mib,
    progress: _Progress = "bar",
    pipeline: Annotated[str | None, typer.Option(hidden=True, metavar="MODULE:FUNCTION")] = None,
) -> None:
    """Begin a job or go on with it (the help text is ``_RUN``)."""
    actions = _actions()
    from service.archive.inputs.columns import ColumnMapping

    try:
        columns = ColumnMapping.parse(column or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--column") from error
    wanted = actions.job_options(
        inputs,
        output=output,
        columns=columns.names,
        length=length,
        format=summary_format,
        offset_unit=offset_unit,
        language=language,
        strict=strict,
        taxonomy=taxonomy,
        shard_articles=shard_articles,
        pipeline=pipeline,
    )
    how = actions.run_options(engine, workers, article_seconds, article_memory, ray_address)
    raise typer.Exit(actions.run(out, wanted, how, progress))


@app.command("retry", help="Analyse the articles in quarantine again, after the cause is gone.")
@app.command("resume", help="Go on with a job as it was begun; exit status as for run.")
def go_on(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    folder: _Folder,
    workers: _Workers = 0,
    engine: _Engine = "local",
    ray_address: _RayAddress = None,
    article_seconds: _Seconds = _LIMITS.seconds,
    article_memory: _Memory = _LIMITS.memory_mib,
    progress: _Progress = "bar",
) -> None:
    """Go on with a job, the quarantined articles included where that is the command."""
    actions = _actions()

    how = actions.run_options(engine, workers, article_seconds, article_memory, ray_address)
    raise typer.Exit(actions.run(folder, None, how, progress, retry=context.command.name == "retry"))


@app.command()
def status(
    folder: _Folder,
    format_: Annotated[
        Literal["text", "json", "prometheus"],
        typer.Option("--format", "-f", help="For people, for programs, or for Prometheus to scrape."),
    ] = "text",
) -> None:
    """Show how far a job is, also while it runs."""
    actions = _actions()

    raise typer.Exit(actions.status(folder, format_))


@app.command()
def verify(
    folder: _Folder,
    inputs: Annotated[
        bool, typer.Option("--inputs/--no-inputs", help="Also read the inputs, and check every span.")
    ] = True,
) -> None:
    """Check a job: recount and re-hash its files, and hold every span against its article.

    Exit status: 0 all is well, 1 something is not."""
    actions = _actions()

    raise typer.Exit(actions.verify(folder, with_inputs=inputs))
