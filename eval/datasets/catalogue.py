"""What is known about data sets: the tasks they serve, their terms, and what to be careful about.

Entries are found by file name. A file that is not listed can be scored all the same; its report says that the
terms are unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A data set: the tasks it serves, its licence or terms, and a caution or ""."""

    tasks: tuple[str, ...]
    licence: str
    caution: str = ""


UNKNOWN = CatalogueEntry((), "unknown: not in the catalogue")

_SUMMARIES = ("summaries", "key-quotes")
_PUBLISHERS = "publishers' copyright; research use"
_CNN = CatalogueEntry(
    _SUMMARIES, _PUBLISHERS, "mostly no paragraph breaks; about 85 % CNN; the lead is strong"
)
_NEWSSUM = CatalogueEntry(
    _SUMMARIES, "not verified", "Indian newspapers; references of about 58 words; encoding repaired"
)
_BBC = CatalogueEntry(
    ("topics", "summaries"),
    "research use",
    "references are extracts of unknown making: no headline ROUGE; the topic head was trained on both files",
)
_POLNEAR = CatalogueEntry(
    ("quotes", "names", "unattributed"),
    "none stated (PolNeAR 1.0, 2018)",
    "US politics of 2016; kinds derived from marks",
)
_TRAINED_ON = "the topic head was trained on it"

_ENTRIES = {
    "polnear_train": _POLNEAR,
    "polnear_dev": _POLNEAR,
    "cnndm_train": _CNN,
    "cnndm_dev": _CNN,
    "cnndmshort_train": _CNN,
    "newssum_train": _NEWSSUM,
    "newssum_dev": _NEWSSUM,
    "bbc_train": _BBC,
    "bbc_dev": _BBC,
    "masakhanews_eng_train": CatalogueEntry(("topics",), "research, non-commercial", _TRAINED_ON),
    "huffpost_headlines_train": CatalogueEntry(
        ("topics",), "research", f"lower-cased headlines; {_TRAINED_ON} in part"
    ),
    "agnews_desc_train": CatalogueEntry(("topics",), "research, non-commercial", _TRAINED_ON),
    "wcep201509_train": CatalogueEntry(("topics",), "research", f"one-sentence events; {_TRAINED_ON}"),
    "reuters21578_modapte90_train": CatalogueEntry(
        ("topics",), "research", f"few have a level 1 topic; {_TRAINED_ON}"
    ),
    "frank_dev": CatalogueEntry(("support",), "MIT; articles the publishers'", "never pool its two sources"),
    "qags": CatalogueEntry(
        ("support",), "none stated (QAGS)", "casing partly mangled; shares articles with CNN/DM test"
    ),
    "summedits_news_dev": CatalogueEntry(("support",), "none stated (SummEdits)"),
    "corpus": CatalogueEntry(
        ("quotes", "names", "unattributed", "summaries", "key-quotes", "topics"),
        "MIT, the project's own writing",
        "small",
    ),
    "segmentation": CatalogueEntry(("segmentation",), "offsets only, MIT; texts as in their own sets"),
}


def entry(path: Path) -> CatalogueEntry:
    """Return what is known about the data at ``path``."""
    return _ENTRIES.get(path.name.split(".")[0], UNKNOWN)
