"""The word lists behind sentence splitting, and Punkt built from them. The rules stand in ``boundaries``.

``punkt.json`` is written by ``python -m eval.training.punkt`` and travels with the package.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

# Punkt's orthographic flags for "seen capitalised at a sentence's start" and "seen lower case inside one"
# (``_ORTHO_BEG_UC`` and ``_ORTHO_MID_LC`` in nltk.tokenize.punkt).
_OPENS_SENTENCES = (1 << 1) | (1 << 5)

# Initials written together ("J.K", "G.H.W"), which Punkt knows only apart.
_JOINED_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]")


@dataclass(frozen=True)
class Lexicon:
    """What the splitter knows of words, which are in lower case and without their final full stop."""

    titles: frozenset[str]
    before_numbers: frozenset[str]
    exclamations: frozenset[str]
    clock_followers: frozenset[str]
    speech_verbs: tuple[str, ...]
    abbreviations: frozenset[str]
    openers: frozenset[str]
    starters: frozenset[str]
    punkt: PunktSentenceTokenizer

    @classmethod
    def load(cls) -> Lexicon:
        """Read the shipped ``punkt.json``."""
        lists = json.loads(files("service.text.segment").joinpath("punkt.json").read_text("utf-8"))
        parameters = PunktParameters()
        parameters.abbrev_types = set(lists["abbreviations"]) | set(lists["titles"])
        parameters.sent_starters = set(lists["sentence_starters"])
        # Not Punkt's own defaultdict, which would grow with every word it is asked about.
        parameters.ortho_context = Counter(dict.fromkeys(lists["opening_words"], _OPENS_SENTENCES))
        return cls(
            titles=frozenset(lists["titles"]),
            before_numbers=frozenset(lists["before_numbers"]),
            exclamations=frozenset(lists["exclamations"]),
            clock_followers=frozenset(lists["clock_followers"]),
            speech_verbs=tuple(lists["speech_verbs"]),
            abbreviations=frozenset(parameters.abbrev_types),
            openers=frozenset(lists["opening_words"]) | parameters.sent_starters,
            starters=frozenset(parameters.sent_starters),
            punkt=PunktSentenceTokenizer(parameters),
        )

    def opens_sentences(self, word: str) -> bool:
        """Return whether a capital on ``word`` speaks for a new sentence rather than for a name."""
        return word.lower() in self.openers

    def full_stop_ends(self, before: str, after: str) -> bool:
        """Return whether the full stop between the words ``before`` and ``after`` ends a sentence."""
        if _JOINED_INITIALS.fullmatch(before) and before.lower() not in self.abbreviations:
            before = before[-1]
        return _ask(self.punkt, before + ".", after)


@lru_cache(maxsize=50_000)
def _ask(punkt: PunktSentenceTokenizer, before: str, after: str) -> bool:
    return len(list(punkt.sentences_from_tokens([before, after]))) > 1
