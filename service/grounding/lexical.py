"""The lexical scorer of support: a calibrated logistic regression over the features of the words alone.

As the support head's, each weight has two values, for sentences that copy and for sentences in words of their
own. The weights are printed by ``python -m eval.training.support``; figures are in the card of that head.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

OWN_WORDS = "new_3grams"
"""The feature that separates copied sentences, below the first limit, from free ones, above the second."""
LIMITS = (0.2, 0.8)
BIAS = (1.223, 0.328)
WEIGHTS: Mapping[str, tuple[float, float]] = {
    "novel": (0.286, -1.105),
    "novel_any": (-0.283, 0.146),
    "outside_best": (-0.104, -0.415),
    "outside_evidence": (0.181, -0.732),
    "new_2grams": (-0.186, -0.580),
    "new_3grams": (-0.593, -0.062),
    "new_4grams": (-0.548, -0.038),
    "unlike_nearest": (-0.220, -0.919),
    "copied_density": (0.643, -0.103),
    "longest_copy": (0.300, -0.122),
    "fragments": (-1.300, 0.426),
    "seams_apart": (-0.129, -0.189),
    "seams_backwards": (-0.581, 0.125),
    "seams_cut": (-0.076, 0.098),
    "copied_from": (-0.077, 1.100),
    "copied_share": (0.360, 0.274),
    "pairs_apart": (-0.642, -0.165),
    "pairs_far": (-0.507, -0.223),
    "neighbours_apart": (-1.616, 0.418),
    "numbers": (0.289, -0.172),
    "unknown_numbers": (1.419, -1.660),
    "numbers_astray": (0.340, -0.616),
    "names": (-0.002, -0.026),
    "unknown_names": (-1.174, -0.792),
    "names_astray": (0.056, -0.730),
    "changed_number": (-6.335, -5.149),
    "changed_name": (-3.892, -0.564),
    "changed_negation": (-6.089, -2.907),
    "changed_word": (-1.451, 1.219),
    "denies": (-0.641, -0.474),
    "affirms": (0.207, 0.169),
    "evidence": (-0.472, -0.108),
    "late": (-0.011, -0.069),
    "short": (-1.617, -0.136),
    "long": (1.113, 1.109),
    "unfinished": (-0.553, -0.292),
    "repeats": (-0.563, -11.442),
    "stutters": (-0.166, -0.286),
    "unlikely_start": (-0.131, -0.252),
}


def support(features: Mapping[str, float]) -> float:
    """Return the support in 0..1 of a claim with these features."""
    low, high = LIMITS
    free = min(1.0, max(0.0, (features[OWN_WORDS] - low) / (high - low)))
    copied_logit, free_logit = BIAS
    for name, (copied_weight, free_weight) in WEIGHTS.items():
        copied_logit += copied_weight * features[name]
        free_logit += free_weight * features[name]
    return 1 / (1 + exp(-(copied_logit * (1 - free) + free_logit * free)))
