"""The salience head: how much each sentence tells of the article's news.

Features of a sentence (where it stands, what it has in common with the rest, how it is worded) and its
contextual vector go through one small trained layer in each of two views: how much of the news a human
summary would take from it, and whether it alone conveys one of the main points. Plain numpy, and the time
grows linearly with the text.

Training (``eval.training.salience``) computes its features here, too. The weights rest on the patterns and
word lists below, on ``text.words`` and on ``crude_stems``: after a change to any of them, fit the head again.
Which sentences make a good summary together is decided in ``service.summary.selection``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.domain import Sentence
from service.errors import ModelFailed
from service.models.encoder import Encoding
from service.text.document import Document
from service.text.en.word_lists import load_words
from service.text.fitted_readings import crude_stems
from service.text.words import STOP_WORDS, find_words

FILE_NAME = "salience.safetensors"
# How much each view counts, its scores at unit spread; chosen on marks_dev, cnndm_dev and newssum_dev.
VIEWS: Mapping[str, float] = {"reference": 0.5, "points": 0.5}
_LEAST_SPREAD = 1e-6

FEATURES = (
    # where it stands, counted among the usable sentences; not paragraphs, they differ from source to source
    "is_first",
    "is_second",
    "is_third",
    "log_index",
    "near_start",
    "fairly_near_start",
    "share_of_sentences_before",
    "share_of_characters_before",
    "log_sentences",
    "log_characters",
    # what it says, in relation to the whole
    "centroid_similarity",
    "centroid_similarity_in_article",
    "lead_similarity",
    "previous_similarity",
    "next_similarity",
    "word_frequency",
    "top_word_frequency",
    "share_of_words_repeated",
    "share_of_words_new",
    "has_title",
    "title_words_covered",
    "share_of_words_in_title",
    # how it is worded
    "log_words",
    "words",
    "is_scrap",
    "is_long",
    "has_quotation",
    "opens_with_quotation",
    "reports_speech",
    "has_digits",
    "name_density",
    "is_question",
    "opens_with_pronoun",
    "opens_with_connective",
    "speaks_of_i_or_you",
    "is_unfinished",
)

_PRONOUNS = load_words("pronouns_of_salience")
_CONNECTIVES = load_words("connectives_of_salience")
_SPEAKING = re.compile(r"\b(?:said|says|told|added|according to|tweeted|claimed|asked)\b")
_I_OR_YOU = re.compile(r"\b(?:I|you|we|my|your|our|us|me)\b", re.IGNORECASE)
_FINISHED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_QUOTATION_MARKS = ('"', "“", "”", "''", "‘", "«")


class SalienceHead:
    """One hidden layer a view over features and sentence vector; deterministic, no state after loading.

    The weights' names begin with their view: ``points.hidden_weight``.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._views = {
            view: {
                name.removeprefix(f"{view}."): tensor
                for name, tensor in weights.items()
                if name.startswith(f"{view}.")
            }
            for view in VIEWS
        }
        for view, tensors in self._views.items():
            if (count := len(tensors["feature_mean"])) != len(FEATURES):
                raise ModelFailed(
                    f"{FILE_NAME}, {view}, was trained on {count} features, this version computes "
                    f"{len(FEATURES)}. Reinstall pullquote."
                )

    @classmethod
    def load(cls, folder: Path) -> SalienceHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(self, document: Document, encoding: Encoding) -> NDArray[np.float32]:
        """Return a salience (S,) for each sentence, at unit spread, comparable within the article only.

        Sentences that may not be shown, such as furniture, neither count as a position nor colour the
        centroid. They get a score, too, but it means nothing.
        """
        return self.score_vectors(document, encoding.sentence_vectors)

    def score_vectors(self, document: Document, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Do what ``score`` does, from sentence vectors (S, D) of unit length alone."""
        if not document.sentences:
            return np.zeros(0, dtype=np.float32)
        features = sentence_features(document, vectors)  # (S, F)
        usable = np.array(document.is_shown, dtype=np.bool_)  # (S,)
        scores = np.zeros(len(features), dtype=np.float32)  # (S,)
        for view, share in VIEWS.items():
            raw = _view_scores(self._views[view], features, vectors)  # (S,)
            counted = raw[usable] if usable.any() else raw
            scores += share * (raw - counted.mean()) / max(float(counted.std()), _LEAST_SPREAD)
        return scores


def _view_scores(
    weights: Mapping[str, NDArray[np.float32]], features: NDArray[np.float32], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the scores (S,) of one view's network."""
    standardised = (features - weights["feature_mean"]) / weights["feature_scale"]  # (S, F)
    inputs = np.concatenate([standardised, vectors], axis=1)  # (S, F + D)
    hidden = np.maximum(inputs @ weights["hidden_weight"] + weights["hidden_bias"], 0)  # (S, H)
    scores: NDArray[np.float32] = hidden @ weights["out_weight"]  # (S,)
    return scores


def sentence_features(document: Document, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the features (S, F) in the order of ``FEATURES``; ``vectors`` (S, D) have unit length."""
    usable = np.array(document.is_shown, dtype=np.bool_)  # (S,)
    words = [[span.of(document.text) for span in spans] for spans in document.words]
    columns: dict[str, NDArray[np.float32]] = {
        **_standing(document.sentences, usable),
        **_similarities(vectors, usable),
        **_words_in_common(document.article.title, words, usable),
        **_wording([sentence.span.of(document.text) for sentence in document.sentences], words),
    }
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)


def _standing(sentences: Sequence[Sentence], usable: NDArray[np.bool_]) -> dict[str, NDArray[np.float32]]:
    lengths = np.array([len(sentence.span) for sentence in sentences], dtype=np.float32) * usable  # (S,)
    index: NDArray[np.int64] = np.cumsum(usable) - usable  # (S,) usable sentences before this one
    total = max(int(usable.sum()), 1)
    characters = max(float(lengths.sum()), 1.0)
    everywhere = np.ones(len(sentences), dtype=np.float32)
    return {
        "is_first": (index == 0).astype(np.float32),
        "is_second": (index == 1).astype(np.float32),
        "is_third": (index == 2).astype(np.float32),
        "log_index": np.log1p(index),
        "near_start": np.exp(-index / 3.0),
        "fairly_near_start": np.exp(-index / 10.0),
        "share_of_sentences_before": index / total,
        "share_of_characters_before": (np.cumsum(lengths) - lengths) / characters,
        "log_sentences": everywhere * math.log1p(total),
        "log_characters": everywhere * math.log1p(characters),
    }


def _similarities(vectors: NDArray[np.float32], usable: NDArray[np.bool_]) -> dict[str, NDArray[np.float32]]:
    speaking = vectors[usable] if usable.any() else vectors  # (U, D)
    centroid = speaking.mean(axis=0)  # (D,)
    centroid /= max(float(np.linalg.norm(centroid)), 1e-6)
    to_centroid = vectors @ centroid  # (S,)
    spread = to_centroid[usable] if usable.any() else to_centroid  # (U,)
    neighbours = np.einsum("sd,sd->s", vectors[1:], vectors[:-1])  # (S - 1,)
    return {
        "centroid_similarity": to_centroid,
        "centroid_similarity_in_article": (to_centroid - spread.mean()) / max(float(spread.std()), 0.02),
        "lead_similarity": vectors @ speaking[0],
        "previous_similarity": np.concatenate([[0.0], neighbours]),
        "next_similarity": np.concatenate([neighbours, [0.0]]),
    }


def _words_in_common(
    title: str | None, sentences: Sequence[Sequence[str]], usable: NDArray[np.bool_]
) -> dict[str, NDArray[np.float32]]:
    contents = [_content_stems(words) for words in sentences]
    speaking = [words for words, is_usable in zip(contents, usable, strict=True) if is_usable]
    sentences_with = Counter(word for words in speaking for word in words)
    title_words = _content_stems(find_words(title or ""))
    rows = np.zeros((len(contents), 6), dtype=np.float32)
    seen: set[str] = set()
    for row, words, is_usable in zip(rows, contents, usable, strict=True):
        if words:
            counts = sorted((sentences_with[word] / max(len(speaking), 1) for word in words), reverse=True)
            row[0] = sum(counts) / len(counts)
            row[1] = sum(counts[:5]) / min(len(counts), 5)
            row[2] = sum(sentences_with[word] > 1 for word in words) / len(words)
            row[3] = len(words - seen) / len(words)
            row[4] = len(words & title_words) / max(len(title_words), 1)
            row[5] = len(words & title_words) / len(words)
        if is_usable:
            seen |= words
    return {
        "word_frequency": rows[:, 0],
        "top_word_frequency": rows[:, 1],
        "share_of_words_repeated": rows[:, 2],
        "share_of_words_new": rows[:, 3],
        "has_title": np.full(len(contents), bool(title_words), dtype=np.float32),
        "title_words_covered": rows[:, 4],
        "share_of_words_in_title": rows[:, 5],
    }


def _wording(texts: Sequence[str], sentences: Sequence[Sequence[str]]) -> dict[str, NDArray[np.float32]]:
    rows = np.zeros((len(texts), 14), dtype=np.float32)
    for row, text, words in zip(rows, texts, sentences, strict=True):
        first = words[0].lower() if words else ""
        row[:] = (
            math.log1p(len(words)),
            min(len(words), 80) / 20,
            len(words) < 8,
            len(words) > 40,
            any(mark in text for mark in _QUOTATION_MARKS),
            text.startswith(_QUOTATION_MARKS),
            bool(_SPEAKING.search(text)),
            any(character.isdigit() for character in text),
            sum(word[0].isupper() for word in words[1:]) / max(len(words), 1),
            text.endswith("?"),
            first in _PRONOUNS,
            first in _CONNECTIVES,
            bool(_I_OR_YOU.search(text)),
            not _FINISHED.search(text),
        )
    return dict(zip(FEATURES[-rows.shape[1] :], rows.T, strict=True))


def _content_stems(words: Sequence[str]) -> frozenset[str]:
    return crude_stems((word.lower() for word in words), STOP_WORDS)
