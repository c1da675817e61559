"""What can go wrong in the store, as branches of the one tree in ``service.errors``.

PullquoteError
├── NoSuchItem        404  no such item, version, user or key
├── Conflict          412  somebody saved in between; carries ``current`` and what they did, ``since``
├── Claimed           409  another editor is at it; carries ``by`` and ``until``
├── SignInRefused     401  name or password wrong, or the account closed for a while: never which
├── TooManySignIns    429  too many sign-ins at once, or too many failures from one address; try again
├── NotTheSender      409  another key sent this article; it can't be replaced by this one
├── InvalidEntry      422  a name, label or password that can't be kept
└── StoreFailed       500  the database is broken, or not ours
    └── StoreUnavailable  503  it can't be reached, or is busy: try again
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.errors import Overloaded, ProblemType, PullquoteError
from service.store.records import LogLine


class NoSuchItem(PullquoteError):  # noqa: N818 - the interface's name, as those below
    """What was asked for isn't there, or is there no longer."""

    problem = ProblemType(404, "Not found", "no-such-item")


class Conflict(PullquoteError):  # noqa: N818
    """Others saved since the version that this change started from; ``since`` is what they did."""

    problem = ProblemType(412, "Precondition failed", "precondition-failed")

    def __init__(self, detail: str, *, current: int, since: tuple[LogLine, ...]) -> None:
        """Take the ``current`` version and the log lines after the expected one."""
        super().__init__(detail)
        self.current = current
        self.since = since

    def members(self) -> Mapping[str, object]:
        """Who did what since, and the version to start from now."""
        lines = [
            {
                "version": line.version,
                "at": line.at.isoformat(),
                "editor": line.editor,
                "action": line.action,
                "piece": line.piece,
            }
            for line in self.since
        ]
        return {"current": self.current, "since": lines}


class Claimed(PullquoteError):  # noqa: N818
    """Another editor holds the item until ``until``."""

    problem = ProblemType(409, "Claimed by another editor", "claimed")

    def __init__(self, detail: str, *, by: str, until: datetime) -> None:
        """Take who holds it and until when."""
        super().__init__(detail)
        self.by = by
        self.until = until


class SignInRefused(PullquoteError):  # noqa: N818
    """The name or the password is wrong, or the account is closed for a while."""

    problem = ProblemType(401, "Sign-in refused", "sign-in-refused")


class TooManySignIns(Overloaded):
    """Too many sign in at once, or too many have failed from one address."""

    problem = ProblemType(429, "Too many sign-ins", "too-many-sign-ins")


class NotTheSender(PullquoteError):  # noqa: N818
    """An article of this id was sent with the key of another name."""

    problem = ProblemType(409, "Another sender's article", "not-the-sender")


class InvalidEntry(PullquoteError):  # noqa: N818
    """A name, a label, an id or a password that can't be kept as it is."""

    problem = ProblemType(422, "Invalid entry", "invalid-entry")


class StoreFailed(PullquoteError):  # noqa: N818
    """The database failed, or isn't one of ours."""

    problem = ProblemType(500, "Store failed", "store-failed")

    @property
    def public(self) -> str:
        """Not where the database is, nor what its driver says."""
        return "The store failed; the service's log says why."


class StoreUnavailable(StoreFailed):
    """The database can't be reached or was busy for too long; ``is_locked`` where another holds its lock."""

    problem = ProblemType(503, "Store unavailable", "store-unavailable")

    def __init__(self, detail: str, *, is_locked: bool = False) -> None:
        """Take whether another process or connection holds the lock."""
        super().__init__(detail)
        self.is_locked = is_locked

    @property
    def public(self) -> str:
        """Not where the database is, nor what its driver says."""
        return "The store is busy or can't be reached. Try again in a few seconds."
