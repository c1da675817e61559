"""The attribution model's card."""

from __future__ import annotations

from pathlib import Path

from eval.datasets import digest
from eval.training.attribution.examples import DEV, OTHER_NEWS, TRAIN
from eval.training.attribution.loop import EPOCHS
from eval.training.attribution.model import FORK, RANK
from eval.training.attribution.windows import SEED
from service.models.attribution_branch import FILE_NAME

_CARD = """# GoldAttribution model

Says for every word whether it is content, source or cue of reported speech, and which of them belong
together. Low-rank adapters (rank {rank}) on the encoder's layers {layers}, surface embeddings, a conditional
random field, links by dot product; half precision.

- **Command**: `python -m eval.training.attribution --data DATA --work FOLDER`, then again with `--publish`.
- **Data**: PolNeAR 1.0 train, 840 articles,
  `{train}`; measured on dev, 84 articles,
  `{dev_digest}`. No licence is stated for
  PolNeAR: annotations of US political news of 2016 by seven publishers. No text of it is in here.
- **Goes on from** the version before this one (`--before`, `{before}`),
  which had nine epochs of the same data from nothing, seed 1, and 1,000 articles of other news.
- **Other news**, two fifths of each batch, marked by that version, every second article
{other}
- **Seed** {seed}, {epochs} epochs; published is the moving average at the end.
- **Dev figures**: {dev}

## Known weaknesses

- One topic, one year, one country: other kinds of news are further from what it learnt.
- Attributions do not nest in its training data: of "he said she denied it" it gives one level.
- It gives back what annotators marked: beliefs, intentions and denials too, not speech alone.
- Boundaries follow PolNeAR: "that" belongs to the content, the full stop does not.
"""


def render_card(data: Path, before: Path, dev: str) -> str:
    """Return the card of weights trained on ``data`` from those in ``before``; ``dev`` holds dev figures."""
    other = "\n".join(
        f"  - of the first {n} of `{file}`,\n    `{digest(data / file)}`" for file, n in OTHER_NEWS.items()
    )
    return _CARD.format(
        other=other,
        before=digest(before / FILE_NAME),
        rank=RANK,
        layers=f"{FORK + 1} to 6",
        epochs=EPOCHS,
        seed=SEED,
        train=digest(data / TRAIN),
        dev_digest=digest(data / DEV),
        dev=dev.strip() or "see eval/LOG.md",
    )
