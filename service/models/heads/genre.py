"""The genre head: which kind of article it is, by what it says and how it is laid out.

A linear layer over the mean of the article's sentence vectors, that of its first sentences, and features of
layout and wording. Plain numpy.

Training (``eval.training.genre``) computes its inputs here, too: after a change to a pattern below, fit the
head again. What is warned of, or refused, because of a genre is decided in ``service.summary.genres``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.domain import GenreLabel
from service.errors import ModelFailed
from service.models.encoder import Encoding
from service.models.heads.topics import document_vector
from service.text.document import Document
from service.text.words import count_words

FILE_NAME = "genre.safetensors"
GENRES = tuple(GenreLabel)

# How many of the first sentences are looked at apart: the news, or the scene, is set there.
_LEAD_SENTENCES = 3
# What stands at the end is about the writer or the outlet.
_TAIL_CHARACTERS = 400

# Counted in the words outside quotation marks, for a hundred of them.
_DENSITIES: Mapping[str, re.Pattern[str]] = {
    "i": re.compile(r"\b(?:I|me|my|mine|myself)\b|\bI['’]"),
    "we": re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE),
    "you": re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE),
    "reporting": re.compile(r"\b(?:said|says|told|added|announced|according to|reported)\b"),
    "modals": re.compile(r"\b(?:should|must|ought|need to|let['’]s|cannot)\b", re.IGNORECASE),
    "arguing": re.compile(
        r"\b(?:perhaps|surely|indeed|of course|after all|in fact|simply|clearly|so-called|maybe|frankly)\b",
        re.IGNORECASE,
    ),
    "present": re.compile(r"\b(?:is|are|has|have|does|do|can|will)\b"),
    "past": re.compile(r"\b(?:was|were|had|did|\w+ed)\b"),
    "weekdays": re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"),
    "digits": re.compile(r"\d+"),
    "questions": re.compile(r"\?"),
    "exclamations": re.compile(r"!"),
    "dashes": re.compile(r" [–—-] "),
}  # fmt: skip
_TITLE: Mapping[str, re.Pattern[str]] = {
    "title_asks_or_tells_how": re.compile(r"^(?:how|why|what|who|when|where)\b|\?\W*$", re.IGNORECASE),
    "title_counts": re.compile(r"^(?:the |top )?(?:\d+|five|six|seven|ten)\b", re.IGNORECASE),
    "title_names_its_genre": re.compile(
        r"\b(?:review|opinion|interview|interviews|column|editorial|live|round-?up|in brief|explained)\b",
        re.IGNORECASE,
    ),
}
_LABELLED = re.compile(r"(?:[A-Z][\w.’' -]{0,30}|Q|A)[:.] ?\S")
_NUMBERED = re.compile(r"(?:#|No\.? ?)?\d{1,2}[.):](?!\d)")
_BULLET = re.compile(r"[-•*–●] ?\w")
_TIMED = re.compile(r"\d{1,2}[:.]\d\d ?(?:[ap]\.?m\b|$|[A-Z]{2,4}\b|[:–—-])")
_WRITER = re.compile(
    r"\b(?:is (?:a|an|the) [^.\n]{0,60}(?:author|editor|columnist|professor|writer|director|fellow|founder)"
    r"|(?:views|opinions) expressed|follow (?:him|her|me) on)\b",
    re.IGNORECASE,
)

FEATURES = (
    "log_words",
    "shortness",
    "words_in_sentence",
    "sentences_in_paragraph",
    "quoted",
    *_DENSITIES,
    "paragraphs_that_ask",
    "labelled_paragraphs",
    "numbered_paragraphs",
    "bulleted_paragraphs",
    "timed_paragraphs",
    "short_paragraphs",
    "lead_reports",
    "lead_has_weekday",
    "lead_says_i",
    "ends_with_the_writer",
    *_TITLE,
)


class GenreHead:
    """A linear layer for G genres in the order of ``GENRES``; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        if len(weights["feature_mean"]) != len(FEATURES):
            raise ModelFailed(
                f"{FILE_NAME} was trained on {len(weights['feature_mean'])} features, this version computes "
                f"{len(FEATURES)}. Reinstall pullquote."
            )
        self._weights = weights

    @classmethod
    def load(cls, folder: Path) -> GenreHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(self, document: Document, encoding: Encoding) -> NDArray[np.float32]:
        """Return the probabilities (G,) of ``GENRES``."""
        weights = self._weights
        features = (layout(document) - weights["feature_mean"]) / weights["feature_scale"]  # (F,)
        inputs = np.concatenate([features, meanings(document, encoding)])  # (F + 2 D,)
        logits = inputs @ weights["weight"] + weights["bias"]  # (G,)
        raised = np.exp(logits - logits.max())
        probabilities: NDArray[np.float32] = (raised / raised.sum()).astype(np.float32)
        return probabilities


def meanings(document: Document, encoding: Encoding) -> NDArray[np.float32]:
    """Return the mean vectors (2 D,) of the sentences shown and of the first of them, each at unit length."""
    use = np.array(document.is_shown, dtype=np.bool_)  # (S,)
    lead = use & (np.cumsum(use) <= _LEAD_SENTENCES)
    return np.concatenate([document_vector(encoding, use), document_vector(encoding, lead)])


def layout(document: Document) -> NDArray[np.float32]:
    """Return the features (F,) in the order of ``FEATURES``."""
    text, plain = document.text, document.unquoted
    words = max(count_words(text), 1)
    outside = max(count_words(plain), 1)
    shown = [span for span in document.shown if span]
    paragraphs = [span.of(text) for span in document.paragraphs]
    lead = [span.of(plain) for span in shown[:_LEAD_SENTENCES]]
    title = document.article.title or ""

    def share(of: re.Pattern[str]) -> float:
        return sum(bool(of.match(paragraph)) for paragraph in paragraphs) / max(len(paragraphs), 1)

    found = {
        "log_words": math.log1p(words),
        "shortness": min(max((220 - words) / 100, 0.0), 1.0),
        "words_in_sentence": words / max(len(shown), 1) / 20,
        "sentences_in_paragraph": len(shown) / max(len(paragraphs), 1),
        "quoted": 1 - outside / words,
        **{
            name: math.sqrt(100 * sum(1 for _ in pattern.finditer(plain)) / outside)
            for name, pattern in _DENSITIES.items()
        },
        "paragraphs_that_ask": sum(paragraph.rstrip().endswith("?") for paragraph in paragraphs)
        / max(len(paragraphs), 1),
        "labelled_paragraphs": share(_LABELLED),
        "numbered_paragraphs": math.log1p(sum(bool(_NUMBERED.match(paragraph)) for paragraph in paragraphs)),
        "bulleted_paragraphs": share(_BULLET),
        "timed_paragraphs": math.log1p(sum(bool(_TIMED.match(paragraph)) for paragraph in paragraphs)),
        "short_paragraphs": sum(len(paragraph) < 60 for paragraph in paragraphs) / max(len(paragraphs), 1),
        "lead_reports": any(_DENSITIES["reporting"].search(sentence) for sentence in lead),
        "lead_has_weekday": any(_DENSITIES["weekdays"].search(sentence) for sentence in lead),
        "lead_says_i": any(_DENSITIES["i"].search(sentence) for sentence in lead),
        "ends_with_the_writer": bool(_WRITER.search(text[-_TAIL_CHARACTERS:])),
        **{name: bool(pattern.search(title)) for name, pattern in _TITLE.items()},
    }
    return np.array([found[name] for name in FEATURES], dtype=np.float32)
