"""The support head's card."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.training.support.claims import JudgedClaims
from eval.training.support.figures import COLUMNS
from eval.training.support.weak_claims import WeakClaims

_KINDS = ("| kind | get less than 0.5 |", "|---|---|")

_CARD = """# Support head

Written by the training; do not edit. How likely an English news article bears out a sentence written about
it, in 0..1: `service.models.heads.support` (words and MiniLM vectors), and the lexical scorer in
`service.grounding.lexical`, whose weights the same command prints.

    python -m eval.training.support --data ../shared/data

{sentences:,} sentences of {summaries:,} summaries: frank_dev, qags, summedits_news_dev; and, weighing a
quarter of these, {weak:,} weakly labelled sentences of {weak_articles} articles of cnndm_train and
newssum_train: reference sentences as 85 % true (without those that name what the article doesn't),
corruptions of them as 3 % true. A logistic regression, whose weights go over from one value to another
between copied and freely worded sentences. Calibrated on the judged sets by a slope on the logit (Platt's
scaling without shift).

## On articles it was not fitted to

The shipped weights have seen all three sets, so `python -m eval run support` on
them flatters; these figures don't. Ten folds of articles, those that share text in one fold; calibration from
the other folds. A summary scores the mean of its sentences, and is true where people found all of it
supported. 95 % intervals by bootstrap over articles. The own threshold is chosen for each source on
the other folds; ECE in ten bins against the share that people found supported. Rules for copies (1.0) and
named faults (0.45 at most) are in the figures. "ECE if calibrated" is what scores
like these would get if every one were exactly right: with so few summaries in ten bins it is far from 0.

{tables}

## Weakly labelled sentences, on articles it was not fitted to

{rates}

## Known weaknesses

- FRANK's and QAGS's judges disagree about XSum's summaries (9 and 49 % true), so no one calibration fits
  both, and QAGS's XSum stays little above chance.
- SummEdits has four articles here: its figures mean little, and its small edits of freely worded summaries
  pass unless they change a number, name or negation.
- Strict with sentences in words of their own, as the table of weakly labelled ones shows. Words and
  MiniLM's vectors can't tell a good paraphrase from a slightly wrong one well; a lower threshold for them
  would let corruptions pass in the same measure.
- The settings (ridge, source weights, the limits of the gate, the limit for faults) were chosen on the same
  folds, so the figures flatter a little.
- Trained on summaries of 2015 to 2020, half of them lower-cased and tokenised; in good prose the rules for
  names see more than these sets can show.
- Says nothing about truth, only about what the article says; a sentence that puts the article's words
  together wrongly may pass.

## Data

FRANK (MIT), QAGS and SummEdits (no licence stated); articles are the publishers'. No sentence of theirs is in
the weights.
"""


def render_card(
    tables: Sequence[tuple[str, Sequence[str]]],
    rates: Sequence[tuple[str, Sequence[str]]],
    judged: JudgedClaims,
    weak: WeakClaims,
) -> str:
    """Return the card of the support head."""
    return _CARD.format(
        tables=_sections(tables, COLUMNS),
        rates=_sections(rates, _KINDS),
        sentences=len(judged.labels),
        summaries=len(np.unique(judged.summaries)),
        weak=len(weak.labels),
        weak_articles=len(np.unique(weak.articles)),
    )


def _sections(tables: Sequence[tuple[str, Sequence[str]]], heads: Sequence[str]) -> str:
    return "\n\n".join("\n".join([f"### {title}", "", *heads, *rows]) for title, rows in tables)
