"""The salience head's card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.datasets import digest
from eval.training.salience.examples import SEED
from eval.training.salience.fitting import HIDDEN, MEMBERS
from service.models.heads.salience import FEATURES, VIEWS

DEVELOPMENT = {"cnndm_dev": "summaries", "newssum_dev": "summaries", "marks_dev": "marks"}
POINTED = {
    "cnndm_train": "summaries", "newssum_train": "summaries", "bbc_train": "summaries",
    "polnear_train": "quotes",
}  # fmt: skip
POINTS = Path(__file__).parents[2] / "gold" / "points.jsonl"

_CARD = """# Salience head

Scores how much of an article's news a sentence carries; `service/summary/selection.py` chooses by it. Two
views, their scores put at unit spread and weighed {views}; each is one hidden layer ({hidden} units:
{members} members of {each}, joined) over {features} features and the contextual sentence vector; {bytes}
bytes.

- **Trained by** `{command}`, seed {seed}; nearly all of its time is encoding. {counts}. The view `reference`
  is
  of an earlier run, on 4,104 articles of cnndm_train and newssum_train that share no text with a development
  article, unless it is named here.
- **Data**: `reference` learns from human summaries: the sentences that a greedy ROUGE-1/2 oracle takes, and
  what triples of sentences earn. `points` learns which sentences alone convey a main point, and how much of
  the points' worth triples convey: marks_train and `eval/gold/points.jsonl`, marked by one reader (a language
  model) an article. The weights hold no article text. Terms of the data: CNN/DailyMail articles and
  highlights are their publishers' copyright, for research; the licence of the Indian newspapers' articles
  with Inshorts abstracts is not verified.
- **Known weaknesses**: learnt from English news of 300 to 900 words, 2004 to 2019, with the news on top. In
  columns, long features, interviews and live blogs it leans on position more than it should. Settings were
  chosen on the same development sets.

## Development figures

ROUGE with stemming, in hundredths; differences are ours minus the lead's on the same articles (ROUGE-1; -2;
-Lsum), paired bootstrap. The lead leaves out furniture and headlines as we do.

{figures}

## Files

{files}
"""


def render_card(
    size: int, data: Path, command: str, counts: Mapping[str, int], figures: Sequence[str]
) -> str:
    """Return the card of weights of ``size`` bytes; ``data`` is the folder they were trained from.

    ``counts`` are the articles that each view was trained on in this run.
    """
    return _CARD.format(
        hidden=HIDDEN * MEMBERS,
        members=MEMBERS,
        each=HIDDEN,
        features=len(FEATURES),
        bytes=f"{size:,}",
        command=command,
        seed=SEED,
        views=", ".join(f"{view} {share}" for view, share in VIEWS.items()),
        counts="; ".join(f"`{view}`: {count:,} articles" for view, count in counts.items()),
        figures="\n".join(figures),
        files="\n".join(_digests(data)),
    )


def _digests(data: Path) -> Iterator[str]:
    files = {**POINTED, "marks_train": "marks", **DEVELOPMENT}
    for path in (POINTS, *(data / folder / f"{name}.jsonl.gz" for name, folder in files.items())):
        yield f"- `{path.name}`: {digest(path)}"
