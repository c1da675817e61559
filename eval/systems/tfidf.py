"""Topics by TF-IDF and one logistic regression per topic, as a plain baseline.

Trained when it is built, on rows with topics from the sources that the service's topic head knows, and never
on the texts it is asked about. Shapes: N texts, K topics.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from eval.datasets import Row, read_rows
from eval.datasets.adapters import BBC_TOPICS
from eval.systems.shape import BuildContext, labelling
from service.domain import Analysis, Article, Span, Topic
from service.topics.taxonomy import LEVEL_1

DATA = Path(__file__).parents[3] / "shared" / "data"
_BBC = "summaries/bbc_train.jsonl.gz"
# How many rows of each are taken, spread evenly: headlines and news flashes are many and narrow.
FILES = {
    "topics/masakhanews_eng_train.jsonl.gz": None,
    "topics/agnews_desc_train.jsonl.gz": 1_200,
    "topics/wcep201509_train.jsonl.gz": None,
    "topics/huffpost_headlines_train.jsonl.gz": 2_400,
    _BBC: None,
}
_LABELS = {topic.id: topic.label for topic in LEVEL_1.topics}
_MIN_CONFIDENCE, _MIN_FURTHER_CONFIDENCE = 0.35, 0.5


class TfidfTopics:
    """TF-IDF of words and pairs of words, with one logistic regression per topic."""

    def __init__(self, texts: Sequence[str], topics: Sequence[Collection[str]]) -> None:
        """Fit on N texts and their topics; topics without a text are never predicted."""
        self._topics = sorted(set().union(*topics))
        labels = np.array(
            [[id_ in given for id_ in self._topics] for given in topics], dtype=np.int64
        )  # (N, K)
        self._words: Any = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, min_df=2, stop_words="english", strip_accents="unicode"
        )
        self._model: Any = OneVsRestClassifier(
            LogisticRegression(C=5, class_weight="balanced", solver="liblinear")
        )
        self._model.fit(self._words.fit_transform(texts), labels)

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """Return the topics' probabilities (K,), each on its own."""
        return np.asarray(self._model.predict_proba(self._words.transform([text]))[0])

    def analyse(self, article: Article) -> Analysis:
        """Return the likeliest topic if it is likely enough, and others that are more likely than not."""
        chances = self.probabilities(article.text)
        best, *others = map(int, np.argsort(-chances, kind="stable"))
        shown = [best] if chances[best] >= _MIN_CONFIDENCE else []
        shown += [index for index in others if chances[index] >= _MIN_FURTHER_CONFIDENCE]
        whole = (Span(0, len(article.text)),)
        topics = [
            Topic(id_, _LABELS[id_], (id_,), float(chances[index]), whole)
            for index, id_ in ((index, self._topics[index]) for index in shown)
        ]
        return labelling(article, topics, "tfidf-lr")


def build_tfidf(context: BuildContext, _: str) -> TfidfTopics:
    """Fit on the topic rows under ``context.train``; takes some seconds. Raises ValueError if there are none.

    Rows that will be asked about are left out, and all of the BBC's if any of those is from the BBC: so texts
    are new to the system, and the BBC's are even of a source it has not seen.
    """
    folder = context.train or DATA
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ValueError(
            f"tfidf-lr trains on rows with topics, and {folder / missing[0]} is not there: "
            "give the folder that holds it with --train"
        )
    asked = {sample.article.id for sample in context.samples}
    unseen = any(id_.startswith("bbc-") for id_ in asked)
    rows = [
        row
        for name, most in FILES.items()
        if not (unseen and name == _BBC)
        for row in _spread([row for row in read_rows(folder / name) if _topics(row)], most)
        if row["id"] not in asked
    ]
    return TfidfTopics([_text(row) for row in rows], [_topics(row) for row in rows])


def _topics(row: Row) -> list[str]:
    return row["iptc"] if "iptc" in row else [BBC_TOPICS[row["topic"]]]


def _text(row: Row) -> str:
    return f"{row.get('title') or ''}\n{row.get('text') or ''}"


def _spread(rows: list[Row], most: int | None) -> list[Row]:
    return rows if most is None or len(rows) <= most else rows[:: -(-len(rows) // most)]
