"""A cache of encodings between trainings, since the encoder takes nearly all of a training's time."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.weights import trunk_digest
from service.models.encoder import Encoder, Encoding
from service.text.document import Document


@dataclass(frozen=True, slots=True)
class CachedEncoder:
    """An encoder that caches its encodings in ``folder``; without a folder, nothing is cached.

    Cached encodings are found by the trunk's weights, the text and its sentences.
    """

    encoder: Encoder
    folder: Path | None

    def encode(self, document: Document) -> Encoding:
        """Return the document's encoding; one from the cache lacks what the trunk says of the tokens."""
        if self.folder is None:
            return self.encoder.encode(document)
        path = self.folder / f"{key(document)}.npz"
        if path.exists():
            with np.load(path) as held:
                parts = {name: held[name] for name in held.files}
            parts["token_vectors"] = parts["token_vectors"].astype(np.float32)
            return Encoding(**parts, attribution_vectors=np.zeros_like(parts["token_vectors"]))
        encoding = self.encoder.encode(document)
        self.folder.mkdir(parents=True, exist_ok=True)
        half_written = path.with_suffix(".part.npz")
        np.savez(
            half_written,
            token_vectors=_narrow(encoding.token_vectors),
            token_spans=encoding.token_spans,
            token_sentence=encoding.token_sentence,
            sentence_vectors=encoding.sentence_vectors,
            token_ids=encoding.token_ids,
            token_features=encoding.token_features,
        )
        half_written.rename(path)
        return encoding


def key(document: Document) -> str:
    """Return the name under which the encoding of ``document`` is cached."""
    bounds = " ".join(f"{sentence.span.start}-{sentence.span.end}" for sentence in document.sentences)
    whole = f"{trunk_digest()}\n{bounds}\n{document.text}"
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _narrow(vectors: NDArray[np.float32]) -> NDArray[np.float16] | NDArray[np.float32]:
    """Return vectors in half precision if that loses nothing, as is usual for those computed in bf16."""
    half = vectors.astype(np.float16)
    return half if (half == vectors).all() else vectors
