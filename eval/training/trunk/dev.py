"""How well a trained model finds quotes on the development data, read off as the service reads them off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import nn

from eval.datasets.load import load
from eval.metrics import quotes as metric
from eval.metrics.counts import MatchCounts
from eval.training.trunk.marking import score, token_vectors
from eval.training.trunk.names import runs
from eval.training.trunk.tasks import AttributionTask, MentionsTask
from eval.training.trunk.texts import TextReader
from eval.training.trunk.transformer import TrainableEncoder
from service.bootstrap import build_door
from service.ingest import Declared
from service.models.heads.attribution import forbidden
from service.people.entity_index import find_people
from service.quotes.decoding import decode, read_tags
from service.quotes.extraction import extract_quotes
from service.settings import Settings

DEV, CONLL_DEV = "quotes/polnear_dev.jsonl.gz", "speakers/conll2003_dev.jsonl.gz"
_FIGURES = {
    "all exact": "all_exact",
    "characters": "all_chars",
    "source": "source",
    "cue": "cue",
    "direct exact": "direct_exact",
}


def figures(encoder: TrainableEncoder, heads: Sequence[nn.Module], reader: TextReader, data: Path) -> str:
    """Return the figures of polnear_dev and conll2003_dev in one line, in hundredths."""
    parts = []
    for head in heads:
        if isinstance(head, AttributionTask) and (data / DEV).exists():
            parts.append(_quotes(encoder, head, reader, data))
        if isinstance(head, MentionsTask) and (data / CONLL_DEV).exists():
            parts.append(_names(encoder, head, reader, data))
    return ", ".join(parts)


def _names(encoder: TrainableEncoder, head: MentionsTask, reader: TextReader, data: Path) -> str:
    """Return the F1 of names with their kinds, exact spans."""
    found, predicted, gold = 0, 0, 0
    for text in reader.conll(data, CONLL_DEV):
        wanted = text.mentions
        if wanted is not None:
            scores = head.scores(token_vectors(encoder, text)[text.first])
            ours, theirs = set(runs(decode(scores, forbidden())[0])), set(runs(wanted[text.first]))
            found, predicted, gold = found + len(ours & theirs), predicted + len(ours), gold + len(theirs)
    return f"names (conll2003_dev) {100 * MatchCounts(found, predicted, gold).f1:.1f}"


def _quotes(encoder: TrainableEncoder, head: AttributionTask, reader: TextReader, data: Path) -> str:
    door = build_door(Settings())
    counts: dict[str, MatchCounts] = {}
    for sample in load(str(data / DEV)).samples:
        declared = Declared(id=sample.article.id, title=sample.article.title, language="en")
        document, text = reader.read(door.from_text(sample.article.text, declared))
        tags = read_tags(score(encoder, head, text))
        quotes = extract_quotes(document, find_people(document), tags)
        for name, found in metric.count(document.text, sample.gold.attributions or (), quotes).items():
            counts[name] = counts.get(name, MatchCounts()) + found
    shown = {label: counts[name].f1 for label, name in _FIGURES.items()}
    shown["speaker end to end"] = counts["speaker"].recall
    return ", ".join(f"{label} {100 * figure:.1f}" for label, figure in shown.items())
