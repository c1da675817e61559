"""Data sets of the Hugging Face hub by name: ``hf:NAME[@CONFIG][#SPLIT][?text=COLUMN&summary=COLUMN]``.

Needs the extra ``hub`` (the ``datasets`` library) and, unless NAME is a local folder or the set is cached,
the network. CNN/DailyMail and XSum need no columns: ``hf:cnn_dailymail@3.0.0#validation``,
``hf:EdinburghNLP/xsum``.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

from eval.datasets.rows import Row

_COLUMNS = {
    "cnn_dailymail": {"text": "article", "summary": "highlights"},
    "xsum": {"text": "document", "summary": "summary"},
}
_TEXTS = ("text", "article", "document", "body", "content")
_SUMMARIES = ("summary", "highlights", "abstract", "description")


def read(name: str, limit: int | None) -> tuple[Iterator[Row], str, str, str]:
    """Return rows, a short name, a digest and the licence of the data set.

    The digest is that of the fingerprint which ``datasets`` keeps of the split. Raises ValueError for unknown
    columns or a missing extra, and what ``datasets`` raises where it cannot load the set.
    """
    try:
        import datasets
    except ImportError as error:
        raise ValueError("hub data sets need the extra: pip install 'pullquote[hub]'") from error
    path, _, query = name.partition("?")
    path, _, split = path.partition("#")
    path, _, config = path.partition("@")
    rows = datasets.load_dataset(path, config or None, split=split or "validation")
    given = {key: values[0] for key, values in parse_qs(query).items()}
    known = _COLUMNS.get(path.rstrip("/").rsplit("/", 1)[-1], {})
    text = _column(given.get("text") or known.get("text"), _TEXTS, rows.column_names)
    summary = _column(given.get("summary") or known.get("summary"), _SUMMARIES, rows.column_names)
    mark = sha256(f"{rows.info.dataset_name} {rows._fingerprint}".encode()).hexdigest()
    short = path.rstrip("/").rsplit("/", 1)[-1]
    licence = rows.info.license or "not stated by the hub"
    return _rows(islice(rows, limit), short, text, summary), short, f"sha256:{mark}", licence


def _rows(rows: Iterator[dict[str, Any]], name: str, text: str, summary: str) -> Iterator[Row]:
    for number, row in enumerate(rows):
        yield {
            "id": str(row.get("id", f"{name}/{number}")),
            "title": row.get("title"),
            "text": row[text],
            "summary": row[summary],
            "source": name,
        }


def _column(wanted: str | None, usual: tuple[str, ...], present: list[str]) -> str:
    found = [wanted] if wanted in present else [name for name in usual if name in present]
    if (wanted and wanted not in present) or not found:
        kind = "text" if usual is _TEXTS else "summary"
        raise ValueError(f"no {kind} column among {', '.join(present)}: name it with ?{kind}=COLUMN")
    return str(found[0])
