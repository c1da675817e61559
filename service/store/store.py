"""The store: everything that is kept, behind one class. Each method is one transaction; see the modules.

Thread-safe. Whatever the database does wrong is raised as StoreFailed or StoreUnavailable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from argon2 import PasswordHasher

from service.access import audit
from service.store.accounts.accounts import People
from service.store.accounts.keys import ApiKeys
from service.store.accounts.sessions import BrowserTokens
from service.store.analyses.answers import RememberedAnswers
from service.store.analyses.kept import KeptAnalyses
from service.store.database import PATIENCE_S, Database
from service.store.jobs.job_store import JobStore
from service.store.migrate import prepare
from service.store.records import (
    Carry,
    Dashboard,
    Deleted,
    Filter,
    ItemRecord,
    LogLine,
    Order,
    QueuePage,
    Received,
    ReviewChange,
    ReviewVersion,
    Submission,
    TabCounts,
    VerdictPair,
)
from service.store.reviews import claims, deletion, items, listing, saving, search
from service.store.reviews import dashboard as figures
from service.store.reviews import receiving as intake

_RETENTION = "retention"
"""Who the log says deleted an article that ``purge`` took."""


class Store(People, BrowserTokens, ApiKeys):
    """What is kept. Accounts are in ``People``, sessions in ``BrowserTokens``, keys of programs in
    ``ApiKeys``, jobs in ``jobs``.

    ``analyses`` are those that callers of the API had kept, ``answers`` those that they may ask for again.
    Every ``now`` and every time that comes back is in UTC, with its zone.
    """

    def __init__(self, database: Database, hasher: PasswordHasher) -> None:
        """Take what ``open`` has prepared."""
        People.__init__(self, database, hasher)
        BrowserTokens.__init__(self, database)
        ApiKeys.__init__(self, database)
        self._database = database
        self.analyses = KeptAnalyses(database)
        self.answers = RememberedAnswers(database)
        self.jobs = JobStore(database)

    @classmethod
    def open(cls, url: str, hasher: PasswordHasher | None = None, patience_s: float = PATIENCE_S) -> Self:
        """Open a database, made or brought to the newest schema first. Raises StoreFailed.

        ``url`` is ``sqlite:///FILE`` or ``postgresql+psycopg://…``. ``hasher`` is for passwords; its default
        is what argon2-cffi advises. Who finds the database busy waits for ``patience_s``.
        """
        database = Database(url, patience_s)
        try:
            prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database, hasher or PasswordHasher())

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # The queue

    def receive(self, submission: Submission, carry: Carry, now: datetime) -> Received:
        """Take an analysed article in. Raises InvalidEntry for an id or a source that is too long.

        The same text with the same analysis is "known". With another analysis it is "reanalysed": kept, and
        shown unless somebody has begun a review. Another text is "corrected", also one that was there before:
        it is shown, and a review becomes stale, its next version being what ``carry`` leaves of it.
        """
        with self._database.write() as connection:
            return intake.receive(connection, submission, carry, now)

    def queue(
        self, wanted: Filter, *, offset: int, size: int, now: datetime, order: Order = "newest"
    ) -> QueuePage:
        """Return ``size`` lines of the queue from ``offset`` on."""
        with self._database.read() as connection:
            return listing.page(connection, wanted, now, offset=offset, size=size, order=order)

    def counts(self, wanted: Filter, editor: str, now: datetime) -> TabCounts:
        """Count each tab's items within the filter's source, topic, days and words."""
        with self._database.read() as connection:
            return listing.counts(connection, wanted, editor, now)

    def sources(self) -> tuple[str, ...]:
        """Every source that an item has."""
        with self._database.read() as connection:
            return listing.sources(connection)

    def next_item(self, wanted: Filter, editor: str, now: datetime, after: int | None = None) -> int | None:
        """The next item that is neither done nor another's: below ``after``, else from the top."""
        with self._database.read() as connection:
            return listing.next_after(connection, wanted, editor, now, after)

    def claim(self, key: int, editor: str, now: datetime, lease: timedelta, force: bool = False) -> datetime:
        """Hold an item for ``lease``; return until when. Raises Claimed, unless ``force``; NoSuchItem."""
        with self._database.write() as connection:
            return claims.claim(connection, key, editor, now, lease=lease, force=force)

    def release(self, key: int, editor: str) -> None:
        """Let go of an item, if one holds it."""
        with self._database.write() as connection:
            claims.release(connection, key, editor)

    # An item

    def item(self, key: int) -> ItemRecord:
        """Return an item. Raises NoSuchItem."""
        with self._database.read() as connection:
            return items.kept(connection, key)

    def item_of(self, article_id: str) -> ItemRecord | None:
        """Return the item of an article, by the article's id; None if there is none."""
        with self._database.read() as connection:
            return items.of_article(connection, article_id)

    def save(self, key: int, expected_version: int, change: ReviewChange, now: datetime) -> int:
        """Save a new version and return its number; it is durable then. Raises Conflict, NoSuchItem."""
        with self._database.write() as connection:
            return saving.save(connection, key, expected_version, change, now)

    def review(self, key: int, version: int) -> ReviewVersion:
        """Return a version of a review. Raises NoSuchItem, also for version 0: that is no review."""
        with self._database.read() as connection:
            return items.version_of(connection, key, version)

    def log(self, key: int, since_version: int = 0) -> tuple[LogLine, ...]:
        """Return an item's log after a version. A deleted item has one line: that it was deleted."""
        with self._database.read() as connection:
            return items.log_of(connection, key, since_version)

    # All items

    def dashboard(self, since: date | None = None) -> Dashboard:
        """Add up the editors' work from a day on."""
        with self._database.read() as connection:
            return figures.dashboard(connection, since)

    def agreement(self) -> tuple[VerdictPair, ...]:
        """Return the verdicts of every two editors on a piece that both decided."""
        with self._database.read() as connection:
            return figures.agreement(connection)

    def export(self, wanted: Filter, now: datetime | None = None) -> Iterator[ItemRecord]:
        """Yield the items, oldest first, in many short transactions. ``now`` matters for ``mine`` only."""
        return items.export(self._database, wanted, now or datetime.now(UTC))

    def delete_article(self, article_id: str, editor: str, reason: str, now: datetime) -> Deleted:
        """Delete an article and all that hangs on it, for good. Raises NoSuchItem.

        On SQLite its words are also written out of the index and the files, which takes seconds where there
        are 100,000 articles; others' writes wait meanwhile.
        """
        with self._database.write() as connection:
            deleted = deletion.delete_article(connection, article_id, editor, reason, now)
            search.sweep(connection)
        self._database.empty_log()
        audit.record("article.deleted", article_id_sha256=deletion.id_digest(article_id), by=editor)
        return deleted

    def purge(self, older_than: datetime, now: datetime) -> int:
        """Delete what was done, and not touched again, before a moment; return how many articles."""
        reason, number = f"done before {older_than.isoformat()}", 0
        with self._database.read() as connection:
            old = deletion.finished_before(connection, older_than)
        for article_id in old:
            with self._database.write() as connection:
                if deletion.still_finished(connection, article_id, older_than):
                    deletion.delete_article(connection, article_id, _RETENTION, reason, now)
                    number += 1
                    digest = deletion.id_digest(article_id)
                    audit.record("article.deleted", article_id_sha256=digest, by=_RETENTION)
        if number:
            with self._database.write() as connection:
                search.sweep(connection)
            self._database.empty_log()
        return number
