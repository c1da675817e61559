"""Figures of a fit: by articles left out, without each proposer, and at each least confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.training.speakers.examples import SpeakerExample
from eval.training.speakers.fitting import ChoiceProblem, Weights, shares
from service.quotes.choice.confidence import choice_features
from service.quotes.choice.proposals import PROPOSERS
from service.quotes.choice.scoring import pick

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Final:
    """What was chosen for an example: the features of its confidence, and whether it is right.

    ``features`` is None where nobody was chosen or the mention means nobody; ``is_right`` is of the name.
    """

    example: SpeakerExample
    chosen: int | None
    features: Mapping[str, float] | None
    is_right: bool


def finals(examples: Sequence[SpeakerExample], weights: Weights) -> list[Final]:
    """Return what the weights choose."""
    return [_final(one, odds) for one, odds in zip(examples, shares(examples, weights), strict=True)]


@dataclass(frozen=True, slots=True)
class Folds:
    """The marks in five parts by article, each with the fit to all the others and to what supports them."""

    parts: Sequence[tuple[Sequence[SpeakerExample], ChoiceProblem, Weights]]

    @classmethod
    def of(cls, marks: Sequence[SpeakerExample], support: Sequence[SpeakerExample], weight: float) -> Folds:
        """Fit each part's weights without its articles; ``weight`` is that of the support."""
        articles = sorted({one.article for one in marks})
        fold = {article: number % _FOLDS for number, article in enumerate(articles)}
        parts = []
        for number in range(_FOLDS):
            kept = [one for one in marks if fold[one.article] != number]
            others = [one for one in support if fold.get(one.article) != number]
            problem = ChoiceProblem(
                [*kept, *others], np.concatenate([np.ones(len(kept)), np.full(len(others), weight)])
            )
            parts.append(([one for one in marks if fold[one.article] == number], problem, problem.fit()))
        return cls(parts)

    def finals(self, without: str | None = None) -> list[Final]:
        """Return what is chosen for each of the marks by weights fitted without its article."""
        rows: list[Final] = []
        for part, problem, fitted in self.parts:
            rows += finals(part, problem.fit(without, fitted) if without else fitted)
        return rows


def mention_accuracy(rows: Sequence[Final]) -> float:
    """Return the percentage of quotations somebody is told to speak whose mention is right."""
    told = [row for row in rows if row.example.is_told]
    right = [row.chosen is not None and row.example.right[row.chosen] for row in told]
    return 100 * float(np.mean(right))


def outcomes(rows: Sequence[Final], confidence: Weights, least: float) -> str:
    """Return cells of a table: right, wrong and null in per cent, of those whose speaker is known by name."""
    known = [row for row in rows if row.example.names_known]
    named = [row for row in known if row.features and _sure(row.features, confidence) >= least]
    right = sum(row.is_right for row in named)
    counts = (right, len(named) - right, len(known) - len(named))
    return " | ".join(f"{100 * count / len(known):.1f}" for count in counts)


def ablation(
    folds: Folds, whole: ChoiceProblem, fitted: Weights, dev: Sequence[SpeakerExample]
) -> Iterator[str]:
    """Yield rows of a table: mention accuracy without each proposer, whose features are left out.

    ``whole`` is the problem of all that is trained on; its ``fitted`` weights choose on ``dev``.
    """
    for without in (None, *PROPOSERS):
        by_folds = mention_accuracy(folds.finals(without))
        on_dev = mention_accuracy(finals(dev, whole.fit(without, fitted)))
        yield f"| {without or 'nothing'} | {by_folds:.1f} | {on_dev:.1f} |"


def _final(example: SpeakerExample, odds: np.ndarray) -> Final:
    at, share = pick(odds.tolist(), example.together)
    features = example.confidence[at] if at is not None else None
    if at is None or features is None:
        return Final(example, at, None, is_right=False)
    return Final(example, at, {**features, **choice_features(share)}, example.names_right[at])


def _sure(features: Mapping[str, float], weights: Weights) -> float:
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return float(1 / (1 + np.exp(-total)))
