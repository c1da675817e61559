"""Who said it among those proposed: patterns, the choice and its confidence. All sentences are our own."""

from __future__ import annotations

import numpy as np
import pytest
from support.reading import quotes_in, read

from service.domain import Article, PersonKind, QuoteKind, Span, SpeakerBasis
from service.people.entity_index import find_people
from service.pipeline import Pipeline
from service.quotes.candidates import find_candidates
from service.quotes.choice.proposals import PROPOSERS
from service.quotes.choice.scoring import softmax
from service.quotes.choice.weights import load_weights
from service.quotes.extraction import extract_quotes
from service.quotes.patterns.reader import AttributionReader
from service.quotes.patterns.table import PATTERNS

_READ = {
    "inverted": ("“We will not move,” said Ann Moss.", "Ann Moss"),
    "subject_then_cue": ("“We will not move,” Ann Moss said.", "Ann Moss"),
    "nearest_then_cue": ("“We will not move,” the mayor, Ann Moss, said.", "Ann Moss"),
    "as_saying": ("“We will not move,” the Gazette quoted Moss as saying.", "Moss"),
    "any_verb": ("“We will not move,” Moss retaliated.", "Moss"),
    "any_verb_inverted": ("“We will not move,” deadpanned Ann Moss.", "Ann Moss"),
    "according_to_after": ("“We will not move,” according to Ann Moss.", "Ann Moss"),
    "signature": ("“We will not move.” — Ann Moss", "Ann Moss"),
    "passive": ("The plan was called “reckless” by Ann Moss.", "Ann Moss"),
    "label": ("It rained. Ann Moss: “We will not move.”", "Ann Moss"),
    "name_then_colon": ("The result surprises pollster Ann Moss: “We will not move.”", "Ann Moss"),
    "inverted_label": ("It rained. Said Moss: “We will not move.”", "Moss"),
    "told_by": ("Omar Reyes was told by Ann Moss: “We will not move.”", "Ann Moss"),
    "said_of": ("Omar Reyes accused Ann Moss of saying “we will not move.”", "Ann Moss"),
    "amid_sentence": ("The hornet, says Ann Moss, “is coming.”", "Ann Moss"),
    "cue_beside": ("Ann Moss said, “We will not move.”", "Ann Moss"),
    "cue_before": ("Ann Moss said that the whole plan was “reckless.”", "Ann Moss"),
    "main_subject": ("Ann Moss, who met Omar Reyes, said it was “late.”", "Ann Moss"),
    "nearest_before": ("It rained, with Ann Moss warning of “floods.”", "Ann Moss"),
    "by_whom": ("The plan was described by Ann Moss as “reckless.”", "Ann Moss"),
    "according_to_before": ("According to Ann Moss, it was “reckless.”", "Ann Moss"),
    "introduced": ("Ann Moss said why in a note: “We will not move.”", "Ann Moss"),
    "announced": ("Ann Moss on the plan: “We will not move.”", "Ann Moss"),
    "closing_cue": ("Ann Moss agreed. “We will not move.”", "Ann Moss"),
    "subject_before": ("Ann Moss shook her head. “We will not move.”", "Ann Moss"),
    "interviewed": ("Ann Moss spoke about the race. It was late.\n\n“We will not move.”", "Ann Moss"),
    "last_before": ("It surprised Ann Moss. “We will not move.”", "Ann Moss"),
}


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_each_row_of_the_table_reads_what_it_says(pattern) -> None:  # type: ignore[no-untyped-def]
    text, name = _READ[pattern.name]
    document = read(Article(id="t", text=text))
    names = find_people(document).mentions_within(Span(0, len(text)))
    reader = AttributionReader.of(document.unquoted, names)
    read_off = [found.mention.of(text) for found in pattern.read(reader, find_candidates(document)[-1])]
    assert any(mention.endswith(name) for mention in read_off), read_off


def test_every_proposer_has_a_name_of_its_own_and_weights_are_of_features() -> None:
    assert len(set(PROPOSERS)) == len(PROPOSERS)
    by = {name.removeprefix("by_") for name in load_weights("choice") if name.startswith("by_")}
    assert by <= set(PROPOSERS)
    assert load_weights("confidence")["choice"] > 0


def test_alternatives_share_one() -> None:
    shares = softmax([3.0, 1.0, -800.0])
    assert sum(shares) == pytest.approx(1)
    assert shares[0] > shares[1] > shares[2] >= 0


@pytest.mark.parametrize(
    ("text", "basis", "antecedent"),
    [
        ("“We will not move from here,” said Ann Moss.", SpeakerBasis.CUE, None),
        ("It rained. Ann Moss: “We will not move from here.”", SpeakerBasis.LABEL, None),
        ("Ann Moss sat there. “We will not move from here,” she said.", SpeakerBasis.PRONOUN, "Ann Moss"),
        (
            "Mayor Ann Moss sat. “We will not move from here,” the mayor said.",
            SpeakerBasis.DESCRIPTION,
            "Mayor Ann Moss",
        ),
    ],
)  # fmt: skip
def test_a_speaker_says_what_it_rests_on(text: str, basis: SpeakerBasis, antecedent: str | None) -> None:
    speaker = quotes_in(Article(id="t", text=text))[-1].speaker
    assert speaker is not None
    assert speaker.basis is basis
    assert (speaker.antecedent.of(text) if speaker.antecedent else None) == antecedent
    assert speaker.person == "p1"
    assert speaker.confidence is not None


def test_a_speaker_who_is_not_sure_enough_is_left_out_of_words_in_marks_alone() -> None:
    text = "“We will not move from here,” said Ann Moss."
    document = read(Article(id="t", text=text))
    entities = find_people(document)
    (kept,) = extract_quotes(document, entities, least_confidence=0.5)
    (left_out,) = extract_quotes(document, entities, least_confidence=1.0)
    assert kept.speaker is not None
    assert left_out.speaker is None
    assert (kept.parts, kept.cue, kept.kind) == (left_out.parts, left_out.cue, QuoteKind.DIRECT)


def test_people_are_listed_with_their_mentions_and_speakers_point_at_them(pipeline: Pipeline) -> None:
    text = (
        "Mayor Ana Ruiz reopened the pier on Monday with the Harbour Trust.\n\n"
        "“It took nine years of work,” Ruiz said. The Harbour Trust paid for it."
    )
    analysis = pipeline.analyse(Article(id="t", text=text))
    people = {person.id: person for person in analysis.people}
    speaker = next(quote.speaker for quote in analysis.quotes if quote.kind is QuoteKind.DIRECT)
    assert speaker is not None
    ruiz = people[speaker.person or ""]
    assert (ruiz.name, ruiz.kind) == ("Ana Ruiz", PersonKind.PERSON)
    assert [span.of(text) for span in ruiz.mentions] == ["Mayor Ana Ruiz", "Ruiz"]
    assert any(person.kind is PersonKind.ORGANISATION for person in analysis.people)


def test_what_ran_into_a_name_is_cut_off_it_where_the_trunk_says_so() -> None:
    text = "The ambassador to Ukraine Kurt Moss spoke. Then Moss left."

    def kinds(spans):  # type: ignore[no-untyped-def]
        place, person = [0.02, 0, 0.98, 0, 0], [0.96, 0.04, 0, 0, 0]
        return np.array([place if span.of(text).startswith("Ukraine") else person for span in spans])

    people = find_people(read(Article(id="t", text=text)), kinds).people
    assert [person.name for person in people] == ["Kurt Moss"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lea Stone, 39, won in Leeds. “I am glad to be back,” the 39-year-old said.", "Lea Stone"),
        ("Lea Stone sang in Leeds. “I am glad to be back,” the singer said.", "Lea Stone"),
        ("A singer sat in Leeds with Lea Stone. “I am glad to be back,” the singer said.", "A singer"),
        ("“The tide is high,” reads Ann Moss’s statement.", "Ann Moss"),
        ("Ann Wasef came in May. “The tide is high,” Wasif said.", "Ann Wasef"),
        ("Ann Moss was told “You will have to leave the room.”", None),
    ],
)
def test_epithets_documents_and_misspellings(text: str, name: str | None) -> None:
    found = quotes_in(Article(id="t", text=text))[-1].speaker
    assert (found.name if found else None) == name
