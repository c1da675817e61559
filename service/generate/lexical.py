"""The lexical scorer of support: a calibrated logistic regression over the features of the words alone.

Its weights are printed by ``python -m eval.training.support``; figures are in the card of the support head.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

BIAS = 1.325
WEIGHTS: Mapping[str, float] = {
    "novel": -1.228,
    "novel_any": 0.157,
    "outside_best": -0.261,
    "outside_evidence": -0.540,
    "new_2grams": -0.138,
    "new_3grams": -0.213,
    "new_4grams": -0.262,
    "unlike_nearest": -0.907,
    "copied_density": 0.857,
    "longest_copy": -0.327,
    "fragments": -0.445,
    "seams_apart": -0.209,
    "seams_backwards": -0.235,
    "seams_cut": -0.082,
    "copied_from": 0.036,
    "copied_share": 0.225,
    "pairs_apart": -0.593,
    "pairs_far": -0.221,
    "neighbours_apart": 0.734,
    "numbers": -0.034,
    "unknown_numbers": -0.132,
    "numbers_astray": -0.536,
    "names": -0.202,
    "unknown_names": -0.500,
    "names_astray": -0.989,
    "changed_number": -4.048,
    "changed_name": -2.522,
    "changed_negation": -7.546,
    "changed_word": -0.585,
    "evidence": -0.217,
    "late": -0.206,
    "short": -1.319,
    "long": 0.902,
    "unfinished": -0.300,
    "repeats": -7.094,
    "stutters": -0.178,
    "unlikely_start": -0.204,
}


def support(features: Mapping[str, float]) -> float:
    """Return the support in 0..1 of a claim with these features."""
    logit = BIAS + sum(weight * features[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + exp(-logit))
