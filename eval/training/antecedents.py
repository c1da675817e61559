"""Fit the antecedents of "he" and "she": ``python -m eval.training.antecedents --data ../shared/data``.

Examples are gendered pronouns outside quotations with known antecedents: from CoreNLP's chains on
polnear_train (silver, with errors; sources of attributions weigh more) and from people's annotations in
gap_dev. A softmax over the people named before is fitted to the features of
``service.people.coreference.antecedents``, with all earlier pronouns resolved rightly. Prints the weights,
and the share resolved rightly on polnear_dev and gap_validation.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from eval.datasets import Offsets, Sample, read_rows
from eval.datasets.load import load
from eval.datasets.samples import Coreference
from eval.metrics.quotes import head
from eval.metrics.speakers import is_same
from service.bootstrap import build_door, build_pipeline
from service.domain import Article, Span
from service.ingest import Declared
from service.people.coreference import antecedents, pronoun_weights
from service.people.coreference.antecedents import Antecedents, EarlierPronouns
from service.people.entity import Entity
from service.people.entity_index import find_people
from service.settings import Settings
from service.text.document import Document
from service.text.segment import Segmenter

RIDGE = 1.0
SOURCE_WEIGHT, OTHER_WEIGHT, MARKED_WEIGHT = 3.0, 0.5, 10.0
"""The weight of a silver pronoun that is a source of an attribution, of any other, and of one marked by
reading; GAP's weigh 1."""
_STEPS = 100
_LONGEST_POSSESSIVE = 2


@dataclass(frozen=True, slots=True)
class PronounExample:
    """A pronoun's C candidates with their features, the positions of the right ones, and its weight."""

    features: Sequence[dict[str, float]]
    right: Sequence[int]
    weight: float


def main() -> None:
    """Print the weights and the shares resolved rightly."""
    parser = argparse.ArgumentParser(description="Fit the antecedents of gendered pronouns.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    data = parser.parse_args().data
    segmenter = Segmenter.load()
    train = [
        *_silver(data / "quotes/polnear_train.jsonl.gz", segmenter),
        *_gap(data / "speakers/gap_dev.jsonl.gz", segmenter),
        *_marks(data / "marks/marks_train.jsonl.gz"),
    ]
    weights = fit(train)
    print(f"{len(train)} examples")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
    for file, examples in (
        ("polnear_dev, silver", list(_silver(data / "quotes/polnear_dev.jsonl.gz", segmenter))),
        ("gap_validation", list(_gap(data / "speakers/gap_validation.jsonl.gz", segmenter))),
        ("marks_dev", list(_marks(data / "marks/marks_dev.jsonl.gz"))),
    ):
        right = sum(_best(example, weights) in example.right for example in examples)
        print(f"{file}: {right / len(examples):.3f} right of {len(examples)} with a right one among several")


def fit(examples: Sequence[PronounExample]) -> dict[str, float]:
    """Return the weights that make the right candidates likeliest, by name."""
    names = sorted(examples[0].features[0])
    most = max(len(example.features) for example in examples)
    table = torch.zeros(len(examples), most, len(names))  # (N, C, F)
    absent = torch.ones(len(examples), most, dtype=torch.bool)
    wrong = torch.ones(len(examples), most, dtype=torch.bool)
    for row, example in enumerate(examples):
        table[row, : len(example.features)] = torch.tensor(
            [[f[name] for name in names] for f in example.features]
        )
        absent[row, : len(example.features)] = False
        wrong[row, list(example.right)] = False
    counts = torch.tensor([example.weight for example in examples])
    weights = torch.zeros(len(names), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (table @ weights).masked_fill(absent, -1e9)
        likely = torch.logsumexp(scores.masked_fill(wrong, -1e9), 1) - torch.logsumexp(scores, 1)
        loss = RIDGE / 2 * weights @ weights - (counts * likely).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return dict(zip(names, weights.detach().tolist(), strict=True))


def _silver(path: Path, segmenter: Segmenter) -> Iterator[PronounExample]:
    for sample in load(str(path)).samples:
        people, names = _people(sample.article, segmenter), _names(sample)
        sources = {span for one in sample.gold.attributions or () for span in one.source}
        earlier = EarlierPronouns()
        for pronoun in antecedents.find_gendered_pronouns(people.context.text):
            at = (pronoun.start, pronoun.end)
            found = names.get(at, frozenset())
            candidates = list(people.candidates(pronoun, earlier))
            right = [head(person.name) in found for person, _ in candidates]
            yield from _example(candidates, right, SOURCE_WEIGHT if at in sources else OTHER_WEIGHT)
            earlier = _after(people, pronoun, earlier, candidates, right)


def _names(sample: Sample) -> dict[Offsets, frozenset[str]]:
    """Return the last words of the names in each mention's chain."""
    text, silver = sample.article.text, sample.gold.silver or Coreference()
    names = {}
    for chain in silver.chains:
        ends = frozenset(
            head(text[first:last])
            for start, end in chain
            for first, last in silver.persons
            if start <= first and last <= end and end - last <= _LONGEST_POSSESSIVE
        )
        names.update(dict.fromkeys(chain, ends))
    return names


def _gap(path: Path, segmenter: Segmenter) -> Iterator[PronounExample]:
    for row in read_rows(path):
        if not (row["a_coref"] or row["b_coref"]):
            continue
        people = _people(Article(id=row["id"], text=row["text"]), segmenter)
        name = Span(*(row["a"] if row["a_coref"] else row["b"]))
        earlier = EarlierPronouns()
        for pronoun in antecedents.find_gendered_pronouns(people.context.text):
            if pronoun.start == row["pronoun"][0]:
                candidates = list(people.candidates(pronoun, earlier))
                right = [any(m.overlaps(name) for m in person.mentions) for person, _ in candidates]
                yield from _example(candidates, right, 1.0)
                break
            _, earlier = people.resolve(pronoun, earlier)


def _marks(path: Path) -> Iterator[PronounExample]:
    """Yield the pronouns that attribute quotations marked by reading; names are read as the service does."""
    settings = Settings()
    pipeline, door = build_pipeline(settings), build_door(settings)
    for sample in load(str(path)).samples:
        named = {one.mention[0]: one.names for one in sample.gold.quotations or () if one.mention}
        article = door.from_text(sample.article.text, Declared(id=sample.article.id, language="en"))
        if not named or article.text != sample.article.text:
            continue
        document = Document(article, pipeline.segmenter.segment(article))
        encoding = pipeline.encoder.encode(document)
        people = find_people(document, partial(pipeline.names.score, encoding=encoding)).antecedents
        earlier = EarlierPronouns()
        for pronoun in antecedents.find_gendered_pronouns(people.context.text):
            candidates = list(people.candidates(pronoun, earlier))
            names = named.get(pronoun.start, ())
            right = [any(is_same(person.name, name) for name in names) for person, _ in candidates]
            yield from _example(candidates, right, MARKED_WEIGHT)
            earlier = _after(people, pronoun, earlier, candidates, right)


def _people(article: Article, segmenter: Segmenter) -> Antecedents:
    return find_people(Document(article, segmenter.segment(article))).antecedents


def _example(
    candidates: Sequence[tuple[Entity, dict[str, float]]], right: Sequence[bool], weight: float
) -> Iterator[PronounExample]:
    """Yield an example if there are several candidates and one is right."""
    if any(right) and len(candidates) > 1:
        yield PronounExample(
            [features for _, features in candidates],
            [at for at, is_right in enumerate(right) if is_right],
            weight,
        )


def _after(
    people: Antecedents,
    pronoun: Span,
    earlier: EarlierPronouns,
    candidates: Sequence[tuple[Entity, dict[str, float]]],
    right: Sequence[bool],
) -> EarlierPronouns:
    """Return the context of later pronouns: this one resolved by annotation, else by the weights."""
    if not any(right):
        return people.resolve(pronoun, earlier)[1]
    gender = antecedents.gender_of(pronoun.of(people.context.text))
    return earlier.and_then(pronoun, gender, candidates[right.index(True)][0])


def _best(example: PronounExample, weights: dict[str, float]) -> int:
    return max(
        range(len(example.features)), key=lambda at: pronoun_weights.score(example.features[at], weights)
    )


if __name__ == "__main__":
    main()
