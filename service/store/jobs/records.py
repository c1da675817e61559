"""The nouns of jobs: frozen values that go into the store and come out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain import Request, SummaryFormat, SummaryLength
from service.wire import OffsetUnit

JobState = Literal["queued", "running", "done", "failed", "cancelled", "dead"]
"""Of a job and of an article of it.

``done``: analysed (a job: at least one article). ``failed``: refused for what the article is (a job: every
article). ``dead``: given up after the last attempt, kept for ``retry`` (a job: at least one article).
"""
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled", "dead"})


@dataclass(frozen=True, slots=True)
class JobChoices:
    """What the caller chose about the analyses of a job."""

    length: SummaryLength = SummaryLength.MEDIUM
    format: SummaryFormat = SummaryFormat.PARAGRAPH
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT
    strict: bool = False

    def dumps(self) -> str:
        """Return the options as JSON text, as they are kept."""
        return json.dumps(self.as_dict())

    def as_dict(self) -> dict[str, str | bool]:
        """Return the options as plain values."""
        return {
            "length": self.length.value,
            "format": self.format.value,
            "offset_unit": self.offset_unit.value,
            "strict": self.strict,
        }

    @property
    def request(self) -> Request:
        """The options as the pipeline takes them."""
        return Request(length=self.length, format=self.format, strict=self.strict)

    @classmethod
    def loads(cls, text: str) -> JobChoices:
        """Read what ``dumps`` wrote."""
        kept = json.loads(text)
        return cls(
            SummaryLength(kept["length"]),
            SummaryFormat(kept["format"]),
            OffsetUnit(kept["offset_unit"]),
            bool(kept["strict"]),
        )


@dataclass(frozen=True, slots=True)
class SentArticle:
    """An article as it was sent: its bytes, and the content type they came under."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where the end of a job is told; without a ``secret`` the message is signed with the service's own."""

    url: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be kept. ``owner`` is the id of the caller's key, None where no key is asked for."""

    id: str
    owner: str | None
    options: JobChoices
    articles: tuple[SentArticle, ...]
    webhook: WebhookTarget | None = None


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job without its articles. ``version`` grows with whatever changes here."""

    key: int
    id: str
    owner: str | None
    state: JobState
    version: int
    total: int
    analysed: int
    failed: int
    dead: int
    options: JobChoices
    webhook_url: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def done(self) -> int:
        """How many articles have come to an end."""
        return self.analysed + self.failed + self.dead

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to the job by itself."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class ItemLease:
    """An article that a worker has taken. ``generation`` is the fencing token: a later taker has a higher."""

    key: int
    job_key: int
    job_id: str
    position: int
    generation: int
    attempt: int
    options: JobChoices
    article: SentArticle


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An article that somebody works on. ``beat`` grows for as long as they are alive."""

    key: int
    generation: int
    beat: int


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What came of an article: an analysis (``done``) or a problem document, as JSON in UTF-8.

    ``failed`` is for good; ``broken`` may go well another time, and is tried again.
    """

    kind: Literal["done", "failed", "broken"]
    content: bytes


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An article of a job as far as it has come; ``content`` is the analysis or the problem, once there."""

    position: int
    state: JobState
    attempts: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message that waits to be delivered. ``id`` stays the same however often it is sent."""

    key: int
    id: str
    job_id: str
    url: str
    secret: str | None
    body: str
    attempt: int
