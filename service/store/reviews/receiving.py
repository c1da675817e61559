"""Taking an analysed article in: new, known, analysed anew, or corrected. One transaction each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Insert, Row, insert, select, text, update

from service.store.errors import InvalidEntry, NotTheSender
from service.store.records import Carry, Facets, Received, ReceiveOutcome, Submission
from service.store.reviews import search
from service.store.reviews.items import kept
from service.store.reviews.saving import set_outcomes, set_topics, write_log
from service.store.schema import analyses, articles, items, reviews

LONGEST_ID = 500
LONGEST_SOURCE = 200
"""Characters. Both are looked up by index, and PostgreSQL's entries end at 2,700 bytes."""


def receive(connection: Connection, submission: Submission, carry: Carry, now: datetime) -> Received:
    """Keep an analysis and say what it was. ``carry`` is asked only where a reviewed article has changed.

    Raises NotTheSender where the article came with the key of another name: a feed must not be able to put
    its words in the place of the CMS's, even though the earlier version is kept. People may correct any
    article.
    """
    _check(submission)
    lock_article(connection, submission.article.id)
    article_key = _article(connection, submission, now)
    analysis_key, is_new = _analysis(connection, submission, article_key, now)
    item = connection.execute(
        select(items).where(items.c.article_id == submission.article.id).with_for_update()
    ).one_or_none()
    outcome: ReceiveOutcome
    if item is not None:
        _require_same_sender(item, submission)
    if item is None:
        key, outcome = _new_item(connection, submission, article_key, analysis_key, now), "new"
    elif item.article_key != article_key:
        key, outcome = item.key, "corrected"
        _correct(connection, item, submission, carry, analysis_key, now)
    elif not is_new:
        return Received(item.key, "known")
    else:
        key, outcome = item.key, "reanalysed"
        if item.version != 0:
            return Received(key, outcome)  # what was reviewed stays what is shown
        _show(connection, item, submission, submission.facets, analysis_key, now)
    _describe(connection, key, submission, article_key)
    return Received(key, outcome)


def lock_article(connection: Connection, article_id: str) -> None:
    """Let nobody else receive or delete this article until the transaction's end; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        digest = sha256(article_id.encode("utf-8", "surrogatepass")).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def day_of(published: str | None, otherwise: datetime) -> date:
    """The day an article is filed under: of its publication in UTC, else of its arrival."""
    try:
        moment = datetime.fromisoformat((published or "").strip())
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return otherwise.astimezone(UTC).date()


def _check(submission: Submission) -> None:
    for what, value, longest in (
        ("article id", submission.article.id, LONGEST_ID),
        ("source", submission.source or "", LONGEST_SOURCE),
    ):
        if len(value) > longest:
            raise InvalidEntry(f"the {what} has {len(value):,} characters; the queue takes {longest} at most")


def _require_same_sender(item: Row[Any], submission: Submission) -> None:
    by, before = submission.sent_by, item.sent_by
    if by is not None and before is not None and by != before:
        raise NotTheSender(
            f"article {submission.article.id[:80]!a} was sent with a key of another name than {by[:80]!a}. "
            "Give your articles ids of their own, or send it with a key of that name."
        )


def _article(connection: Connection, submission: Submission, now: datetime) -> int:
    article = submission.article
    digest = article.text_sha256
    known = connection.execute(
        select(articles.c.key).where(articles.c.article_id == article.id, articles.c.text_sha256 == digest)
    ).scalar()
    if known is not None:
        return int(known)
    return _insert(
        connection,
        insert(articles).values(
            article_id=article.id,
            text_sha256=digest,
            title=article.title,
            language=article.language,
            published=article.published,
            added_at=now,
            text=article.text,
        ),
    )


def _analysis(
    connection: Connection, submission: Submission, article_key: int, now: datetime
) -> tuple[int, bool]:
    digest = sha256(submission.analysis.encode("utf-8", "surrogatepass")).hexdigest()
    known = connection.execute(
        select(analyses.c.key).where(analyses.c.article_key == article_key, analyses.c.digest == digest)
    ).scalar()
    if known is not None:
        return known, False
    row = insert(analyses).values(
        article_key=article_key,
        digest=digest,
        model=submission.model,
        service=submission.service,
        made_at=now,
        content=submission.analysis,
    )
    return _insert(connection, row), True


def _new_item(
    connection: Connection, submission: Submission, article_key: int, analysis_key: int, now: datetime
) -> int:
    facets, article = submission.facets, submission.article
    row = insert(items).values(
        article_key=article_key,
        analysis_key=analysis_key,
        article_id=article.id,
        version=0,
        state="new",
        stale=False,
        low_support=facets.low_support,
        unknown_speaker=facets.unknown_speaker,
        pieces=facets.pieces,
        decided=facets.decided,
        dated=day_of(article.published, now),
        added_at=now,
        changed_at=now,
        source=submission.source,
        sent_by=submission.sent_by,
    )
    key = _insert(connection, row)
    set_topics(connection, key, facets.topics)
    return key


def _correct(
    connection: Connection,
    item: Row[Any],
    submission: Submission,
    carry: Carry,
    analysis_key: int,
    now: datetime,
) -> None:
    """Show the new text; a review becomes stale, and what ``carry`` leaves of it is its next version.

    That version has none to go back to: the earlier ones are about another text.
    """
    if item.version == 0:
        _show(connection, item, submission, submission.facets, analysis_key, now)
        return
    carried = carry(kept(connection, item.key), submission)
    version = item.version + 1
    _show(connection, item, submission, carried.facets, analysis_key, now)
    connection.execute(
        insert(reviews).values(
            item_key=item.key,
            version=version,
            content=carried.review,
            parent=0,
            analysis_key=analysis_key,
            editor=carried.entry.editor,
            made_at=now,
        )
    )
    write_log(connection, item.key, version, carried.entry, now)
    set_outcomes(connection, item.key, carried.outcomes, submission.model, now)
    state = "new" if carried.review is None else "open"
    connection.execute(
        update(items).where(items.c.key == item.key).values(version=version, stale=True, state=state)
    )


def _show(
    connection: Connection,
    item: Row[Any],
    submission: Submission,
    facets: Facets,
    analysis_key: int,
    now: datetime,
) -> None:
    """Make an analysis the one that an item shows."""
    article_key = select(analyses.c.article_key).where(analyses.c.key == analysis_key).scalar_subquery()
    connection.execute(
        update(items)
        .where(items.c.key == item.key)
        .values(
            article_key=article_key,
            analysis_key=analysis_key,
            low_support=facets.low_support,
            unknown_speaker=facets.unknown_speaker,
            pieces=facets.pieces,
            decided=facets.decided,
            dated=day_of(submission.article.published, item.added_at),
            source=submission.source,
            changed_at=now,
        )
    )
    set_topics(connection, item.key, facets.topics)


def _describe(connection: Connection, key: int, submission: Submission, article_key: int) -> None:
    """Keep what the sender says about the text now, which may differ from the last time, and its words."""
    article = submission.article
    connection.execute(
        update(articles)
        .where(articles.c.key == article_key)
        .values(title=article.title, language=article.language, published=article.published)
    )
    search.index(connection, key, article.id, article.title, article.text)


def _insert(connection: Connection, row: Insert) -> int:
    keys = connection.execute(row).inserted_primary_key
    assert keys is not None
    return int(keys[0])
