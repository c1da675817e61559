"""The topic head's training texts, with the weights of their labels, and the features of the texts.

Labels are silver: most sources give one label per text, mapped to level 1 by hand, and say nothing about the
other topics. So the absence of a label has a weight of its own here, by source and by pair of topics.

Not here: the fitting (``head``).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.datasets import Row, read_rows
from eval.datasets.adapters import BBC_TOPICS
from eval.training.weights import trunk_digest
from service.domain import Article
from service.models.encoder import Encoder
from service.models.heads.topics import Pieces, count_pieces, document_vector
from service.text.document import Document
from service.text.segment import Segmenter
from service.topics.taxonomy import LEVEL_1

TOPICS = tuple(topic.id for topic in LEVEL_1.topics)
SEED = 0

BBC_FILES = ("summaries/bbc_train.jsonl.gz", "summaries/bbc_dev.jsonl.gz")
MASAKHANEWS_FILE = "topics/masakhanews_eng_train.jsonl.gz"
HUFFPOST_FILE = "topics/huffpost_headlines_train.jsonl.gz"
AGNEWS_FILE = "topics/agnews_desc_train.jsonl.gz"
WCEP_FILE = "topics/wcep201509_train.jsonl.gz"
REUTERS_FILE = "topics/reuters21578_modapte90_train.jsonl.gz"
MEDIATOPICS_FILE = "topics/mediatopics.jsonl.gz"
FILES = (
    *BBC_FILES,
    MASAKHANEWS_FILE,
    HUFFPOST_FILE,
    AGNEWS_FILE,
    WCEP_FILE,
    REUTERS_FILE,
    MEDIATOPICS_FILE,
)

# The opening tells the topic, and encoding whole articles would double the time of a run.
_MAX_CHARS = 1_800
_HUFFPOST_PER_CATEGORY = 150
_BBC_TEXTS, _AGNEWS_TEXTS, _REUTERS_TEXTS = 900, 1_200, 300

# Topics that often go together, by the two digits that tell their ids apart: a text labelled with the first
# may well deserve the others, so their absence says next to nothing. Set by reading the definitions.
_COMPANIONS = {
    "01": ("08", "10", "04"),
    "02": ("11", "14", "16"),
    "03": ("17", "06", "16"),
    "04": ("09", "11"),
    "05": ("14", "09", "11"),
    "06": ("17", "13", "03", "11"),
    "07": ("14", "13", "10"),
    "08": ("14", "10", "01"),
    "09": ("04", "11"),
    "10": ("07", "01", "08"),
    "11": ("16", "04", "02", "09", "14"),
    "12": ("14", "11", "16"),
    "13": ("04", "06", "07"),
    "14": ("08", "11", "05", "07", "12"),
    "15": ("08", "04", "01"),
    "16": ("11", "02", "03", "14"),
    "17": ("03", "06"),
}
# Chosen by leaving out bbc, masakhanews and wcep in turn: 0.1 and 0.2 were alike, 0.5 and 1 were worse.
_ABSENCE_WEIGHT = 0.2
_COMPANION_ABSENCE_WEIGHT = 0.06


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and the positions in ``TOPICS`` of what it is about; ``title`` is a line of the text."""

    id: str
    text: str
    topics: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelledSource:
    """Texts of one origin. ``weight`` is what one text counts in training.

    ``closed`` says that whoever labelled chose among all topics that occur in the source, so that there
    the absence of one of these counts in full.
    """

    name: str
    texts: tuple[LabelledText, ...]
    weight: float
    closed: bool

    def labels(self) -> NDArray[np.float32]:
        """Return 1 where a text has a topic: (N, K)."""
        labels = np.zeros((len(self.texts), len(TOPICS)), dtype=np.float32)
        for row, text in enumerate(self.texts):
            labels[row, list(text.topics)] = 1
        return labels

    def certainty(self) -> NDArray[np.float32]:
        """Return the weight of each label's presence or absence, before ``weight``: (N, K) in 0..1."""
        labels = self.labels()
        companions = np.zeros((len(TOPICS), len(TOPICS)), dtype=np.float32)
        for topic, others in _COMPANIONS.items():
            companions[int(topic) - 1, [int(other) - 1 for other in others]] = 1
        certainty = np.where(labels @ companions > 0, _COMPANION_ABSENCE_WEIGHT, _ABSENCE_WEIGHT)
        if self.closed:
            certainty[:, self.known()] = 1
        certainty[labels > 0] = 1
        return certainty.astype(np.float32)

    def known(self) -> NDArray[np.int64]:
        """Return the positions of the topics that occur in this source, ascending."""
        return np.flatnonzero(self.labels().any(axis=0))


@dataclass(frozen=True, slots=True)
class TopicFeatures:
    """The head's input for N texts."""

    vectors: NDArray[np.float32]  # (N, D)
    pieces: tuple[Pieces, ...]  # N


def read_sources(data: Path) -> tuple[LabelledSource, ...]:
    """Read every source from the folder of development data, sampled with ``SEED`` where it is large."""
    # Weights chosen by leaving out bbc, masakhanews and wcep in turn: headlines and wires are many, narrow.
    return (
        LabelledSource("bbc", _sample(_bbc(data), _BBC_TEXTS), 1.0, True),
        LabelledSource("masakhanews", tuple(_mapped(read_rows(data / MASAKHANEWS_FILE))), 1.0, True),
        LabelledSource("huffpost", tuple(_huffpost(data)), 0.25, True),
        LabelledSource("agnews", _sample(_mapped(read_rows(data / AGNEWS_FILE)), _AGNEWS_TEXTS), 0.3, True),
        LabelledSource("wcep", tuple(_mapped(read_rows(data / WCEP_FILE))), 1.0, True),
        LabelledSource("reuters", tuple(_reuters(data)), 0.3, False),
        LabelledSource("mediatopics", tuple(_mediatopics(data)), 0.5, False),
        LabelledSource("seeds", tuple(_seeds()), 3.0, True),
    )


def encode_source(
    source: LabelledSource, encoder: Encoder, segmenter: Segmenter, cache: Path | None
) -> TopicFeatures:
    """Encode the source's texts, or read from the folder ``cache`` what an earlier run wrote there."""
    everything = "\0".join([trunk_digest(), *(text.text for text in source.texts)])
    digest = sha256(everything.encode()).hexdigest()[:16]
    path = cache / f"{source.name}-{digest}.npz" if cache else None
    if path and path.is_file():
        stored = np.load(path)
        token_ids = np.split(stored["token_ids"], np.cumsum(stored["lengths"])[:-1])
        return TopicFeatures(stored["vectors"], tuple(map(count_pieces, token_ids)))
    vectors, token_ids = [], []
    for text in source.texts:
        article = Article(text.id, text.text)
        document = Document(article, segmenter.segment(article))
        encoding = encoder.encode(document)
        vectors.append(document_vector(encoding, np.ones(len(document.sentences), dtype=np.bool_)))
        token_ids.append(encoding.token_ids)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        lengths = np.array([len(ids) for ids in token_ids])
        np.savez(path, vectors=np.stack(vectors), token_ids=np.concatenate(token_ids), lengths=lengths)
    return TopicFeatures(np.stack(vectors), tuple(map(count_pieces, token_ids)))


def _text(row: Row, topics: Iterable[str], *, with_title: bool = True) -> LabelledText:
    parts = [row.get("title") if with_title else None, (row.get("text") or "")[:_MAX_CHARS]]
    text = "\n\n".join(part.strip() for part in parts if part and part.strip())
    return LabelledText(row["id"], text, tuple(sorted({TOPICS.index(topic) for topic in topics})))


def _sample(texts: Iterable[LabelledText], size: int) -> tuple[LabelledText, ...]:
    listed = list(texts)
    return tuple(random.Random(SEED).sample(listed, size) if len(listed) > size else listed)


def _mapped(rows: Iterable[Row]) -> Iterator[LabelledText]:
    return (_text(row, row["iptc"]) for row in rows if row["iptc"])


def _bbc(data: Path) -> Iterator[LabelledText]:
    for name in BBC_FILES:
        for row in read_rows(data / name):
            # Bodies alone: the service's articles come with and without a headline in their text.
            yield _text(row, [BBC_TOPICS[row["topic"]]], with_title=False)


def _huffpost(data: Path) -> Iterator[LabelledText]:
    rows = sorted(
        (row for row in read_rows(data / HUFFPOST_FILE) if row["iptc"]), key=lambda row: row["labels"]
    )
    for _, category in groupby(rows, key=lambda row: row["labels"]):
        yield from _sample(_mapped(category), _HUFFPOST_PER_CATEGORY)


def _reuters(data: Path) -> Iterator[LabelledText]:
    """Yield all texts of the categories "jobs" and "income", the data's only labour news, and some others."""
    rows = [row for row in read_rows(data / REUTERS_FILE) if row["iptc"]]
    for row in rows:
        if {"jobs", "income"} & set(row["labels"]):
            yield _text(row, [*row["iptc"], "medtop:09000000"])
    others = [row for row in rows if not {"jobs", "income"} & set(row["labels"])]
    yield from _sample(_mapped(others), _REUTERS_TEXTS)


def _mediatopics(data: Path) -> Iterator[LabelledText]:
    for row in read_rows(data / MEDIATOPICS_FILE):
        if not row["retired"]:
            yield _text({"id": row["id"], "title": row["label"], "text": row["definition"]}, row["root"])


def _seeds() -> Iterator[LabelledText]:
    path = Path(str(files(__package__).joinpath("seeds.jsonl")))
    for number, row in enumerate(read_rows(path)):
        yield _text({"id": f"seed/{number}", "text": row["text"]}, row["topics"])
