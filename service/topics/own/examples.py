"""Reads the examples that a taxonomy is fitted to: JSON lines of a text and its labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.topics.own.reading import TaxonomyInvalid
from service.topics.own.taxonomy import OwnTaxonomy

MOST_EXAMPLES = 5_000
MOST_CHARS = 1_500
"""The opening tells the topic, and encoding whole articles would take several times as long."""


@dataclass(frozen=True, slots=True)
class LabelledExample:
    """A text and the ids that somebody gave it; none means that no label fits."""

    text: str
    labels: tuple[str, ...]


def read_examples(path: Path, taxonomy: OwnTaxonomy) -> tuple[LabelledExample, ...]:
    """Read ``{"text": …, "labels": ["id", …]}`` a line, or ``label`` for one. Raises TaxonomyInvalid."""
    try:
        with path.open(encoding="utf-8") as lines:
            found = tuple(_examples(lines, path, taxonomy))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TaxonomyInvalid(f"{path}: {reason}. Give JSON lines in UTF-8.") from error
    if not any(example.labels for example in found):
        raise TaxonomyInvalid(f"{path} has no example with a label. Give eight or more a label.")
    if len(found) > MOST_EXAMPLES:
        raise TaxonomyInvalid(
            f"{path} has {len(found)} examples, the limit is {MOST_EXAMPLES}. Take a sample."
        )
    return found


def _examples(lines: Iterator[str] | Any, path: Path, taxonomy: OwnTaxonomy) -> Iterator[LabelledExample]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _example(line, f"{path}, line {number}", taxonomy)


def _example(line: str, where: str, taxonomy: OwnTaxonomy) -> LabelledExample:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TaxonomyInvalid(
            f"{where}: it isn't JSON ({str(error)[:80]}). Mend or leave out the line."
        ) from error
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise TaxonomyInvalid(f'{where}: it has no "text". Write {{"text": …, "labels": ["…"]}}.')
    labels = row.get("labels", row.get("label", []))
    labels = [labels] if isinstance(labels, str) else labels
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise TaxonomyInvalid(f'{where}: "labels" is no list of ids. Write ["…"].')
    for label in labels:
        if label not in taxonomy.position:
            raise TaxonomyInvalid(
                f"{where}: {label[:80]!r} is no id of the taxonomy {taxonomy.name}. Correct one of them."
            )
    return LabelledExample(text[:MOST_CHARS], tuple(dict.fromkeys(labels)))
