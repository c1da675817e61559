"""What stops an archive job, with what to do. Articles never do: they go to the quarantine."""

from __future__ import annotations


class JobStopped(Exception):  # noqa: N818 - read aloud at its raise
    """The job can't go on now. What is done is kept; ``archive resume`` goes on once the cause is gone."""


class WrongJob(Exception):  # noqa: N818
    """The command doesn't fit the job in the folder: no job there, another one, or one that is running."""


class MissingExtra(Exception):  # noqa: N818
    """A library is needed that only an optional extra installs."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the optional extra {extra!r}: pip install 'pullquote[{extra}]'.")
