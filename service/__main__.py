"""The command ``pullquote``: declares the commands and their options, and reports errors in words.

The actions are in ``service.cli``, imported when a command runs: help, version and shell completion answer at
once, without the models.
"""

from __future__ import annotations

import inspect
import sys
from typing import Annotated, Any, Literal, get_args

import typer
from pydantic import SecretStr

from service import __version__
from service.cli import archive, prompts
from service.cli.flags import read_settings
from service.cli.jobs import commands as jobs
from service.cli.kept import commands as kept
from service.cli.keys import commands as keys
from service.cli.review import commands as review
from service.cli.topics import commands as topics
from service.domain import Request, SummaryFormat, SummaryLength
from service.errors import PullquoteError
from service.length_presets import describe_lengths
from service.settings import Settings
from service.settings.jobs import JobSettings

_HELP = """Summaries, verbatim quotes and media topics of news articles, every word traced to the article.

Works offline, with the model that is installed with it."""

_EXAMPLES = """\b
Examples:
  pullquote analyze article.txt --format text
      Read an analysis in the terminal.
  pullquote analyze archive/ feed.jsonl --output analyses.jsonl
      Folders and JSON lines in, JSON lines out.
  curl -s "$URL" | pullquote analyze -
      A page from standard input.
  pullquote analyze article.txt --summarizer openai:MODEL
      A summary by a model behind PULLQUOTE_ENDPOINT, held against the article.
  pullquote serve --port 9000
      The HTTP service.
  pullquote archive run articles/ --out job
      Millions of articles, resumable.
  pullquote keys add "the CMS" --expires 365d
      A key for the API, which a service that others can reach asks for.
  pullquote review import article.txt
      An article for the editors' queue, at /review of the service.
"""

_ANALYZE = """Analyse articles into JSON lines, or text for people.

FILE is a text, HTML or ninjs (.json) file, a .jsonl file with one {"id", "title"?, "text" or "html"} a line,
a folder (searched for all of these), or - for standard input.

An article without an id of its own gets its file's name (within a folder: its path there), feed.jsonl:12 for
line 12, or "stdin". An article that can't be analysed is reported on standard error and the others go on.

All other settings are read from the environment (PULLQUOTE_ENDPOINT, PULLQUOTE_PROMPTS, …): docs/settings.md,
or `pullquote serve --help`, where each option is one.

Exit status: 0 all went well, 1 some article failed, 2 the command line is wrong."""

_SERVE = """Start the HTTP service.

It answers POST /v1/analyses; GET /readyz says when; GET /openapi.json describes all. Ctrl+C stops it, once
the work in flight is done.

Each option can also be set in the environment, under its name with PULLQUOTE_ before it (PULLQUOTE_PORT)."""

app = typer.Typer(
    name="pullquote",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    # Plain help, as loading rich would double its time.
    rich_markup_mode=None,
    # Python's own tracebacks: typer's can print local variables, and so articles.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _setting(name: str) -> Any:
    """Return the option for a setting, whose name, default and help are declared in Settings alone."""
    field = Settings.model_fields[name]
    return typer.Option(
        f"--{name.replace('_', '-')}",
        help=f"{field.description} Default: {field.default}.".replace("Default: .", "").strip(),
        show_default=False,
        metavar="|".join(get_args(field.annotation)) or "VALUE",
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pullquote {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(help=_ANALYZE)
def analyze(  # noqa: PLR0913 - one parameter an option
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="What to analyse; - is standard input.")],
    format_: Annotated[
        Literal["json", "text", "ninjs", "jsonld", "markdown"],
        typer.Option(
            "--format", "-f", help="JSON lines, of the contract, ninjs or JSON-LD; or text or Markdown."
        ),
    ] = "json",
    length: Annotated[
        SummaryLength, typer.Option(help=f"Length of the summary; {describe_lengths()}.")
    ] = SummaryLength.MEDIUM,
    summary_format: Annotated[
        SummaryFormat, typer.Option(help="How the summary is laid out.")
    ] = SummaryFormat.PARAGRAPH,
    offset_unit: Annotated[
        Literal["codepoint", "utf16", "html"],
        typer.Option(help="What offsets count; utf16 is for JavaScript, html adds places in pages of HTML."),
    ] = "codepoint",
    taxonomies: Annotated[str | None, _setting("taxonomies")] = None,
    taxonomy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which of --taxonomies topics are of; default: IPTC Media Topics."),
    ] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="In ninjs and jsonld: also the article's text.")
    ] = False,
    article_id: Annotated[str | None, typer.Option("--id", help="Id of the article, if it is one.")] = None,
    title: Annotated[str | None, typer.Option(help="Headline of the article, if it is one.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the articles; en skips the detection.")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Standard input is JSON lines.")] = False,
    summarizer: Annotated[str | None, _setting("summarizer")] = None,
    generate: Annotated[str | None, _setting("generate")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Where the summarizer fails, fail; don't extract instead.")
    ] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output.")
    ] = None,
) -> None:
    """Analyse articles (the help text is ``_ANALYZE``)."""
    from service.cli import analyze as command
    from service.cli.inputs import STDIN, is_same_file, may_be_many
    from service.ingest import Declared
    from service.wire import OffsetUnit

    if (article_id or title) and (len(files) > 1 or may_be_many(files[0]) or jsonl):
        raise typer.BadParameter(
            "--id and --title name one article; give one file, or put them into the .jsonl"
        )
    if output and any(name != STDIN and is_same_file(name, output) for name in files):
        raise typer.BadParameter(f"{output} is also an input; choose another file", param_hint="--output")
    if offset_unit != "codepoint" and format_ in {"ninjs", "jsonld"}:
        raise typer.BadParameter(
            f"{format_} counts code points, as the W3C's annotations do; leave it out, or use --format json",
            param_hint="--offset-unit",
        )
    options = command.AnalyzeOptions(
        format=format_,
        with_text=with_text,
        request=Request(length=length, format=summary_format, strict=strict, taxonomy=taxonomy),
        offset_unit=OffsetUnit(offset_unit),
        declared=Declared(id=article_id, title=title, language=language),
        lines=jsonl,
        output=output,
    )
    chosen = {"summarizer": summarizer, "generate": generate, "taxonomies": taxonomies}
    try:
        status = command.analyze(files, read_settings(**chosen), options)
    except command.CannotStart as error:
        raise _failure(str(error)) from error
    except BrokenPipeError:
        _be_quiet_about_the_closed_pipe()
        status = 1
    except OSError as error:
        raise _failure(
            f"{error.filename or output or 'standard output'}: {error.strerror or error}"
        ) from error
    raise typer.Exit(status)


def _serve(**flags: str | None) -> None:
    settings = read_settings(**flags)
    from service.cli.serve import serve as run

    try:
        run(settings)
    except OSError as error:
        raise _failure(
            f"can't listen on {settings.host} port {settings.port}: {error.strerror or error}. Choose "
            "another with --host and --port, or stop what listens there."
        ) from error
    except PullquoteError as error:
        raise _failure(error.detail) from error
    except KeyboardInterrupt:
        raise typer.Exit from None


def _flag(name: str) -> inspect.Parameter:
    kind = Annotated[str | None, _setting(name)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)


# A key on the command line could be read by everybody on the machine, so it comes from the environment alone.
_FLAGS = [name for name, field in Settings.model_fields.items() if field.annotation is not SecretStr]
_FLAGS.sort(key=lambda name: name in JobSettings.model_fields)  # after those of the service itself
_serve.__signature__ = inspect.Signature([_flag(name) for name in _FLAGS])  # type: ignore[attr-defined]
app.command("serve", help=_SERVE)(_serve)
app.add_typer(archive.app)
app.add_typer(review.app)
app.add_typer(keys.app)
app.command("worker", help=jobs.WORKER)(jobs.worker)
app.add_typer(jobs.app)
app.add_typer(prompts.app)
app.add_typer(kept.app)
app.add_typer(topics.app)


def _failure(reason: str) -> typer.Exit:
    typer.echo(f"pullquote: {reason}", err=True)
    return typer.Exit(1)


def _be_quiet_about_the_closed_pipe() -> None:
    """Send Python's last flush to nowhere once nobody reads on (``| head``), so that it reports no error."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
