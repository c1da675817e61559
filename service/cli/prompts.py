"""The commands ``pullquote prompts …``: declares their options. What they do is in ``prompt_actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from service.domain import SummaryLength

_HELP = """See, render and test the prompts that generating models get.

A prompt is a file, prompts/NAME/VERSION.md; prompts/README.md says how to write a new version. The default
pipeline extracts and uses none."""

_SHOW = """Print a prompt's file as it is.

NAME is one of list: a task (summarize), a part that prompts include (house_style), or either with a version
(summarize@1); without one, the newest."""

_RENDER = """Print what a model would get for an article.

NAME is a task, or one with its version (summarize@1). ARTICLE is a text, HTML or ninjs (.json) file, or -
for standard input."""

_TEST = """Check all prompts and recorded answers.

Loads each prompt, renders it with the three example articles, and reads the answers, good and bad, that stand
in prompts/NAME/examples.

Exit status: 0 all is well, 1 something is not."""

_EXAMPLES = """\b
Examples:
  pullquote prompts list
  pullquote prompts show house_style
  pullquote prompts render summarize article.txt --length short
  pullquote prompts render judge article.txt --claim "The bridge closes in May."
  pullquote prompts test --folder our-prompts
"""

app = typer.Typer(
    name="prompts",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Folder = Annotated[
    str | None,
    typer.Option("--folder", metavar="DIR", help="Prompts of your own; default: those that are installed."),
]
_Name = Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="Which prompt, as in list.")]


@app.command("list")
def list_(folder: _Folder = None) -> None:
    """List prompts and parts with their digests.

    STATE is released, draft (no digest in digests.json), or altered (another one); altered exits with 1.
    """
    from service.cli import prompt_actions

    raise typer.Exit(prompt_actions.list_prompts(folder))


@app.command(help=_SHOW)
def show(name: _Name, folder: _Folder = None) -> None:
    """Show a file (the help text is ``_SHOW``)."""
    from service.cli import prompt_actions

    raise typer.Exit(prompt_actions.show(name, folder))


@app.command(help=_RENDER)
def render(
    name: _Name,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="A file, or - for standard input.")],
    format_: Annotated[
        Literal["text", "json"],
        typer.Option("--format", "-f", help="One text, or the messages of a chat as JSON."),
    ] = "text",
    length: Annotated[
        SummaryLength, typer.Option(help="For summarize: how long the summary may be.")
    ] = SummaryLength.MEDIUM,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="SENTENCE", help="For judge: what to judge; can be repeated."),
    ] = None,
    folder: _Folder = None,
) -> None:
    """Render a prompt (the help text is ``_RENDER``)."""
    from service.cli import prompt_actions

    raise typer.Exit(
        prompt_actions.render(
            name, article, folder, as_json=format_ == "json", length=length, claims=claim or []
        )
    )


@app.command("test", help=_TEST)
def check(folder: _Folder = None) -> None:
    """Test the prompts (the help text is ``_TEST``)."""
    from service.cli import prompt_actions

    raise typer.Exit(prompt_actions.test(folder))
