"""Examples on disk, so that a fit can be tried again without reading a thousand articles again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import astuple
from pathlib import Path

from eval.datasets import Sample
from eval.training.speakers.examples import SpeakerExample

Examples = tuple[list[SpeakerExample], list[SpeakerExample]]


def kept(
    folder: Path | None,
    name: str,
    samples: Iterable[Sample],
    *,
    read: Callable[[str, Iterable[Sample]], Examples],
) -> Examples:
    """Return the examples of ``name`` that ``folder`` holds; else read them, and keep them there if given."""
    if folder is None:
        return read(name, samples)
    file = folder / f"{name}.json.gz"
    if not file.exists():
        examples = read(name, samples)
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=3) as out:
            json.dump([[astuple(one) for one in side] for side in examples], out)
        part.replace(file)
    with gzip.open(file, "rt", encoding="utf-8") as stored:
        seen, blind = ([SpeakerExample(*one) for one in side] for side in json.load(stored))
    return seen, blind
