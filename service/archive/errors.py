"""Errors that stop an archive job; the message says what to do.

A bad article stops nothing: it is quarantined.
"""

from __future__ import annotations


class JobStopped(Exception):  # noqa: N818 - a state, not a mistake
    """The job can't go on now. What is done is kept; ``archive resume`` goes on once the cause is gone."""


class WrongJob(Exception):  # noqa: N818
    """The command doesn't fit the folder: there is no job, another job, or a job that is running."""


class MissingExtra(Exception):  # noqa: N818
    """A library is missing that an optional extra installs."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the optional extra {extra!r}: pip install 'pullquote[{extra}]'.")
