"""The length presets of a summary: how many sentences, and how many words, each length stands for.

The one table. Selecting sentences, asking a model, help texts and the API's documentation all read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.domain import SummaryLength


@dataclass(frozen=True, slots=True)
class LengthPreset:
    """How long a summary of one length is.

    It has at least ``fewest`` sentences where the article has as many, and never more than ``most``. An
    extractive summary stops between the two once it has ``enough_words``. If ``is_open_ended``, callers are
    promised no upper limit, and ``most`` is only how many sentences are written today.
    """

    fewest: int
    most: int
    enough_words: int
    is_open_ended: bool = False

    @property
    def limits(self) -> tuple[int, int]:
        """The fewest and the most sentences."""
        return self.fewest, self.most

    @property
    def promise(self) -> str:
        """What callers are promised, as a number of sentences in words."""
        if self.is_open_ended:
            return f"{self.fewest} or more"
        return f"at most {self.most}" if self.fewest == 1 else f"{self.fewest} to {self.most}"


# Chosen on cnndm_dev and newssum_dev by hand, see eval/LOG.md.
LENGTH_PRESETS: Mapping[SummaryLength, LengthPreset] = MappingProxyType(
    {
        SummaryLength.SHORT: LengthPreset(fewest=1, most=2, enough_words=35),
        SummaryLength.MEDIUM: LengthPreset(fewest=3, most=5, enough_words=65),
        SummaryLength.LONG: LengthPreset(fewest=6, most=10, enough_words=150, is_open_ended=True),
    }
)


def describe_lengths() -> str:
    """Return a phrase on every length, for help texts: ``short: at most 2 sentences; medium: …``."""
    (first, preset), *others = LENGTH_PRESETS.items()
    parts = [f"{first.value}: {preset.promise} sentences"]
    return "; ".join([*parts, *(f"{length.value}: {preset.promise}" for length, preset in others)])
