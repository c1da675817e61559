"""What the commands around the store share: which store it is, how it is opened, how they speak."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from service.access import audit
from service.cli.flags import read_settings
from service.errors import PullquoteError
from service.review.review_service import ReviewService
from service.review.wiring import open_review_service
from service.settings import Settings
from service.wire.formats.one_line import safe

FAILED, WRONG = 1, 2
"""Exit statuses: something failed; the command line is wrong."""


def store_settings(store: str | None) -> Settings:
    """Return the settings, with ``store`` instead of theirs if given. Exits if they are wrong."""
    settings = read_settings(store=store)
    if not settings.store:
        say("there is no store: PULLQUOTE_STORE is empty. Give --store FILE, as `pullquote serve` has it.")
        raise typer.Exit(WRONG)
    return settings


@contextmanager
def opened(settings: Settings, *, make: bool = False) -> Iterator[ReviewService]:
    """Open the store, or create it with ``make``. An error is reported and ends the command."""
    # A mistyped name would open an empty store, and every answer from it would be wrong.
    if not make and "://" not in settings.store and not Path(settings.store).is_file():
        say(f"there is no store {settings.store}. Give --store or PULLQUOTE_STORE as for `pullquote serve`.")
        raise typer.Exit(FAILED)
    try:
        audit.start(settings.audit_log)
    except OSError as error:
        say(f"the audit log {settings.audit_log} can't be written: {error.strerror or error}.")
        raise typer.Exit(FAILED) from None
    try:
        desk = open_review_service(settings)
        with desk.store:
            yield desk
    except PullquoteError as error:
        say(f"{error.detail.rstrip('.')}.")
        raise typer.Exit(FAILED) from None


def say(message: str) -> None:
    """Print a message beside the command's output, on standard error."""
    print(f"pullquote: {safe(message)}", file=sys.stderr)
