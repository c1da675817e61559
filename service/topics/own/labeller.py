"""Which topics of an own taxonomy an article gets, with their paths and the sentences that speak for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.domain import Sentence, Topic
from service.models.encoder import Encoding
from service.models.heads.topics import TopicHead
from service.topics.labels import MAX_TOPICS, MIN_CONFIDENCE, MIN_FURTHER_CONFIDENCE, make_topics
from service.topics.own.taxonomy import OwnTaxonomy
from service.topics.taxonomy import Taxonomy


@dataclass(frozen=True)
class OwnTopics:
    """A taxonomy with the head that scores it; ``version`` goes into the results."""

    taxonomy: OwnTaxonomy
    head: TopicHead
    version: str

    @cached_property
    def _scored(self) -> Taxonomy:
        return self.taxonomy.scored(self.version)

    def label(
        self, encoding: Encoding, use: Sequence[bool], sentences: Sequence[Sentence]
    ) -> tuple[Topic, ...]:
        """Return the topics of an article of S ``sentences``, of which those with ``use`` count."""
        scores = self.head.score(encoding, use)
        if not sentences or not np.isfinite(scores.contributions).any():
            return ()
        chosen = choose_own_topics(scores.probabilities, self.taxonomy)
        return make_topics(chosen, scores.probabilities, scores.contributions, sentences, self._scored)


def choose_own_topics(
    probabilities: NDArray[np.float32] | NDArray[np.float64], taxonomy: OwnTaxonomy
) -> tuple[int, ...]:
    """Return the positions of the labels to show, the likeliest first; ``probabilities`` is (K,).

    As with Media Topics the first needs less confidence than others. A label above a shown one isn't shown:
    it stands in the path.
    """
    order = [int(index) for index in np.argsort(-probabilities, kind="stable")]
    likely = [index for index in order if probabilities[index] >= MIN_FURTHER_CONFIDENCE]
    if not likely:
        return tuple(order[:1]) if probabilities[order[0]] >= MIN_CONFIDENCE else ()
    above = {id_ for index in likely for id_ in taxonomy.paths[index][:-1]}
    return tuple(index for index in likely if taxonomy.labels[index].id not in above)[:MAX_TOPICS]
