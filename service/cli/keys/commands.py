"""The commands ``pullquote keys …``: declares their options. What they do is in ``actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated

import typer

from service.access.scopes import Scope

_HELP = """Keys for programs that call the API.

A key is needed wherever the service listens on other addresses than this machine's (PULLQUOTE_API_KEYS). All
commands use the same store as `pullquote serve`: --store, else PULLQUOTE_STORE, else the file pullquote.db in
the working directory. A running service takes a new key, and refuses a revoked one, from the next request
on."""

_ADD = """Make a key and print it, this once: only its digest is kept.

NAME is who it is for: the CMS, the wire feed. Keys of one name are one sender: only a key of that name may
correct an article that it put into the editors' queue. So a key that takes another's place has its name.

The scopes: analyse (have articles analysed), read and delete (kept analyses), review (put analyses into the
editors' queue), metrics (what is measured). Without --scope it is analyse and read."""

_EXAMPLES = """\b
Examples:
  pullquote keys add "the CMS" --scope analyse --scope review --expires 365d
  pullquote keys add monitoring --scope metrics --per-minute 12
  pullquote keys list
  pullquote keys revoke 5f0c7a3e9d8b
"""

app = typer.Typer(
    name="keys",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Store = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="A file for SQLite, or a postgresql:// URL."),
]


def _actions() -> ModuleType:
    """Import the actions, which loads the store."""
    from service.cli.keys import actions

    return actions


@app.command(help=_ADD)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who it is for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it is good for; can be given repeatedly.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DAYSd", help="After how many days it ends: 90d. Without, it doesn't."),
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(metavar="N", help="Requests a minute, if not as the settings say.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="The account that it belongs to, and is closed with.")
    ] = None,
    store: _Store = None,
) -> None:
    """Make a key (the help text is ``_ADD``)."""
    scopes = frozenset(scope or (Scope.ANALYSE, Scope.READ))
    raise typer.Exit(_actions().add(store, name, scopes, expires, per_minute, user))


@app.command("list")
def list_(store: _Store = None) -> None:
    """List the keys by id, without the keys themselves."""
    raise typer.Exit(_actions().list_keys(store))


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    store: _Store = None,
) -> None:
    """Let a key open nothing any more."""
    raise typer.Exit(_actions().revoke(store, key_id))
