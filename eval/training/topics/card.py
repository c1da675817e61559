"""The topic head's card."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path

from eval.training.topics.texts import FILES, SEED

_CARD = """\
# Topic head

Written by the training; do not edit. Probabilities of the 17 IPTC Media Topics of level 1 (release
2025-10-09, CC BY 4.0) for an English news article: `service.models.heads.topics`, a logistic regression for
each topic over the mean contextual sentence vector (MiniLM) and the tf-idf of its word pieces, calibrated.

    python -m eval.training.topics --data ../shared/data

Seed @SEED@. Texts: @TEXTS@ (own sentences: `eval/training/topics/seeds.jsonl`).

## On sources it was not trained on

Each source is predicted by a head trained on all the others (the last row: on two thirds of HuffPost too),
calibrated on the other sources. Labels are silver and mostly one a text. "Its own topics" lets the head
choose among the topics that the source labels, "all 17" among all. ECE in ten bins: of all labelled
decisions, and of the likeliest topic. The likeliest topic is shown from @FIRST@, others from @FURTHER@;
precision, recall and macro F1 as shown are over the source's own topics; covered is a text with a topic.

@LEFT_OUT@

Means over bbc, masakhanews, agnews, wcep and a third of huffpost, by threshold:

@THRESHOLDS@

Calibration (Platt, on these predictions): @CALIBRATION@.

## Known weaknesses

- No article in the data is about labour or weather; these two were learned from Reuters' categories "jobs"
  and "income", IPTC's definitions and our own sentences, and no figure above measures them. Conflict and
  disaster rest on 90 short WCEP texts besides.
- Most sources give one label. What an article is about besides its main topic is learned mainly from our
  own sentences, and a second topic's confidence is not measured.
- Sentences on diplomacy were added after ../shared/data/examples/india-japan.txt missed politics (0.24), so
  that article is no test of this head.
- The settings (penalties, weights of sources, threshold) were chosen on the same left-out sources, so the
  figures above flatter the head a little; calibration alone was kept apart. bbc, huffpost, agnews and reuters
  are samples, and articles were cut after 1,800 characters.
- HuffPost is headlines of 2012-18, BBC is of 2004-05; human interest, lifestyle and society overlap there,
  and their names for things differ from IPTC's.
- Calibrated on texts of one topic out of few: on other news expect the confidence to be off by more than
  the ECE above.

## Data

Third-party text under its owners' terms (research or non-commercial use for most of it); none of it is in
the weights or in this repository. IPTC's definitions (CC BY 4.0) were trained on and are not shipped.

| file | sha256 |
|---|---|
@FILES@
"""


def render_card(data: Path, figures: Mapping[str, str]) -> str:
    """Return the card with its ``figures`` and the digests of the files in ``data``."""
    digests = []
    for name in FILES:
        with (data / name).open("rb") as file:
            digests.append(f"| {name} | {file_digest(file, 'sha256').hexdigest()} |")
    card = _CARD
    for key, value in {**figures, "FILES": "\n".join(digests), "SEED": str(SEED)}.items():
        card = card.replace(f"@{key}@", value)
    return card
