"""Deleting attributions: what is cut, what is left out because the text still tells, and the task."""

from __future__ import annotations

import pytest

from eval import runs
from eval.datasets import Gold, GoldAttribution, Sample
from eval.datasets.load import Dataset
from eval.metrics.unattributed import answer, deletions
from eval.systems.shape import quoting
from eval.tasks import TASKS
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker

BEFORE = "The pier reopened in May.\n\n"
AFTER = "\n\nIt cost nine million."


def _marked(paragraph: str, *marked: tuple[str, ...], before: str = BEFORE, after: str = AFTER):
    """An article whose attributions are (source, cue, content, …), each found in its text."""
    text = before + paragraph + after

    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    gold = tuple(
        GoldAttribution(
            QuoteKind.DIRECT if content[0][0] in "“\"'‘" else QuoteKind.INDIRECT,
            tuple(map(at, content)),
            (at(source),),
            (at(cue),),
        )
        for source, cue, *content in marked
    )
    return text, gold


@pytest.mark.parametrize(
    ("paragraph", "marked", "left"),
    [
        ("“It opens,” she said.", ("she", "said", "“It opens,”"), "“It opens.”"),
        ("“It opens!” said Tom Day on Monday.", ("Tom Day", "said", "“It opens!”"), "“It opens!”"),
        ("''It opens,'' she said.", ("she", "said", "''It opens,''"), "''It opens.''"),
        ("‘It opens’, she said.", ("she", "said", "‘It opens’"), "‘It opens’."),
        ("“It opens,” she said. “Soon.”", ("she", "said", "“It opens,”", "“Soon.”"), "“It opens.” “Soon.”"),
        ("Day told us: “It opens.”", ("Day", "told", "“It opens.”"), "“It opens.”"),
        ("She said on Monday, “It opens.”", ("She", "said", "“It opens.”"), "“It opens.”"),
    ],
)
def test_the_clause_goes_and_a_sentence_is_left(paragraph, marked, left):
    text, gold = _marked(paragraph, marked)
    (deletion,) = deletions(text, gold)
    copy = deletion.apply(text)
    assert copy == BEFORE + left + AFTER
    start, end = deletion.content[0]
    moved = copy[deletion.in_copy(start) : deletion.in_copy(end)]
    assert text[start:end].rstrip(".,”'’") == moved.rstrip(".,”'’")
    cost, there = copy.index("cost"), text.index("cost")
    assert deletion.in_whole(Span(cost, cost + 4)) == Span(there, there + 4)
    assert not deletion.beside


@pytest.mark.parametrize(
    ("paragraph", "marked"),
    [
        # What would be left is no sentence.
        ("“It opens,” she said, “in May.”", ("she", "said", "“It opens,”", "“in May.”")),
        ("“It opens,” she said, turning to the mayor of St. Ives.", ("she", "said", "“It opens,”")),
        ("Asked, she said it “opens,” then left.", ("she", "said", "“opens,”")),
        # The reporter says more in the paragraph, perhaps about the speaker.
        ("She smiled. “It opens,” Day said.", ("Day", "said", "“It opens,”")),
        # Source and cue stand apart.
        ("“It opens,” Day, 45, firmly said.", ("Day", "said", "“It opens,”")),
    ],
)
def test_what_cannot_be_deleted_neatly_is_left_out(paragraph, marked):
    assert deletions(*_marked(paragraph, marked)) == ()


@pytest.mark.parametrize(
    "before", ["The mayor had this to say:\n\n", "Day had waited. “A year. And then\n\n"]
)
def test_a_quotation_that_the_paragraph_before_leads_on_to_is_left_out(before):
    said = ("she", "said", "“It opens,”")
    assert deletions(*_marked("“It opens,” she said.", said, before=before)) == ()


def test_another_attribution_in_the_paragraph_still_tells_but_not_one_inside_the_quotation():
    paragraph = "“It opens, they say,” Day said. “Soon.”"
    said = ("Day", "said", "“It opens, they say,”", "“Soon.”")
    assert len(deletions(*_marked(paragraph, said, ("they", "say", "It opens")))) == 1
    apart = (said[:3], ("Ruiz", "added", "“Soon.”"))
    assert deletions(*_marked("“It opens, they say,” Day said. “Soon.” Ruiz added.", *apart)) == ()


@pytest.mark.parametrize(
    ("speaker", "other", "beside"),
    [
        ("Tom Day", "Ana Ruiz", False),
        ("Tom Day", "Mr. Day", True),
        ("Tom Day", "He", True),
        ("Tom Day", "The Brighton diver", True),
        ("she", "Ana Ruiz", True),
    ],
)
def test_a_paragraph_beside_may_report_the_same_speaker(speaker, other, beside):
    told = (other, "regretted", "the delay")
    said = (speaker, "said", "“It opens,”")
    paragraph = f"“It opens,” {speaker} said."
    for around in (
        {"before": f"{other} regretted the delay.\n\n"},
        {"after": f"\n{other} regretted the delay."},
    ):
        (deletion,) = deletions(*_marked(paragraph, said, told, **around))
        assert deletion.beside is beside


TEXT, GOLD = _marked("“It opens,” Day said.", ("Day", "said", "“It opens,”"))


def _quote(copy: str, words: str, speaker: str | None) -> Quote:
    def at(part: str) -> Span:
        return Span(copy.index(part), copy.index(part) + len(part))

    given = Speaker(speaker, None, at(speaker)) if speaker else None
    return Quote(QuoteKind.DIRECT, (at(words),), None, given, 0.9, 1)


def test_a_speaker_of_a_quote_that_covers_the_content_is_a_name():
    (deletion,) = deletions(TEXT, GOLD)
    copy = deletion.apply(TEXT)
    quoted, speaker = answer(TEXT, deletion, [_quote(copy, "It opens", "The pier")])
    assert quoted
    assert speaker is not None
    assert answer(TEXT, deletion, [_quote(copy, "It opens", None)]) == (True, None)
    assert answer(TEXT, deletion, [_quote(copy, "nine million", "The pier")]) == (False, None)


class _Guesses:
    """Finds the quotation and names "The pier" for it, or nobody."""

    def __init__(self, speaker: str | None) -> None:
        self._speaker = speaker

    def analyse(self, article: Article) -> Analysis:
        assert "Day" not in article.text
        return quoting(article, [_quote(article.text, "It opens", self._speaker)], "guesses")


@pytest.mark.parametrize(("speaker", "named"), [("The pier", 100.0), (None, 0.0)])
def test_the_task_tells_a_system_that_guesses_from_one_that_does_not(speaker, named):
    samples = (
        Sample(Article(id="a", text=TEXT), Gold(attributions=GOLD)),
        Sample(Article(id="b", text=TEXT), Gold(attributions=())),
    )
    done = runs.run(
        TASKS["unattributed"](), _Guesses(speaker), "guesses", Dataset("d", "d", "sha256:0", "MIT", samples)
    )
    figures = {name: figure["value"] for name, figure in runs.metrics(done)["measures"].items()}
    assert figures == {"named": named, "named_alone": named, "quoted": 100.0}
    (record,) = done.records
    assert record.prediction == [speaker]
    assert [TEXT[m["start"] : m["end"]] for m in record.marks if m["side"] == "predicted"] == (
        [speaker] if speaker else []
    )
