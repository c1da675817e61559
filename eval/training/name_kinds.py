"""Fit what names are of: ``python -m eval.training.name_kinds --data ../shared/data``. About a quarter of
an hour.

Each name that ``service.people.names`` finds in CoNLL-2003 and in PolNeAR, whole and word by word, is an
example: the mean of its token vectors, and the kind of the annotated name that covers half of it, or none.
PolNeAR's names were found by machine and count less. A softmax regression by Adam, seeded. Prints precision
and recall of people on both development sets, publishes ``names.safetensors`` and writes its card."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch.nn import functional

from eval.datasets import Row, digest, read_rows
from eval.training.weights import load_encoder, publish, trunk_digest
from service.domain import Article, Sentence, Span
from service.models.heads.names import KINDS, name_vectors
from service.people.names import find_mentions
from service.text.document import Document
from service.text.segment import Segmenter

SEED, EPOCHS, BATCH, RATE, DECAY = 20261129, 4, 2048, 0.01, 1e-5
GOLD_WEIGHT, SILVER_WEIGHT = 1.5, 0.7
_COVERED = 0.5
_KIND_OF = {
    "PER": "person", "PERSON": "person", "ORG": "organisation",
    "LOC": "place", "GPE": "place", "MISC": "other",
}  # fmt: skip
_GLUED = frozenset(".,;:!?)'") | {"'s"}

Named = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class NameExamples:
    """N names or words of names: vectors (N, 2 D), kinds (N,), and whether each is a name as a whole (N,)."""

    vectors: NDArray[np.float16]
    kinds: NDArray[np.int64]
    whole: NDArray[np.bool_]


def main() -> None:
    """Fit, report, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder that holds speakers/ and quotes/"
    )
    data = parser.parse_args().data
    files = {
        name: data / path
        for split in ("train", "dev")
        for name, path in (
            (f"conll_{split}", f"speakers/conll2003_{split}.jsonl.gz"),
            (f"polnear_{split}", f"quotes/polnear_{split}.jsonl.gz"),
            (f"silver_{split}", f"quotes/polnear_{split}_silver.jsonl.gz"),
        )
    }
    gold = _examples("conll_train", _conll(files["conll_train"]))
    silver = _examples("polnear_train", _polnear(files["polnear_train"], files["silver_train"]))
    weight, bias = _fit([gold, silver], [GOLD_WEIGHT, SILVER_WEIGHT])
    figures = [
        _figures(name, _examples(name, texts), weight, bias)
        for name, texts in (
            ("conll2003_dev", _conll(files["conll_dev"])),
            ("polnear_dev, silver", _polnear(files["polnear_dev"], files["silver_dev"])),
        )
    ]
    print("\n".join(figures))
    card = _CARD.format(
        figures="\n".join(figures),
        seed=SEED,
        trunk=trunk_digest(),
        gold=len(gold.kinds),
        silver=len(silver.kinds),
        files="\n".join(f"| {path.name} | {digest(path)} |" for path in files.values()),
    )
    publish({"names": {"weight": weight, "bias": bias}}, {"names": card})


def _examples(name: str, texts: Iterable[tuple[Document, Sequence[Named]]]) -> NameExamples:
    encoder = load_encoder()
    vectors: list[NDArray[np.float16]] = []
    kinds: list[int] = []
    whole: list[bool] = []
    for document, named in track(texts, f"{name:<15}"):
        spans: list[Span] = []
        for mention in find_mentions(document.text):
            words = mention.word_spans(document.text)
            spans += [mention.span, *(words if len(words) > 1 else ())]
            whole += [True, *([False] * len(words) if len(words) > 1 else ())]
        if spans:
            vectors.append(name_vectors(spans, encoder.encode(document)).astype(np.float16))
            kinds += [KINDS.index(_kind_of(span, named)) for span in spans]
    return NameExamples(np.concatenate(vectors), np.array(kinds), np.array(whole))


def _kind_of(span: Span, named: Sequence[Named]) -> str:
    shared = [(min(end, span.end) - max(start, span.start), kind) for start, end, kind in named]
    most, kind = max(shared, default=(0, "none"))
    return kind if most >= _COVERED * len(span) else "none"


def _conll(path: Path) -> Iterator[tuple[Document, list[Named]]]:
    """Yield CoNLL's documents, a sentence a paragraph, with their names."""
    for name, rows in groupby(read_rows(path), key=lambda row: row["doc"]):
        text, sentences, named = "", [], list[Named]()
        for number, row in enumerate(rows):
            start = len(text)
            before = "O"
            for token, tag in zip(row["tokens"], row["tags"], strict=True):
                text += " " if len(text) > start and token not in _GLUED else ""
                at = len(text)
                text += token
                if tag != "O" and tag[2:] == before[2:] and tag[0] == "I":
                    named[-1] = (named[-1][0], len(text), named[-1][2])
                elif tag != "O":
                    named.append((at, len(text), _KIND_OF[tag[2:]]))
                before = tag
            sentences.append(Sentence(Span(start, len(text)), number))
            text += "\n\n"
        yield Document(Article(str(name), text), tuple(sentences)), named


def _polnear(path: Path, silver: Path) -> Iterator[tuple[Document, list[Named]]]:
    """Yield PolNeAR's articles with the names that were found by machine."""
    found: dict[str, Row] = {row["id"]: row for row in read_rows(silver)}
    segmenter = Segmenter.load()
    for row in read_rows(path):
        if row["id"] in found:
            article = Article(row["id"], row["text"])
            entities = found[row["id"]]["entities"]
            named = [(start, end, _KIND_OF[kind]) for start, end, kind in entities if kind in _KIND_OF]
            yield Document(article, segmenter.segment(article)), named


def _fit(
    sets: Sequence[NameExamples], counts: Sequence[float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weight (2 D, K) and bias (K,) of a softmax regression on standardised vectors."""
    torch.manual_seed(SEED)
    vectors = torch.from_numpy(np.concatenate([one.vectors for one in sets]))
    kinds = torch.from_numpy(np.concatenate([one.kinds for one in sets]))
    weights = torch.cat([torch.full((len(one.kinds),), n) for one, n in zip(sets, counts, strict=True)])
    mean, deviation = vectors.float().mean(0), vectors.float().std(0).clamp_min(1e-3)
    layer = torch.nn.Linear(vectors.shape[1], len(KINDS))
    optimizer = torch.optim.Adam(layer.parameters(), lr=RATE)
    batches = len(kinds) // BATCH
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=EPOCHS * batches)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(kinds))[: batches * BATCH].reshape(batches, BATCH):
            logits = layer((vectors[rows].float() - mean) / deviation)
            losses = functional.cross_entropy(logits, kinds[rows], reduction="none") * weights[rows]
            loss = losses.mean() + DECAY * (layer.weight**2).sum()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    weight = (layer.weight / deviation).detach()  # (K, 2 D)
    bias = layer.bias.detach() - weight @ mean
    return weight.T.contiguous().numpy(), bias.numpy()


def _figures(
    name: str, examples: NameExamples, weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> str:
    """Return a row of the card: precision and recall of people, and accuracy, of names and of their words."""
    logits = examples.vectors.astype(np.float32) @ weight + bias
    chosen = logits.argmax(axis=1)
    cells = []
    for part in (examples.whole, ~examples.whole):
        person, right = (chosen == 0) & part, (examples.kinds == 0) & part
        both = (person & right).sum()
        accuracy = (chosen == examples.kinds)[part].mean()
        cells.append(f"{both / person.sum():.3f} | {both / right.sum():.3f} | {accuracy:.3f}")
    return f"| {name} | {' | '.join(cells)} |"


_CARD = """\
# Name head

Written by the training; do not edit. Says whether a name is a person's, a body's, a place's, another name
or no name at all (`service.models.heads.names`): one linear layer over the mean of the name's token
vectors.

- **Trained by** `python -m eval.training.name_kinds --data ../shared/data`, seed {seed}, over the trunk
  with SHA-256 `{trunk}`.
- **Data**: {gold:,} names and words of names of CoNLL-2003 (Reuters 1996; research terms) and {silver:,} of
  PolNeAR (US politics of 2016) with names found by machine. No text is in the weights.
- **Known weaknesses**: sport and politics are well covered, other fields less; PolNeAR's labels hold the
  errors of the tagger that made them, and the figures on it count these as ours.

| development set | names: precision of people | recall | accuracy | words: precision | recall | accuracy |
|---|---|---|---|---|---|---|
{figures}

| file | sha256 |
|---|---|
{files}
"""


if __name__ == "__main__":
    main()
