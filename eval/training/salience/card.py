"""The salience head's card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import file_digest
from pathlib import Path

from eval.training.salience.examples import SEED
from eval.training.salience.fitting import HIDDEN, MEMBERS
from service.models.heads.salience import FEATURES

SETS = ("cnndm", "newssum")

_CARD = """# Salience head

Scores how much of an article's news a sentence carries; `service/summary/selection.py` chooses by it. One
hidden layer ({hidden} units: {members} members of {each}, joined) over {features} features and the contextual
sentence vector; {bytes} bytes.

- **Trained by** `{command}`, seed {seed}; about half an hour on two busy cores, nearly all of it encoding.
- **Data**: {articles} articles of cnndm_train and newssum_train ({left_out} left out because they share text
  with a development article). Targets: the sentences that a greedy ROUGE-1/2 oracle takes, and what triples
  of sentences earn. The weights hold no article text. Terms of the data: CNN/DailyMail articles and
  highlights are their publishers' copyright, for research; the licence of the Indian newspapers' articles
  with Inshorts abstracts is not verified.
- **Known weaknesses**: learnt from English news of 300 to 900 words, 2007 to 2017, with the news on top. In
  columns, long features, interviews and live blogs it leans on position more than it should. References are
  40 to 60 words long, so it likes short sentences; long summaries have no reference of their length here,
  and on newssum the plain lead scores a little higher. Settings were chosen on the same development sets.

## Development figures

ROUGE with stemming, in hundredths; differences are ours minus the lead's on the same articles (ROUGE-1; -2;
-Lsum), paired bootstrap. The lead leaves out furniture and headlines as we do.

{figures}

## Files

{files}
"""


def render_card(
    size: int, data: Path, command: str, articles: int, left_out: int, figures: Sequence[str]
) -> str:
    """Return the card of weights of ``size`` bytes; ``data`` is the folder they were trained from."""
    return _CARD.format(
        hidden=HIDDEN * MEMBERS,
        members=MEMBERS,
        each=HIDDEN,
        features=len(FEATURES),
        bytes=f"{size:,}",
        command=command,
        seed=SEED,
        articles=f"{articles:,}",
        left_out=left_out,
        figures="\n".join(figures),
        files="\n".join(_digests(data)),
    )


def _digests(folder: Path) -> Iterator[str]:
    for name in (f"{name}_{part}.jsonl.gz" for name in SETS for part in ("train", "dev")):
        with (folder / name).open("rb") as file:
            yield f"- `summaries/{name}`: sha256 {file_digest(file, 'sha256').hexdigest()}"
