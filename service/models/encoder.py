"""The encoder: one contextual pass over an article, shared by every head.

The lower layers are common to all. Above them the pass forks into the original upper layers, for summary and
topics, and a branch that is adapted to attribution (``attribution_branch``).

The text is tokenised once. Its tokens are cut into windows that end at sentence boundaries; only a sentence
that is longer than a window is cut inside. A window sees some tokens of its neighbours on both sides as
context, and a token's vector is taken from the one window that has it in its core. Time and memory grow
linearly with the text. The result depends on the article alone, never on other articles.

Not here: what the vectors are used for (``heads``), and where the weights come from (``bootstrap``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertModel, PreTrainedModel
from transformers.utils import logging

from service.domain import Sentence
from service.models import surface
from service.models.attribution_branch import AttributionBranch, run_layers

# MiniLM was trained on at most 256 tokens; two of them are [CLS] and [SEP].
_CORE_TOKENS = 190
_CONTEXT_TOKENS = 32
# Windows that go through the network together. It bounds memory, and was measured no slower than one by one.
_WINDOWS_AT_ONCE = 8
_CLS, _SEP, _PAD = 101, 102, 0
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

Precision = Literal["auto", "bf16", "fp32"]
_DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The vectors of a text of T tokens in S sentences; D is the width of the encoder.

    ``token_spans`` are offsets in code points of the text. A sentence without a token (it holds only
    characters that the tokenizer drops) has a zero vector; all other sentence vectors have unit length.
    """

    token_vectors: NDArray[np.float32]  # (T, D) in context
    token_spans: NDArray[np.int64]  # (T, 2) start, end
    token_sentence: NDArray[np.int64]  # (T,) index of the sentence it starts in
    sentence_vectors: NDArray[np.float32]  # (S, D) mean of the sentence's token vectors, unit length
    token_ids: NDArray[np.int64]  # (T,) word pieces in the encoder's vocabulary
    attribution_vectors: NDArray[np.float32]  # (T, D) in context, by the attribution branch; (0, D) without

    def only(self, sentences: Sequence[int]) -> Encoding:
        """Return the encoding of these sentences alone, renumbered in their order."""
        place = np.full(len(self.sentence_vectors), -1, dtype=np.int64)
        place[list(sentences)] = np.arange(len(sentences))
        kept = place[self.token_sentence] >= 0  # (T,)
        return Encoding(
            token_vectors=self.token_vectors[kept],
            token_spans=self.token_spans[kept],
            token_sentence=place[self.token_sentence[kept]],
            sentence_vectors=self.sentence_vectors[list(sentences)],
            token_ids=self.token_ids[kept],
            attribution_vectors=self.attribution_vectors[kept]
            if len(self.attribution_vectors)
            else self.attribution_vectors,
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """Token indices: the window reads [left, right), and gives the vectors of its core [start, end)."""

    left: int
    start: int
    end: int
    right: int


class Encoder:
    """A BERT-like ``transformers`` encoder with its tokenizer, run in inference mode on the CPU."""

    def __init__(
        self,
        model: PreTrainedModel,
        branch: AttributionBranch | None,
        tokenizer: Tokenizer,
        dtype: torch.dtype,
    ) -> None:
        self.bert = model.train(mode=False).to(dtype=dtype)
        self._branch = branch.train(mode=False).to(dtype=dtype) if branch else None
        self.tokenizer = tokenizer
        self.width: int = model.config.hidden_size

    @classmethod
    def load(cls, folder: Path, precision: Precision = "auto", heads: Path | None = None) -> Encoder:
        """Load from a local folder, and the branch from the folder of ``heads``; nothing is fetched.

        Without ``heads`` there is no branch and there are no attribution vectors, which training other heads
        doesn't need. Check the files first (``manifest.check``).
        """
        # Otherwise it would report the pooler as missing, which is left out on purpose.
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        layers = model.encoder.layer
        branch = AttributionBranch.load(layers, model.config.hidden_size, heads) if heads else None
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # "[SEP]" in an article is ordinary text.
        tokenizer.encode_special_tokens = True
        return cls(model, branch, tokenizer, _DTYPES[choose_precision(precision)])

    def encode(self, text: str, sentences: Sequence[Sentence]) -> Encoding:
        """Encode ``text``; ``sentences`` must be in order and disjoint. Deterministic for equal input."""
        tokens = self.tokenizer.encode(_LONE_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        ids = np.array(tokens.ids, dtype=np.int64)  # (T,)
        spans = np.array(tokens.offsets, dtype=np.int64).reshape(-1, 2)  # (T, 2)
        starts = np.array([sentence.span.start for sentence in sentences], dtype=np.int64)  # (S,)
        token_sentence = np.maximum(np.searchsorted(starts, spans[:, 0], side="right") - 1, 0)  # (T,)
        surfaces = surface.features(text, spans)  # (T, F)
        vectors, attribution_vectors = self._token_vectors(ids, token_sentence, surfaces)
        means = _sentence_means(vectors, token_sentence, len(sentences))
        return Encoding(vectors, spans, token_sentence, means, ids, attribution_vectors)

    @torch.inference_mode()
    def _token_vectors(
        self, ids: NDArray[np.int64], token_sentence: NDArray[np.int64], surfaces: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the tokens' vectors by the plain upper layers and by the branch: (T, D) each."""
        plain = np.zeros((len(ids), self.width), dtype=np.float32)
        adapted = np.zeros((len(ids) if self._branch else 0, self.width), dtype=np.float32)
        windows = list(_windows(token_sentence))
        for first in range(0, len(windows), _WINDOWS_AT_ONCE):
            batch = windows[first : first + _WINDOWS_AT_ONCE]
            longest = max(window.right - window.left for window in batch) + 2
            input_ids = torch.full((len(batch), longest), _PAD)  # (B, L)
            mask = torch.zeros((len(batch), longest), dtype=torch.bool)  # (B, L)
            features = torch.zeros((len(batch), longest, surfaces.shape[1]), dtype=torch.long)  # (B, L, F)
            for row, window in enumerate(batch):
                length = window.right - window.left + 2
                input_ids[row, 0] = _CLS
                input_ids[row, 1 : length - 1] = torch.from_numpy(ids[window.left : window.right])
                input_ids[row, length - 1] = _SEP
                mask[row, :length] = True
                features[row, 1 : length - 1] = torch.from_numpy(surfaces[window.left : window.right])
            for vectors, hidden in zip((plain, adapted), self._pass(input_ids, mask, features), strict=False):
                for row, window in enumerate(batch):
                    core = slice(window.start - window.left + 1, window.end - window.left + 1)
                    vectors[window.start : window.end] = hidden[row, core].float().numpy()
        return plain, adapted

    def _pass(
        self, input_ids: torch.Tensor, mask: torch.Tensor, features: torch.Tensor
    ) -> Iterator[torch.Tensor]:
        """Run windows (B, L) up to the fork, then through the plain layers and the branch: (B, L, D) each."""
        hidden = self.bert.embeddings(input_ids=input_ids)
        # The lowest value that can be added without overflow: attention to padding becomes 0.
        least = torch.finfo(hidden.dtype).min
        blocked = torch.zeros_like(mask, dtype=hidden.dtype).masked_fill(~mask, least)[:, None, None]
        layers = self.bert.encoder.layer
        fork = self._branch.fork if self._branch else 0
        shared = run_layers(layers[:fork], hidden, blocked)
        yield run_layers(layers[fork:], shared, blocked)
        if self._branch:
            yield self._branch(shared, blocked, features)


def choose_precision(precision: Precision) -> Precision:
    """Resolve "auto": bf16 if the processor multiplies in it, else fp32."""
    if precision != "auto":
        return precision
    capabilities = torch.cpu.get_capabilities()
    return "bf16" if any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16")) else "fp32"


def _windows(token_sentence: NDArray[np.int64]) -> Iterator[_Window]:
    """Cut T tokens into windows whose cores partition them, at sentence boundaries wherever possible."""
    total = len(token_sentence)
    ends = np.append(np.flatnonzero(np.diff(token_sentence)) + 1, total)  # where a sentence's tokens end
    start = 0
    while start < total:
        limit = min(start + _CORE_TOKENS, total)
        last = int(np.searchsorted(ends, limit, side="right")) - 1
        end = int(ends[last]) if last >= 0 and ends[last] > start else limit
        yield _Window(max(0, start - _CONTEXT_TOKENS), start, end, min(total, end + _CONTEXT_TOKENS))
        start = end


def _sentence_means(
    vectors: NDArray[np.float32], token_sentence: NDArray[np.int64], sentences: int
) -> NDArray[np.float32]:
    sums = np.zeros((sentences, vectors.shape[1]), dtype=np.float32)  # (S, D)
    np.add.at(sums, token_sentence, vectors)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)  # (S, 1)
    means: NDArray[np.float32] = sums / np.maximum(norms, 1e-12)
    return means
