"""Kept analyses and remembered answers as frozen values. Every time is in UTC, with its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptLine:
    """What a list says of a kept analysis; ``service`` is the version that made it."""

    id: str
    owner: str
    article_id: str
    title: str | None
    length: str
    format: str
    service: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnalysis:
    """An analysis as its canonical contract JSON in code points, with the text that its offsets refer to.

    ``text`` is None where ``content`` carries the text itself.
    """

    line: KeptLine
    content: str
    text: str | None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Some lines of a list; ``before`` asks for those that follow, None after the last."""

    lines: tuple[KeptLine, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the service to be given again; ``article_id`` is whom it is about, if known."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to answer a request that came with an idempotency key.

    ``token`` stays the same when a request whose process died is made again.
    """

    owner: str
    token: str


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request that came before under the same key; ``answer`` is None while it is worked on."""

    fingerprint: str
    answer: Answer | None
