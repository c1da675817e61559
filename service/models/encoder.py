"""The encoder: one contextual pass over an article, shared by every head.

The text is tokenised once. Its tokens are cut into windows that end at sentence boundaries; only a sentence
that is longer than a window is cut inside. A window sees some tokens of its neighbours on both sides as
context, and a token's vector is taken from the one window that has it in its core. Time and memory grow
linearly with the text. The result depends on the article alone, never on other articles.

Not here: the pass itself (``trunk``), and what the vectors are used for (``heads``).
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

from service import time_budget
from service.models import surface
from service.models.runtime import choose_device
from service.models.trunk import Trunk
from service.text.document import Document

# MiniLM was trained on at most 256 tokens; two of them are [CLS] and [SEP].
_CORE_TOKENS = 190
_CONTEXT_TOKENS = 32
# How many tokens go through the trunk together: it bounds memory.
_TOKENS_AT_ONCE = 2048
_CLS, _SEP = 101, 102
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

Precision = Literal["auto", "bf16", "fp32"]
_DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The vectors of a text of T tokens in S sentences; D is the width of the encoder.

    ``attribution_vectors`` are those of the layers adapted to attribution, ``token_vectors`` those of the
    plain ones. ``token_spans`` are offsets in code points of the text. A sentence without a token (it holds
    only characters that the tokenizer drops) has a zero vector; all other sentence vectors have unit length.
    """

    token_ids: NDArray[np.int64]  # (T,) word pieces in the encoder's vocabulary
    token_spans: NDArray[np.int64]  # (T, 2) start, end
    token_sentence: NDArray[np.int64]  # (T,) index of the sentence it starts in
    token_features: NDArray[np.int64]  # (T, F) of ``surface``
    attribution_vectors: NDArray[np.float32]  # (T, D)
    token_vectors: NDArray[np.float32]  # (T, D)
    sentence_vectors: NDArray[np.float32]  # (S, D) mean of the sentence's token vectors, unit length

    def only(self, sentences: Sequence[int]) -> Encoding:
        """Return the encoding of these sentences alone, renumbered in their order."""
        place = np.full(len(self.sentence_vectors), -1, dtype=np.int64)
        place[list(sentences)] = np.arange(len(sentences))
        kept = place[self.token_sentence] >= 0  # (T,)
        return Encoding(
            token_ids=self.token_ids[kept],
            token_spans=self.token_spans[kept],
            token_sentence=place[self.token_sentence[kept]],
            token_features=self.token_features[kept],
            attribution_vectors=self.attribution_vectors[kept],
            token_vectors=self.token_vectors[kept],
            sentence_vectors=self.sentence_vectors[list(sentences)],
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """Token indices: the window reads [left, right), and gives the vectors of its core [start, end)."""

    left: int
    start: int
    end: int
    right: int

    @property
    def length(self) -> int:
        """How many tokens it reads, with [CLS] and [SEP]."""
        return self.right - self.left + 2


class Encoder:
    """The trunk with its tokenizer."""

    def __init__(self, trunk: Trunk, tokenizer: Tokenizer) -> None:
        self.trunk = trunk
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, heads: Path, precision: Precision = "auto", device: str = "cpu") -> Encoder:
        """Load from the encoder's folder and the folder of trained weights; nothing is fetched.

        Check the files first (``manifest.check``). Raises ModelFailed if there is no such ``device``.
        """
        where = choose_device("the encoder", device)
        trunk = Trunk.load(folder, heads, _DTYPES[choose_precision(precision)], where)
        return cls(trunk, load_tokenizer(folder))

    def encode(self, document: Document) -> Encoding:
        """Encode a document. Deterministic for equal input; without sentences there are no tokens."""
        text = document.text if document.sentences else ""
        tokens = self.tokenizer.encode(_LONE_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        ids = np.array(tokens.ids, dtype=np.int64)  # (T,)
        spans = np.array(tokens.offsets, dtype=np.int64).reshape(-1, 2)  # (T, 2)
        starts = np.array(document.sentence_starts, dtype=np.int64)  # (S,)
        sentence = np.maximum(np.searchsorted(starts, spans[:, 0], side="right") - 1, 0)  # (T,)
        features = surface.features(text, spans)  # (T, F)
        vectors, meanings = self._run(ids, sentence, features)
        return Encoding(
            token_ids=ids,
            token_spans=spans,
            token_sentence=sentence,
            token_features=features,
            attribution_vectors=vectors,
            token_vectors=meanings,
            sentence_vectors=_sentence_means(meanings, sentence, len(starts)),
        )

    def _run(
        self, ids: NDArray[np.int64], sentence: NDArray[np.int64], features: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the tokens' vectors by the adapted layers and by the plain ones: (T, D) each."""
        vectors = np.zeros((len(ids), self.trunk.width), dtype=np.float32)
        meanings = np.zeros((len(ids), self.trunk.width), dtype=np.float32)
        for windows in _together(_windows(sentence)):
            time_budget.check()
            total = sum(window.length for window in windows)
            packed_ids = np.full(total, _SEP, dtype=np.int64)  # (N,)
            packed_features = np.zeros((total, features.shape[1]), dtype=np.int64)  # (N, F)
            core = np.zeros(total, dtype=np.bool_)  # (N,)
            at = 0
            for window in windows:
                packed_ids[at] = _CLS
                read = slice(at + 1, at + window.length - 1)
                packed_ids[read] = ids[window.left : window.right]
                packed_features[read] = features[window.left : window.right]
                core[at + 1 + window.start - window.left : at + 1 + window.end - window.left] = True
                at += window.length
            lengths = [window.length for window in windows]
            found = self.trunk.run(packed_ids, packed_features, lengths, core)
            vectors[windows[0].start : windows[-1].end], meanings[windows[0].start : windows[-1].end] = found
        return vectors, meanings


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of an encoder's folder, to which "[SEP]" in an article is ordinary text."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


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


def _together(windows: Iterator[_Window]) -> Iterator[list[_Window]]:
    """Yield runs of windows that go through the trunk in one pass."""
    run: list[_Window] = []
    tokens = 0
    for window in windows:
        if run and tokens + window.length > _TOKENS_AT_ONCE:
            yield run
            run, tokens = [], 0
        run.append(window)
        tokens += window.length
    if run:
        yield run


def _sentence_means(
    vectors: NDArray[np.float32], token_sentence: NDArray[np.int64], sentences: int
) -> NDArray[np.float32]:
    """Return the means (S, D) of the sentences' token vectors (T, D) at unit length."""
    sums = np.zeros((sentences, vectors.shape[1]), dtype=np.float32)
    if len(vectors):
        begins = np.flatnonzero(np.diff(token_sentence, prepend=-1))
        sums[token_sentence[begins]] = np.add.reduceat(vectors, begins, axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)  # (S, 1)
    means: NDArray[np.float32] = sums / np.maximum(norms, 1e-12)
    return means
