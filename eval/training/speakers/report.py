"""Figures of a fit: by articles left out, without each proposer, and at each least confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.training.speakers.examples import SpeakerExample
from eval.training.speakers.fitting import Weights, fit_choice, pick, shares
from service.quotes.choice.confidence import log_odds
from service.quotes.choice.proposals import PROPOSERS

LEASTS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
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


def left_out(
    marks: Sequence[SpeakerExample],
    support: Sequence[SpeakerExample],
    weight: float,
    without: str | None = None,
) -> list[Final]:
    """Return what is chosen for each of ``marks`` by weights fitted without its article."""
    articles = sorted({one.article for one in marks})
    fold = {article: number % _FOLDS for number, article in enumerate(articles)}
    rows: list[Final] = []
    for number in range(_FOLDS):
        kept = [one for one in marks if fold[one.article] != number]
        others = [one for one in support if fold.get(one.article) != number]
        counts = np.concatenate([np.ones(len(kept)), np.full(len(others), weight)])
        fitted = fit_choice([*kept, *others], counts, without)
        rows += finals([one for one in marks if fold[one.article] == number], fitted)
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
    marks: Sequence[SpeakerExample],
    dev: Sequence[SpeakerExample],
    support: Sequence[SpeakerExample],
    weight: float,
) -> Iterator[str]:
    """Yield rows of a table: mention accuracy without each proposer, whose features are left out."""
    counts = np.concatenate([np.ones(len(marks)), np.full(len(support), weight)])
    for without in (None, *PROPOSERS):
        folds = mention_accuracy(left_out(marks, support, weight, without))
        on_dev = mention_accuracy(finals(dev, fit_choice([*marks, *support], counts, without)))
        yield f"| {without or 'nothing'} | {folds:.1f} | {on_dev:.1f} |"


def _final(example: SpeakerExample, odds: np.ndarray) -> Final:
    at, share = pick(example, odds)
    features = example.confidence[at] if at is not None else None
    if at is None or features is None:
        return Final(example, at, None, is_right=False)
    return Final(example, at, {**features, "choice": log_odds(share)}, example.names_right[at])


def _sure(features: Mapping[str, float], weights: Weights) -> float:
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return float(1 / (1 + np.exp(-total)))
