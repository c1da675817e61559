"""What editors do, joined to the store. Articles come in analysed, decisions come in one by one.

Every change is a new version of the item's review, saved only if nobody saved in between (``Conflict``).
Blocking; safe to share between threads. Not here: HTTP, and who may do what (``access``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.domain import Analysis, Article, Sentence
from service.grounding.grounder import Grounding, ground
from service.review.rules import stored_review
from service.review.rules.actions import AcceptRest, Action
from service.review.rules.applying import EditingContext, apply_action
from service.review.rules.attention import facets
from service.review.rules.change_log import (
    accepted_entries,
    action_note,
    log_entry,
    only_changed_piece,
    piece_outcomes,
)
from service.review.rules.copy_formats import WordChange, word_diff
from service.review.rules.pieces import InvalidDecision, Piece, Review, ReviewedAnalysis, words_of
from service.review.rules.rebase import rebase
from service.review.rules.result import ReviewStatus
from service.store.errors import Claimed, Conflict
from service.store.records import (
    ItemRecord,
    LogEntry,
    RebasedReview,
    Received,
    ReviewChange,
    State,
    Submission,
)
from service.store.store import Store
from service.text.document import Document
from service.topics.taxonomy import Taxonomy
from service.wire import AnalysisModel, dumps, from_wire, loads, serialise, to_dict

_MAX_TITLE_CHARS = 100
_CORRECT = "correct"
LEASE = timedelta(minutes=15)
"""How long a claimed item stays an editor's own after their last action."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An item as it stands: the store's record, and the reviewed analysis read from it."""

    record: ItemRecord
    reviewed: ReviewedAnalysis

    @classmethod
    def read(cls, record: ItemRecord) -> ReviewItem:
        """Read the analysis and the review that a record holds as JSON."""
        analysis = loads(record.analysis, record.text)
        return cls(record, ReviewedAnalysis(analysis, stored_review.loads(record.review, record.text)))

    @property
    def status(self) -> ReviewStatus:
        """What the record says of the review beside its content."""
        record = self.record
        at = record.changed_at if record.version else None
        return ReviewStatus(record.version, record.state, record.stale, at)


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """A sentence that an editor is writing: what it rests on, and how it differs from the model's."""

    grounding: Grounding
    diff: tuple[WordChange, ...]


@dataclass(frozen=True, slots=True)
class ReviewService:
    """Puts analyses into the queue, and does to their reviews what editors ask for.

    ``clock`` tells the time in UTC.
    """

    store: Store
    segment: Callable[[Article], Sequence[Sentence]]
    taxonomy: Taxonomy
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def submit(self, analysis: Analysis, source: str | None = None, sent_by: str | None = None) -> Received:
        """Put an analysed article into the queue. A corrected article takes over its earlier review."""
        return self.submit_line(analysis.article, dumps(analysis), source, sent_by)

    def submit_line(
        self, article: Article, line: str, source: str | None = None, sent_by: str | None = None
    ) -> Received:
        """Put an article with its analysis, as the contract's JSON in code points, into the queue.

        Raises ValueError if the analysis is not the contract's or not of this article.
        """
        model = AnalysisModel.model_validate_json(line)
        if model.article.id != article.id:
            raise ValueError(f"the analysis is of article {model.article.id!r}, not {article.id!r}")
        analysis = from_wire(model, article.text)
        if analysis.article.text != article.text:
            raise ValueError(f"the analysis is of another text than that of article {article.id!r}")
        # The same analysis is the same line, however it was written: else it would be another one.
        line = serialise(to_dict(model))
        reviewed = ReviewedAnalysis(analysis, Review())
        shown = replace(article, title=article.title or _first_line(article.text))
        made_by = analysis.provenance
        submission = Submission(
            shown, line, made_by.heads, made_by.service, source, facets(reviewed), sent_by
        )
        return self.store.receive(submission, _rebase, self.clock())

    def item(self, key: int) -> ReviewItem:
        """Return an item. Raises NoSuchItem."""
        return ReviewItem.read(self.store.item(key))

    def claim(self, key: int, editor: str, *, force: bool = False) -> datetime:
        """Make the item ``editor``'s own for a while. Raises Claimed while it is another's."""
        return self.store.claim(key, editor, self.clock(), LEASE, force)

    def act(
        self, key: int, version: int, action: Action, editor: str, seconds: float | None = None
    ) -> ReviewItem:
        """Do ``action`` to the version that the editor saw. Raises Conflict, Claimed or InvalidDecision."""
        item = self.item(key)
        self._require_newest(item, version)
        context = EditingContext(editor, lambda text: self._ground(item, text), self.taxonomy)
        result = apply_action(item.reviewed, action, context)
        if result.review == item.reviewed.review:
            return item  # a second click makes no version, so that undo has an effect each time
        after = ReviewedAnalysis(item.reviewed.analysis, result.review)
        entry = log_entry(editor, action.do, result.piece, item.reviewed, after, seconds)
        entry = replace(entry, note=action_note(action, item.reviewed, after))
        also = accepted_entries(editor, item.reviewed, after) if isinstance(action, AcceptRest) else ()
        return self._save(item, after, version, entry, also=also)

    def undo(self, key: int, version: int, editor: str, seconds: float | None = None) -> ReviewItem:
        """Go back to the version before this one's; again and again leads to the beginning."""
        return self.restore(key, version, self.item(key).record.parent, editor, seconds, action="undo")

    def restore(
        self,
        key: int,
        version: int,
        target: int,
        editor: str,
        seconds: float | None = None,
        *,
        action: str = "restore",
    ) -> ReviewItem:
        """Make the ``target`` version's content the newest version. Raises as ``act`` does, or NoSuchItem."""
        item = self.item(key)
        self._require_newest(item, version)
        if not target:
            review, parent = self._beginning(item), 0
        else:
            before = self.store.review(key, target)
            if before.analysis != item.record.analysis:
                raise InvalidDecision(
                    f"Version {target} is about the article before it was corrected: its offsets don’t fit.",
                    code="corrected-since",
                )
            review, parent = stored_review.loads(before.content, before.text), before.parent
        if review == item.reviewed.review:
            raise InvalidDecision("There is nothing to undo.", code="nothing-to-undo")
        after = ReviewedAnalysis(item.reviewed.analysis, review)
        piece = only_changed_piece(item.reviewed, after)
        entry = replace(
            log_entry(editor, action, piece, item.reviewed, after, seconds), note=f"back to version {target}"
        )
        return self._save(item, after, version, entry, parent=parent)

    def _beginning(self, item: ReviewItem) -> Review:
        """Return what undo leads to at last: nothing decided, or what the last correction left."""
        corrections = [line.after for line in self.store.log(item.record.key) if line.action == _CORRECT]
        return stored_review.loads(corrections[-1], item.record.text) if corrections else Review()

    def check(self, item: ReviewItem, piece: Piece, text: str) -> SentenceCheck:
        """Return what a sentence in the making rests on, and how it differs from the model's."""
        before = words_of(piece.model, item.reviewed.text) if piece.model else ""
        return SentenceCheck(self._ground(item, text), tuple(word_diff(before, text)))

    def _require_newest(self, item: ReviewItem, version: int) -> None:
        """Raise Conflict, with what others did since, unless ``version`` is the item's newest."""
        current = item.record.version
        if version != current:
            # Others may save while the log is read: leave out what is newer than the version named.
            since = tuple(
                line for line in self.store.log(item.record.key, version) if line.version <= current
            )
            raise Conflict(
                f"You saw version {version}, the newest is {current}. Look at what changed, then "
                "decide again.",
                current=current,
                since=since,
            )

    def _ground(self, item: ReviewItem, text: str) -> Grounding:
        article = Article(id=item.record.article_id, text=item.record.text)
        return ground(text, Document(article, tuple(self.segment(article))))

    def _save(
        self,
        item: ReviewItem,
        after: ReviewedAnalysis,
        version: int,
        entry: LogEntry,
        *,
        parent: int | None = None,
        also: tuple[LogEntry, ...] = (),
    ) -> ReviewItem:
        key, now = item.record.key, self.clock()
        _require_free(item.record, entry.editor, now)
        state = _state(after.review)
        change = ReviewChange(
            review=stored_review.dumps(after.review, after.text),
            parent=version if parent is None else parent,
            state=state,
            facets=facets(after),
            entry=entry,
            outcomes=piece_outcomes(after),
            stale=item.record.stale and state != "done",
            also=also,
        )
        saved = self.store.save(key, version, change, now)
        if item.record.claimed_by == entry.editor and state != "done":
            with suppress(Claimed):  # taken over by a chief in this instant; what was done is saved
                self.store.claim(key, entry.editor, now, LEASE, False)
        newest = self.item(key)
        if newest.record.version == saved:
            return newest
        # Another saved in this instant. This editor gets the version that is theirs, so that their next step
        # is refused and shows them the other's.
        own = replace(
            item.record,
            version=saved,
            review=change.review,
            parent=change.parent,
            state=state,
            stale=change.stale,
            changed_at=now,
            last_editor=entry.editor,
        )
        return ReviewItem.read(own)


def _require_free(record: ItemRecord, editor: str, now: datetime) -> None:
    if record.claimed_by in {None, editor} or record.claimed_until is None or record.claimed_until <= now:
        return
    raise Claimed(
        f"{record.claimed_by} is at this item until {record.claimed_until:%H:%M} UTC. Wait, or ask them to "
        "let it go.",
        by=record.claimed_by or "",
        until=record.claimed_until,
    )


def _first_line(text: str) -> str:
    """Return what the queue shows for an article without a headline."""
    line = text.strip().splitlines()[0]
    return line if len(line) <= _MAX_TITLE_CHARS else f"{line[:_MAX_TITLE_CHARS]}…"


def _state(review: Review) -> State:
    if review.finished_by:
        return "done"
    return "new" if review == Review() else "open"


def _rebase(old: ItemRecord, submission: Submission) -> RebasedReview:
    """Return what a corrected article leaves of the review; the store asks for it."""
    analysis = loads(submission.analysis, submission.article.text)
    rebased = rebase(ReviewItem.read(old).reviewed, analysis)
    after = ReviewedAnalysis(analysis, rebased.review)
    content = stored_review.dumps(rebased.review, after.text)
    entry = LogEntry(
        editor="correction",
        action=_CORRECT,
        after=content,
        note=f"the article was corrected: {rebased.kept} decisions kept, {rebased.dropped} open anew",
    )
    left = None if _state(rebased.review) == "new" else content
    return RebasedReview(left, facets(after), entry, piece_outcomes(after))
