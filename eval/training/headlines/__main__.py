"""Train the deletion head: ``python -m eval.training.headlines --data ../shared/data``. About ten minutes.

Reads the articles that a reader made headlines for by deletion (``eval/gold/headlines.jsonl``) and the
highlights and headlines of cnndm_train and newssum_train whose words stand in one sentence in their order.
Prints, for a fifth of the readers' headlines that was held out, how often the sentence and the kept words are
theirs; then trains on everything, publishes ``deletion.safetensors`` and writes its card. Seeded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.datasets import digest
from eval.training.headlines.examples import GOLD, HeadlineExample, gold_examples, silver_examples
from eval.training.headlines.fitting import EPOCHS, HIDDEN, SEED, fit
from eval.training.weights import Tensors, publish, trunk_digest
from service.models.heads.deletion import DeletionHead
from service.summary.headlines import choose

HELD_OUT = 5
"""One in so many articles is held out for the figures."""


def main() -> None:
    """Fit, report on what was held out, fit on everything, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds marks/ and the rest")
    data = parser.parse_args().data
    gold, silver = list(gold_examples(data)), list(silver_examples(data))
    print(f"{len(gold)} articles with readers' headlines, {len(silver)} sentences of highlights", flush=True)
    order = np.random.default_rng(SEED).permutation(len(gold))
    held_out = [gold[place] for place in order[: len(gold) // HELD_OUT]]
    rest = [gold[place] for place in order[len(gold) // HELD_OUT :]]
    rows = list(scores(fit([*rest, *silver]), held_out))
    figures = "\n".join(report(rows))
    print(figures, flush=True)
    tensors = fit([*gold, *silver])
    paths = [GOLD, *(data / "summaries" / f"{name}_train.jsonl.gz" for name in ("cnndm", "newssum"))]
    card = _CARD.format(
        figures=figures,
        gold=len(gold),
        silver=len(silver),
        hidden=HIDDEN,
        epochs=EPOCHS,
        seed=SEED,
        trunk=trunk_digest(),
        bytes=f"{sum(tensor.nbytes for tensor in tensors.values()):,}",
        files="\n".join(f"| {path.name} | {digest(path)} |" for path in paths),
    )
    publish({"deletion": tensors}, {"deletion": card})


def scores(weights: Tensors, held: Sequence[HeadlineExample]) -> Iterator[tuple[float, bool, bool, float]]:
    """Yield of each article: sureness, whether the reader has a headline, same sentence, F1 of the words."""
    head = DeletionHead(weights)
    for example in held:
        steps = [head.steps(inputs) for inputs in example.inputs]
        choice = choose(steps, head.sentence_worth, head.none)
        if choice is None or example.chosen is None:
            yield (choice.sureness if choice else -1.0), example.chosen is not None, False, 0.0
            continue
        same = choice.sentence == example.chosen
        both = len(set(choice.path) & set(example.path)) if same else 0
        yield choice.sureness, True, same, 2 * both / (len(choice.path) + len(example.path))


def report(rows: Sequence[tuple[float, bool, bool, float]]) -> Iterator[str]:
    """Yield the table's rows by how many of the surest headlines are given."""
    ordered = sorted(rows, reverse=True)
    yield "| given | least sureness | none fit by the reader | the reader's sentence | F1 of the kept words |"
    yield "|---|---|---|---|---|"
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        taken = ordered[: round(share * len(ordered))]
        unfit = sum(not fit_ for _, fit_, _, _ in taken)
        fit_rows = [row for row in taken if row[1]]
        same = np.mean([row[2] for row in fit_rows])
        words = np.mean([row[3] for row in fit_rows if row[2]])
        yield f"| {share:.0%} | {taken[-1][0]:.3f} | {unfit} | {same:.1%} | {words:.3f} |"


_CARD = """# Deletion head

How well a sentence reads when words between two of its words are left out: headlines and standfirsts are made
by it. A globally normalised model over paths of kept words; one hidden layer of {hidden} units over the
vectors and kinds of the words around a gap (`service/models/heads/deletion.py`); {bytes} bytes.

- **Trained by** `python -m eval.training.headlines --data ../shared/data`, {epochs} epochs, seed {seed}, on
  the
  trunk of SHA-256 `{trunk}`.
- **Data**: {gold} articles of marks_train, cnndm_train, newssum_train, bbc_train and polnear_train, for which
  a reader (a language model) made a headline by deletion from one of the first four sentences, or said that
  none is fit; {silver} sentences of which a highlight or headline of the publisher keeps words in their
  order.
- **Known weaknesses**: no word can be changed, so past tense stays; a lead whose subject is a pronoun gives
  no
  headline; the reader's choice of words is one of several that are fit.

## Development figures

A fifth of the articles, held out:

{figures}

## Files

| file | sha256 |
|---|---|
{files}
"""

if __name__ == "__main__":
    main()
