"""The nouns of the store: frozen values that go in and come out. Standard library and ``domain`` only.

Every time is a timezone-aware datetime in UTC. A review's content and an analysis are opaque JSON text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from service.domain import Article

State = Literal["new", "open", "done"]  # nobody touched it; some decision; finished
Order = Literal["newest", "risk"]  # last received first; or stale, then speakers in doubt, then low support
ReceiveOutcome = Literal["new", "known", "reanalysed", "corrected"]


@dataclass(frozen=True, slots=True)
class Facets:
    """What the queue can be filtered by, and how far an item is: ``decided`` of ``pieces``."""

    low_support: bool
    unknown_speaker: bool
    topics: tuple[str, ...]
    pieces: int
    decided: int


@dataclass(frozen=True, slots=True)
class Submission:
    """An analysed article for the queue. ``analysis`` is its canonical contract JSON, on one line.

    ``sent_by`` is the name of the key that it came with, None where a person brought it.
    """

    article: Article
    analysis: str
    model: str
    service: str
    source: str | None
    facets: Facets
    sent_by: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Where a submission went, and what it was to the store."""

    key: int
    outcome: ReceiveOutcome


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item with all that one needs to show or change it. A claim may have run out: see its time."""

    key: int
    article_id: str
    title: str | None
    source: str | None
    published: str | None
    language: str
    text: str
    text_sha256: str
    analysis: str
    model: str
    version: int  # 0: no review yet
    review: str | None  # None also where a correction left nothing of it
    parent: int  # the version that undo goes back to, 0 for none
    state: State
    stale: bool
    claimed_by: str | None
    claimed_until: datetime | None
    added_at: datetime
    changed_at: datetime
    last_editor: str | None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What somebody did, for the log. ``before`` and ``after`` are JSON text; ``seconds`` is time taken."""

    editor: str
    action: str
    piece: str | None = None
    verdict: str | None = None
    before: str | None = None
    after: str | None = None
    seconds: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PieceOutcome:
    """The present verdict on one piece."""

    piece: str
    kind: str  # "sentence", "quote" or "topic"
    verdict: str  # "accepted", "edited", "rejected", or "added": the model missed it
    edit_distance: float | None  # in 0..1, None unless edited
    editor: str


@dataclass(frozen=True, slots=True)
class RebasedReview:
    """What a correction of the article leaves of its review; None where nothing is left."""

    review: str | None
    facets: Facets
    entry: LogEntry
    outcomes: tuple[PieceOutcome, ...] = ()


# Given the old item and the new submission. Called inside the transaction: it must not call the store.
Carry = Callable[[ItemRecord, Submission], RebasedReview]


@dataclass(frozen=True, slots=True)
class ReviewChange:
    """A new version of an item's review. ``outcomes`` are all of the item's, not only what changed.

    ``entry`` is the log's line about it, ``also`` further ones where one step decided several pieces.
    """

    review: str
    parent: int
    state: State
    facets: Facets
    entry: LogEntry
    outcomes: tuple[PieceOutcome, ...]
    stale: bool
    also: tuple[LogEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items; everything given must hold. Days are UTC's: of publication, or of arrival if unknown."""

    state: State | None = None
    low_support: bool = False
    unknown_speaker: bool = False
    stale: bool = False
    mine: str | None = None  # an editor's name: what they hold now or edited last, and isn't done
    source: str | None = None
    topic: str | None = None
    since: date | None = None  # this day included
    until: date | None = None  # this day included
    search: str | None = None  # words, "phrases", beginnings*; every other sign only separates


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A line of the queue. A very long title is cut."""

    key: int
    article_id: str
    title: str | None
    source: str | None
    published: str | None
    added_at: datetime
    changed_at: datetime
    state: State
    stale: bool
    low_support: bool
    unknown_speaker: bool
    pieces: int
    decided: int
    claimed_by: str | None
    claimed_until: datetime | None
    last_editor: str | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some lines of the queue, of ``total``, from ``offset`` on."""

    items: tuple[QueueItem, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class TabCounts:
    """How many items each tab of the queue holds: what ``queue`` would give as its total."""

    all: int
    new: int
    open: int
    done: int
    stale: int
    low_support: int
    unknown_speaker: int
    mine: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of an item's log."""

    version: int
    at: datetime
    editor: str
    seconds: float | None
    action: str
    piece: str | None
    verdict: str | None
    before: str | None
    after: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ReviewVersion:
    """One version of a review, with the analysis and the text that it is about."""

    version: int
    content: str | None
    parent: int
    analysis: str
    text: str
    editor: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """How one model's pieces of one kind fared; the mean edit distance is over the edited ones."""

    kind: str
    model: str
    accepted: int
    edited: int
    rejected: int
    added: int
    mean_edit_distance: float | None


@dataclass(frozen=True, slots=True)
class EditorRow:
    """What one editor did: items finished last by them, decisions, median seconds on a finished item."""

    editor: str
    finished: int
    decisions: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The editors' work in figures. ``waiting`` is of now, whatever period the rest is over."""

    rows: tuple[VerdictRow, ...]
    median_seconds: float | None
    finished: int
    waiting: int
    editors: tuple[EditorRow, ...]


@dataclass(frozen=True, slots=True)
class VerdictPair:
    """Two editors' last verdicts on the same piece; the first is who decided it first."""

    item_key: int
    piece: str
    first_editor: str
    first_verdict: str
    second_editor: str
    second_verdict: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion took away, by kind."""

    articles: int
    analyses: int
    reviews: int
    log_lines: int
