"""Loading data sets: a file of rows, a folder of marked articles, the segmentation gold, or one of a hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from eval.datasets import catalogue
from eval.datasets.adapters import to_sample
from eval.datasets.layout import Layout, lay_out
from eval.datasets.rows import Row, digest, read_rows
from eval.datasets.samples import Sample

GOLD = Path(__file__).parents[1] / "gold" / "segmentation.jsonl"
NAMES = Path(__file__).parents[1] / "gold" / "names.jsonl"
CORPUS = Path(__file__).parents[1] / "corpus"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Samples and their source; ``sha256`` is the digest of the whole source, whatever was taken."""

    name: str
    source: str
    sha256: str
    licence: str
    samples: tuple[Sample, ...]


def load(source: str, limit: int | None = None, layout: Layout = Layout.AS_IS) -> Dataset:
    """Load the first ``limit`` samples of ``source``, their texts in ``layout``.

    ``source`` is a ``.jsonl`` or ``.jsonl.gz`` file, a folder of marked articles (``eval/corpus``), a folder
    with the files that the segmentation gold points into, or ``hf:NAME…`` (see ``eval.datasets.hub``).
    Raises FileNotFoundError, and ValueError for rows that cannot be used.
    """
    dataset = _read(source, limit)
    if layout is Layout.AS_IS:
        return dataset
    samples = tuple(lay_out(sample, layout) for sample in dataset.samples)
    return replace(dataset, name=f"{dataset.name}-{layout}", samples=samples)


def _read(source: str, limit: int | None) -> Dataset:
    if source.startswith("hf:"):
        from eval.datasets import hub

        rows, name, mark, licence = hub.read(source.removeprefix("hf:"), limit)
        return Dataset(name, source, mark, licence, _samples(rows, limit))
    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(f"no data at {source}: give a .jsonl or .jsonl.gz file, a folder, or hf:NAME")
    if path.is_dir() and any(path.glob("*.xml")):
        from eval.corpus.marked import read_corpus

        return _dataset(path, read_corpus(path), limit)
    if path.is_dir():
        passages = _dataset(GOLD, _passages(path), limit)
        return Dataset(passages.name, source, passages.sha256, passages.licence, passages.samples)
    return _dataset(path, _with_names(path), limit)


def _dataset(path: Path, rows: Iterable[Row], limit: int | None) -> Dataset:
    name = path.resolve().name.split(".")[0]
    return Dataset(name, str(path), digest(path), catalogue.entry(path).licence, _samples(rows, limit))


def _samples(rows: Iterable[Row], limit: int | None) -> tuple[Sample, ...]:
    return tuple(to_sample(row) for row in islice(rows, limit))


def _with_names(path: Path) -> Iterator[Row]:
    """Yield the rows of a file, with what is known of who their sources are.

    ``named``: sources named by hand, where the gold file has the row's id. ``silver``: the row's coreference
    where a file ``*_silver.jsonl.gz`` lies beside; empty for a row that is not in it.
    """
    named: dict[str, list[Row]] = {}
    for mark in read_rows(NAMES):
        named.setdefault(mark["id"], []).append(mark)
    beside = path.with_name(f"{path.name.split('.')[0]}_silver.jsonl.gz")
    silver = {row["id"]: row for row in read_rows(beside)} if beside.exists() else None
    for row in read_rows(path):
        known: Row = {"named": named[row["id"]]} if row.get("id") in named else {}
        if silver is not None:
            known["silver"] = silver.get(row.get("id"), {"entities": [], "coref": []})
        yield row | known


def _passages(folder: Path) -> Iterator[Row]:
    """Yield the marked passages with their texts, which are under ``folder``."""
    passages = list(read_rows(GOLD))
    for file in sorted({passage["file"] for passage in passages}):
        rows = {row["id"]: row for row in read_rows(folder / f"{file}.jsonl.gz")}
        for passage in (passage for passage in passages if passage["file"] == file):
            row = rows[passage["id"]]
            # Here the data set of a passage matters more than its publisher.
            yield {
                **passage,
                "text": row["text"],
                "publisher": file,
                "id": f"{passage['id']}@{passage['start']}",
            }
