"""What needs a look, what goes through with the rest, direct and reported speech apart, and people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.review_samples import (
    EITHER,
    NOBODY,
    NOW,
    PATCHED,
    SCHOOL,
    SLOW,
    TEXT,
    acted,
    analysis,
    do,
    fresh,
    span,
)

from service.domain import Notice, Person, PersonKind, Quote, QuoteKind, Speaker
from service.review.rules import stored_review
from service.review.rules.attention import LOW_SPEAKER, attention, confidence_words, facets, held, rest
from service.review.rules.people_edits import is_named, known_people, match_person
from service.review.rules.pieces import InvalidDecision, ReviewedAnalysis
from service.review.rules.rebase import rebase
from service.review.rules.result import ReviewStatus, corrected, gold, review_record
from service.review.rules.speech import SpeechGroup, attribution, display, in_group, in_marks, pulled
from service.store.records import LogLine
from service.warning_codes import WarningCode
from service.wire import dumps, loads

DONE = ReviewStatus(version=9, state="done", stale=False, reviewed_at=NOW)
PEOPLE = tuple(
    Person(f"p{number}", name, role, PersonKind.PERSON, (span(name),))
    for number, (name, role) in enumerate(
        [("Dolores Quintana", "mayor"), ("Tom Beller", "driver"), ("Carla Mendes", None)], start=1
    )
)


def doubted(confidence: float) -> ReviewedAnalysis:
    """The sample with a first quote whose speaker is right with that probability."""
    first, *others = analysis().quotes
    assert first.speaker
    speaker = replace(first.speaker, confidence=confidence)
    return fresh(of=analysis(quotes=(replace(first, speaker=speaker), *others)))


def warned(*codes: str) -> ReviewedAnalysis:
    return fresh(of=replace(analysis(), warnings=tuple(Notice(WarningCode(code), "…") for code in codes)))


def peopled() -> ReviewedAnalysis:
    quotes = tuple(
        replace(quote, speaker=replace(quote.speaker, person=f"p{number}")) if quote.speaker else quote
        for number, quote in enumerate(analysis().quotes, start=1)
    )
    return fresh(of=analysis(quotes=quotes, people=PEOPLE))


def refused(before: ReviewedAnalysis, action: str, /, **fields: Any) -> str:
    with pytest.raises(InvalidDecision) as error:
        acted(before, action, **fields)
    return f"{error.value.code}: {error.value.detail}"


def questions(reviewed: ReviewedAnalysis) -> list[tuple[str | None, str]]:
    return [(flag.piece, flag.question) for flag in attention(reviewed)]


# --- what needs a look -----------------------------------------------------------------------------


def test_marked_quotations_without_a_speaker_or_with_a_doubtful_one_are_asked_about_in_words() -> None:
    assert questions(fresh()) == [("q3", "Who said this?")]
    assert attention(fresh())[0].about == f"“{NOBODY}”"
    assert questions(doubted(0.4)) == [("q1", "Did Dolores Quintana say this?"), ("q3", "Who said this?")]
    assert questions(doubted(LOW_SPEAKER)) == [("q3", "Who said this?")]
    nobody = tuple(replace(quote, speaker=None) for quote in analysis().quotes)
    asked = questions(fresh(of=analysis(quotes=nobody)))
    assert [piece for piece, _ in asked] == ["q1", "q3"], "not a reported clause, which is no quotation"


def test_support_that_is_low_comes_after_speakers_and_warnings_before_both() -> None:
    weak = tuple(replace(sentence, support=0.4) for sentence in analysis().summary.sentences)
    of = replace(analysis(), summary=replace(analysis().summary, sentences=weak))
    low = fresh(
        of=replace(of, warnings=(Notice(WarningCode.OPINION, "…"), Notice(WarningCode.TOO_SHORT, "…")))
    )
    assert [flag.kind for flag in attention(low)] == ["warning", "speaker", "support", "support"]
    assert (facets(low).low_support, facets(low).unknown_speaker) == (True, True)
    assert not facets(do(low, "reject", piece="q3", reason="x")).unknown_speaker


def test_the_rest_leaves_alone_what_is_flagged() -> None:
    after = do(doubted(0.4), "accept-all")
    assert {piece.id for piece in after.open} == held(doubted(0.4)) == {"q1", "q3"}
    assert not rest(after)
    assert do(after, "accept-all").review == after.review, "pressed again it does nothing"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("opinion", {"s1", "s2", "q3"}),
        ("live_blog", {"s1", "s2", "q3"}),
        ("repaired_text", {"q1", "q3"}),
        ("damaged_text", {"q1", "q3"}),
        ("too_short", {"q3"}),
    ],
)
def test_what_a_warning_is_about_waits_until_somebody_has_seen_it(code: str, kept: set[str]) -> None:
    before = warned(code)
    assert held(before) == kept
    seen = do(before, "mark-seen", warning=code)
    assert held(seen) == {"q3"}
    assert stored_review.loads(stored_review.dumps(seen.review, TEXT), TEXT) == seen.review


def test_finishing_needs_every_warning_seen() -> None:
    decided = warned("opinion")
    for piece in decided.pieces:
        decided = do(decided, "accept", piece=piece.id)
    assert refused(decided, "finish").startswith("unseen: Not looked at yet: This is an opinion piece.")
    assert do(do(decided, "mark-seen", warning="opinion"), "finish").review.finished_by == "ada"
    assert refused(decided, "mark-seen", warning="live_blog").startswith("no-warning")


def test_probabilities_are_said_in_words() -> None:
    said = [confidence_words(share) for share in (None, 0.99, 0.9, 0.7, 0.3)]
    assert said == ["", "almost certain", "likely", "in doubt", "very much in doubt"]


# --- direct and reported speech --------------------------------------------------------------------


def test_reported_clauses_and_scraps_stand_apart() -> None:
    groups = {group: [piece.id for piece in in_group(fresh(), group)] for group in SpeechGroup}
    assert groups == {"quote": ["q1"], "reported": ["q2"], "scrap": ["q3"]}
    short = do(fresh(), "edit-quote", piece="q1", part=["patched it"], speaker="Dolores Quintana")
    assert [piece.id for piece in in_group(short, SpeechGroup.QUOTE)] == ["q1"], "an editor’s own limits"


def test_up_to_three_direct_quotes_are_pulled() -> None:
    assert pulled(fresh()) == ("q1",), "the model’s proposal"
    assert refused(fresh(), "pull", piece="q2").startswith("not-direct: Only a quote that stands wholly in")
    assert refused(fresh(), "pull", piece="s1").startswith("wrong-kind")
    two = do(fresh(), "pull", piece="q3")
    assert pulled(two) == ("q1", "q3")
    assert pulled(do(two, "pull", piece="q1")) == ("q3",)
    assert pulled(do(two, "move-quote", piece="q3", rank=1)) == ("q3", "q1"), "in the quotes’ order"
    assert pulled(do(two, "reject", piece="q1", reason="x")) == ("q3",)
    three = do(do(two, "add-quote", part=[SCHOOL]), "pull", piece="q+1")
    four = do(three, "add-quote", part=["It is the only way"])
    assert refused(four, "pull", piece="q+2").startswith("too-many: There are 3 pull quotes already.")
    assert stored_review.loads(stored_review.dumps(three.review, TEXT), TEXT) == three.review
    assert [one["piece"] for one in review_record(three, DONE)["pull_quotes"]] == ["q1", "q3", "q+1"]


def _quote(text: str, *parts: str) -> Quote:
    return Quote(QuoteKind.DIRECT, tuple(span(part, text) for part in parts), None, None, 0.9, 1)


@pytest.mark.parametrize(
    ("text", "parts", "shown"),
    [
        ("“We mend it,” he said. “Or it ends.”", ["We mend it,", "Or it ends."], "“We mend it. Or it ends.”"),
        ("“We mend it,” he said, “or it ends.”", ["We mend it,", "or it ends."], "“We mend it or it ends.”"),
        ("“Do we?” he said. “We do.”", ["Do we?", "We do."], "“Do we? We do.”"),
        ("“We, as ever, mend it.”", ["We,", "mend it."], "“We … mend it.”"),
        ("“A first.” “A second.” “A third.”", ["A first.", "A third."], "“A first. … A third.”"),
        ("“He said ‘no,’” she said. “So no.”", ["He said ‘no,’", "So no."], "“He said ‘no.’ So no.”"),
        ("‘He said “no,”’ she said.", ["He said “no,”"], "“He said ‘no’”"),
        ("“We mend\n  it,” he said.", ["We mend\n  it,"], "“We mend it”"),
    ],
)
def test_a_quote_is_shown_as_one_reads_it(text: str, parts: list[str], shown: str) -> None:
    assert in_marks(_quote(text, *parts), text) == shown


def test_reported_words_get_no_marks_and_an_ellipsis_where_words_are_left_out() -> None:
    text = "It was, he said, a plan."
    reported = replace(_quote(text, "It was,", "a plan"), kind=QuoteKind.INDIRECT)
    assert (in_marks(reported, text), display(reported, text)) == ("It was … a plan", "It was … a plan")


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("Dr.", "Dr. Gareth Pell"),
        ("mayor", "Gareth Pell, mayor"),
        (None, "Gareth Pell"),
        ("Sir", "Sir Gareth Pell"),
    ],
)
def test_titles_stand_before_a_name_and_roles_behind(role: str | None, line: str) -> None:
    assert attribution(Speaker("Gareth Pell", role, span("Tom"))) == line


# --- people ----------------------------------------------------------------------------------------


def test_a_surname_means_the_person_of_the_article() -> None:
    after = do(peopled(), "set-speaker", piece="q3", speaker="mendes")
    speaker = after.piece("q3").value.speaker
    assert (speaker.name, speaker.person, speaker.mention.of(TEXT)) == ("Carla Mendes", "p3", "Carla Mendes")
    assert after.piece("q3").verdict == "edited"
    assert after.piece("q3").value.parts == peopled().piece("q3").value.parts
    assert do(after, "set-speaker", piece="q3", speaker="").piece("q3").value.speaker is None
    twins = replace(PEOPLE[0], id="p9", name="Ana Mendes", mentions=(span("Tom"),))
    assert match_person(fresh(of=analysis(people=(*PEOPLE, twins))), "Mendes") is None, "which of the two?"


def test_what_the_form_carried_of_the_speaker_before_does_not_stay() -> None:
    before = peopled().piece("q2").value.speaker
    fields = {"role": "driver", "mention": before.mention.of(TEXT), "mention_near": before.mention.start}
    after = do(peopled(), "edit-quote", piece="q2", part=[SLOW], speaker="Quintana", **fields)
    speaker = after.piece("q2").value.speaker
    assert (speaker.name, speaker.role, speaker.mention.of(TEXT)) == (
        "Dolores Quintana",
        "mayor",
        "Dolores Quintana",
    )


def test_a_speaker_whom_the_article_does_not_name_needs_a_confirmation_and_is_marked() -> None:
    assert refused(peopled(), "set-speaker", piece="q1", speaker="Ann Quintana").startswith("not-named: ")
    after = do(peopled(), "set-speaker", piece="q1", speaker="Ann Quintana", confirmed=True)
    speaker = after.piece("q1").value.speaker
    assert (speaker.name, speaker.mention.of(TEXT)) == ("Ann Quintana", "Quintana")
    assert not is_named("Ann Quintana", TEXT)
    pieces = {piece["piece"]: piece for piece in gold(after, DONE)["review"]["pieces"]}
    assert (pieces["q1"]["speaker_named"], pieces["q2"]["speaker_named"]) == (False, True)
    assert is_named("Mrs. Quintana", TEXT)


def test_a_person_is_renamed_in_every_quote_at_once() -> None:
    both = do(peopled(), "edit-quote", piece="q3", part=[NOBODY], speaker="Dolores Quintana")
    after = do(both, "edit-person", person="p1", name="Quintana", role="baker")
    assert [after.piece(name).value.speaker.name for name in ("q1", "q3")] == ["Quintana", "Quintana"]
    assert after.piece("q1").value.speaker.role == "baker"
    assert after.piece("q1").verdict == "open", "a name is no decision on the quote"
    assert [person.name for person in known_people(after)] == ["Quintana", "Tom Beller", "Carla Mendes"]
    assert corrected(after).people[0].name == "Quintana"
    assert loads(dumps(corrected(after)), "").people[0].role == "baker"
    assert stored_review.loads(stored_review.dumps(after.review, TEXT), TEXT) == after.review
    assert refused(peopled(), "edit-person", person="p1", name="Ann Lee").startswith("not-named: ")
    assert refused(peopled(), "edit-person", person="p7", name="Tom").startswith("no-person: ")
    assert refused(peopled(), "edit-person", person="p1", name=" ").startswith("empty: ")


def test_two_people_turn_out_to_be_one() -> None:
    after = do(peopled(), "edit-person", person="p2", name="dolores quintana")
    assert after.piece("q2").value.speaker.person == "p1"
    assert known_people(after)[0].quotes == ("q1", "q2")
    assert [person.id for person in loads(dumps(corrected(after)), "").people] == ["p1", "p3"]
    renamed = do(after, "edit-person", person="p1", name="Quintana")
    assert renamed.piece("q2").value.speaker.name == "Quintana", "and stay one"


def test_a_speaker_without_a_person_is_renamed_again_and_again() -> None:
    once = do(fresh(), "edit-person", person="name:Tom Beller", name="Beller")
    twice = do(once, "edit-person", person="name:Beller", name="Tom", role="driver")
    assert [reviewed.piece("q2").value.speaker.name for reviewed in (once, twice)] == ["Beller", "Tom"]
    assert corrected(twice).quotes[1].speaker.name == "Tom"  # type: ignore[union-attr]


def test_people_and_pull_quotes_outlive_a_correction_of_the_article() -> None:
    before = do(do(peopled(), "edit-person", person="p1", name="Quintana"), "pull", piece="q3")
    text = TEXT + "It was raining.\n"
    moved = tuple(replace(person, id=f"n{number}") for number, person in enumerate(reversed(PEOPLE), start=1))
    quotes = tuple(
        replace(quote, speaker=replace(quote.speaker, person="n3"))
        if quote.rank == 1 and quote.speaker
        else quote
        for quote in analysis(text=text).quotes
    )
    review = rebase(before, analysis(text=text, quotes=quotes, people=moved)).review
    after = ReviewedAnalysis(analysis(text=text, quotes=quotes, people=moved), review)
    assert after.piece("q1").value.speaker.name == "Quintana"
    assert pulled(after) == ("q1", "q3")


# --- the record ------------------------------------------------------------------------------------


def test_the_record_says_what_a_model_made_and_who_decided_what_and_when() -> None:
    after = do(do(warned("opinion"), "mark-seen", warning="opinion"), "accept", "bob", piece="q1")
    line = LogLine(2, NOW, "bob", None, "accept", "q1", "accepted", None, None, None)
    told = review_record(after, DONE, (line,))
    assert told["made_by_model"] == {"summary": "chosen", "quotes": "chosen", "topics": "chosen"}
    assert told["decisions"] == [{"piece": "q1", "verdict": "accepted", "by": "bob", "at": NOW.isoformat()}]
    assert (told["warnings_seen"], told["article"]["text_sha256"]) == (
        ["opinion"],
        after.analysis.article.text_sha256,
    )
    assert PATCHED.rstrip(",") in told["pull_quotes"][0]["display"]
    assert EITHER in told["pull_quotes"][0]["display"]
