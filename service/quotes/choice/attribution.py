"""Who said each of the marked words: proposals weighed one quotation after the other, in the text's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service import time_budget
from service.domain import Span
from service.people.entity_index import EntityIndex
from service.quotes.candidates import MarkedWords
from service.quotes.choice.evidence import Chosen, Evidence
from service.quotes.choice.proposals import Proposal, ReportedBeside, propose
from service.quotes.choice.scoring import choose
from service.quotes.patterns.reader import AttributionReader
from service.text.document import Document


@dataclass(frozen=True, slots=True)
class AttributedWords:
    """Marked words with whoever was chosen to have said them; None if the text doesn't tell."""

    marked: MarkedWords
    chosen: Chosen | None

    @property
    def outer(self) -> Span:
        """The marked words with their marks."""
        return self.marked.outer

    @property
    def follows(self) -> bool:
        """Whether the attribution comes after the words, so that a part that comes next may belong to it."""
        return self.chosen is not None and self.chosen.follows


Chooses = Callable[[Evidence, MarkedWords, Sequence[Proposal], Chosen | None], Chosen | None]


def attribute(
    document: Document,
    candidates: Sequence[MarkedWords],
    entities: EntityIndex,
    beside: ReportedBeside,
    choose: Chooses = choose,
) -> list[AttributedWords]:
    """Return the candidates with who said them, without those that are said not to have been spoken.

    ``choose`` says who it is among the proposals, given the choice before; training has another one.
    """
    if not candidates:
        return []
    reader = AttributionReader.of(document.unquoted, entities.mentions_within(Span(0, len(document.text))))
    evidence = Evidence(document.text, document.sentence_starts, entities, reader, beside)
    attributed: list[AttributedWords] = []
    previous: Chosen | None = None
    for one in candidates:
        time_budget.check()
        if one.label is None and reader.is_denied(one.sentence_start, one.outer.start):
            continue
        proposals = propose(reader, beside, one, previous.attribution if previous else None)
        chosen = choose(evidence, one, proposals, previous)
        attributed.append(AttributedWords(one, chosen))
        previous = chosen or previous
    return attributed
