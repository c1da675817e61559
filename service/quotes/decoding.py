"""Reported speech decoded from the attribution head's scores: content, source and cue, and how they link.

The best sequence of tags is found (Viterbi), each content and source linked to its likeliest cue, contents
of one cue joined. Pure functions over arrays; no rule about words is here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from service.domain import Span

if TYPE_CHECKING:
    from service.models.heads.attribution import AttributionScores

_OUTSIDE, _CONTENT, _SOURCE, _CUE = 0, 1, 3, 5
# Scores by which "outside" beats every other tag where a text may be parted; in 84 articles of polnear_dev
# the best tags were the same with and without.
_SURE = 6.0
_SHORTEST_PIECE_WORDS = 16
_NEVER = -50.0
# What belongs together stands close by: further off, only chance would link it.
_REACH_WORDS = 150
_NEAR_WORDS = 50
# Chosen on polnear_dev: without sharing a source 10 points of reported speech lose their speaker, with any
# source near by 3 more points of the given speakers are wrong.
_SHARE_MARGIN, _SPARE_MARGIN = 5.0, 3.0


@dataclass(frozen=True, slots=True)
class ReportedSpeech:
    """One attribution as the model reads it. ``probability`` is that of its least certain content span."""

    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    probability: float


@dataclass(frozen=True, slots=True)
class _TagRun:
    """Words ``[first, last)`` that carry one role: a tag that begins it, and those that go on with it."""

    role: int
    first: int
    last: int
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class AttributionTags:
    """What the attribution head reads in a text of W words: reported speech, and sources and cues.

    ``source`` and ``cue`` are the probabilities (W,) that a word is part of one; ``words`` (W, 2) are
    offsets."""

    reported: tuple[ReportedSpeech, ...] = ()
    words: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    source: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    cue: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def source_probability(self, mention: Span) -> float:
        """Return how likely ``mention`` is a source: the probability of its likeliest word."""
        return self._highest(self.source, mention)

    def cue_probability(self, cue: Span | None) -> float:
        """Return how likely the words are a cue; 0 without any."""
        return self._highest(self.cue, cue) if cue else 0.0

    def _highest(self, probabilities: NDArray[np.float64], span: Span) -> float:
        first = int(np.searchsorted(self.words[:, 1], span.start, side="right"))
        last = int(np.searchsorted(self.words[:, 0], span.end))
        return float(probabilities[first:last].max(initial=0.0))


def read_tags(scores: AttributionScores) -> AttributionTags:
    """Return what ``scores`` show: attributions in the order of their content, and each word's roles."""
    if not len(scores.words):
        return AttributionTags()
    tags, posterior = decode(scores.emissions, scores.transitions)
    return AttributionTags(
        _reported_speech(scores, list(_tag_runs(tags, posterior))),
        scores.words,
        posterior[:, _SOURCE : _SOURCE + 2].sum(axis=1),
        posterior[:, _CUE : _CUE + 2].sum(axis=1),
    )


def _reported_speech(scores: AttributionScores, runs: Sequence[_TagRun]) -> tuple[ReportedSpeech, ...]:
    links = _Links.of(scores, runs)
    groups: dict[int, list[_TagRun]] = {}
    for content in (run for run in runs if run.role == _CONTENT):
        cue = links.best_cue(content)
        # A content without any cue is an attribution of its own.
        groups.setdefault(cue if cue is not None else -content.first - 1, []).append(content)
    _fill_empty(links, groups)
    sources = [run for run in runs if run.role == _SOURCE]
    own = {links.best_cue(source): source for source in reversed(sources)}
    reported = []
    for key, together in groups.items():
        begun = links.cues[key] if key >= 0 else None
        by = (own.get(key) or _shared_source(links, key, sources)) if begun else None
        reported.append(
            ReportedSpeech(
                content=tuple(_span(scores, content) for content in together),
                cue=_span(scores, begun) if begun else None,
                source=_span(scores, by) if by else None,
                probability=min(content.probability for content in together),
            )
        )
    return tuple(sorted(reported, key=lambda one: one.content))


@dataclass(frozen=True, slots=True)
class _Links:
    """The scores of links from contents and sources to the ``cues`` within reach, in the order of the text.

    ``rows`` holds, by the word where a content or source begins, the first cue within its reach and the
    scores of the links to that cue and those after it.
    """

    cues: Sequence[_TagRun]
    rows: Mapping[int, tuple[int, NDArray[np.float32]]]

    @classmethod
    def of(cls, scores: AttributionScores, runs: Sequence[_TagRun]) -> _Links:
        cues = [run for run in runs if run.role == _CUE]
        begins = np.array([cue.first for cue in cues], dtype=np.int64)  # (C,)
        words = np.array([run.first for run in runs if run.role != _CUE], dtype=np.int64)  # (D,)
        first = np.searchsorted(begins, words - _REACH_WORDS)
        last = np.searchsorted(begins, words + _REACH_WORDS, side="right")
        within = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)] or [first])
        linked = scores.links(np.repeat(words, last - first), begins[within])
        parts = np.split(linked, np.cumsum(last - first)[:-1])
        return cls(cues, dict(zip(words.tolist(), zip(first.tolist(), parts, strict=False), strict=False)))

    def score(self, dependent: _TagRun, cue: int) -> float:
        """Return the score of the link to a cue within reach, by its index."""
        first, row = self.rows[dependent.first]
        return float(row[cue - first])

    def best_cue(self, dependent: _TagRun) -> int | None:
        """Return the index of the likeliest cue within reach."""
        first, row = self.rows[dependent.first]
        return first + int(row.argmax()) if len(row) else None


def _near(runs: Sequence[_TagRun], cue: _TagRun) -> Sequence[_TagRun]:
    """Return those of ``runs``, in the order of the text, that stand near ``cue``."""
    first = bisect_left(runs, cue.first - _NEAR_WORDS, key=lambda run: run.first)
    return runs[first : bisect_right(runs, cue.first + _NEAR_WORDS, key=lambda run: run.first)]


def _fill_empty(links: _Links, groups: dict[int, list[_TagRun]]) -> None:
    """Give a cue that got no content one of another cue's several, if it fits there nearly as well."""
    home = {one.first: key for key, contents in groups.items() if key >= 0 for one in contents}
    linked = sorted((one for one in chain(*groups.values()) if one.first in home), key=lambda one: one.first)
    for index, cue in enumerate(links.cues):
        if index in groups:
            continue
        spare = [
            (links.score(one, index) - links.score(one, home[one.first]), one)
            for one in _near(linked, cue)
            if len(groups[home[one.first]]) > 1
        ]
        loss, one = max(spare, key=lambda move: move[0], default=(-inf, cue))
        if loss >= -_SPARE_MARGIN:
            groups[home[one.first]].remove(one)
            groups[index] = [one]
            home[one.first] = index


def _shared_source(links: _Links, cue: int, sources: Sequence[_TagRun]) -> _TagRun | None:
    """Return the likeliest source near a cue that has none of its own: one that it shares with another cue.

    None if every source fits another cue far better: a speaker is not guessed.
    """
    shared: dict[_TagRun, float] = {}
    for source in _near(sources, links.cues[cue]):
        best = links.best_cue(source)
        link = links.score(source, cue)
        if best is not None and link >= links.score(source, best) - _SHARE_MARGIN:
            shared[source] = link
    return max(shared, key=lambda source: shared[source], default=None)


def _tag_runs(tags: NDArray[np.int64], posterior: NDArray[np.float64]) -> Iterator[_TagRun]:
    """Yield contents, sources and cues by the best sequence of tags (W,), with their posterior (W, K)."""
    word = 0
    while word < len(tags):
        role = tags[word]
        end = word + 1
        if role in (_CONTENT, _SOURCE, _CUE):
            while end < len(tags) and tags[end] == role + 1:
                end += 1
            certain = posterior[np.arange(word, end), tags[word:end]]
            yield _TagRun(int(role), word, end, float(certain.min()))
        word = end


def decode(
    emissions: NDArray[np.float32], transitions: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the best tags (W,) and the tags' probabilities (W, K) for emissions (W, K), transitions (K, K).

    A text begins and ends outside. Where a word is surely outside, too, what stands before it says nothing
    about what stands after it. So the pieces between such words are decoded side by side, in as many steps
    as the longest of them has words.
    """
    outside = np.full((1, emissions.shape[1]), _NEVER)
    outside[0, _OUTSIDE] = 0
    closed = np.concatenate([outside, emissions, outside])
    cuts = [*_cuts(closed), len(closed) - 1]
    closed[cuts] = outside
    longest = max(end - start for start, end in pairwise(cuts)) + 1
    pieces = np.repeat(outside[None], longest, axis=1).repeat(len(cuts) - 1, axis=0)  # (P, L, K)
    for row, (start, end) in enumerate(pairwise(cuts)):
        pieces[row, : end - start + 1] = closed[start : end + 1]
    inside = np.concatenate([np.arange(longest) < end - start for start, end in pairwise(cuts)])
    steps = transitions.astype(np.float64)
    tags, posterior = viterbi(pieces, steps), marginals(pieces, steps)
    return tags.reshape(-1)[inside][1:], posterior.reshape(-1, posterior.shape[2])[inside][1:]


def _cuts(closed: NDArray[np.float64]) -> list[int]:
    """Return where pieces begin: at the start, and at words surely outside, not too close together."""
    margin = closed[:, _OUTSIDE] - closed[:, _OUTSIDE + 1 :].max(axis=1)
    cuts = [0]
    for word in np.flatnonzero(margin[:-1] > _SURE).tolist():
        if word - cuts[-1] >= _SHORTEST_PIECE_WORDS:
            cuts.append(word)
    return cuts


def viterbi(emissions: NDArray[np.float64], transitions: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the best tags (P, L) of linear chains with emissions (P, L, K) and transitions (K, K)."""
    back = np.zeros(emissions.shape, dtype=np.int64)  # (P, L, K)
    best = emissions[:, 0]
    for word in range(1, emissions.shape[1]):
        paths = best[:, :, None] + transitions  # (P, K, K)
        back[:, word] = paths.argmax(axis=1)
        best = paths.max(axis=1) + emissions[:, word]
    tags = np.zeros(emissions.shape[:2], dtype=np.int64)
    tags[:, -1] = best.argmax(axis=1)
    rows = np.arange(len(tags))
    for word in range(emissions.shape[1] - 1, 0, -1):
        tags[:, word - 1] = back[rows, word, tags[:, word]]
    return tags


def marginals(emissions: NDArray[np.float64], transitions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each tag at each word (P, L, K): the forward-backward algorithm, scaled."""
    steps = np.exp(transitions)  # (K, K)
    local = np.exp(emissions - emissions.max(axis=2, keepdims=True))  # (P, L, K)
    forward, backward = np.zeros(local.shape), np.ones(local.shape)
    forward[:, 0] = local[:, 0] / local[:, 0].sum(axis=1, keepdims=True)
    for word in range(1, local.shape[1]):
        reached = forward[:, word - 1] @ steps * local[:, word]
        forward[:, word] = reached / reached.sum(axis=1, keepdims=True)
    for word in range(local.shape[1] - 2, -1, -1):
        left = (local[:, word + 1] * backward[:, word + 1]) @ steps.T
        backward[:, word] = left / left.sum(axis=1, keepdims=True)
    joint = forward * backward
    probabilities: NDArray[np.float64] = joint / joint.sum(axis=2, keepdims=True)
    return probabilities


def _span(scores: AttributionScores, run: _TagRun) -> Span:
    return Span(int(scores.words[run.first, 0]), int(scores.words[run.last - 1, 1]))
