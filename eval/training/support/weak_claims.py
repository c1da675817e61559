"""Weakly labelled claims: sentences of human summaries, which mostly hold, and corruptions of them.

The judged sets have next to nothing that is both freely worded and true. Journalists' summaries are both, but
for facts taken from elsewhere. So sentences with a name or number that the article lacks are left out; the
others count as 85 % true, a guess from reading a hundred. Two of them joined by "and" count as 72 % true, or
else the mixed corruptions would teach that no sentence rests on two. Corruptions count as 3 % true, since a
few say the same in other words. The articles are those whose summary uses a quote: they have speakers to
exchange.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.datasets.load import load
from eval.datasets.samples import Sample
from eval.metrics.key_quotes import is_scorable
from eval.training.support.alterations import AlterationContext, alter, names
from service.domain import Article
from service.grounding.claims import Claim
from service.grounding.faults import SupportFaultKind
from service.grounding.grounder import THRESHOLD

SETS = {"cnndm_train": 120, "newssum_train": 140}
"""How many articles of each are drawn."""
REFERENCE, JOINED, FOREIGN = "reference", "two references joined", "foreign"
_UNKNOWN = frozenset({SupportFaultKind.UNKNOWN_NUMBER, SupportFaultKind.UNKNOWN_NAME})
_EACH, _SHORTEST = 2, 5
_CORRUPTIONS = ("number", "name", "negation", "speaker", "mix", "word")
_WORD = re.compile(r"\b[a-z]{5,}\b")
_TRUE = {REFERENCE: 0.85, JOINED: 0.72}
_CORRUPTED_TRUE = 0.03
_PART = 1.4 / 2.4
"""The share of the whole weight that sentences without corruption have."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeakClaims:
    """N sentences and their ``kinds``; ``labels`` say how likely each holds, ``shares`` weigh them.

    Sentences of equal ``articles`` number are about one article.
    """

    table: Floats  # (N, F)
    labels: Floats  # (N,)
    shares: Floats  # (N,) sums to 1
    kinds: NDArray[np.str_]  # (N,)
    articles: NDArray[np.int64]  # (N,)
    claims: tuple[Claim, ...]

    def first(self, count: int) -> WeakClaims:
        """Return the claims with their first ``count`` features only: those of words."""
        return replace(self, table=self.table[:, :count])

    def flagged(self, scores: Floats) -> list[str]:
        """Return a table row for each kind: how many the service would call unsupported."""
        low = np.array(
            [one.support(score) < THRESHOLD for one, score in zip(self.claims, scores, strict=True)]
        )
        counts = [(kind, int(low[of].sum()), int(of.sum())) for kind, of in self._kinds()]
        return [f"| {kind} | {flagged} of {all_} ({flagged / all_:.2f}) |" for kind, flagged, all_ in counts]

    def _kinds(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        for kind in dict.fromkeys(self.kinds):
            yield str(kind), self.kinds == kind

    def folds(self, count: int, seed: int) -> Iterator[NDArray[np.bool_]]:
        """Yield which sentences (N,) are left out, fold by fold of whole articles."""
        order = np.random.default_rng(seed).permutation(np.unique(self.articles))
        for part in np.array_split(order, count):
            yield np.isin(self.articles, part)


def weak_sentences(folder: Path) -> Iterator[tuple[Article, list[tuple[str, str]]]]:
    """Yield articles with (kind, sentence) pairs: references, corruptions, and one of another article."""
    for name, most in SETS.items():
        stock = [
            sample
            for sample in load(str(folder / f"{name}.jsonl.gz")).samples
            if is_scorable(sample.article.text, sample.gold.reference)
        ]
        drawn = random.Random(name).sample(stock, min(most, len(stock)))
        strangers = sorted({person for sample in drawn for person in names(sample.article.text)})
        for number, sample in enumerate(drawn):
            yield sample.article, list(_sentences(number, drawn, strangers, f"{name} {sample.article.id}"))


def weigh_claims(
    table: Floats, kinds: Sequence[str], articles: Sequence[int], claims: Sequence[Claim]
) -> WeakClaims:
    """Label and weigh claims, without references that have a name or number the article lacks."""
    true = np.array([kind in _TRUE for kind in kinds])
    unknown = np.array([any(fault.kind in _UNKNOWN for fault in one.faults) for one in claims])
    used = ~(true & unknown)
    shares = np.where(true, _PART / (true & used).sum(), (1 - _PART) / (~true).sum())
    return WeakClaims(
        table=table[used],
        labels=np.array([_TRUE.get(kind, _CORRUPTED_TRUE) for kind in kinds])[used],
        shares=shares[used],
        kinds=np.array(kinds)[used],
        articles=np.array(articles)[used],
        claims=tuple(claim for claim, use in zip(claims, used, strict=True) if use),
    )


def _sentences(
    number: int, drawn: Sequence[Sample], strangers: Sequence[str], seed: str
) -> Iterator[tuple[str, str]]:
    sample, chance = drawn[number], random.Random(seed)
    text = sample.article.text
    draw = AlterationContext(text, list(dict.fromkeys(names(text))), strangers, chance)
    references = [one for one in sample.gold.reference or () if len(one.split()) >= _SHORTEST]
    for one in references:
        yield REFERENCE, one
        yield from _corrupt(one, references, draw, _EACH)
    if len(references) > 1:
        yield JOINED, f"{references[0].rstrip('.')}, and {references[-1]}"
    other = drawn[(number + 1 + chance.randrange(len(drawn) - 1)) % len(drawn)]
    yield FOREIGN, chance.choice(other.gold.reference or ("",))


def _corrupt(
    reference: str, others: Sequence[str], draw: AlterationContext, most: int
) -> Iterator[tuple[str, str]]:
    """Yield up to ``most`` kinds and corruptions of a sentence of a human summary.

    "mix" joins its first half to the second half of one of the ``others``, "word" puts a word of the article
    in the place of one of its own.
    """
    kinds = list(_CORRUPTIONS)
    draw.chance.shuffle(kinds)
    made = 0
    for kind in kinds:
        if kind == "mix":
            corrupted = _mix(reference, others, draw)
        else:
            corrupted = _word(reference, draw) if kind == "word" else alter(kind, reference, draw)
        if corrupted and corrupted != reference and corrupted not in draw.text:
            yield kind, corrupted
            made += 1
            if made == most:
                break


def _mix(reference: str, others: Sequence[str], draw: AlterationContext) -> str | None:
    others = [other for other in others if other != reference]
    if not others:
        return None
    first, second = reference.split(), draw.chance.choice(others).split()
    return " ".join(first[: len(first) // 2] + second[len(second) // 2 :])


def _word(reference: str, draw: AlterationContext) -> str | None:
    places, stock = list(_WORD.finditer(reference)), _WORD.findall(draw.text)
    if not (places and stock):
        return None
    place, other = draw.chance.choice(places), str(draw.chance.choice(stock))
    return reference[: place.start()] + other + reference[place.end() :]
