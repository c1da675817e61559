"""What writes the summary, as the setting ``summarizer`` names it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EXTRACTIVE = "extractive"
"""The setting by which no generating model writes."""
GENERATED = ("summary", "quotes", "topics")
"""The parts of an analysis that a model can write or propose."""


class SummarizerKind(StrEnum):
    """What kind of thing writes the summary; the value is the prefix in the setting ``summarizer``."""

    EXTRACTIVE = EXTRACTIVE
    SEQ2SEQ = "seq2seq"
    CHAT = "chat"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Summarizer:
    """What writes the summary: its kind, and the ``name`` of the model if there is one."""

    kind: SummarizerKind
    name: str = ""

    @classmethod
    def parse(cls, setting: str) -> Summarizer:
        """Read the setting: ``extractive``, or ``KIND:NAME``. Raises ValueError with the remedy."""
        if setting == EXTRACTIVE:
            return cls(SummarizerKind.EXTRACTIVE)
        kind, _, name = setting.partition(":")
        kinds = [one for one in SummarizerKind if one is not SummarizerKind.EXTRACTIVE]
        if kind in kinds and name.strip():
            return cls(SummarizerKind(kind), name)
        choices = " or ".join(f"{one}:NAME" for one in kinds)
        raise ValueError(f"it can be {EXTRACTIVE}, {choices}")

    @property
    def generates(self) -> bool:
        """Whether a generating model writes the summary."""
        return self.kind is not SummarizerKind.EXTRACTIVE

    @property
    def follows_prompts(self) -> bool:
        """Whether the model follows prompts, so that it can also propose quotes and topics."""
        return self.kind in {SummarizerKind.CHAT, SummarizerKind.OPENAI}

    @property
    def runs_here(self) -> bool:
        """Whether a generating model is loaded into this process."""
        return self.kind in {SummarizerKind.SEQ2SEQ, SummarizerKind.CHAT}

    @property
    def is_remote(self) -> bool:
        """Whether the model is behind an endpoint."""
        return self.kind is SummarizerKind.OPENAI
