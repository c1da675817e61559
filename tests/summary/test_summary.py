"""The extractive summary reads well: what is chosen, what never is, and what is avoided where it can be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import service.models
from service.domain import Article, Request, Sentence, Span, Summary, SummaryFormat, SummaryLength
from service.models.encoder import Encoder
from service.models.heads.salience import SalienceHead
from service.summary.dangling import is_bare_quotation, opens_dangling
from service.summary.selection import summarise
from service.text.document import Document
from service.text.mark_runs import join_over_lines, read_marks

SHORT, MEDIUM, LONG = (Request(length) for length in SummaryLength)
HARBOUR = (
    "The harbour of Larkby closed on Friday after a crane fell across its only channel.",
    "Engineers expect to lift the wreck within nine days, the port authority announced.",
    "Eleven freighters are waiting outside the breakwater with perishable cargo.",
    "Grocers in three counties warned that oranges will be scarce before Easter.",
    "Insurers put the damage at forty million crowns in a first estimate.",
    "Mayor Ilse Brandt asked the navy for its floating dock.",
    "A museum ship moored nearby lost its foremast and two lifeboats.",
    "Ferry passengers are taken to Stenvik by bus until further notice.",
)


def article_of(*sentences: str, furniture: tuple[str, ...] = (), title: str | None = None) -> Article:
    text = " ".join(sentences)
    spans = tuple(Span(text.index(piece), text.index(piece) + len(piece)) for piece in furniture)
    return Article("a1", text, title, furniture=spans)


def sentences_of(article: Article, *sentences: str) -> list[Sentence]:
    found, position = [], 0
    for sentence in sentences:
        start = article.text.index(sentence, position)
        position = start + len(sentence)
        found.append(Sentence(Span(start, position), article.text.count("\n", 0, start)))
    return found


def apart(count: int) -> NDArray[np.float32]:
    """Vectors of sentences that have nothing to do with each other."""
    return np.eye(max(count, 1), dtype=np.float32)[:count]


def summary_of(
    *sentences: str,
    request: Request = MEDIUM,
    salience: Sequence[float] | None = None,
    furniture: tuple[str, ...] = (),
    title: str | None = None,
) -> Summary:
    """Summarise an article of ``sentences``; without ``salience``, earlier ones matter more."""
    article = article_of(*sentences, furniture=furniture, title=title)
    found = sentences_of(article, *(sentence.strip("\n") for sentence in sentences))
    scores = np.array(salience or range(len(found), 0, -1), dtype=np.float32)
    return summarise(Document(article, tuple(found)), scores, apart(len(found)), request)


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


@pytest.mark.parametrize(("request_", "fewest", "most"), [(SHORT, 1, 2), (MEDIUM, 3, 5), (LONG, 6, 8)])
def test_a_preset_sets_how_many_sentences_there_are(request_: Request, fewest: int, most: int) -> None:
    assert fewest <= len(summary_of(*HARBOUR, request=request_).sentences) <= most


def test_the_most_salient_sentences_are_chosen_and_stand_in_article_order() -> None:
    chosen = texts(summary_of(*HARBOUR, salience=[0, 9, 0, 0, 5, 0, 0, 7]))
    assert {HARBOUR[1], HARBOUR[4], HARBOUR[7]} <= set(chosen)
    assert chosen == [sentence for sentence in HARBOUR if sentence in chosen]


def test_every_sentence_is_the_articles_own_and_points_at_itself() -> None:
    article = article_of(*HARBOUR)
    summary = summary_of(*HARBOUR)
    for sentence in summary.sentences:
        assert [span.of(article.text) for span in sentence.evidence] == [sentence.text]
        assert sentence.support == 1.0
    assert summary.method == "extractive"


def test_a_line_break_inside_a_sentence_becomes_a_space_and_the_evidence_keeps_it() -> None:
    wrapped = HARBOUR[0].replace(" after ", "\nafter ")
    summary = summary_of(wrapped, *HARBOUR[1:3])
    assert summary.sentences[0].text == HARBOUR[0]
    assert summary.sentences[0].evidence[0].of(wrapped).count("\n") == 1


def test_furniture_is_never_chosen_however_salient() -> None:
    caption = "Photo: the fallen crane, seen from the east pier on Friday."
    summary = summary_of(caption, *HARBOUR, salience=[99, *range(8, 0, -1)], furniture=(caption,))
    assert caption not in texts(summary)


def test_a_dateline_is_left_out_of_the_sentence_it_opens() -> None:
    summary = summary_of("LARKBY (Wire) -- " + HARBOUR[0], *HARBOUR[1:3], furniture=("LARKBY (Wire)",))
    assert texts(summary) == list(HARBOUR[:3])


@pytest.mark.parametrize(
    "headline",
    [
        "Crane wreck shuts Larkby harbour for nine days",
        "Harbour shut!",
        "Crane Wreck Closes Larkby Harbour For Nine Days.",
    ],
)
def test_a_headline_is_never_chosen(headline: str) -> None:
    summary = summary_of(headline + "\n\n", *HARBOUR[:2], title="Harbour shut!")
    assert texts(summary) == list(HARBOUR[:2])


@pytest.mark.parametrize(
    "opening",
    [
        "But he refused to name the owner of the crane.",
        "However, the inspectors had found no fault in March.",
        "They said the cable had been replaced only in March.",
        "This came as no surprise to the dockers of Larkby.",
        "When he arrived on the pier, the channel was already blocked.",
        '"We heard a bang and then nothing," she said on Friday.',
    ],
)
def test_a_dangling_opening_is_avoided_while_there_is_an_alternative(opening: str) -> None:
    others = [HARBOUR[0], HARBOUR[1], opening, *HARBOUR[2:5]]
    assert opening not in texts(summary_of(*others, salience=[1, -9, 99, 1, 1, 1]))
    assert opening in texts(summary_of(HARBOUR[0], HARBOUR[1], opening, salience=[1, 1, 99]))


def test_a_dangling_opening_may_follow_the_sentence_it_leans_on() -> None:
    leaning = "She wants the answer in writing by Sunday night at the latest."
    summary = summary_of(*HARBOUR[:6], leaning, HARBOUR[6], salience=[1, 1, 1, 1, 1, 99, 50, -9])
    assert texts(summary)[-2:] == [HARBOUR[5], leaning]


@pytest.mark.parametrize(
    "sound",
    [
        "After his arrest, Olsen was taken to Stenvik by boat.",
        "This week the port authority moved into a container.",
        "IT systems of the port failed an hour before the fall.",
        "Brandt said she had warned the owner of the crane twice.",
        '"But we warned them twice," Mayor Ilse Brandt said on Friday.',
        "It is not yet clear whether the cable broke before the crane fell.",
        "Those who had booked a crossing get their money back.",
    ],
)
def test_an_opening_that_brings_its_own_names_is_not_dangling(sound: str) -> None:
    assert not opens_dangling(sound)


@pytest.mark.parametrize(
    "blemished",
    [
        "Who pays for the oranges that are rotting out there now?",
        "“Nobody has ever seen such a thing in this harbour before.”",
        "Nobody was hurt.",
        "Brandt said, “The navy has a dock and no use for it.",
        "Boats, " * 90 + "and buoys.",
    ],
)
def test_questions_bare_quotations_scraps_monsters_and_half_quotations_come_last(blemished: str) -> None:
    tail = " We shall be glad to borrow it.”" if "dock" in blemished else ""
    others = [blemished + tail, *HARBOUR[:4]] if not tail else [blemished, tail.strip(), *HARBOUR[:4]]
    summary = summary_of(*others, salience=[99] * (len(others) - 4) + [1, 1, 1, 1])
    assert texts(summary) == list(HARBOUR[: len(summary.sentences)])


def test_a_sentence_in_the_middle_of_a_quotation_is_inside_it() -> None:
    text = '“One went down. Another followed,” said Brandt.\n“A third was towed.\n“It sank.” Then: "Calm."'
    assert [span.of(text) for span in join_over_lines(read_marks(text))] == [
        "“One went down. Another followed,”",
        "“A third was towed.\n“It sank.”",
        '"Calm."',
    ]


def test_a_quotation_with_a_speaker_is_not_bare() -> None:
    assert is_bare_quotation("“The navy has a dock.”")
    assert not is_bare_quotation("“The navy has a dock,” Brandt said.")


def test_the_same_sentence_twice_is_chosen_once() -> None:
    summary = summary_of(HARBOUR[0], HARBOUR[0], HARBOUR[0], *HARBOUR[1:3])
    assert texts(summary) == list(HARBOUR[:3])


def test_nearly_the_same_sentence_is_chosen_once() -> None:
    again = "The harbour of Larkby closed on Friday after a huge crane fell right across its channel."
    assert texts(summary_of(HARBOUR[0], again, *HARBOUR[1:3])) == list(HARBOUR[:3])


def test_sentences_with_nearly_the_same_vector_are_chosen_once() -> None:
    article = article_of(*HARBOUR[:4])
    vectors = apart(4)
    vectors[1] = vectors[0]
    found = sentences_of(article, *HARBOUR[:4])
    scores = np.array([4, 3, 2, 1], dtype=np.float32)
    summary = summarise(Document(article, tuple(found)), scores, vectors, MEDIUM)
    assert texts(summary) == [HARBOUR[0], HARBOUR[2], HARBOUR[3]]


def test_an_article_of_one_sentence_is_its_own_summary() -> None:
    assert texts(summary_of(HARBOUR[0], request=LONG)) == [HARBOUR[0]]


@pytest.mark.parametrize("text", ["Contact us", "* * *"])
def test_an_article_without_a_usable_sentence_has_an_empty_summary(text: str) -> None:
    assert summary_of(text).sentences == ()
    article = Article("a1", text)
    assert (
        summarise(Document(article, ()), np.zeros(0, np.float32), np.zeros((0, 4), np.float32), SHORT).text
        == ""
    )


def test_bullets_are_one_sentence_a_line() -> None:
    request = Request(SummaryLength.SHORT, SummaryFormat.BULLETS)
    assert summary_of(*HARBOUR, request=request).text == f"- {HARBOUR[0]}\n- {HARBOUR[1]}"


PIECES = st.sampled_from(
    [*HARBOUR, "But he left.", "Why?", "“No.", "“Yes.”", "Larkby\n", "—", "\n", "They saw it sink on Friday."]
)


@settings(max_examples=150, deadline=None)
@given(
    data=st.data(), pieces=st.lists(PIECES, min_size=1, max_size=20), length=st.sampled_from(SummaryLength)
)
def test_whatever_the_scores_the_summary_keeps_its_promises(
    data: st.DataObject, pieces: list[str], length: SummaryLength
) -> None:
    text = " ".join(pieces)
    if not text.strip():
        return
    positions, sentences = 0, []
    for piece in pieces:
        if piece.strip():
            start = text.index(piece.strip(), positions)
            positions = start + len(piece.strip())
            sentences.append(Sentence(Span(start, positions), 0))
    count = len(sentences)
    furniture = tuple(s.span for s in sentences if data.draw(st.booleans()))
    article = Article("a1", text, furniture=furniture)
    salience = np.array(
        data.draw(st.lists(st.floats(-9, 9), min_size=count, max_size=count)), dtype=np.float32
    )
    summary = summarise(Document(article, sentences), salience, apart(count), Request(length))
    spans = [span for sentence in summary.sentences for span in sentence.evidence]
    most = {SummaryLength.SHORT: 2, SummaryLength.MEDIUM: 5, SummaryLength.LONG: 10}[length]
    usable = Document(article, tuple(sentences)).is_shown
    assert len(spans) <= min(most, sum(usable))
    assert spans == sorted(spans)
    assert not any(span.overlaps(piece) for span in spans for piece in furniture)
    assert all(" ".join(s.evidence[0].of(text).split()) == s.text for s in summary.sentences)
    assert len({sentence.text for sentence in summary.sentences}) == len(spans)
    assert bool(spans) == any(usable)


@pytest.fixture(scope="module")
def head() -> SalienceHead:
    return SalienceHead.load(Path(service.models.__file__).parent / "weights")


LATE_NEWS = (
    "For as long as anyone can remember, Thursday has been market day in the village of Odde.",
    "Women bring cheese, men bring gossip, and children are given a coin for the carousel.",
    "Last Thursday was no different, with a mild wind blowing from the lake and the smell of waffles.",
    "Shortly before noon a gas pipe exploded under the market square of Odde, killing four people.",
    "The explosion injured another nineteen people, six of them seriously, the police said.",
    "Fire chief Marta Lund said the pipe had been due for replacement in 2019.",
    "The gas company Nordgass has stopped deliveries to the whole district after the explosion.",
    "The carousel, painted in 1931, was not damaged.",
)


def test_the_news_is_found_where_an_article_does_not_begin_with_it(
    encoder: Encoder, head: SalienceHead
) -> None:
    article = article_of(*LATE_NEWS, title="Four dead in gas explosion on market square of Odde")
    document = Document(article, tuple(sentences_of(article, *LATE_NEWS)))
    encoding = encoder.encode(document)
    salience = head.score(document, encoding)
    chosen = texts(summarise(document, salience, encoding.sentence_vectors, MEDIUM))
    assert chosen != list(LATE_NEWS[:3])
    assert LATE_NEWS[3] in chosen


def test_the_head_scores_an_article_of_no_and_of_only_unusable_sentences(
    encoder: Encoder, head: SalienceHead
) -> None:
    article = article_of(*HARBOUR, furniture=HARBOUR)
    assert head.score_vectors(Document(article, ()), apart(0)).shape == (0,)
    document = Document(article, tuple(sentences_of(article, *HARBOUR)))
    assert not any(document.is_shown)
    scores = head.score(document, encoder.encode(document))
    assert scores.shape == (len(HARBOUR),)
    assert np.isfinite(scores).all()


def test_the_head_gives_the_same_scores_again(encoder: Encoder, head: SalienceHead) -> None:
    article = article_of(*HARBOUR)
    document = Document(article, tuple(sentences_of(article, *HARBOUR)))
    first, second = (head.score(document, encoder.encode(document)) for _ in range(2))
    assert first.tobytes() == second.tobytes()
