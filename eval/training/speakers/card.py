"""The card of the speakers' weights."""

from __future__ import annotations

from collections.abc import Sequence

_CARD = """\
# Weights that choose speakers

Written by the training; do not edit. `choice` weighs who of those proposed said a quotation, or nobody: a
conditional logit over the features of `service.quotes.choice.evidence`. `confidence` says how likely the
one chosen is right: a logistic regression over those of `service.quotes.choice.confidence`.

- **Trained by** `python -m eval.training.speakers --data ../shared/data`; both fits are convex, there is no
  seed.
- **Data**: marks (train for the choice, train by folds and dev for the confidence) and PolNeAR train, on
  which the attribution head was trained, so that its tags look surer there: its examples count three
  tenths. No text is in the weights. The confidence is of quotations whose
  speaker is known by name, and of some whose attribution was deleted, which count a tenth.
- **Known weaknesses**: the marks are news in English of 2019 and before, and one reader made them.
  Transcripts' turns are not chosen by these weights.

{report}

| file | sha256 |
|---|---|
{files}
"""


def render_card(report: str, files: Sequence[tuple[str, str]]) -> str:
    """Return the card with the figures of a fit and the digests of the data."""
    return _CARD.format(report=report, files="\n".join(f"| {name} | {value} |" for name, value in files))
