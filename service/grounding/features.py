"""The lexical features of the support scorers, measured on the words of a claim and of its article.

All are bounded, and 0 where they say nothing, so that a linear model can weigh them. Not here: vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log

from service.grounding.alignment import Alignment, is_name, is_unknown, wanted_of
from service.grounding.article_index import NGRAMS, ArticleIndex
from service.grounding.support_words import NOT, ComparedWord

_NEAR = 1
"""In sentences. Those at most this far apart are taken to have the same subject."""
_COPY = 3
"""In words. A run at least this long is copied, not shared by chance."""


def lexical_features(
    written: str, claim: Sequence[ComparedWord], article: ArticleIndex, found: Alignment
) -> dict[str, float]:
    """Return the features by name, in a fixed order."""
    total = max(1, len(claim))
    stems = [word.stem for word in claim]
    content = [word.stem for word in claim if word.is_content]
    novel = [stem for stem in content if not article.has(stem)]
    wanted = wanted_of(claim)
    best = article.sentences[found.evidence[0]] if found.evidence else frozenset[str]()
    held = frozenset[str]().union(*(article.sentences[index] for index in found.evidence))
    ngrams = {f"new_{length}grams": _new_ngrams(stems, article, length) for length in NGRAMS}
    return {
        "novel": len(novel) / max(1, len(content)),
        "novel_any": float(bool(novel)),
        "outside_best": 1 - len(wanted & best) / max(1, len(wanted)),
        "outside_evidence": 1 - len(wanted & held) / max(1, len(wanted)),
        **ngrams,
        "unlike_nearest": 1 - found.matched,
        "copied_density": sum(run.length**2 for run in found.copied) / total**2,
        "longest_copy": max((run.length for run in found.copied), default=0) / total,
        "fragments": len(found.copied) / total,
        **_seams(found, article, total),
        **_pairs(content, article),
        **_strangers(claim, article),
        **_changed(found),
        **_negated(claim, article, found),
        "evidence": len(found.evidence) / 3,
        "late": (found.evidence[0] / max(1, len(article.sentences) - 1)) if found.evidence else 1.0,
        "short": 1 / total**0.5,
        "long": log(1 + total) / 4,
        "unfinished": float(written.rstrip()[-1:] not in ".!?”\"'’"),
        "repeats": (len(content) - len(set(content))) / total,
        "stutters": float(len(set(pairwise(stems))) < len(stems) - 1),
        "unlikely_start": float(bool(claim) and claim[0].stem in _PRONOUNS),
    }


_PRONOUNS = frozenset("he she it they his her their this these".split())


def _new_ngrams(stems: Sequence[str], article: ArticleIndex, length: int) -> float:
    own = list(zip(*(stems[start:] for start in range(length)), strict=False))
    return sum(ngram not in article.ngrams[length] for ngram in own) / max(1, len(own))


def _seams(found: Alignment, article: ArticleIndex, total: int) -> dict[str, float]:
    """Return how copied runs meet, as pieces of distant sentences joined to one are seldom true."""
    runs = [run for run in found.copied if run.length >= _COPY]
    apart = backwards = skipped = 0
    for left, right in pairwise(runs):
        end = left.place + left.length - 1
        distance = article.sentence_of[right.place] - article.sentence_of[end]
        apart += abs(distance) > _NEAR
        backwards += right.place < left.place
        skipped += distance == 0 and right.place > end
    joints = max(1, len(runs) - 1)
    sentences = {article.sentence_of[run.place] for run in runs}
    return {
        "seams_apart": apart / joints,
        "seams_backwards": backwards / joints,
        "seams_cut": skipped / joints,
        "copied_from": min(1.0, max(0, len(sentences) - 1) / 3),
        "copied_share": sum(run.length for run in runs) / total,
    }


def _pairs(content: Sequence[str], article: ArticleIndex) -> dict[str, float]:
    """Return the shares of pairs of content words that the article has in no one sentence, or nearby."""
    homes: dict[str, set[int]] = {}
    for stem in content:
        homes.setdefault(stem, {article.sentence_of[place] for place in article.places.get(stem, ())})
    known = [stem for stem in dict.fromkeys(content) if homes[stem]]
    strange = far = count = 0
    for at, left in enumerate(known):
        for right in known[at + 1 :]:
            count += 1
            if not homes[left] & homes[right]:
                strange += 1
                near = {home + step for home in homes[left] for step in (-_NEAR, _NEAR)}
                far += not near & homes[right]
    adjacent = list(pairwise(content))
    hallucinated = sum(
        bool(homes[left]) and bool(homes[right]) and not homes[left] & homes[right]
        for left, right in adjacent
    )
    return {
        "pairs_apart": strange / max(1, count),
        "pairs_far": far / max(1, count),
        "neighbours_apart": hallucinated / max(1, len(adjacent)),
    }


def _strangers(claim: Sequence[ComparedWord], article: ArticleIndex) -> dict[str, float]:
    """Return counts of numbers and names: unknown ones, and known ones with other neighbours."""
    numbers = [at for at, word in enumerate(claim) if word.is_number]
    names = [at for at, word in enumerate(claim) if is_name(word, article)]
    return {
        "numbers": min(1.0, len(numbers) / 3),
        "unknown_numbers": min(1.0, sum(not article.has(claim[at].stem) for at in numbers) / 2),
        "numbers_astray": _astray(claim, numbers, article),
        "names": min(1.0, len(names) / 4),
        "unknown_names": min(1.0, sum(is_unknown(at, claim, article) for at in names) / 2),
        "names_astray": _astray(claim, names, article),
    }


def _astray(claim: Sequence[ComparedWord], places: Sequence[int], article: ArticleIndex) -> float:
    """Return the share of these words with too few of their content neighbours in any sentence."""
    astray = 0
    for at in places:
        near = {word.stem for word in claim[max(0, at - 3) : at + 4] if word.is_content}
        near.discard(claim[at].stem)
        homes = {article.sentence_of[place] for place in article.places.get(claim[at].stem, ())}
        astray += not any(len(near & article.sentences[home]) * 2 >= len(near) for home in homes)
    return astray / max(1, len(places))


def _changed(found: Alignment) -> dict[str, float]:
    """Return the changes against the nearest sentence, weighed by how much else is the same."""
    kinds = [change.kind for change in found.changes]
    near = max(0.0, found.matched - 0.4) / 0.6
    return {f"changed_{kind}": near * min(2, kinds.count(kind)) / 2 for kind in KINDS}


def _negated(claim: Sequence[ComparedWord], article: ArticleIndex, found: Alignment) -> dict[str, float]:
    """Return whether only the sentence, or only its best evidence, has a negation."""
    denies = any(word.is_negation for word in claim)
    denied = bool(found.evidence) and NOT in article.sentences[found.evidence[0]]
    return {"denies": float(denies and not denied), "affirms": float(denied and not denies)}


KINDS = ("number", "name", "negation", "word")
