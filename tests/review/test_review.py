"""The rules of the review: what each action does, and what is refused with which words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.review_samples import (
    EITHER,
    NOBODY,
    PATCHED,
    SCHOOL,
    SLOW,
    TEXT,
    acted,
    action,
    analysis,
    do,
    fresh,
    span,
)

from service.domain import Quote
from service.review.rules import stored_review
from service.review.rules.pieces import InvalidDecision, PieceVerdict, Review, ReviewedAnalysis
from service.review.rules.result import corrected
from service.text.mark_runs import join_over_lines, read_marks
from service.wire import dumps, loads


def words(quote: Quote, text: str = TEXT) -> list[str]:
    return [part.of(text) for part in quote.parts]


def letters(words: str) -> str:
    """The words without white space and marks, whose form is the article's."""
    return "".join(filter(str.isalnum, words))


def refused(before: ReviewedAnalysis, name: str, **fields: Any) -> str:
    with pytest.raises(InvalidDecision) as error:
        acted(before, name, **fields)
    return f"{error.value.code}: {error.value.detail}"


def test_pieces_are_named_by_kind_and_rank() -> None:
    assert [piece.id for piece in fresh().pieces] == ["s1", "s2", "q1", "q2", "q3", "t1"]
    assert refused(fresh(), "accept", piece="q9") == (
        "no-such-piece: There is no piece 'q9'. This item has s1, s2, q1, q2, q3, t1."
    )


def test_accepting_keeps_the_model_s_value_and_says_who() -> None:
    piece = do(fresh(), "accept", piece="q1").piece("q1")
    assert (piece.verdict, piece.decision and piece.decision.by) == (PieceVerdict.ACCEPTED, "ada")
    assert piece.value == fresh().piece("q1").value


def test_accepting_an_edit_leaves_it_an_edit() -> None:
    edited = do(fresh(), "edit-sentence", piece="s1", text="The council closes the bridge.")
    assert do(edited, "accept", "bob", piece="s1").piece("s1").verdict is PieceVerdict.EDITED


def test_rejecting_needs_a_reason_and_keeps_the_edit_for_later() -> None:
    edited = do(fresh(), "edit-sentence", piece="s1", text="The council closes the bridge.")
    rejected = do(edited, "reject", piece="s1", reason=" misleading ")
    assert rejected.piece("s1").decision.reason == "misleading"  # type: ignore[union-attr]
    assert not rejected.piece("s1").stands
    assert do(rejected, "accept", piece="s1").piece("s1").value.text == "The council closes the bridge."
    assert refused(fresh(), "reject", piece="s1", reason=" ").startswith("no-reason: A rejection needs")


def test_reopening_takes_a_decision_back_and_an_added_piece_away() -> None:
    assert do(do(fresh(), "accept", piece="s1"), "reopen", piece="s1").review == Review()
    added = do(fresh(), "add-quote", part=[SCHOOL])
    moved = do(added, "move-quote", piece="q+1", rank=1)
    reopened = do(moved, "reopen", piece="q+1")
    assert [piece.id for piece in reopened.quotes] == ["q1", "q2", "q3"]
    assert "q+1" not in reopened.review.order
    again = do(reopened, "add-quote", part=[SCHOOL])
    assert [piece.id for piece in again.quotes][-1] == "q+1", "not at the place of the one that went"


def test_accepting_all_decides_what_is_open_only() -> None:
    rejected = do(fresh(), "reject", piece="q2", reason="not a quote")
    everything = do(rejected, "accept-all")
    assert everything.piece("q2").verdict is PieceVerdict.REJECTED
    assert [piece.id for piece in everything.open] == ["q3"], "nobody is known to have said it"
    assert everything.review.finished_by is None


def test_finishing_needs_every_piece_decided_and_can_be_resumed() -> None:
    assert refused(fresh(), "finish") == (
        "open: 6 pieces are undecided: s1, s2, q1, q2, q3, …. Decide on them first."
    )
    accepted = do(fresh(), "accept-all")
    assert refused(accepted, "finish").startswith("open: 1 pieces are undecided: q3.")
    finished = do(do(accepted, "accept", piece="q3"), "finish")
    assert finished.review.finished_by == "ada"
    assert do(finished, "finish", "bob").review == finished.review, "whose it was it stays"
    assert do(finished, "accept", piece="s1").review == finished.review, "a second click changes nothing"
    assert do(finished, "resume").review.finished_by is None


def test_a_finished_review_is_reopened_by_nothing_but_resuming() -> None:
    finished = do(do(do(fresh(), "accept-all"), "accept", piece="q3"), "finish")
    for name, fields in (
        ("reject", {"piece": "s1", "reason": "x"}),
        ("reopen", {"piece": "s1"}),
        ("move-quote", {"piece": "q3", "rank": 1}),
        ("pull", {"piece": "q1"}),
        ("set-speaker", {"piece": "q3", "speaker": "Tom Beller"}),
    ):
        assert refused(finished, name, **fields).startswith("finished: The review was finished by ada.")
    assert do(do(finished, "resume"), "reject", piece="s1", reason="x").review.finished_by is None


def test_an_edited_sentence_is_grounded_at_once() -> None:
    value = (
        do(fresh(), "edit-sentence", piece="s1", text=" The council \n closes the bridge. ").piece("s1").value
    )
    assert value.text == "The council closes the bridge."
    assert [evidence.of(TEXT) for evidence in value.evidence] == [TEXT.splitlines()[0]]
    unsupported = refused(fresh(), "edit-sentence", piece="s1", text="The council voted 9 to 2.")
    assert unsupported.startswith("low-support: The article hardly supports this")
    assert "9" in unsupported, "the faults are named"
    wrong = (
        do(fresh(), "edit-sentence", piece="s1", text="The council voted 9 to 2.", confirmed=True)
        .piece("s1")
        .value
    )
    assert wrong.support < 0.5 < value.support


def test_a_sentence_is_refused_when_empty_altered_in_quotation_marks_or_of_another_kind() -> None:
    assert refused(fresh(), "edit-sentence", piece="s1", text=" \n").startswith("empty: ")
    assert refused(fresh(), "edit-sentence", piece="q1", text="x").startswith("wrong-kind: q1 is a quote")
    altered = refused(fresh(), "edit-sentence", piece="s1", text="Quintana: “We patched it.”")
    assert altered.startswith("altered-quotation: The article doesn’t read “We patched it”")
    with pytest.raises(ValueError, match="1000 characters"):
        action("edit-sentence", piece="s1", text="x" * 1001)


def test_an_edit_back_to_the_model_s_value_is_an_acceptance() -> None:
    sentence = fresh().piece("s1").value.text
    edited = do(fresh(), "edit-sentence", piece="s1", text="The council closes the bridge.")
    assert (
        do(edited, "edit-sentence", piece="s1", text=f" {sentence} ").piece("s1").verdict
        is PieceVerdict.ACCEPTED
    )
    # Limits that took in the cue, and back: the cue is there again.
    near = [span(PATCHED).start]
    wide = do(fresh(), "edit-quote", piece="q1", part=["years,” said Dolores"], near=near, speaker="Quintana")
    assert wide.piece("q1").value.cue is None
    back = do(wide, "edit-quote", piece="q1", part=[PATCHED, EITHER], near=near, speaker="Dolores Quintana",
              mention="Dolores Quintana", mention_near=span("Dolores").start)  # fmt: skip
    assert back.piece("q1").verdict is PieceVerdict.ACCEPTED
    assert back.piece("q1").value == fresh().piece("q1").model


def test_a_quote_s_limits_move_within_the_article_and_its_words_cannot_change() -> None:
    value = do(fresh(), "edit-quote", piece="q1", part=["“we mend it now”", "patched it"]).piece("q1").value
    assert words(value) == ["patched it", "we mend it now"], "in the article's order, without its marks"
    assert (value.kind, value.speaker) == ("direct", None)
    message = "altered-quotation: The article doesn’t read “patched the bridge”."
    assert refused(fresh(), "edit-quote", piece="q1", part=["“patched the bridge”"]).startswith(message)
    assert refused(fresh(), "edit-quote", piece="q1", part=[" ”"]).startswith("empty: ")
    assert refused(fresh(), "edit-quote", piece="q1", part=["patched it", "it for"]).startswith("overlap: ")
    assert refused(fresh(), "edit-quote", piece="q1", part=[NOBODY]).startswith("duplicate: ")
    long = fresh(of=analysis(text=TEXT + "word " * 2_001))
    assert refused(long, "edit-quote", piece="q1", part=["word " * 2_001]).startswith("too-long: ")


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("“Nobody asked us,”", "direct"),
        ("asked us", "direct"),
        ("asked us,” read a sign", "mixed"),
        ("the ferry was too slow", "indirect"),
    ],
)
def test_a_quote_is_direct_mixed_or_indirect_by_its_marks(part: str, kind: str) -> None:
    assert do(fresh(), "edit-quote", piece="q3", part=[part]).piece("q3").value.kind == kind


def test_marks_within_a_quote_stay_and_those_around_it_go() -> None:
    text = (
        TEXT + "“‘Never again,’ my mother told me,” said Ines Okafor.\nHe called it “a shame” and “a joke”.\n"
    )
    long = fresh(of=analysis(text=text))
    nested = do(long, "add-quote", part=["“‘Never again,’ my mother told me,”"]).piece("q+1").value
    assert words(nested, text) == ["‘Never again,’ my mother told me,"]
    mixed = do(long, "add-quote", part=["“a shame” and “a joke”"]).piece("q+1").value
    assert (words(mixed, text), mixed.kind) == (["“a shame” and “a joke”"], "mixed")


def test_a_speaker_is_mentioned_in_the_article_or_refused() -> None:
    def speaker(**fields: Any) -> Any:
        return do(fresh(), "edit-quote", piece="q3", part=[NOBODY], **fields).piece("q3").value.speaker

    assert speaker(speaker=" Carla  Mendes ", role="teacher").mention.of(TEXT) == "Carla Mendes"
    assert speaker(speaker="Ms. Mendes").mention.of(TEXT) == "Mendes"
    assert speaker(speaker="The protesters", mention="a sign", confirmed=True).mention.of(TEXT) == "a sign"
    assert speaker(speaker="") is None
    assert refused(fresh(), "edit-quote", piece="q3", part=[NOBODY], speaker="Ann Arbor").startswith(
        "not-named"
    )
    assert refused(fresh(), "edit-quote", piece="q3", part=[NOBODY], speaker="Li Bell").startswith(
        "not-named"
    )
    other = do(fresh(), "edit-quote", piece="q1", part=[PATCHED, EITHER], speaker="Tom Beller").piece("q1")
    assert other.value.speaker.mention.of(TEXT) == "Tom Beller", "not the mention of whom the model named"


def test_a_missed_quote_is_added_once_at_the_end() -> None:
    added = do(fresh(), "add-quote", part=[f"“{SCHOOL}”"], speaker="Carla Mendes")
    assert (added.quotes[-1].id, added.quotes[-1].value.rank) == ("q+1", 4)
    assert (added.quotes[-1].is_added, added.quotes[-1].value.kind) == (True, "direct")
    assert refused(added, "add-quote", part=[SCHOOL]).startswith(
        "duplicate: These words are already quote q+1"
    )


def test_a_quote_moves_to_a_rank_past_rejected_ones_too() -> None:
    rejected = do(fresh(), "reject", piece="q2", reason="not a quote")
    moved = do(rejected, "move-quote", piece="q3", rank=1)
    assert [piece.id for piece in moved.quotes] == ["q3", "q1", "q2"]
    assert [piece.id for piece in do(moved, "move-quote", piece="q3", rank=99).quotes] == ["q1", "q2", "q3"]
    assert do(fresh(), "move-quote", piece="q1", rank=1).review == Review(), "where it was"
    assert refused(fresh(), "move-quote", piece="s1", rank=1).startswith("wrong-kind")
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        action("move-quote", piece="q1", rank=0)


def test_a_topic_is_added_by_qcode_or_label_once() -> None:
    for given_ in ("medtop:07000000", " Health "):
        assert do(fresh(), "add-topic", topic=given_).piece("t+1").value.label == "health"
    assert refused(fresh(), "add-topic", topic="gossip").startswith("no-such-topic: 'gossip' is no topic of")
    assert refused(fresh(), "add-topic", topic="medtop:11000000").startswith("duplicate: ")
    rejected = do(fresh(), "reject", piece="t1", reason="wrong topic")
    assert "accept it instead" in refused(rejected, "add-topic", topic="medtop:11000000")


_WORDS = st.one_of(
    st.text(max_size=20),
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, 60)).map(lambda at: TEXT[at[0] : at[0] + at[1]]),
    st.sampled_from([SLOW, f"“{SCHOOL}”", "‘Nobody asked us’", "Dolores\n Quintana", "'", "said"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["q1", "q2", "q3", None]),
    st.lists(_WORDS, min_size=1, max_size=3),
    st.lists(st.integers(-9, 10**6), max_size=3),
    st.tuples(_WORDS, _WORDS, _WORDS),
)
def test_whatever_an_editor_sends_a_quote_is_the_article_s(
    piece: str | None, parts: list[str], near: list[int], said_by: tuple[str, str, str]
) -> None:
    fields = dict(zip(("speaker", "role", "mention"), said_by, strict=True))
    which = {"piece": piece} if piece else {}
    try:
        after = do(fresh(), "edit-quote" if piece else "add-quote", part=parts, near=near, **which, **fields)
    except InvalidDecision:
        return
    quote: Quote = after.piece(piece or "q+1").value
    sent = [letters(part) for part in parts]
    assert all(any(letters(part.of(TEXT)) in words for words in sent) for part in quote.parts)
    assert all(one.end <= other.start for one, other in zip(quote.parts, quote.parts[1:], strict=False))
    assert stored_review.loads(stored_review.dumps(after.review, TEXT), TEXT) == after.review
    if quote.kind == "direct":
        assert all(
            any(s.start < p.start and p.end <= s.end for s in join_over_lines(read_marks(TEXT)))
            for p in quote.parts
        )


_PIECES = st.sampled_from(["s1", "s2", "q1", "q2", "q3", "q+1", "q+2", "t1", "t+1"])
_STEPS = st.one_of(
    st.fixed_dictionaries({"do": st.sampled_from(["accept", "reopen"]), "piece": _PIECES}),
    st.fixed_dictionaries({"do": st.just("reject"), "piece": _PIECES, "reason": st.just("wrong words")}),
    st.fixed_dictionaries({"do": st.just("edit-sentence"), "piece": _PIECES, "text": st.text(max_size=40)}),
    st.fixed_dictionaries({"do": st.just("move-quote"), "piece": _PIECES, "rank": st.integers(1, 9)}),
    st.fixed_dictionaries({"do": st.just("add-quote"), "part": st.lists(_WORDS, min_size=1, max_size=2)}),
    st.fixed_dictionaries(
        {"do": st.just("add-topic"), "topic": st.sampled_from(["health", "sport", "labour"])}
    ),
    st.fixed_dictionaries({"do": st.sampled_from(["accept-all", "finish", "resume"])}),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_STEPS, max_size=12))
def test_after_any_steps_the_result_is_a_possible_analysis(steps: list[dict[str, Any]]) -> None:
    now = fresh()
    for step in steps:
        with suppress(InvalidDecision):
            now = do(now, **step)
    read = loads(dumps(corrected(now)), "")  # the domain refuses impossible values
    assert len({topic.id for topic in read.topics}) == len(read.topics)
    assert len({quote.parts for quote in read.quotes}) == len(read.quotes)
    assert stored_review.loads(stored_review.dumps(now.review, TEXT), TEXT) == now.review
    assert set(now.review.order) <= {piece.id for piece in now.quotes}
    assert not (now.review.finished_by and now.open)
