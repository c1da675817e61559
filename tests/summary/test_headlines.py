"""Headline and standfirst: the article's words in their order, or none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from service.domain import Article, Sentence, Span
from service.summary.headlines import (
    MOST_STANDFIRST_WORDS,
    MOST_WORDS,
    headline_of_title,
    kept_spans,
    make_headline,
    make_standfirst,
    without_slips,
)
from service.text.document import Document

LEAD = "Ruth Moss, the mayor of Linden, has been cleared of fraud by a court in the capital after two years."
NEXT = "The old mill was sold for one crown in 2019 to a brother of hers."


def document(*sentences: str, title: str | None = None) -> Document:
    text = " ".join(sentences)
    starts = [text.index(one) for one in sentences]
    spans = [Span(at, at + len(one)) for at, one in zip(starts, sentences, strict=True)]
    return Document(Article("a", text, title), tuple(Sentence(span, 0) for span in spans))


class Keeping:
    """A head that wants these words, and is as sure as this."""

    none = -50.0
    sentence_worth = np.zeros(8, dtype=np.float32)

    def __init__(self, wanted: str, sure: float = 20.0) -> None:
        self.wanted, self.sure = set(wanted.split()), sure

    def score(
        self, text: str, sentence: Span, encoding: object, proposed: Sequence, marked: Sequence
    ) -> tuple[tuple[Span, ...], np.ndarray]:
        words, at = [], sentence.start
        for word in sentence.of(text).split():
            start = text.index(word, at)
            words.append(Span(start, at := start + len(word)))
        liked = np.array(
            [0.0, *(self.sure if w.of(text).strip(",.") in self.wanted else -self.sure for w in words), 0.0]
        )
        steps = np.full((len(words) + 2, len(words) + 2), -np.inf, dtype=np.float32)
        upper = np.triu_indices(len(words) + 2, 1)
        steps[upper] = np.broadcast_to(liked, steps.shape)[upper]
        return tuple(words), steps


def test_a_title_that_the_article_bears_out_is_the_headline() -> None:
    made = make_headline(
        document(LEAD, NEXT, title="Mayor Moss cleared of fraud | The Linden Post"), None, Keeping("")
    )
    assert made is not None
    assert made.text == "Mayor Moss cleared of fraud"
    assert made.support == 1.0


def test_a_sentence_without_end_is_no_source_of_a_headline() -> None:
    endless = "Ruth Moss has been cleared, " * 200 + "and so on."
    head = Keeping("Ruth Moss has been cleared")
    assert make_headline(document(endless), None, head) is None
    made = make_headline(document(endless, LEAD), None, head)
    assert made is not None
    assert made.evidence[0].start > len(endless)


@pytest.mark.parametrize("title", [None, "Ten things you never knew about penguins", "Moss", "Mayor " * 14])
def test_else_words_of_a_sentence_are(title: str | None) -> None:
    head = Keeping("Ruth Moss has been cleared by a court")
    made = make_headline(document(LEAD, NEXT, title=title), None, head)
    assert made is not None
    assert made.text == "Ruth Moss has been cleared by a court"
    assert [span.of(LEAD) for span in made.evidence] == ["Ruth Moss", "has been cleared", "by a court"]


def test_a_headline_that_the_text_begins_with_is_taken() -> None:
    text = f"Mayor Moss cleared of fraud\n\n{LEAD}"
    sentences = (Sentence(Span(0, 27), 0), Sentence(Span(29, len(text)), 1))
    made = make_headline(Document(Article("a", text), sentences), None, Keeping(""))
    assert made is not None
    assert made.text == "Mayor Moss cleared of fraud"
    assert made.evidence == (Span(0, 27),)


def test_none_rather_than_one_that_reads_badly() -> None:
    assert make_headline(document(LEAD, NEXT), None, Keeping("Ruth Moss has been cleared", sure=0.05)) is None


@pytest.mark.parametrize(
    "wanted", ["Ruth Moss has cleared of fraud", "Moss the of a in", "the mayor of Linden has been"]
)
def test_slips_are_never_made(wanted: str) -> None:
    made = make_headline(document(LEAD, NEXT), None, Keeping(wanted))
    assert made is None or (
        "has cleared" not in made.text and not made.text.endswith((" of", " in", " been", " a"))
    )


def test_a_negation_stays_with_what_it_negates() -> None:
    text = "Moss did not sell the mill."
    words = tuple(Span(text.index(w), text.index(w) + len(w)) for w in text.split())
    steps = without_slips(text, words, np.zeros((8, 8), dtype=np.float32))
    assert steps[2, 4] == -np.inf
    assert steps[1, 4] == -np.inf
    assert steps[2, 3] == 0


def test_a_relative_clause_does_not_lose_its_beginning_alone() -> None:
    text = "A bridge that has carried carts will close."
    words = tuple(Span(text.index(w), text.index(w) + len(w)) for w in text.split())
    steps = without_slips(text, words, np.zeros((10, 10), dtype=np.float32))
    assert steps[2, 5] == -np.inf
    assert steps[2, 7] == 0


def test_a_comma_of_what_was_left_out_goes_too() -> None:
    words = tuple(
        Span(LEAD.index(w), LEAD.index(w) + len(w))
        for w in ("Ruth", "Moss,", "the", "mayor", "of", "Linden,", "has")
    )
    assert [s.of(LEAD) for s in kept_spans(LEAD, words, [1, 2, 7])] == ["Ruth Moss", "has"]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Mill sold | The Post", "Mill sold"),
        ("Mill sold - The Post", "Mill sold"),
        ("Well-known mill sold", "Well-known mill sold"),
        (None, ""),
    ],
)
def test_a_title_loses_its_site(title: str | None, headline: str) -> None:
    assert headline_of_title(Article("a", "Text.", title)) == headline


def test_a_standfirst_is_another_sentence_and_short_enough() -> None:
    read = document(LEAD, NEXT)
    spans = [sentence.span for sentence in read.sentences]
    headline = make_headline(read, None, Keeping("Ruth Moss has been cleared by a court"))
    made = make_standfirst(read, headline, spans)
    assert made is not None
    assert made.text == NEXT
    assert make_standfirst(document("He left the town on Monday for good."), None, spans[:0]) is None


def test_the_limits_are_those_of_the_contract() -> None:
    assert (MOST_WORDS, MOST_STANDFIRST_WORDS) == (12, 35)
