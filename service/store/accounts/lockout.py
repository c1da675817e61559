"""The lockout rules of sign-in: who has to wait how long after failures. Pure.

Locking an account for everybody would let five anonymous requests shut an editor out. So failures are counted
by name and address together, and by address; over all addresses only after so many that somebody must be
guessing from many machines. A browser that its user has signed in with before is counted on its own, and none
of the other locks holds for it (OWASP calls that a device cookie).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LockRule:
    """After ``failures`` in a row a lock of ``first``, twice as long with each further one, ``longest`` at
    most.

    Failures are in a row if no more than ``forgotten`` lies between two.
    """

    failures: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def locked_until_after(self, failures: int, now: datetime) -> datetime | None:
        """Return until when so many failures in a row lock; None if they don't."""
        over = failures - self.failures
        if over < 0:
            return None
        # Ten doublings are far past the longest lock: no need to multiply on.
        lock: timedelta = self.first * 2 ** min(over, 10)
        return now + min(lock, self.longest)


NAME_AND_ADDRESS = LockRule(5, _QUARTER, _DAY, forgotten=2 * _DAY)
"""More than anyone mistypes in a row, and 5 guesses find no password that isn't on a list's first lines. A
guesser gets some 10 tries on the first day and one a day from then on."""
DEVICE = NAME_AND_ADDRESS
"""A browser that was signed in with: a thief of it gets no more tries than anybody else."""
ADDRESS = LockRule(30, _QUARTER, _QUARTER, forgotten=_QUARTER)
"""An office behind one address mistypes less in a quarter of an hour; it never has to wait longer than
that."""
ACCOUNT = LockRule(100, _QUARTER, _QUARTER, forgotten=_DAY)
"""Over all addresses, for browsers that nobody has signed in with: guessing from many machines at once."""
