"""What the trunk is trained to tell: attributions, mentions, and what each token means.

A task has a name, a weight, a small head, and a loss on the windows that were marked for it; a window may
serve several. A new head joins by a class here and its texts in ``texts``. Shapes: B windows, L tokens,
W words, D the encoder's width, K tags.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from eval.training.trunk.crf import TagCRF, TeacherMarginals
from eval.training.trunk.names import TAGS as MENTION_TAGS
from eval.training.trunk.texts import NO_CUE
from eval.training.trunk.transformer import LockedDropout, TrainableEncoder
from eval.training.trunk.windows import Batch, Window
from service.models.heads.attribution import LINK_WIDTH, TAGS, AttributionScores, buckets
from service.models.surface import SIZES

HIDDEN, SURFACE_WIDTH = 256, 16
HEAD_DROPOUT = 0.2
_DISTANCES = 40


class AttributionTask(nn.Module):
    """Which words are content, source and cue of reported speech, and which of them belong together."""

    name, weight = "attribution", 1.0
    link_weight = 0.1

    def __init__(self, encoder: TrainableEncoder) -> None:
        super().__init__()
        self.dropout = LockedDropout(HEAD_DROPOUT)
        self.hidden = nn.Linear(encoder.width, HIDDEN)
        self.surface = nn.ModuleList(nn.Embedding(size, SURFACE_WIDTH) for size in SIZES)
        self.tags = nn.Linear(HIDDEN + SURFACE_WIDTH * len(SIZES), len(TAGS))
        self.chain = TagCRF()
        self.dependents = nn.Linear(encoder.width, LINK_WIDTH)
        self.cues = nn.Linear(encoder.width, LINK_WIDTH)
        self.distances = nn.Embedding(_DISTANCES, 1)

    def emissions(self, vectors: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Return tag scores (B, L, K) for vectors (B, L, D) and features (B, L, F)."""
        hidden = functional.gelu(self.hidden(self.dropout(vectors)))
        surfaces = [table(features[..., column]) for column, table in enumerate(self.surface)]
        scores: torch.Tensor = self.tags(self.dropout(torch.cat([hidden, *surfaces], dim=-1)))
        return scores

    def loss(self, vectors: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return the loss per word of annotated and taught windows, plus that of the links."""
        emissions = self.emissions(vectors, batch.features)
        words, tags, taught, scores = [], [], [], []
        links, linked = emissions.new_zeros(()), 0
        steps = torch.zeros(len(TAGS), len(TAGS))
        for row, window in enumerate(batch.windows):
            text, first = window.text, window.words
            own = emissions[row, torch.from_numpy(first - window.start) + 1]
            if text.taught is not None:
                taught.append(own)
                scores.append(torch.from_numpy(text.taught.emissions[np.searchsorted(text.first, first)]))
                steps = torch.from_numpy(text.taught.transitions)
            if text.attributions is not None:
                words.append(own)
                tags.append(torch.from_numpy(text.attributions.tags[first]))
            loss, count = self._link_loss(vectors[row], window)
            links, linked = links + loss, linked + count
        total: torch.Tensor = self.link_weight * links / max(linked, 1)
        counted = sum(map(len, words)) + sum(map(len, taught))
        if words:
            padded, mask = _padded(words)
            gold = nn.utils.rnn.pad_sequence(tags, batch_first=True)
            total = total + self.chain.loss(padded, gold, mask) / counted
        if taught:
            padded, mask = _padded(taught)
            marginals = TeacherMarginals.of(_padded(scores)[0], steps, mask)
            total = total + self.chain.distillation_loss(padded, marginals, mask) / counted
        return total

    def _link_loss(self, vectors: torch.Tensor, window: Window) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy of the links to cues inside the window, and how many there are."""
        marks, nothing = window.text.attributions, (vectors.new_zeros(()), 0)
        if marks is None:
            return nothing
        inside = slice(window.start, window.end)
        begins = np.flatnonzero(marks.tags[inside] == TAGS.index("B-cue"))
        wanted = marks.cues[inside] - window.start
        heads = np.flatnonzero((marks.cues[inside] != NO_CUE) & np.isin(wanted, begins))
        if not len(heads):
            return nothing
        scores = self.dependents(vectors[heads + 1]) @ self.cues(vectors[begins + 1]).T / LINK_WIDTH**0.5
        apart = torch.from_numpy(buckets(begins[None] - heads[:, None]))
        scores = scores + self.distances(apart)[..., 0]
        target = torch.from_numpy(np.searchsorted(begins, wanted[heads]))
        return functional.cross_entropy(scores, target, reduction="sum"), len(heads)

    @torch.no_grad()
    def scores(
        self, vectors: torch.Tensor, features: torch.Tensor, words: np.ndarray, first: np.ndarray
    ) -> AttributionScores:
        """Return what the service's head would say: vectors (W, D) and features (W, F) of words (W, 2)."""
        emissions = self.emissions(vectors[None], features[None])[0]
        return AttributionScores(
            words=words,
            tokens=first,
            emissions=emissions.numpy(),
            transitions=self.chain.steps().numpy(),
            dependents=self.dependents(vectors).numpy(),
            cues=(self.cues(vectors) / LINK_WIDTH**0.5).numpy(),
            distances=self.distances.weight[:, 0].numpy(),
        )


class MentionsTask(nn.Module):
    """Which words name a person, a body or a place."""

    name, weight = "mentions", 0.2

    def __init__(self, encoder: TrainableEncoder) -> None:
        super().__init__()
        self.dropout = LockedDropout(HEAD_DROPOUT)
        self.tags = nn.Linear(encoder.width, len(MENTION_TAGS))

    def loss(self, vectors: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return the cross-entropy per word."""
        rows, wanted = [], []
        scores: torch.Tensor = self.tags(self.dropout(vectors))
        for row, window in enumerate(batch.windows):
            if window.text.mentions is not None:
                first = window.words
                rows.append(scores[row, torch.from_numpy(first - window.start) + 1])
                wanted.append(torch.from_numpy(window.text.mentions[first]))
        if not rows:
            return scores.new_zeros(())
        loss: torch.Tensor = functional.cross_entropy(torch.cat(rows), torch.cat(wanted))
        return loss

    @torch.no_grad()
    def scores(self, vectors: torch.Tensor) -> NDArray[np.float32]:
        """Return the scores (W, K) of words' tags for their vectors (W, D)."""
        scores: NDArray[np.float32] = self.tags(vectors).numpy()
        return scores


class MeaningTask(nn.Module):
    """What the plain encoder says of each token and sentence, which summary, topics and support rest on.

    A linear map of the trunk's vectors learns to give its vectors back.
    """

    name, weight = "meaning", 1.0

    def __init__(self, encoder: TrainableEncoder, plain: TrainableEncoder) -> None:
        super().__init__()
        self.map = nn.Linear(encoder.width, plain.width, bias=False)
        nn.init.eye_(self.map.weight)
        # Kept out of the module's own, so that it is neither trained nor saved.
        self._plain = [plain.train(mode=False)]
        self._known: dict[tuple[int, int, int], torch.Tensor] = {}

    def loss(self, vectors: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return one less the cosine of tokens, and the same of sentences, on average."""
        wanted = self._wanted(batch)
        own = self.map(vectors)
        tokens = 1 - functional.cosine_similarity(own, wanted, dim=-1)
        here = batch.mask.clone()
        here[:, 0] = False
        sentences = []
        for row, window in enumerate(batch.windows):
            length = window.end - window.start
            places = window.text.sentences[window.start : window.end]
            index = torch.from_numpy(np.unique(places, return_inverse=True)[1])
            count = int(index[-1]) + 1
            here_own, here_wanted = (
                side[row].new_zeros(count, side.shape[-1]).index_add_(0, index, side[row, 1 : length + 1])
                for side in (own, wanted)
            )
            sentences.append(1 - functional.cosine_similarity(here_own, here_wanted, dim=-1))
        total: torch.Tensor = (tokens * here).sum() / here.sum() + torch.cat(sentences).mean()
        return total

    @torch.no_grad()
    def _wanted(self, batch: Batch) -> torch.Tensor:
        keys = [(id(window.text), window.start, window.end) for window in batch.windows]
        missing = [row for row, key in enumerate(keys) if key not in self._known]
        if missing:
            part = torch.tensor(missing)
            found = self._plain[0](batch.ids[part], batch.mask[part])
            for row, vectors in zip(missing, found, strict=True):
                window = batch.windows[row]
                self._known[keys[row]] = vectors[: window.end - window.start + 2].clone()
        return nn.utils.rnn.pad_sequence([self._known[key] for key in keys], batch_first=True).float()


def _padded(words: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows (W, K) as one tensor (B, W, K), and where it has words (B, W)."""
    mask = nn.utils.rnn.pad_sequence(
        [torch.ones(len(row), dtype=torch.bool) for row in words], batch_first=True
    )
    return nn.utils.rnn.pad_sequence(list(words), batch_first=True), mask


Task = AttributionTask | MentionsTask | MeaningTask
