"""The desk: what editors do, joined to the store. Articles come in analysed, decisions come in one by one.

Every change is a new version of the item's review, saved only if nobody saved in between (``Conflict``).
Blocking; safe to share between threads. Not here: HTTP, and who may do what (``access``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.domain import Analysis, Article, Sentence
from service.grounding.grounder import Grounding, ground
from service.review.rules import rebase
from service.review.rules.actions import AcceptAll, Action
from service.review.rules.applying import Editing, act
from service.review.rules.copy_formats import WordChange, word_diff
from service.review.rules.pieces import InvalidDecision, Piece, PieceKind, Review, Sheet, words_of
from service.review.rules.result import Circumstances
from service.review.rules.verdicts import each_of, entry_of, only_difference, outcomes
from service.store.errors import Claimed, Conflict
from service.store.records import (
    Facets,
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
from service.wire import AnalysisModel, SpanModel, dumps, serialise, to_dict

LOW_SUPPORT = 0.7
"""Below this a sentence of a summary is worth a look before anything else."""
_MAX_TITLE_CHARS = 100
_CORRECT = "correct"
LEASE = timedelta(minutes=15)
"""How long a claimed item stays an editor's own after their last action."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An item as it stands: what the store keeps, and the sheet made of it."""

    kept: ItemRecord
    sheet: Sheet

    @property
    def circumstances(self) -> Circumstances:
        """What the record says of the review beside its content."""
        kept = self.kept
        at = kept.changed_at if kept.version else None
        return Circumstances(kept.version, kept.state, kept.stale, at)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence that an editor is writing: what it rests on, what is wrong, and how it differs."""

    grounding: Grounding
    diff: tuple[WordChange, ...]


@dataclass(frozen=True, slots=True)
class ReviewService:
    """The store, and what judges a sentence; ``clock`` tells the time in UTC."""

    store: Store
    segment: Callable[[Article], Sequence[Sentence]]
    taxonomy: Taxonomy
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def submit(self, analysis: Analysis, source: str | None = None) -> Received:
        """Put an analysed article into the queue; a correction of one that is there takes its review over."""
        return self.submit_line(analysis.article, dumps(analysis), source)

    def submit_line(self, article: Article, line: str, source: str | None = None) -> Received:
        """Put an article with its analysis, as the contract's JSON in code points, into the queue.

        Raises ValueError if the analysis is not the contract's or not of this article.
        """
        analysis = AnalysisModel.model_validate_json(line)
        # The same analysis is the same line, however it was written: else it would be another one.
        line = serialise(to_dict(analysis))
        sheet = Sheet(article.text, analysis, Review())
        _require_match(article, sheet)
        shown = replace(article, title=article.title or _first_line(article.text))
        submission = Submission(
            shown, line, analysis.provenance.heads, analysis.provenance.service, source, facets(sheet)
        )
        return self.store.receive(submission, _carry, self.clock())

    def item(self, key: int) -> ReviewItem:
        """Return an item. Raises NoSuchItem."""
        return self.open(self.store.item(key))

    def open(self, kept: ItemRecord) -> ReviewItem:
        """Lay out what the store keeps of an item."""
        return _item(kept)

    def claim(self, key: int, editor: str, *, force: bool = False) -> datetime:
        """Make the item ``editor``'s own for a while. Raises Claimed while it is another's."""
        return self.store.claim(key, editor, self.clock(), LEASE, force)

    def act(
        self, key: int, version: int, action: Action, editor: str, seconds: float | None = None
    ) -> ReviewItem:
        """Do ``action`` to the version that the editor saw. Raises Conflict, Claimed or InvalidDecision."""
        item = self.item(key)
        self._require_newest(item, version)
        editing = Editing(editor, lambda text: self._ground(item, text), self.taxonomy)
        acted = act(item.sheet, action, editing)
        if acted.review == item.sheet.review:
            return item  # a second click: no version that undo would lead to in vain
        after = Sheet(item.sheet.text, item.sheet.analysis, acted.review)
        entry = entry_of(editor, action.do, acted.piece, item.sheet, after, seconds)
        also = each_of(editor, item.sheet, after) if isinstance(action, AcceptAll) else ()
        return self._save(item, after, version, entry, also=also)

    def undo(self, key: int, version: int, editor: str, seconds: float | None = None) -> ReviewItem:
        """Go back to the version before this one's; again and again leads to the beginning."""
        return self.restore(key, version, self.item(key).kept.parent, editor, seconds, action="undo")

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
            review, parent = self._beginning(key), 0
        else:
            before = self.store.review(key, target)
            if before.analysis != item.kept.analysis:
                raise InvalidDecision(
                    f"Version {target} is about the article before it was corrected: its offsets don’t fit.",
                    code="corrected-since",
                )
            review, parent = Review.loads(before.content), before.parent
        if review == item.sheet.review:
            raise InvalidDecision("There is nothing to undo.", code="nothing-to-undo")
        after = Sheet(item.sheet.text, item.sheet.analysis, review)
        piece = only_difference(item.sheet, after)
        entry = replace(
            entry_of(editor, action, piece, item.sheet, after, seconds), note=f"back to version {target}"
        )
        return self._save(item, after, version, entry, parent=parent)

    def _beginning(self, key: int) -> Review:
        """What undo leads to at last: nothing decided, or what the article's last correction left."""
        corrections = [line.after for line in self.store.log(key) if line.action == _CORRECT]
        return Review.loads(corrections[-1]) if corrections else Review()

    def check(self, item: ReviewItem, piece: Piece, text: str) -> Checked:
        """Say what a sentence in the making rests on, and how it differs from the model's."""
        before = words_of(piece.model) if piece.model else ""
        return Checked(self._ground(item, text), tuple(word_diff(before, text)))

    def _require_newest(self, item: ReviewItem, version: int) -> None:
        """Raise Conflict, with what others did since, unless ``version`` is the item's newest."""
        current = item.kept.version
        if version != current:
            # Others go on while the log is read: what it tells has to end at the version that it names.
            since = tuple(line for line in self.store.log(item.kept.key, version) if line.version <= current)
            raise Conflict(
                f"You saw version {version}, the newest is {current}. Look at what changed, then "
                "decide again.",
                current=current,
                since=since,
            )

    def sentences(self, item: ReviewItem) -> Sequence[Sentence]:
        """Return the sentences of an item's article."""
        return self.segment(Article(id=item.kept.article_id, text=item.kept.text))

    def _ground(self, item: ReviewItem, text: str) -> Grounding:
        article = Article(id=item.kept.article_id, text=item.kept.text)
        return ground(text, Document(article, tuple(self.segment(article))))

    def _save(
        self,
        item: ReviewItem,
        after: Sheet,
        version: int,
        entry: LogEntry,
        *,
        parent: int | None = None,
        also: tuple[LogEntry, ...] = (),
    ) -> ReviewItem:
        key, now = item.kept.key, self.clock()
        _require_free(item.kept, entry.editor, now)
        state = _state(after.review)
        change = ReviewChange(
            review=after.review.dumps(),
            parent=version if parent is None else parent,
            state=state,
            facets=facets(after),
            entry=entry,
            outcomes=outcomes(after),
            stale=item.kept.stale and state != "done",
            also=also,
        )
        self.store.save(key, version, change, now)
        if item.kept.claimed_by == entry.editor and state != "done":
            with suppress(Claimed):  # taken over by a chief in this instant; what was done is saved
                self.store.claim(key, entry.editor, now, LEASE, False)
        return self.item(key)


def facets(sheet: Sheet) -> Facets:
    """Return what the queue filters by, of what stands."""
    quotes = [piece.value for piece in sheet.quotes if piece.stands]
    return Facets(
        low_support=any(piece.value.support < LOW_SUPPORT for piece in sheet.summary if piece.stands),
        unknown_speaker=any(quote.speaker is None for quote in quotes),
        topics=tuple(dict.fromkeys(piece.value.id for piece in sheet.topics if piece.stands)),
        pieces=len(sheet.pieces),
        decided=len(sheet.pieces) - len(sheet.open),
    )


def _require_free(kept: ItemRecord, editor: str, now: datetime) -> None:
    if kept.claimed_by in {None, editor} or kept.claimed_until is None or kept.claimed_until <= now:
        return
    raise Claimed(
        f"{kept.claimed_by} is at this item until {kept.claimed_until:%H:%M} UTC. Wait, or ask them to let "
        "it go.",
        by=kept.claimed_by or "",
        until=kept.claimed_until,
    )


def _item(kept: ItemRecord) -> ReviewItem:
    analysis = AnalysisModel.model_validate_json(kept.analysis)
    return ReviewItem(kept, Sheet(kept.text, analysis, Review.loads(kept.review)))


def _first_line(text: str) -> str:
    """What the queue calls an article without a headline."""
    line = text.strip().splitlines()[0]
    return line if len(line) <= _MAX_TITLE_CHARS else f"{line[:_MAX_TITLE_CHARS]}…"


def _require_match(article: Article, sheet: Sheet) -> None:
    if sheet.analysis.article.id != article.id:
        raise ValueError(f"the analysis is of article {sheet.analysis.article.id!r}, not {article.id!r}")
    if sheet.analysis.article.text_sha256 != article.text_sha256:
        raise ValueError(f"the analysis is of another text than that of article {article.id!r}")
    # The digest says that the text is the same; the spans may still be in UTF-16 units.
    for span in _spans(sheet):
        if article.text[span.start : span.end] != span.text:
            raise ValueError(
                f"the article does not read {span.text[:40]!r} at [{span.start}, {span.end}): are the "
                "offsets code points (offset_unit=codepoint)?"
            )


def _spans(sheet: Sheet) -> Iterator[SpanModel]:
    for piece in sheet.pieces:
        if piece.kind is PieceKind.QUOTE:
            yield from piece.value.parts
            yield from filter(None, (piece.value.cue, piece.value.speaker and piece.value.speaker.mention))
        else:
            yield from piece.value.evidence


def _state(review: Review) -> State:
    if review.finished_by:
        return "done"
    return "open" if review.decisions or review.order else "new"


def _carry(kept: ItemRecord, submission: Submission) -> RebasedReview:
    """What the store asks when a corrected article comes in."""
    analysis = AnalysisModel.model_validate_json(submission.analysis)
    carried = rebase.rebase(_item(kept).sheet, submission.article.text, analysis)
    sheet = Sheet(submission.article.text, analysis, carried.review)
    entry = LogEntry(
        editor="correction",
        action=_CORRECT,
        after=carried.review.dumps(),
        note=f"the article was corrected: {carried.kept} decisions kept, {carried.dropped} open anew",
    )
    left = None if _state(carried.review) == "new" else carried.review.dumps()
    return RebasedReview(left, facets(sheet), entry, outcomes(sheet))
