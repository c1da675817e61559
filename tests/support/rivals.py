"""Short articles of our own, and the rivals of the evaluation built to read them."""

from __future__ import annotations

import pytest

from eval.datasets import Gold, Sample
from eval.systems.registry import build
from eval.systems.shape import BuildContext, System
from service.domain import Article

FERRY = Article(
    "ferry",
    "The ferry to Skarn Island will stop running in May, the harbour board decided on Tuesday.\n\n"
    "“We cannot pay for an empty boat all winter,” said Ada Hale, who chairs the board. Only 40 passengers a "
    "day used the ferry last winter. The boat is older than most of its passengers.\n\n"
    "Islanders were angry. “They never once asked us what we need,” Tom Reeve told a meeting in the school. "
    "The board will sell the boat in June and share the money between three harbours.",
    title="Island to lose its ferry",
)
BRIDGE = Article(
    "bridge",
    "A footbridge in Callow fell into the river on Sunday after a week of rain. Nobody was hurt. The council "
    "had closed the bridge on Friday. Engineers found a crack in its middle pier in March. A new bridge "
    "would cost two million pounds, and the council has set aside half of that.",
)
TINY = Article("tiny", "Rain fell.")
ARTICLES = (FERRY, BRIDGE, TINY)
REFERENCES = {
    "ferry": ("The ferry to Skarn Island will stop in May.", "The board will sell the boat in June."),
    "bridge": ("A footbridge fell into the river; a crack had been found in March.",),
    "tiny": ("Rain fell.",),
}
CONTEXT = BuildContext([Sample(article, Gold(reference=REFERENCES[article.id])) for article in ARTICLES])
NEEDS = {"sumy": "sumy", "minilm": "sentence_transformers", "tfidf": "sklearn", "oracle": "rouge_score"}


def system(name: str, context: BuildContext = CONTEXT) -> System:
    require(name)
    built = build(name, context)
    assert isinstance(built, System)
    return built


def require(name: str) -> None:
    if needed := NEEDS.get(name.partition("-")[0]):
        pytest.importorskip(needed)
    if name == "minilm-centroid":
        pytest.importorskip("sklearn")
