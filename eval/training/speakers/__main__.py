"""Fit the choice of speakers and its confidence: ``python -m eval.training.speakers --data
../shared/data``.

Reads the articles marked by reading (train and dev) and PolNeAR (train) as the service does: people, tags,
proposals. Besides, each article is read blind to the tags, so that the patterns learn to stand alone, and
PolNeAR with attributions deleted, so that a quotation that nobody attributes stays nobody's. Prints, by
articles that were left out (five folds of the marks) and on marks_dev, how often the choice is right, what
it costs to leave out each proposer, and right, wrong and null at each least confidence. Then fits on all
but marks_dev the choice, on both marks the confidence, and writes
``service/quotes/choice/speaker_weights.json`` and its card. About ten minutes, and as long again
for the ablation.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from rich.progress import track

from eval.datasets import Sample, digest
from eval.datasets.load import load
from eval.metrics.measures import LEASTS
from eval.training.speakers.card import render_card
from eval.training.speakers.examples import Reading, SpeakerExample, lost, speaker_examples
from eval.training.speakers.fitting import ChoiceProblem, Floats, Weights, fit_confidence
from eval.training.speakers.keeping import kept
from eval.training.speakers.report import (
    Final,
    Folds,
    ablation,
    finals,
    mention_accuracy,
    outcomes,
)
from service.bootstrap import build_door, build_pipeline
from service.ingest import Declared
from service.people.entity_index import find_people
from service.quotes.choice import weights
from service.quotes.choice.proposals import PROPOSERS
from service.quotes.decoding import read_tags
from service.settings import Settings
from service.text.document import Document

MARKS, POLNEAR = "marks/marks_{}.jsonl.gz", "quotes/polnear_train.jsonl.gz"
OTHERS_WEIGHT = 0.3
LOST_WEIGHT = 0.1
_DECIMALS = 3


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds marks/ and quotes/")
    parser.add_argument("--no-ablation", action="store_true", help="leave out the ablation")
    parser.add_argument(
        "--examples",
        type=Path,
        metavar="FOLDER",
        help="keep the examples that are read here, and take those that are there: reading is most of the "
        "time. Empty it when anything changes that the examples rest on",
    )
    arguments = parser.parse_args()
    files = [arguments.data / MARKS.format(split) for split in ("train", "dev")]
    files.append(arguments.data / POLNEAR)
    train, dev, polnear = (load(str(file)).samples for file in files)
    read = partial(kept, arguments.examples, read=_read)
    marks, blind_marks = read("marks_train", train)
    held_out, _ = read("marks_dev", dev)
    others, blind_others = read("polnear_train", polnear)
    unattributed, _ = read("attributions_lost", filter(None, map(lost, polnear)))
    unattributed = [one for one in unattributed if one.is_annotated and not one.is_told]
    support = [*blind_marks, *others, *blind_others[::3], *unattributed]
    everything = ChoiceProblem([*marks, *support], _counts(len(marks), len(support)))
    choice = everything.fit()
    folds = Folds.of(marks, support, OTHERS_WEIGHT)
    by_folds, on_dev, on_lost = folds.finals(), finals(held_out, choice), finals(unattributed, choice)
    report = "\n".join(
        [
            f"{len(marks)} quotations of marks_train, {len(held_out)} of marks_dev, {len(support)} others. "
            f"Mention chosen rightly: marks_train by folds {mention_accuracy(by_folds):.1f} %, marks_dev "
            f"{mention_accuracy(on_dev):.1f} %.",
            "",
            "| least confidence, fitted on marks_train alone | marks_dev: right | wrong | null |",
            "|---|---|---|---|",
            *(f"| {least} | {outcomes(on_dev, _confidence(by_folds, on_lost), least)} |" for least in LEASTS),
        ]
    )
    print(report, flush=True)
    confidence = _confidence([*by_folds, *on_dev], on_lost)
    content = {"choice": _rounded(choice), "confidence": _rounded(confidence)}
    weights.FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    digests = [(file.name, digest(file)) for file in files]
    card = weights.FILE.with_suffix(".md")
    card.write_text(render_card(report, digests), encoding="utf-8")
    if not arguments.no_ablation:
        rows = track(ablation(folds, everything, choice, held_out), "ablation", total=len(PROPOSERS) + 1)
        table = "\n".join(["\n", "| without | marks_train by folds | marks_dev |", "|---|---|---|", *rows])
        print(table)
        card.write_text(render_card(report + table, digests), encoding="utf-8")


def _confidence(rows: Sequence[Final], lost: Sequence[Final]) -> Weights:
    """Fit the confidence on quotations whose speaker is known by name, and on some that nobody attributes.

    The latter come from deletions, so they stand for what is rare in print, and count little.
    """
    chosen = [(row.features, row.is_right, 1.0) for row in rows if row.features and row.example.names_known]
    chosen += [(row.features, False, LOST_WEIGHT) for row in lost if row.features]
    features, right, counts = zip(*chosen, strict=True)
    return fit_confidence(features, right, counts)


def _read(name: str, samples: Iterable[Sample]) -> tuple[list[SpeakerExample], list[SpeakerExample]]:
    """Return the examples of articles, and the same without the head's tags."""
    seen: list[SpeakerExample] = []
    blind: list[SpeakerExample] = []
    samples = list(samples)
    for reading in track(_readings(samples), f"{name:<18}", total=len(samples)):
        seen.extend(speaker_examples(reading))
        blind.extend(speaker_examples(reading, blind=True))
    return seen, blind


def _readings(samples: Iterable[Sample]) -> Iterator[Reading]:
    settings = Settings()
    door, pipeline = build_door(settings), build_pipeline(settings)
    for sample in samples:
        article = door.from_text(sample.article.text, Declared(id=sample.article.id, language="en"))
        if article.text != sample.article.text:
            continue
        document = Document(article, pipeline.segmenter.segment(article))
        encoding = pipeline.encoder.encode(document)
        people = find_people(document, partial(pipeline.names.score, encoding=encoding))
        tags = read_tags(pipeline.attribution.score(article.text, encoding))
        yield Reading(sample, document, people, tags)


def _counts(marks: int, others: int) -> Floats:
    return np.concatenate([np.ones(marks), np.full(others, OTHERS_WEIGHT)])


def _rounded(fitted: dict[str, float]) -> dict[str, float]:
    rounded = {name: round(weight, _DECIMALS) for name, weight in fitted.items()}
    return {name: weight for name, weight in rounded.items() if weight}


if __name__ == "__main__":
    main()
