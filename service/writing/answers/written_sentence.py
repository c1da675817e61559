"""A written sentence on its evidence: the support that the article gives it, and its faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.domain import Notice, Span, SummarySentence
from service.grounding.faults import SupportFault, SupportFaultKind
from service.grounding.grounder import Grounding, ground
from service.grounding.support_words import read_words
from service.warning_codes import WarningCode
from service.writing.answers.answer_text import shorten
from service.writing.answers.checked_answer import WrittenSentence
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.references import cited
from service.writing.numbered_article import NumberedArticle

GroundSentence = Callable[[str], Grounding]
"""Grounds a written sentence in the article, such as ``GroundedArticle.ground``."""


def ground_on_citations(
    text: str, numbers: Sequence[int], numbered: NumberedArticle, ground_sentence: GroundSentence | None
) -> tuple[WrittenSentence, list[Notice]]:
    """Return a written sentence on the evidence that the model cites, with a notice if that was replaced.

    It is replaced where the article supports the sentence, but elsewhere. Without ``ground_sentence`` the
    sentence is grounded by its words alone.
    """
    evidence = cited(numbers, numbered)
    if not evidence:
        raise AnswerFault(AnswerFaultKind.OFF_SCHEMA, f"No evidence is given for “{shorten(text)}”.")
    if ground_sentence:
        grounding = ground_sentence(text)
    else:
        grounding = ground(text, numbered.document, numbered.sentences)
    notices = []
    if grounding.supported and grounding.evidence and not set(evidence) & set(grounding.evidence):
        evidence = grounding.evidence
        detail = f"The sentences cited don’t say “{text}”; others do."
        notices = [Notice(WarningCode.EVIDENCE_MOVED, detail)]
    uncited = _uncited_numbers(text, evidence, numbered.document.text, grounding.faults)
    return ground_on_evidence(text, evidence, grounding, uncited), notices


def ground_on_evidence(
    text: str, evidence: tuple[Span, ...], grounding: Grounding, further: Sequence[SupportFault] = ()
) -> WrittenSentence:
    """Return a sentence on its evidence, with the faults that its grounding found, and ``further`` ones."""
    faults = [*grounding.faults, *further]
    if further or not grounding.supported:
        detail = f"Its evidence doesn’t carry “{text}” (support {grounding.support:.2f})."
        faults = [SupportFault(SupportFaultKind.UNSUPPORTED_SENTENCE, detail), *faults]
    return WrittenSentence(SummarySentence(text, evidence, grounding.support)).with_faults(*faults)


def _uncited_numbers(
    written: str, evidence: Sequence[Span], text: str, faults: Sequence[SupportFault]
) -> list[SupportFault]:
    """Return a fault for each number that the sentences cited don't have, unless ``faults`` name it."""
    cited_stems = {word.stem for span in evidence for word in read_words(span.of(text))}
    named = {words for fault in faults for words in fault.words}
    # "One" is seldom a number.
    numbers = [word for word in read_words(written) if word.is_number and word.surface.casefold() != "one"]
    return [
        SupportFault(
            SupportFaultKind.UNCITED_NUMBER,
            f"The sentences cited have no “{word.surface}”.",
            (word.surface,),
        )
        for word in numbers
        if word.stem not in cited_stems and word.surface not in named
    ]
