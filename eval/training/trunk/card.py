"""The trunk's card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.datasets import digest
from eval.training.trunk import teaching
from eval.training.trunk.dev import DEV
from eval.training.trunk.loop import Plan
from eval.training.trunk.tasks import AttributionTask, MeaningTask, MentionsTask
from eval.training.trunk.texts import CONLL, MARKS, OTHER_NEWS, POLNEAR, SILVER
from eval.training.trunk.windows import WindowSource

_CARD = """# Trunk, attribution head and mention head

Written by the training; do not edit. The one contextual pass of an article: MiniLM's six layers with low-
rank additions (rank {rank}), trained on all tasks at once, and surface embeddings; half precision. Beside
it a map to the plain encoder's vectors, which the salience, topic and support heads read; the attribution
head (content, source and cue of reported speech, and which belong together); the mention head (names of
people, bodies, places).

    python -m eval.training.trunk --data DATA --work FOLDER --teacher ALL_MPNET_BASE_V2

Seed {seed}. From published inputs alone: MiniLM as in the manifest, the data below, and all-mpnet-base-v2
(Apache-2.0), which is used in training only.

## Training

{plan}

| texts | windows in a batch | |
|---|---|---|
{sources}

Losses are weighed: {weights}. Attribution: the likelihood of the annotated tags (words that nobody marked
are summed over), the cross-entropy of the teacher's probabilities, and that of the links. Mentions: cross-
entropy per word. Meaning: one less the cosine to the plain encoder's vectors, of tokens and of sentences.
Published is the moving average of the weights.

The teacher is all-mpnet-base-v2 with the attribution head, {teacher}; the lowest {frozen} layers stay as they
are.

## Development figures

On polnear_dev, read off by the service's code; F1 in hundredths (speaker: share right):

{figures}

## Known weaknesses

- The annotated articles are of one topic, one year, one country: other news is further from what it learnt.
- Attributions do not nest in its training data: of "he said she denied it" it gives one level.
- It gives back what annotators marked: beliefs, intentions and denials too, not speech alone.
- Boundaries follow PolNeAR: "that" belongs to the content, the full stop does not.
- Names in PolNeAR were found by machine, with errors; CoNLL-2003 is Reuters' news of 1996.

## Data

Third-party text under its owners' terms; none of it is in here.

| file | sha256 |
|---|---|
{files}
"""

_TASKS = (AttributionTask, MentionsTask, MeaningTask)


def render_card(
    data: Path, sources: Sequence[WindowSource], plan: Plan, rank: int, seed: int, figures: Mapping[str, str]
) -> str:
    """Return the card; ``figures`` name what was measured: the trunk, and the teacher where there was one."""
    names = (POLNEAR, SILVER, MARKS, CONLL, *OTHER_NEWS, DEV)
    return _CARD.format(
        rank=rank,
        seed=seed,
        plan=_plan(plan),
        sources="\n".join(f"| {one.name} | {one.share} | {one.describe()} |" for one in sources),
        weights=", ".join(
            f"{task.name} {task.weight}" for task in (AttributionTask, MentionsTask, MeaningTask)
        ),
        teacher=_plan(teaching.PLAN).lower(),
        frozen=teaching.FROZEN_LAYERS,
        figures="\n".join(f"- {name}: {line}" for name, line in figures.items()),
        files="\n".join(
            f"| {name} | {digest(data / name).removeprefix('sha256:')} |"
            for name in names
            if (data / name).exists()
        ),
    )


def _plan(plan: Plan) -> str:
    return (
        f"{plan.turns:g} turns of PolNeAR, AdamW, peak rates {plan.encoder_rate:g} (layers) and "
        f"{plan.head_rate:g} (heads, embeddings), average {plan.average}"
    )
