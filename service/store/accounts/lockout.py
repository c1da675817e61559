"""The lockout rule of sign-in: how long an account stays closed after failures in a row."""

from __future__ import annotations

from datetime import datetime, timedelta

FAILURES_BEFORE_LOCK = 5
"""More than anyone mistypes in a row, and 5 guesses find no password that isn't on a list's first lines."""
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(days=1)
"""The lock doubles with each further failure, so that a guesser gets some 10 tries on the first day and one
a day from then on; a day at most, so that nobody can shut a colleague out for longer than that at a time."""


def locked_until_after(failures: int, now: datetime) -> datetime | None:
    """Return until when an account is closed after so many failures in a row; None if it stays open."""
    over = failures - FAILURES_BEFORE_LOCK
    if over < 0:
        return None
    # Ten doublings are far past the longest lock: no need to multiply on.
    lock: timedelta = FIRST_LOCK * 2 ** min(over, 10)
    return now + min(lock, LONGEST_LOCK)
