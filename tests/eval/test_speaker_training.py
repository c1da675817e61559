"""The fits of the choice of speakers and of its confidence, on made-up examples."""

from __future__ import annotations

import numpy as np
import pytest

from eval.datasets.samples import Gold, GoldAttribution, GoldQuotation, Sample
from eval.training.speakers.examples import Reading, SpeakerExample, lost, speaker_examples
from eval.training.speakers.fitting import ChoiceProblem, fit_confidence, shares
from eval.training.speakers.report import Folds, ablation, finals, mention_accuracy, outcomes
from service.domain import Article, QuoteKind
from service.people.entity_index import find_people
from service.quotes.choice.scoring import pick
from service.quotes.decoding import AttributionTags
from service.text.document import Document
from service.text.segment import Segmenter

_TEXT = (
    "“The gate stays shut for now,” said Ann Moss.\n\nRain fell on the town all day.\n\n"
    "“We will not move from here,” said Omar Reyes.\n\nThe tide came in at noon.\n\n"
    "“It is a fine old bridge,” said Lea Stone."
)


def _example(article: str, right: int, features: list[dict[str, float]]) -> SpeakerExample:
    return SpeakerExample(
        article=article,
        features=features,
        right=[at == right for at in range(len(features))],
        names=["Ann Moss", "Omar Reyes"],
        names_right=[right == 0, right == 1],
        together=[[0], [1]],
        confidence=[{"bias": 1.0}, {"bias": 1.0}],
        is_told=right < 2,
        names_known=right < 2,
        is_annotated=True,
    )


@pytest.fixture
def examples() -> list[SpeakerExample]:
    drawn = np.random.default_rng(1)
    made = []
    for number in range(60):
        right = int(drawn.integers(3))
        features = [{"good": float(at == right), "other": float(drawn.random())} for at in range(3)]
        made.append(_example(f"a{number}", right, features))
    return made


def test_the_ablation_shows_what_a_proposer_is_worth() -> None:
    drawn = np.random.default_rng(2)
    made = []
    for number in range(60):
        right = int(drawn.integers(2))
        features = [{"by_tag": float(at == right), "by_label": 1.0} for at in range(2)]
        made.append(_example(f"a{number}", right, [*features, {"nobody": 1.0}]))
    whole = ChoiceProblem(made, np.ones(60))
    table = {
        row.split("|")[1].strip(): row for row in ablation(Folds.of(made, [], 1.0), whole, whole.fit(), made)
    }
    assert table["nothing"] == table["label"].replace("label", "nothing") == "| nothing | 100.0 | 100.0 |"
    assert float(table["tag"].split("|")[3]) < 80


def test_the_choice_learns_what_tells_and_priors_stand_where_there_are_no_data(
    examples: list[SpeakerExample],
) -> None:
    weights = ChoiceProblem(examples, np.ones(len(examples))).fit()
    assert weights["good"] > 2 > abs(weights["other"])
    assert weights["by_told_by"] == pytest.approx(5.0)
    assert mention_accuracy(finals(examples, weights)) == 100
    assert mention_accuracy(Folds.of(examples, [], 1.0).finals()) == 100
    for example, odds in zip(examples, shares(examples, weights), strict=True):
        at, share = pick(odds.tolist(), example.together)
        assert example.right[at if at is not None else 2]
        assert share > 0.5


def test_confidence_is_the_share_that_is_right() -> None:
    features = [{"bias": 1.0}] * 100
    weights = fit_confidence(features, [at < 80 for at in range(100)], [1.0] * 100)
    assert 1 / (1 + np.exp(-weights["bias"])) == pytest.approx(0.8, abs=0.02)


def test_outcomes_are_of_those_whose_name_is_known(examples: list[SpeakerExample]) -> None:
    rows = finals(examples, ChoiceProblem(examples, np.ones(len(examples))).fit())
    assert outcomes(rows, {"bias": 5.0}, 0.5) == "100.0 | 0.0 | 0.0"
    assert outcomes(rows, {"bias": -5.0}, 0.5) == "0.0 | 0.0 | 100.0"


def _attribution(words: str, source: str) -> GoldAttribution:
    start, at = _TEXT.index(words), _TEXT.index(source)
    cue = _TEXT.rindex("said", 0, at)
    return GoldAttribution(
        QuoteKind.DIRECT,
        ((start - 1, start + len(words) + 1),),
        ((at, at + len(source)),),
        ((cue, cue + 4),),
    )


def test_an_attribution_is_deleted_and_its_quotation_becomes_nobody_s() -> None:
    attributions = (
        _attribution("The gate stays shut for now,", "Ann Moss"),
        _attribution("We will not move from here,", "Omar Reyes"),
        _attribution("It is a fine old bridge,", "Lea Stone"),
    )
    copy = lost(Sample(Article("a", _TEXT), Gold(attributions=attributions)))
    assert copy is not None
    assert "said Omar Reyes" in copy.article.text
    assert "said Ann Moss" not in copy.article.text
    assert "said Lea Stone" not in copy.article.text
    sources = [one.source for one in copy.gold.attributions or ()]
    assert [bool(source) for source in sources] == [False, True, False]
    assert copy.article.text[slice(*sources[1][0])] == "Omar Reyes"


def test_an_article_gives_an_example_for_each_quotation() -> None:
    start = _TEXT.index("We will not move from here,")
    gold = Gold(quotations=(GoldQuotation(QuoteKind.DIRECT, ((start, start + 27),), ("Omar Reyes",)),))
    article = Article("a", _TEXT)
    document = Document(article, Segmenter.load().segment(article))
    reading = Reading(Sample(article, gold), document, find_people(document), AttributionTags())
    first, second, third = speaker_examples(reading)
    assert (first.is_told, second.is_told, third.is_told) == (False, True, False)
    assert second.names[second.right.index(True)] == "Omar Reyes"
    assert first.right[-1]
