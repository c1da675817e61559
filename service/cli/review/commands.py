"""The commands ``pullquote review …``: declares their options. What they do is in ``actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated, Literal

import typer

from service.access.scopes import Scope
from service.domain import SummaryFormat, SummaryLength

_HELP = """Fill the editors' queue, take out what they corrected, and manage who may review.

Editors work at /review of `pullquote serve`. All commands use the same store as it: --store, else
PULLQUOTE_STORE, else the file pullquote.db in the working directory."""

_IMPORT = """Put articles with their analyses into the editors' queue.

INPUT is JSON lines of analyses, as `pullquote analyze` or the API gave them; the folder of an archive job,
whose inputs are read again for the texts; or articles as for `pullquote analyze`, which are analysed first.
- is standard input.

An analysis without `article.text` needs its article: give --articles the same files and folders that
`pullquote analyze` was given. They are matched by id and by the text's SHA-256, and held in memory.

What is in the queue already is known, and not put there twice. The same article with another text is a
correction: its review is carried over as far as the words still stand, and marked stale.

Exit status: 0 all went well, 1 some failed (each with its reason on standard error), 2 the command line is
wrong."""

_EXPORT = """Write what editors left, as gold JSON lines that `python -m eval` reads.

Each line is the corrected analysis with the article's text, and under `review` who decided what, and what the
model had said."""

_PURGE = (
    """Delete articles whose review was finished, and not touched since, longer ago than this, for good."""
)

_EXAMPLES = """\b
Examples:
  pullquote review user add ada --role admin
  pullquote review import article.txt
  pullquote analyze feed.jsonl > analyses.jsonl
  pullquote review import analyses.jsonl --articles feed.jsonl --source wires
  pullquote review import job --source archive
  pullquote review export --output gold.jsonl
"""

_OF_THE_EXTRA = {"pyarrow", "fsspec", "fastwarc"}

app = typer.Typer(
    name="review",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
user = typer.Typer(
    name="user",
    help="Who may sign in: an editor; a chief, who also exports and ends claims; an admin, who also deletes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
key = typer.Typer(
    name="key",
    help="Keys for programs that put analyses into the queue; `pullquote keys` does this and more.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(user)
app.add_typer(key)

_Store = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="A file for SQLite, or a postgresql:// URL."),
]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name; case doesn't matter.")]
_Role = Literal["editor", "chief", "admin"]
_FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, on one line.")
]


def _actions() -> ModuleType:
    """Import the actions, which loads the store."""
    from service.cli.review import actions

    return actions


@app.command("import", help=_IMPORT)
def import_(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Analyses, archive jobs, articles.")],
    articles: Annotated[
        list[str] | None,
        typer.Option(
            "--articles", "-a", metavar="FILE", help="Where the texts are; can be given repeatedly."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="The desk or feed that the queue can be filtered by.")
    ] = None,
    length: Annotated[
        SummaryLength, typer.Option(help="Length of the summaries, of articles that are analysed here.")
    ] = SummaryLength.MEDIUM,
    summary_format: Annotated[
        SummaryFormat, typer.Option(help="How those summaries are laid out.")
    ] = SummaryFormat.PARAGRAPH,
    store: _Store = None,
) -> None:
    """Fill the queue (the help text is ``_IMPORT``)."""
    try:
        from service.cli.review import imports
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    from service.domain import Request

    request = Request(length=length, format=summary_format)
    try:
        raise typer.Exit(imports.import_(inputs, articles or [], source, request, store))
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def _missing(error: ModuleNotFoundError) -> Exception:
    if (error.name or "").partition(".")[0] not in _OF_THE_EXTRA:
        return error
    needed = f"archive jobs need {error.name}, which an extra installs"
    typer.echo(f"pullquote: {needed}: pip install 'pullquote[archive]'.", err=True)
    return typer.Exit(2)


@app.command(help=_EXPORT)
def export(
    state: Annotated[
        Literal["done", "all"], typer.Option(help="Finished reviews only, or every item as it stands.")
    ] = "done",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output.")
    ] = None,
    store: _Store = None,
) -> None:
    """Export (the help text is ``_EXPORT``)."""
    raise typer.Exit(_actions().export(store, state, output))


@app.command()
def delete(
    article_id: Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="As in article.id.")],
    reason: Annotated[str, typer.Option(help="Why, for the log.", show_default=False)],
    store: _Store = None,
) -> None:
    """Delete an article for good: texts, analyses, reviews, log. One log line without text stays."""
    raise typer.Exit(_actions().delete(store, article_id, reason))


@app.command(help=_PURGE)
def purge(
    older_than: Annotated[
        str, typer.Option(metavar="DAYSd", help="How long ago, in days: 365d.", show_default=False)
    ],
    store: _Store = None,
) -> None:
    """Delete what is past its time (the help text is ``_PURGE``)."""
    raise typer.Exit(_actions().purge(store, older_than))


@user.command("add")
def add_user(
    name: _Name,
    role: Annotated[_Role, typer.Option(help="What they may do.")] = "editor",
    password_stdin: _FromStdin = False,
    store: _Store = None,
) -> None:
    """Add an account. The password is asked for; it is never an argument, where others could read it."""
    raise typer.Exit(_actions().add_user(store, name, role, from_stdin=password_stdin))


@user.command("list")
def list_users(store: _Store = None) -> None:
    """List the accounts."""
    raise typer.Exit(_actions().list_users(store))


@user.command("password")
def set_password(name: _Name, password_stdin: _FromStdin = False, store: _Store = None) -> None:
    """Give an account another password; it is unlocked, and signed out everywhere."""
    raise typer.Exit(_actions().set_password(store, name, from_stdin=password_stdin))


@user.command("role")
def set_role(
    name: _Name, role: Annotated[_Role, typer.Argument(help="What they may do.")], store: _Store = None
) -> None:
    """Give an account another role."""
    raise typer.Exit(_actions().set_role(store, name, role))


@user.command("disable")
def disable(name: _Name, store: _Store = None) -> None:
    """Close an account: no sign-in, no session, no key. What it did stays in the log."""
    raise typer.Exit(_actions().set_active(store, name, active=False))


@user.command("enable")
def enable(name: _Name, store: _Store = None) -> None:
    """Open a closed account again."""
    raise typer.Exit(_actions().set_active(store, name, active=True))


@key.command("add")
def add_key(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="What it is for: the CMS, the wire feed.")],
    user_name: Annotated[
        str, typer.Option("--user", metavar="NAME", help="The account it belongs to.", show_default=False)
    ],
    store: _Store = None,
) -> None:
    """Make a key for analysing and queueing, and print it: `pullquote keys add` with both scopes."""
    scopes = frozenset((Scope.ANALYSE, Scope.REVIEW))
    raise typer.Exit(_key_actions().add(store, label, scopes, None, None, user_name))


@key.command("list")
def list_keys(store: _Store = None) -> None:
    """List the keys by id: `pullquote keys list`."""
    raise typer.Exit(_key_actions().list_keys(store))


@key.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `key list` shows it.")],
    store: _Store = None,
) -> None:
    """Let a key open nothing any more: `pullquote keys revoke`."""
    raise typer.Exit(_key_actions().revoke(store, key_id))


def _key_actions() -> ModuleType:
    from service.cli.keys import actions

    return actions
