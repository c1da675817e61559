"""Reported speech out of the attribution head's scores: spans of content, source and cue, and their links.

The best sequence of tags (Viterbi), each content and source linked to its likeliest cue, contents of one cue
joined. Pure functions over arrays; no rule about words is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from service.domain import Span

if TYPE_CHECKING:
    from service.models.attribution_head import AttributionScores

_CONTENT, _SOURCE, _CUE = 1, 3, 5
# What belongs together stands close by: further off, only chance would link it.
_REACH_WORDS = 150
_NEAR_WORDS = 50
# Chosen on polnear_dev: without sharing a source 10 points of reported speech lose their speaker, with any
# source near by 3 more points of the given speakers are wrong.
_SHARE_MARGIN, _SPARE_MARGIN = 5.0, 3.0


@dataclass(frozen=True, slots=True)
class Reported:
    """One attribution as the model reads it. ``probability`` is that of its least certain content span."""

    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    probability: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words ``[first, last)`` that carry one role."""

    role: int
    first: int
    last: int
    probability: float


def read_reported(scores: AttributionScores) -> tuple[Reported, ...]:
    """Return the attributions in the order of their content."""
    if not len(scores.words):
        return ()
    stretches = list(_stretches(scores))
    cues = [stretch for stretch in stretches if stretch.role == _CUE]
    sources = [stretch for stretch in stretches if stretch.role == _SOURCE]
    groups: dict[int, list[_Stretch]] = {}
    for content in (stretch for stretch in stretches if stretch.role == _CONTENT):
        cue = _best_cue(scores, content, cues)
        # A content without any cue is an attribution of its own.
        groups.setdefault(cue if cue is not None else -content.first - 1, []).append(content)
    _fill_empty(scores, groups, cues)
    own = {_best_cue(scores, source, cues): source for source in reversed(sources)}
    reported = []
    for key, together in groups.items():
        begun = cues[key] if key >= 0 else None
        by = (own.get(key) or _shared_source(scores, begun, sources, cues)) if begun else None
        reported.append(
            Reported(
                content=tuple(_span(scores, content) for content in together),
                cue=_span(scores, begun) if begun else None,
                source=_span(scores, by) if by else None,
                probability=min(content.probability for content in together),
            )
        )
    return tuple(sorted(reported, key=lambda one: one.content))


def _best_cue(scores: AttributionScores, dependent: _Stretch, cues: list[_Stretch]) -> int | None:
    near = [index for index, cue in enumerate(cues) if abs(cue.first - dependent.first) <= _REACH_WORDS]
    return max(near, key=lambda index: scores.link(dependent.first, cues[index].first), default=None)


def _fill_empty(scores: AttributionScores, groups: dict[int, list[_Stretch]], cues: list[_Stretch]) -> None:
    """Give a cue that got no content one of another cue's several, if it fits there nearly as well."""
    for index in (index for index in range(len(cues)) if index not in groups):
        spare = [
            (scores.link(one.first, cues[index].first) - scores.link(one.first, cues[key].first), key, one)
            for key, contents in groups.items()
            if key >= 0 and len(contents) > 1
            for one in contents
            if abs(one.first - cues[index].first) <= _NEAR_WORDS
        ]
        loss, key, one = max(spare, key=lambda move: move[0], default=(-inf, 0, cues[index]))
        if loss >= -_SPARE_MARGIN:
            groups[key].remove(one)
            groups[index] = [one]


def _shared_source(
    scores: AttributionScores, cue: _Stretch, sources: list[_Stretch], cues: list[_Stretch]
) -> _Stretch | None:
    """The likeliest source near a cue that has none of its own: one that it shares with another cue.

    None if every source prefers another cue by far: a speaker is not guessed.
    """
    shared: dict[_Stretch, float] = {}
    for source in sources:
        if abs(cue.first - source.first) <= _NEAR_WORDS:
            best = _best_cue(scores, source, cues)
            link = scores.link(source.first, cue.first)
            if best is not None and link >= scores.link(source.first, cues[best].first) - _SHARE_MARGIN:
                shared[source] = link
    return max(shared, key=lambda source: shared[source], default=None)


def _stretches(scores: AttributionScores) -> Iterator[_Stretch]:
    tags = viterbi(scores.emissions, scores.transitions)
    posterior = marginals(scores.emissions, scores.transitions)
    word = 0
    while word < len(tags):
        role = tags[word]
        end = word + 1
        if role in (_CONTENT, _SOURCE, _CUE):
            while end < len(tags) and tags[end] == role + 1:
                end += 1
            certain = posterior[np.arange(word, end), tags[word:end]]
            yield _Stretch(int(role), word, end, float(certain.min()))
        word = end


def viterbi(emissions: NDArray[np.float32], transitions: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the best tags (W,) of a linear chain with emissions (W, K) and transitions (K, K)."""
    back = np.zeros(emissions.shape, dtype=np.int64)  # (W, K)
    best = emissions[0] + _opening(emissions)
    for word in range(1, len(emissions)):
        paths = best[:, None] + transitions  # (K, K)
        back[word] = paths.argmax(axis=0)
        best = paths.max(axis=0) + emissions[word]
    tags = np.zeros(len(emissions), dtype=np.int64)
    tags[-1] = best.argmax()
    for word in range(len(emissions) - 1, 0, -1):
        tags[word - 1] = back[word, tags[word]]
    return tags


def marginals(emissions: NDArray[np.float32], transitions: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the probability of each tag at each word (W, K): the forward-backward algorithm, scaled."""
    steps = np.exp(np.maximum(transitions.astype(np.float64), -50))  # (K, K)
    local = np.exp(emissions.astype(np.float64) - emissions.max(axis=1, keepdims=True))  # (W, K)
    forward, backward = np.zeros(local.shape), np.ones(local.shape)
    forward[0] = local[0] * np.exp(_opening(emissions))
    forward[0] /= forward[0].sum()
    for word in range(1, len(local)):
        forward[word] = forward[word - 1] @ steps * local[word]
        forward[word] /= forward[word].sum()
    for word in range(len(local) - 2, -1, -1):
        backward[word] = steps @ (local[word + 1] * backward[word + 1])
        backward[word] /= backward[word].sum()
    joint = forward * backward
    probabilities: NDArray[np.float64] = joint / joint.sum(axis=1, keepdims=True)
    return probabilities


def _opening(emissions: NDArray[np.float32]) -> NDArray[np.float32]:
    """A text does not begin inside a span."""
    penalty = np.zeros(emissions.shape[1], dtype=np.float32)
    penalty[2::2] = -50
    return penalty


def _span(scores: AttributionScores, stretch: _Stretch) -> Span:
    return Span(int(scores.words[stretch.first, 0]), int(scores.words[stretch.last - 1, 1]))
