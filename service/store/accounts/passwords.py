"""Which passwords are taken, and how many are hashed at once.

Weak ones are refused by what zxcvbn makes of them: how many guesses somebody needs who knows lists of common
passwords, names, keyboard rows and dates, and the account's own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from unicodedata import normalize

from argon2 import PasswordHasher

from service.store.errors import InvalidEntry, TooManySignIns

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 1000
"""Longer than NIST SP 800-63B's least of 8, as there is no second factor; and an end, because hashing takes
time for each character."""
_STRONG_ENOUGH = 3
"""zxcvbn's score from 100 million guesses on: years for who is let try ten times a day, and no small cost
against argon2id for who has the hash."""
_WEIGHED_CHARS = 72
"""zxcvbn takes no more, and its time grows with the square of the length."""
_OWN_WORDS = ("pullquote", "review", "editor", "newsroom")
_WAITING = 4
"""Sign-ins that may wait for the one that is hashed: some tenths of a second together."""


def check_password(password: str, name: str) -> None:
    """Raise InvalidEntry for a password that is too short, too long, or soon guessed."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidEntry(
            f"the password has {len(password):,} characters; give {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,}"
        )
    from zxcvbn import zxcvbn  # loads its lists, which only this needs

    words = [name, "".join(name.split()), *name.split(), *_OWN_WORDS]
    weighed = zxcvbn(password[:_WEIGHED_CHARS], user_inputs=[word for word in words if word])
    if weighed["score"] < _STRONG_ENOUGH:
        why = weighed["feedback"]["warning"] or "It follows a pattern that guessers know."
        raise InvalidEntry(f"the password is soon guessed ({why.rstrip('.')}); take four words at random")


class Hashing:
    """Hashes passwords, one at a time: each takes every core and 64 MiB for some 50 ms."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher = hasher
        self._places = BoundedSemaphore(1 + _WAITING)
        self._one = Lock()

    @contextmanager
    def turn(self) -> Iterator[PasswordHasher]:
        """Wait for one's turn, behind a few others at most. Raises TooManySignIns at once otherwise."""
        if not self._places.acquire(blocking=False):
            raise TooManySignIns(
                f"{1 + _WAITING} sign-ins are being looked at, which is the limit. Try again in a second.",
                retry_after_s=1,
            )
        try:
            with self._one:
                yield self.hasher
        finally:
            self._places.release()

    def hash(self, password: str) -> str:
        """Return a password's hash."""
        with self.turn() as hasher:
            return hasher.hash(as_bytes(password))


def as_bytes(password: str) -> bytes:
    """Return what of a password is hashed: the same for every way to type its characters."""
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
