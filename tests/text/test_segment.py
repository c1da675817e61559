"""Sentence segmentation: hard cases as sentences, properties over all strings, and the marked gold."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Article, Span
from service.text.segment import Segmenter

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SEGMENTER = Segmenter.load()


def sentences(text: str, *furniture: Span) -> list[str]:
    return [s.span.of(text) for s in SEGMENTER.segment(Article(id="a", text=text, furniture=furniture))]


def paragraphs(text: str) -> list[int]:
    return [s.paragraph for s in SEGMENTER.segment(Article(id="a", text=text))]


def assert_splits(*expected: str, between: str = " ") -> None:
    assert sentences(between.join(expected)) == list(expected)


@pytest.mark.parametrize("title", ["Mr.", "Dr.", "Sen.", "Gov.", "Lt. Gov.", "Rep.", "Maj. Gen.", "the Rev."])
def test_a_title_does_not_end_a_sentence(title: str) -> None:
    assert_splits(f"On Monday {title} Bill Brown spoke.", "Nobody listened.")


@pytest.mark.parametrize(
    "name", ["J. K. Rowling", "J.K. Rowling", "George W. Bush", "Taraji P. Henson", "John A. B. Smith"]
)
def test_an_initial_does_not_end_a_sentence(name: str) -> None:
    assert_splits(f"We met {name} yesterday.", f"{name} smiled.")


def test_a_single_letter_ends_a_sentence_before_a_word_that_opens_sentences() -> None:
    assert_splits("He follows Malcolm X.", "The book sold well.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("She moved to the U.S.", "The family stayed."),
        ("It opened at 9 a.m.", "Nobody came."),
        ("It opened at 9 a.m.", "Fernandes was late."),
        ("He runs Acme Inc.", "It makes anvils."),
        ("He lives in Washington, D.C.", "She does not."),
        ("They sell pens, ink, etc.", "They also repair."),
        ("He met Martin Luther King Jr.", "They talked."),
        ("“We left the U.S.”", "He sighed."),
    ],
)
def test_an_abbreviation_can_end_a_sentence(first: str, second: str) -> None:
    assert_splits(first, second)


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. Senate met.",
        "The U.S. Government and U.N. Women agreed.",
        "(CNN)U.S. Secretary of State Jane Doe flew home.",
        "Acme Inc. Chief Executive Wile Coyote fell.",
        "It starts at 5 p.m. Monday and 8 p.m. Eastern.",
        "On Nov. 8 and Sept. 11 it rained.",
        "No. 1 beat No. 2, see Art. 5.",
        "It was Smith vs. Jones.",
        "St. Louis beat Ft. Worth.",
        "The firm paid Rs. 500, or 3.5 percent of $4.2 million.",
        "She has a Ph.D. in physics.",
        "Rep. Ann Lee (R-Fla.) and Sen. Bo Day (D-Calif.) left.",
        "He joined Yahoo! in May and Kerrang! magazine in June.",
    ],
)
def test_an_abbreviation_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert_splits(sentence, "Then it ended.")


def test_no_is_an_answer_unless_a_number_follows() -> None:
    assert_splits("He said no.", "Then he left.")


@pytest.mark.parametrize(
    "sentence",
    [
        "“Really?” she said.",
        '"Stop!" he shouted at them.',
        "“Why would he?” asked Mr. Stone.",
        '"Are you sure?" Stone asked.',
        "“Is it true?” Mr. Stone told reporters.",
        "‘Who knows?’ the mayor wondered aloud.",
        "''Is that so?'' Ms. Field said on Friday.",
        'A page called "Call yourself a cook?" posted it.',
    ],
)
def test_a_question_in_quotation_marks_stays_with_its_attribution(sentence: str) -> None:
    assert_splits(sentence, "Nobody answered.")


def test_a_question_is_not_joined_to_a_sentence_that_only_begins_like_an_attribution() -> None:
    assert_splits('"Is it safe?"', "Della said she had no idea.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("“It is over.”", "He left."),
        ('"It is over."', "He left."),
        ("''It is over.''", "He left."),
        ("‘It’s over.’", "He left."),
        ("« C’est fini. »", "He left."),
        ("(It is over.)", "He left."),
        ('He called it "over".', "He left."),
        ("“He told me, ‘Go.’”", "He left."),
        ("“He told me, ‘Go.’ ”", "He left."),
        ("He called it “over.“", "He left."),
        ('He said: "Go."', '"Now," she added.'),
    ],
)
def test_closing_marks_stay_with_the_sentence_they_close(first: str, second: str) -> None:
    assert_splits(first, second)


def test_sentences_within_a_quotation_are_split() -> None:
    assert_splits("He said: “One came.", "Two stayed.", "Three left.”", "Then he went.")


@pytest.mark.parametrize(
    "expected",
    [
        ("He waited... and then left.",),
        ("“I don’t know … maybe,” he said.",),
        ("The market fell...", "They sold."),
        ("We lost. . . .", "But we fought."),
        ("It should be tougher. ...", "What they do is wrong."),
        ("It blamed … Clinton for it.",),
    ],
)
def test_an_ellipsis_ends_a_sentence_only_before_a_word_that_opens_one(expected: tuple[str, ...]) -> None:
    assert_splits(*expected)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He saw the end.", "The next day came."),
        ('He saw "the end".', "The next day came."),
        ("It was in 2014.", "She left."),
        ("Is this it?", "He asked nobody."),
        ('"It was fun."', "The next day came."),
        ("(Read here why the team lost its way again)", "The captain was not amused."),
        ("Read how the rain came to town", "The rain is heavy."),
    ],
)
def test_sentences_glued_together_are_split(first: str, second: str) -> None:
    assert_splits(first, second, between="")


@pytest.mark.parametrize(
    "sentence",
    [
        "Visit www.Example.com or Example.Com today.",
        "Mail Ann.Lee@example.org about Node.js and will.i.am now.",
        "Read https://example.com/a.B?c=D.E for more.",
        "(CNN)It rained all day.",
        "The U.S.A and the No.1 team met.",
    ],
)
def test_addresses_and_names_are_not_glued_sentences(sentence: str) -> None:
    assert_splits(sentence, "Then it ended.")


def test_a_question_mark_that_replaced_a_quotation_mark_belongs_to_its_quotation() -> None:
    text = "They reached the border.?We saw it,? he said. ?It was big.?Officials left."
    assert sentences(text) == [
        "They reached the border.",
        "?We saw it,? he said.",
        "?It was big.?",
        "Officials left.",
    ]


def test_a_list_number_belongs_to_its_item() -> None:
    assert_splits("1. The tax rises.", "2. The rate falls.", "3. Nothing happens.")


@pytest.mark.parametrize("bullet", ["•", "-", "*", "–"])
def test_bullet_lines_without_a_full_stop_are_sentences(bullet: str) -> None:
    assert_splits("Three things matter", f"{bullet} one thing", f"{bullet} and another", between="\n")


def test_a_headline_without_a_full_stop_is_a_sentence() -> None:
    assert_splits("Rain Falls On Town", "It rained.", between="\n\n")


def test_a_detached_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert_splits("Watch the video .", "He said so . .", "She left.")


def test_wrapped_lines_are_one_sentence_and_indentation_begins_a_paragraph() -> None:
    text = (
        "Showers went on through the week in the northern\n"
        "zone, easing the drought of the past months and\n"
        "Friday brought more, the weekly review of the\n"
        "board said.\n"
        "   The dry spell means that the crop will be\n"
        "late this year."
    )
    found = sentences(text)
    assert len(found) == 2
    assert found[1].startswith("The dry spell")
    assert paragraphs(text) == [0, 1]


def test_every_line_is_a_paragraph_and_blank_lines_are_not_counted() -> None:
    assert paragraphs("One. Two.\nThree.\n\n\nFour.\r\nFive.") == [0, 0, 1, 2, 3]


def test_edges_of_furniture_are_sentence_boundaries() -> None:
    text = "By Ann LeeThe rain came to the town. Home/News"
    spans = (Span(0, 10), Span(text.index("Home"), len(text)))
    assert sentences(text, *spans) == ["By Ann Lee", "The rain came to the town.", "Home/News"]


def assert_is_a_segmentation(article: Article) -> None:
    text = article.text
    result = SEGMENTER.segment(article)
    covered = [False] * len(text)
    for before, after in pairwise(result):
        assert before.span.end <= after.span.start
        assert before.paragraph <= after.paragraph
    for sentence in result:
        words = sentence.span.of(text)
        assert words == words.strip()
        assert words
        covered[sentence.span.start : sentence.span.end] = [True] * len(sentence.span)
    assert all(done or character.isspace() for done, character in zip(covered, text, strict=True))
    edges = {offset for span in article.furniture for offset in (span.start, span.end)}
    assert not any(s.span.start < edge < s.span.end for s in result for edge in edges)


anything = st.text(st.characters(exclude_categories=()), min_size=1, max_size=200)
NEWSY = [
    *[
        "U.S.",
        "Mr.",
        "said",
        "The",
        "end.",
        "“Why?”",
        "Trump",
        "No.",
        "5",
        "p.m.",
        "(CNN)",
        "x.Y",
        "…",
        ". . .",
    ],
    *[
        '"',
        "''",
        "’",
        "?",
        ")",
        "•",
        "\n",
        "\n\n",
        " ",
        "  ",
        "\u2028",
        "\u202e",
        "\ud800",
        "\x00",
        "e\u0301",
    ],
]
newsy = st.lists(st.sampled_from(NEWSY), min_size=1, max_size=60).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(anything, newsy), st.data())
def test_sentences_cover_any_text_in_order_and_slice_back(text: str, data: st.DataObject) -> None:
    text += "x"
    spans = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(text) - 1), st.integers(1, 20)).map(
                lambda pair: Span(pair[0], min(len(text), pair[0] + pair[1]))
            ),
            max_size=3,
        )
    )
    assert_is_a_segmentation(Article(id="a", text=text, furniture=tuple(spans)))


MONOTONOUS = [
    *[
        ".",
        '"',
        "”",
        "'",
        "a",
        "(",
        "(a ",
        "\n",
        "a\n",
        "\u0301",
        ". ",
        "… ",
        "A. ",
        "1. ",
        ". (",
        ". - ",
        ".“",
    ],
    *['." ', ".?A", '?" Aa ', "e.g. ", "aa.Aa ", "5 p.m. A ", "The cat sat on the mat. "],
]


@pytest.mark.parametrize("unit", MONOTONOUS)
def test_long_monotonous_text_takes_linear_time(unit: str) -> None:
    # Quadratic work on a text of this length would run into pytest's timeout.
    assert_is_a_segmentation(Article(id="a", text=(unit * 200_000)[:200_000] + "x"))


def test_a_million_characters_on_one_line_are_split() -> None:
    assert len(sentences("The cat sat on the mat. " * 42_000)) == 42_000


def test_segmentation_depends_on_nothing_but_the_article() -> None:
    texts = [f"Mr. {name} left. “Why?” he said... The end." for name in ("Lee", "Day", "Fox", "May")]
    alone = {text: SEGMENTER.segment(Article(id="a", text=text)) for text in texts}
    random.Random(7).shuffle(texts)
    fresh = Segmenter.load()
    assert {text: fresh.segment(Article(id="b", text=text)) for text in texts} == alone


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="the development data (../shared/data) is not on this machine")
def test_boundary_f1_on_the_hand_marked_passages_is_at_least_99_percent() -> None:
    from eval import runs
    from eval.datasets.load import load
    from eval.systems.shape import BuildContext
    from eval.systems.splitters import build_punkt
    from eval.tasks.segmentation import SegmentationTask

    task, data = SegmentationTask(), load(str(DATA))
    ours, plain = (
        {m.name: run.figure(m).value for m in task.measures}["f1"]
        for run in (
            runs.run(task, system, "system", data) for system in (_Ours(), build_punkt(BuildContext(()), ""))
        )
    )
    assert sum(len(sample.gold.sentence_ends) for sample in data.samples) >= 300
    assert ours >= 99.0
    assert ours > plain


class _Ours:
    def sentence_ends(self, article: Article) -> tuple[int, ...]:
        return tuple(sentence.span.end for sentence in SEGMENTER.segment(article))
