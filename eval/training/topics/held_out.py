"""How the topic head does on sources it was not trained on: predictions, calibration on them, tables.

Shapes: N texts, K topics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_score, recall_score

from eval.metrics.measures import calibration, calibration_error
from eval.training.topics.head import EncodedSource, Logits, fit
from eval.training.topics.texts import SEED
from service.topics.labels import choose_topics

_LEFT_OUT = ("bbc", "masakhanews", "agnews", "wcep", "huffpost")

Decisions = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HeldOutTexts:
    """Texts that the head was not trained on, with its predictions for them."""

    name: str
    gold: NDArray[np.bool_]  # (N, K)
    known: NDArray[np.int64]  # topics that the source labels
    logits: Logits  # (N, K)


def leave_out(encoded: Sequence[EncodedSource], vocabulary: int) -> list[HeldOutTexts]:
    """Predict each large source with a head trained on the others, and a third of HuffPost with the rest."""
    held_out = []
    for name in _LEFT_OUT:
        [left] = [source for source in encoded if source.source.name == name]
        others = [source for source in encoded if source.source.name != name]
        held_out.append(_predict(name, left, others, vocabulary))
        if name == "huffpost":
            order = np.random.default_rng(SEED).permutation(len(left.source.texts))
            third = len(order) // 3
            seen = left.take(order[third:])
            held_out.append(
                _predict("huffpost, a third", left.take(order[:third]), [*others, seen], vocabulary)
            )
    return held_out


def _predict(
    name: str, left: EncodedSource, others: Sequence[EncodedSource], vocabulary: int
) -> HeldOutTexts:
    logits = fit(others, vocabulary).logits(left.features)
    return HeldOutTexts(name, left.source.labels() > 0, left.source.known(), logits)


def calibrate(held_out: Sequence[HeldOutTexts]) -> tuple[float, float]:
    """Fit Platt's scale and offset to the labelled decisions; every source counts alike."""
    logits = torch.from_numpy(np.concatenate([texts.logits[:, texts.known].ravel() for texts in held_out]))
    gold = torch.from_numpy(
        np.concatenate([texts.gold[:, texts.known].ravel() for texts in held_out])
    ).float()
    sizes = [texts.gold[:, texts.known].size for texts in held_out]
    worth = torch.from_numpy(np.repeat([1 / size for size in sizes], sizes)).float()
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = torch.nn.functional.binary_cross_entropy_with_logits(
            logits * line[0] + line[1], gold, worth, reduction="sum"
        )
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    scale, offset = line.detach().tolist()
    return scale, offset


def report(held_out: Sequence[HeldOutTexts]) -> str:
    """Return the table of held-out figures; each source is calibrated on the others."""
    lines = [
        "| left out | texts | macro F1, its own topics | macro F1, all 17 | micro F1, all 17 "
        "| ECE, decisions | ECE, likeliest | as shown: precision, recall, macro F1 | coverage |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for texts in held_out:
        # HuffPost as a whole calibrates nothing: the shipped head has seen its kind of headline.
        others = [
            other for other in held_out if other.name[:8] != texts.name[:8] and other.name != "huffpost"
        ]
        scale, offset = calibrate(others)
        probabilities = 1 / (1 + np.exp(-(texts.logits * scale + offset)))  # (N, K)
        own, own_gold = probabilities[:, texts.known], texts.gold[:, texts.known]
        best = likeliest(probabilities)
        shown = np.zeros_like(texts.gold)
        for row, likely in enumerate(probabilities):
            shown[row, list(choose_topics(likely))] = True
        precision, recall = precision_recall(own_gold, shown[:, texts.known])
        top_error = expected_calibration_error(probabilities[best], texts.gold[best])
        lines.append(
            f"| {texts.name} | {len(own)} | {macro_f1(own_gold, likeliest(own)):.3f} "
            f"| {macro_f1(texts.gold, best):.3f} | {micro_f1(texts.gold, best):.3f} "
            f"| {expected_calibration_error(own, own_gold):.3f} | {top_error:.3f} "
            f"| {precision:.3f}, {recall:.3f}, {macro_f1(own_gold, shown[:, texts.known]):.3f} "
            f"| {shown.any(axis=1).mean():.3f} |"
        )
    return "\n".join(lines)


def thresholds(held_out: Sequence[HeldOutTexts], scale: float, offset: float) -> str:
    """Return precision, recall, F1, coverage and topics per text by threshold; every source counts alike."""
    lines = [
        "| threshold | precision | recall | micro F1 | coverage | topics a text |",
        "|---|---|---|---|---|---|",
    ]
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6):
        figures = []
        for texts in held_out:
            probabilities = 1 / (1 + np.exp(-(texts.logits * scale + offset)))
            gold, shown = texts.gold[:, texts.known], (probabilities >= threshold)[:, texts.known]
            all_shown = (probabilities >= threshold).sum(axis=1).mean()
            figures.append(
                (
                    *precision_recall(gold, shown),
                    micro_f1(gold, shown),
                    (probabilities >= threshold).any(axis=1).mean(),
                    all_shown,
                )
            )
        lines.append(
            f"| {threshold} | " + " | ".join(f"{mean:.3f}" for mean in np.mean(figures, axis=0)) + " |"
        )
    return "\n".join(lines)


def macro_f1(gold: Decisions, predicted: Decisions) -> float:
    """Return the mean F1 of the topics that occur in ``gold``."""
    occurring = np.flatnonzero(gold.any(axis=0))
    return float(f1_score(gold, predicted, labels=occurring, average="macro", zero_division=0))


def micro_f1(gold: Decisions, predicted: Decisions) -> float:
    """Return the F1 over all decisions together."""
    return float(f1_score(gold, predicted, average="micro", zero_division=0))


def precision_recall(gold: Decisions, predicted: Decisions) -> tuple[float, float]:
    """Return precision and recall over all decisions together."""
    precision, recall = (
        float(score(gold, predicted, average="micro", zero_division=0))
        for score in (precision_score, recall_score)
    )
    return precision, recall


def likeliest(probabilities: NDArray[np.floating]) -> Decisions:
    """Return a table (N, K) that is true for the likeliest topic of each row, the first of equals."""
    chosen = np.zeros(probabilities.shape, dtype=np.bool_)
    chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return chosen


def expected_calibration_error(probabilities: NDArray[np.floating], outcomes: Decisions) -> float:
    """Return the expected calibration error over all decisions, in ten bins."""
    tally = calibration(probabilities.ravel().astype(np.float64), outcomes.ravel())
    return float(calibration_error(np.ones((1, 1)), tally[None])[0])
