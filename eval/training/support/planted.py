"""Count which planted errors are flagged: ``python -m eval.training.support.planted --data ../shared/data``.

Makes 300 pairs of a supported and an altered sentence (``alterations``), 60 of a kind, from articles of the
development files of summaries. Prints how many of each kind grounding flags (any fault brings a support under
the threshold), by words alone and with vectors. Writes nothing.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.datasets.load import load
from eval.training.support.alterations import KINDS, AlteredPair, names, plant_alterations
from service.bootstrap import build_grounder, load_segmenter
from service.domain import Article, Sentence
from service.grounding.grounder import GroundedArticle, Grounding, ground
from service.settings import Settings
from service.text.document import Document

_SETS = ("cnndm_dev", "newssum_dev", "bbc_dev")
_FOREIGN = 3_000

PlantedCase = tuple[Article, tuple[Sentence, ...], AlteredPair]


def main() -> None:
    """Make the pairs and print the table; with ``--show``, the mistakes too."""
    parser = argparse.ArgumentParser(description="Count the planted alterations that grounding flags.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--seed", default="2")
    parser.add_argument("--each", type=int, default=60, help="pairs of each kind")
    parser.add_argument("--show", action="store_true", help="print the misses")
    options = parser.parse_args()
    articles = [
        sample.article
        for name in _SETS
        for sample in load(str(options.data / "summaries" / f"{name}.jsonl.gz")).samples
    ]
    cases = draw_cases(articles, options.each, options.seed)
    print(f"{len(cases)} pairs from {len({article.id for article, _, _ in cases})} articles")
    grounder = build_grounder(Settings())
    remembered: dict[str, GroundedArticle] = {}

    def read(article: Article, found: Sequence[Sentence]) -> GroundedArticle:
        if article.text not in remembered:
            remembered[article.text] = grounder.read(Document(article, tuple(found)))
        return remembered[article.text]

    scorers: dict[str, Callable[[str, Article, Sequence[Sentence]], Grounding]] = {
        "words alone": lambda written, article, found: ground(written, Document(article, tuple(found))),
        "words and vectors": lambda written, article, found: read(article, found).ground(written),
    }
    for title, scorer in scorers.items():
        print(title)
        for line in count(cases, scorer, show=options.show):
            print("  " + line)


def draw_cases(articles: Sequence[Article], each: int, seed: str) -> list[PlantedCase]:
    """Return up to ``each`` pairs of each kind, at most one of a kind from an article."""
    segmenter = load_segmenter()
    shuffled = random.Random(seed).sample(articles, len(articles))
    foreign = sorted({name for article in articles for name in names(article.text)})
    foreign = random.Random(seed).sample(foreign, min(_FOREIGN, len(foreign)))
    cases: dict[str, list[PlantedCase]] = defaultdict(list)
    for article in shuffled:
        sentences = segmenter.segment(article)
        for pair in plant_alterations(article.text, sentences, foreign, f"{seed} {article.id}"):
            if len(cases[pair.kind]) < each:
                cases[pair.kind].append((article, sentences, pair))
        if all(len(cases[kind]) >= each for kind in KINDS):
            break
    return [case for kind in KINDS for case in cases[kind]]


def count(
    cases: Sequence[PlantedCase],
    scorer: Callable[[str, Article, Sequence[Sentence]], Grounding],
    *,
    show: bool = False,
) -> list[str]:
    """Return a line for each kind of alteration, and for the sentences left true."""
    lines, wrong = [], list[str]()
    for kind in KINDS:
        found = [(case, scorer(case[2].altered, *case[:2])) for case in cases if case[2].kind == kind]
        flagged = sum(not grounding.supported for _, grounding in found)
        lines.append(f"{kind:<22}{flagged} of {len(found)} flagged")
        wrong += [f"missed: {case[2].altered}" for case, grounding in found if grounding.supported]
    for title, edited in (("verbatim, untouched", False), ("edited, still true", True)):
        true = [(case, scorer(case[2].supported, *case[:2])) for case in cases if case[2].edited == edited]
        flagged = sum(not grounding.supported for _, grounding in true)
        lines.append(f"{title:<22}{flagged} of {len(true)} flagged")
        wrong += [f"flagged: {case[2].supported} {g.faults}" for case, g in true if not g.supported]
    return lines + (wrong if show else [])


if __name__ == "__main__":
    main()
