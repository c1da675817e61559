"""Which media topics an article gets, and which of its sentences are the evidence for each.

The probabilities come from the topic head (``service.models.heads.topics``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.domain import Sentence, Span, Topic
from service.topics.taxonomy import LEVEL_1, Taxonomy

# Micro F1 on sources left out in turn is highest from 0.35 to 0.4: eval.training.topics prints the table.
MIN_CONFIDENCE = 0.35
# Those sources have one label a text, so a second topic can't be tuned on them. At 0.35 three of 21
# articles of our own got a wrong second topic, at 0.5 one, and no right one was lost.
MIN_FURTHER_CONFIDENCE = 0.5
MAX_TOPICS = 4
_MAX_EVIDENCE = 3
# A further sentence is evidence if it contributes this share of what the best one does. Set by reading.
_EVIDENCE_SHARE = 0.6


def label_topics(
    probabilities: NDArray[np.float32],
    contributions: NDArray[np.float32],
    sentences: Sequence[Sentence],
    taxonomy: Taxonomy = LEVEL_1,
) -> tuple[Topic, ...]:
    """Return the topics that are likely enough, the likeliest first.

    ``probabilities`` (K,) are in the order of ``taxonomy``; ``contributions`` (S, K) say how much each
    sentence speaks for each topic, minus infinity where it must not (furniture). Evidence is in article
    order. Without a sentence that may speak for the article there are no topics.
    """
    if not sentences or not np.isfinite(contributions).any():
        return ()
    return make_topics(choose_topics(probabilities), probabilities, contributions, sentences, taxonomy)


def make_topics(
    chosen: Sequence[int],
    probabilities: NDArray[np.float32],
    contributions: NDArray[np.float32],
    sentences: Sequence[Sentence],
    taxonomy: Taxonomy,
) -> tuple[Topic, ...]:
    """Return the topics at the positions ``chosen``, each with its evidence in article order."""
    return tuple(
        Topic(
            id=taxonomy.topics[index].id,
            label=taxonomy.topics[index].label,
            path=taxonomy.topics[index].path,
            confidence=float(probabilities[index]),
            evidence=_evidence(contributions[:, index], sentences),
        )
        for index in chosen
    )


def choose_topics(probabilities: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the positions of the topics to show, the likeliest first; ``probabilities`` is (K,)."""
    first, *others = map(int, np.argsort(-probabilities, kind="stable")[:MAX_TOPICS])
    if probabilities[first] < MIN_CONFIDENCE:
        return ()
    return (first, *(index for index in others if probabilities[index] >= MIN_FURTHER_CONFIDENCE))


def _evidence(contributions: NDArray[np.float32], sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    """Return the sentence that contributes most by ``contributions`` (S,), and those that come near it."""
    best, *others = map(int, np.argsort(-contributions, kind="stable")[:_MAX_EVIDENCE])
    enough = max(float(contributions[best]) * _EVIDENCE_SHARE, 0.0)
    chosen = [best, *(index for index in others if contributions[index] > enough)]
    return tuple(sentences[index].span for index in sorted(chosen))
