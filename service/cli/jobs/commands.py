"""The commands ``pullquote worker`` and ``pullquote jobs …``: their options. What they do is in ``actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated, Literal

import typer

_HELP = """See, cancel and retry the jobs of POST /v1/jobs.

All commands use the store of `pullquote serve`: --store, else PULLQUOTE_STORE, else the file pullquote.db in
the working directory."""

WORKER = """Work through jobs, beside `pullquote serve` or on another machine.

It takes the articles of jobs one by one from the store (--store or PULLQUOTE_STORE, the same as the service
has), and delivers webhooks. Any number may run at once. SIGTERM and Ctrl+C let it finish the article at hand,
or give it back after --grace seconds. It can be killed at any instant: another goes on.

All other settings are read from the environment, as for `pullquote serve`: docs/settings.md."""

_RETRY = """Queue dead letters again: articles whose analysis broke, or ended its process, too often.

Exit status: 0 there were some, 1 there were none or no such job."""

app = typer.Typer(
    name="jobs",
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Store = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="A file for SQLite, or a postgresql:// URL."),
]
_Id = Annotated[str, typer.Argument(metavar="ID", help="The id of a job, as `jobs list` shows it.")]
_State = Literal["queued", "running", "done", "failed", "cancelled", "dead"]


def _actions() -> ModuleType:
    """Import the actions, which loads the store."""
    from service.cli.jobs import actions

    return actions


def worker(
    store: _Store = None,
    concurrency: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="Articles at once. An analysis uses every core already: more than one helps where a model "
            "behind an endpoint is waited for.",
        ),
    ] = 1,
    grace: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="How long the article at hand may take at the end."),
    ] = 20.0,
) -> None:
    """Work through jobs (the help text is ``WORKER``)."""
    from service.cli.jobs.worker import run

    raise typer.Exit(run(store, concurrency, grace))


@app.command("list")
def list_(
    store: _Store = None,
    state: Annotated[_State | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most jobs shown.")] = 50,
) -> None:
    """Print the newest jobs."""
    raise typer.Exit(_actions().list_jobs(store, state, limit))


@app.command()
def show(job_id: _Id, store: _Store = None) -> None:
    """Print a job with its failed articles and its webhook."""
    raise typer.Exit(_actions().show_job(store, job_id))


@app.command()
def cancel(job_id: _Id, store: _Store = None) -> None:
    """Cancel what hasn't ended of a job."""
    raise typer.Exit(_actions().cancel_job(store, job_id))


@app.command(help=_RETRY)
def retry(
    job_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The id of a job; with --all there is none.")
    ] = None,
    store: _Store = None,
    every: Annotated[bool, typer.Option("--all", help="The dead letters of every job.")] = False,
) -> None:
    """Queue dead letters again (the help text is ``_RETRY``)."""
    if (job_id is None) == (not every):
        raise typer.BadParameter("give the id of a job, or --all")
    raise typer.Exit(_actions().retry_jobs(store, job_id))
