"""What a written sentence rests on, and finding words again whatever their form."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.datasets.load import CORPUS, load
from eval.training.support.alterations import KINDS
from eval.training.support.encodings import CachedEncoder
from eval.training.support.planted import PlantedCase, draw_cases
from eval.training.support.weak_claims import FOREIGN, JOINED, REFERENCE, SETS, weak_sentences
from service.bootstrap import build_grounder, load_segmenter
from service.domain import Article, Span
from service.grounding import lexical
from service.grounding.article_index import index_article
from service.grounding.claims import altered_quotations, read_claim
from service.grounding.grounder import GroundedArticle, Grounder, Grounding, ground
from service.models.encoder import Encoder
from service.models.heads import support as support_head
from service.settings import Settings
from service.text import verbatim
from service.text.document import Document

TEXT = """\
The council voted 7 to 2 on Tuesday to spend $1,200 on the bridge.
“We’ve patched it for thirty years,” said Dolores Quintana, who runs five bakeries.
It was so.
The ferry will run every 10 minutes, and Port Ellery’s school stays open.
"""
ARTICLE = Article("a1", TEXT)
SENTENCES = load_segmenter().segment(ARTICLE)
DOCUMENT = Document(ARTICLE, SENTENCES)


def document_of(text: str) -> Document:
    article = Article("a1", text)
    return Document(article, load_segmenter().segment(article))


def grounded(written: str) -> Grounding:
    return ground(written, DOCUMENT)


def codes(written: str) -> list[str]:
    return [fault.kind for fault in grounded(written).faults]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.span.of(TEXT)[:12])
def test_a_sentence_of_the_article_rests_on_itself_alone(sentence: object) -> None:
    span: Span = sentence.span  # type: ignore[attr-defined]
    found = grounded(span.of(TEXT))
    assert (found.support, found.faults, found.evidence) == (1.0, (), (span,))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("The council voted 8 to 2 on Tuesday to spend $1,200 on the bridge.", "unknown_number"),
        ("The council voted 7 to 2 on Tuesday to spend $1,300 on the bridge.", "unknown_number"),
        ("Quintana, who runs six bakeries, has patched it for years.", "unknown_number"),
        ("On Tuesday the council of Dunmore voted 7 to 2 to spend $1,200 on the bridge.", "unknown_name"),
        ("Quintana said it was “patched for thirty years”.", "altered_quotation"),
        ("Quintana said “patch”.", "altered_quotation"),
    ],
)
def test_a_planted_change_is_named_and_lowers_the_support(written: str, code: str) -> None:
    assert code in codes(written)
    assert grounded(written).support < 0.5


@pytest.mark.parametrize(
    "written",
    [
        "The council spends 1200 on the bridge.",
        "A ferry will run every ten minutes.",
        "Quintana runs 5 bakeries.",
        "One of the bakeries stays open.",
        "Quintana “patched it for thirty years.”",
        'Quintana said, "We\'ve patched it for thirty years."',
        "Quintana has a bakery.",
    ],
)
def test_another_form_of_the_same_is_no_fault(written: str) -> None:
    assert codes(written) == []


def test_a_sentence_from_two_rests_on_both() -> None:
    found = grounded("The council voted on Tuesday, and the ferry will run every ten minutes.")
    assert [span.of(TEXT)[:9] for span in found.evidence] == ["The counc", "The ferry"]
    assert found.supported


@pytest.mark.parametrize("written", ["", " \n", "…", "“”"])
def test_nothing_written_has_no_support(written: str) -> None:
    assert (grounded(written).support, grounded(written).faults) == (0.0, ())


def test_without_sentences_there_is_no_evidence() -> None:
    assert ground("The council voted.", DOCUMENT, ()).evidence == ()


@given(st.text())
def test_any_words_are_judged(written: str) -> None:
    assert 0.0 <= grounded(written).support <= 1.0


def test_a_fault_says_the_words_and_the_remedy() -> None:
    [fault] = altered_quotations("Quintana: “We patched it.”", TEXT, DOCUMENT.marks)
    unlike = "The article doesn’t read “We patched it” in quotation marks"
    assert fault.detail == f"{unlike}: quote its words, or take off the marks."


# Finding words


_DOUBLE = ['"', "“", "”", "„", "‟", "«", "»", "＂", "''", "``"]
_SINGLE = ["'", "‘", "’", "‚", "‛", "‹", "›", "`"]


@pytest.mark.parametrize("marks", [_DOUBLE, _SINGLE])
def test_every_form_of_a_mark_finds_every_other(marks: list[str]) -> None:
    for one in marks:
        for other in marks:
            text = f"He said {one}no{one} twice"
            found = verbatim.find(f"{other}no{other}", text)
            assert found is not None, (one, other)
            assert found.of(text) == f"{one}no{one}"
    assert verbatim.find("“no”", "He said 'no'") is None, "double marks are not single ones"


@pytest.mark.parametrize("space", [" ", "\n", "\r\n", "\t \u00a0", "\u2003", "\n\n\n"])
def test_any_white_space_is_as_good_as_any_other(space: str) -> None:
    text = f"…the{space}old bridge."
    found = verbatim.find(" the  old\nbridge ", text)
    assert found is not None
    assert found.of(text) == f"the{space}old bridge"


@pytest.mark.parametrize("words", ["$1.20 (a+b)*", "[x]{2}^|?\\d", ".*", "a.c"])
def test_words_are_words_and_no_pattern(words: str) -> None:
    assert verbatim.find(words, "abc 12 aXc \\1 " * 3) is None
    found = verbatim.find(words, f"so {words} it is")
    assert found == Span(3, 3 + len(words))


@pytest.mark.parametrize("changed", ["the bridges", "The bridge", "the bridge!", "the-bridge", "thé bridge"])
def test_letters_case_and_punctuation_must_agree(changed: str) -> None:
    assert verbatim.find(changed, "and the bridge stands") is None


def test_the_nearest_place_wins_and_whole_words_before_parts_of_words() -> None:
    text = "rain, rain, raining, rain"
    assert [verbatim.find("rain", text, near) for near in (0, 4, 99)] == [
        Span(0, 4),
        Span(6, 10),
        Span(21, 25),
    ]
    assert verbatim.find("rain", text, 12) == Span(12, 16), "exactly there"
    assert verbatim.find("rain", text, 12, whole=True) == Span(6, 10)
    assert verbatim.find("aini", text) == Span(13, 17)
    assert verbatim.find("aini", text, whole=True) is None


@pytest.mark.parametrize("near", [-5, 0, 10**9])
def test_nothing_is_found_for_nothing_or_past_the_end(near: int) -> None:
    assert verbatim.find(" \n", "some text", near) is None
    assert verbatim.find("text", "", near) is None
    assert verbatim.find("text and more", "text", near) is None
    assert verbatim.find("text", "some text", near) == Span(5, 9)


def test_what_repeats_itself_takes_no_longer() -> None:
    text = "a" * 200_000
    assert verbatim.find("a" * 100_000 + "b", text) is None
    assert verbatim.find("a" * 100_000, text, 50_000) == Span(50_000, 150_000)
    assert verbatim.find("x y", "x" + " " * 199_000 + "z") is None


@given(
    st.text(alphabet="ab '\"“”’\n.", max_size=40), st.integers(0, 40), st.integers(1, 20), st.integers(-3, 45)
)
def test_what_the_article_reads_is_found_and_what_is_found_reads_the_same(
    text: str, start: int, length: int, near: int
) -> None:
    words = text[start : start + length].strip()
    found = verbatim.find(words, text, near)
    # A cut between the two signs of one mark leaves a single one, which the article doesn't have there.
    if words and not re.search(r"''|``|’’|‘‘", text):
        assert found is not None
    if found is not None:
        assert _plain(found.of(text)) == _plain(words)


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"''|``|’’|‘‘|[“”]", '"', words)).replace("’", "'")


# What is copied, changed, and worded anew


def test_the_article_s_own_sentence_has_full_support_whatever_it_says() -> None:
    for sample in load(str(CORPUS)).samples:
        document = Document(sample.article, load_segmenter().segment(sample.article))
        for sentence in document.sentences:
            found = ground(sentence.span.of(sample.article.text), document)
            assert (found.support, found.faults) == (1.0, ()), sentence.span.of(sample.article.text)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("The council voted 2 to 7 on Tuesday to spend $1,200 on the bridge.", None),
        ("The council voted 7 to 2 on Tuesday to spend $10 on the bridge.", "changed_number"),
        ("The council did not vote 7 to 2 on Tuesday to spend $1,200 on the bridge.", "changed_negation"),
        ("The ferry will not run every 10 minutes, and Port Ellery’s school stays open.", "changed_negation"),
        ("The ferry will run every 10 minutes, and Dolores Quintana’s school stays open.", "changed_name"),
        ("“We’ve patched it for thirty years,” said Port Ellery, who runs five bakeries.", "changed_name"),
    ],
)
def test_what_the_article_says_otherwise_is_a_fault_although_it_has_the_words(
    written: str, code: str | None
) -> None:
    assert codes(written) == ([code] if code else [])
    assert not code or not grounded(written).supported


def test_half_a_sentence_is_no_copy() -> None:
    text = "Nobody believes that the bridge is safe."
    document = document_of(text)
    assert ground("the bridge is safe.", document).support < 1.0
    assert ground("Nobody believes that the bridge is safe", document).support == 1.0


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It cost 10, 000 pounds in all.", "It cost 10,000 pounds."),
        ("It cost 10 000 pounds in all.", "It cost 10,000 pounds."),
        ("It cost 1. 3 billion in all.", "It cost 1.3 billion."),
        ("She made the No. 1 spot again.", "She made the no 1 spot."),
        ("She loves Georgia. The Georgian minister flew home.", "The Georgia minister flew home."),
        ("The Indian side left.", "India’s side left."),
        ("The state’s chief minister left.", "The CM left."),
        ("Voters like the Aam Aadmi Party best.", "Voters like AAP best."),
        ("Voters like the Aam Aadmi Party best.", "Voters like the A.A.P. best."),
        ("Staff of the Central Bureau of Investigation left.", "The CBI’s staff left."),
        ("Voters like the AAP best.", "Voters like the Aam Aadmi Party best."),
        ("We have seen it all.", "She said I’ve seen it all."),
    ],
)
def test_another_spelling_is_no_change(text: str, written: str) -> None:
    document = document_of(text)
    assert ground(written, document).faults == ()


@pytest.mark.parametrize(
    ("text", "written", "unknown"),
    [
        ("Old men sat there.", "Old FBI men sat there.", ["FBI"]),
        ("The old court met.", "The court in Old Crow met.", ["Crow"]),
        # Two letters, and small words that begin with them.
        ("The dull match ended.", "The match ended, a DM said.", ["DM"]),
        ("John left.", "Mr Johnson left.", ["Johnson"]),
        ("The AAP met.", "The Big Rally Party met.", ["Big", "Rally", "Party"]),
    ],
)
def test_what_no_abbreviation_explains_stays_unknown(text: str, written: str, unknown: list[str]) -> None:
    document = document_of(text)
    faults = [fault for fault in ground(written, document).faults if fault.kind == "unknown_name"]
    assert [fault.detail for fault in faults] == [f"The article has no “{word}”." for word in unknown]


def test_a_denial_without_evidence_has_less_support() -> None:
    said, denied = (
        ground(f"Getting about by ferry {verb} become quicker for Port Ellery’s people.", DOCUMENT)
        for verb in ("has", "hasn’t")
    )
    assert denied.support < 0.8 * said.support


def test_both_scorers_go_from_copied_to_free_between_the_same_limits() -> None:
    assert (lexical.LIMITS, lexical.OWN_WORDS) == (support_head.LIMITS, support_head.OWN_WORDS)
    features = read_claim("A ferry is running.", index_article(DOCUMENT)).features
    assert lexical.WEIGHTS.keys() == features.keys()
    low, high = lexical.LIMITS
    assert lexical.support({**features, "new_3grams": low}) != lexical.support(
        {**features, "new_3grams": high}
    )


@cache
def planted() -> list[PlantedCase]:
    return draw_cases([sample.article for sample in load(str(CORPUS)).samples], 24, "1")


def test_most_planted_alterations_are_flagged_and_few_true_sentences() -> None:
    cases = planted()
    assert {kind: sum(case[2].kind == kind for case in cases) >= 12 for kind in KINDS} == dict.fromkeys(
        KINDS, True
    )
    altered = [not ground(pair.altered, Document(one, tuple(found))).supported for one, found, pair in cases]
    true = [not ground(pair.supported, Document(one, tuple(found))).supported for one, found, pair in cases]
    assert sum(altered) >= 0.9 * len(altered)
    assert sum(true) <= 0.05 * len(true)
    quotations = [flag for flag, case in zip(altered, cases, strict=True) if case[2].kind == "quotation"]
    assert all(quotations)


def test_alterations_are_drawn_alike_each_time() -> None:
    again = draw_cases([sample.article for sample in load(str(CORPUS)).samples], 24, "1")
    assert [case[2] for case in again] == [case[2] for case in planted()]
    assert all(pair.altered not in one.text for one, _, pair in again)


# With vectors


@cache
def grounder() -> Grounder:
    return build_grounder(Settings())


@cache
def read() -> GroundedArticle:
    return grounder().read(DOCUMENT)


def test_the_full_scorer_flags_what_the_fast_one_flags() -> None:
    assert read().ground(SENTENCES[0].span.of(TEXT)).support == 1.0
    wrong = read().ground("The council voted 8 to 2 on Tuesday to spend $1,200 on the bridge.")
    assert [fault.kind for fault in wrong.faults] == ["unknown_number"]
    assert not wrong.supported
    assert read().ground("").support == read().ground("…").support == 0.0


def test_the_full_scorer_tells_the_near_from_the_far_and_repeats_itself() -> None:
    near, far = (
        read().ground(words).support
        for words in (
            "The council voted on Tuesday to spend $1,200 on the bridge.",
            "Astronomers have discovered a moon around a distant planet.",
        )
    )
    assert near > 0.5 > far
    assert read().ground("The council closes the bridge.") == read().ground("The council closes the bridge.")


def test_an_article_s_own_encoding_can_be_handed_in() -> None:
    encoding = grounder().encoder.encode(DOCUMENT)
    written = "A ferry is going to run very often."
    handed = grounder().read(DOCUMENT, encoding=encoding).ground(written)
    assert handed == grounder().read(DOCUMENT).ground(written)


def test_kept_encodings_are_the_encoder_s_own(tmp_path: Path) -> None:
    encoder = grounder().encoder
    assert isinstance(encoder, Encoder)
    kept = CachedEncoder(encoder, tmp_path / "kept")
    encoded, first, again = encoder.encode(DOCUMENT), *(kept.encode(DOCUMENT) for _ in range(2))
    for name in ("token_vectors", "token_spans", "token_sentence", "sentence_vectors", "token_ids"):
        assert np.array_equal(getattr(first, name), getattr(encoded, name))
        assert np.array_equal(getattr(again, name), getattr(encoded, name))
    assert len(list((tmp_path / "kept").iterdir())) == 1
    kept.encode(Document(DOCUMENT.article, SENTENCES[:1]))
    assert len(list((tmp_path / "kept").iterdir())) == 2, "other sentences, another encoding"


def test_weak_lessons_are_references_and_what_spoils_them(tmp_path: Path) -> None:
    said = "We shall build {} bridges here soon"
    for name in SETS:
        rows = [
            {
                "id": f"{name}-{number}",
                "source": "newssum",
                "text": f"{TEXT}Ada Lund left. “{said.format(number + 20)},” Tom Ruiz said. Ada Lund ran.",
                "summary": f"“{said.format(number + 20)},” Tom Ruiz said.\nThe ferry was late for a week.",
            }
            for number in range(3)
        ]
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    found = list(weak_sentences(tmp_path))
    assert found == list(weak_sentences(tmp_path))
    assert len(found) == 3 * len(SETS)
    for article, pairs in found:
        kinds = [kind for kind, _ in pairs]
        assert (kinds.count(REFERENCE), kinds.count(JOINED), kinds.count(FOREIGN)) == (2, 1, 1)
        spoilt = [sentence for kind, sentence in pairs if kind not in (REFERENCE, JOINED, FOREIGN)]
        assert len(spoilt) == 4
        assert all(sentence not in article.text for sentence in spoilt)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_words_are_judged_with_vectors_too(written: str) -> None:
    assert 0.0 <= read().ground(written).support <= 1.0
