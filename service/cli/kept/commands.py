"""The commands ``pullquote analyses …``: declares their options. What they do is in ``actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated

import typer

_HELP = """See and delete the analyses that callers of the API had stored.

They are those of all keys: POST /v1/analyses?store=true keeps one. All commands use the same store as
`pullquote serve`: --store, else PULLQUOTE_STORE, else the file pullquote.db in the working directory."""

_PURGE = """Delete analyses that are older than --days, for good.

The service does the same at its start and each hour, with PULLQUOTE_KEEP_DAYS."""

app = typer.Typer(
    name="analyses",
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Store = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="A file for SQLite, or a postgresql:// URL."),
]
_Article = Annotated[
    str | None, typer.Option("--article", metavar="ID", help="All of the article with this id.")
]


def _actions() -> ModuleType:
    """Import the actions, which loads the store."""
    from service.cli.kept import actions

    return actions


@app.command("list")
def list_(article: _Article = None, store: _Store = None) -> None:
    """List them, newest first: id, when it was made, the key's id, the article's id, its title."""
    raise typer.Exit(_actions().list_analyses(store, article))


@app.command()
def delete(
    analysis_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="As list shows it.")] = None,
    article: _Article = None,
    store: _Store = None,
) -> None:
    """Delete one by its id, or all of an article. Backups still hold them."""
    if (analysis_id is None) == (article is None):
        raise typer.BadParameter("give the id of an analysis, or --article with that of an article")
    raise typer.Exit(_actions().delete(store, analysis_id, article))


@app.command(help=_PURGE)
def purge(
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="How old; default: PULLQUOTE_KEEP_DAYS.", show_default=False),
    ] = None,
    store: _Store = None,
) -> None:
    """Delete what is past its time (the help text is ``_PURGE``)."""
    raise typer.Exit(_actions().purge(store, days))
