"""Readers of a model's answer, one a task: from any bytes to values that stand on the article.

A model only points and proposes. Evidence is the spans of the sentences that it cites by number; topics come
from the taxonomy; each written sentence gets the support that its evidence gives. Whatever fails a check is
dropped with a Notice, or kept with a SupportFault. An answer that can't be used is an AnswerFault, never
another exception.

Not here: quotes (``proposed_quotes``), answers in plain text (``plain_summary``), and asking again (the
callers).
"""

from __future__ import annotations

from typing import Literal

from service.domain import Notice, Topic
from service.topics.taxonomy import LEVEL_1, Taxonomy
from service.warning_codes import WarningCode
from service.writing.answers.answer_shape import AnswerShape, read_shape
from service.writing.answers.answer_text import require_english_text, require_plain_text, shorten
from service.writing.answers.checked_answer import (
    PROPOSED_CONFIDENCE,
    CheckedAnswer,
    ClaimVerdict,
    WrittenSentence,
)
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.references import cited
from service.writing.answers.written_sentence import GroundSentence, ground_on_citations
from service.writing.numbered_article import NumberedArticle
from service.writing.prompts.prompts import Prompt


class _WrittenShape(AnswerShape):
    text: str
    evidence: list[int]


class _SummaryShape(AnswerShape):
    sentences: list[_WrittenShape]


class _TopicShape(AnswerShape):
    id: str
    evidence: list[int]


class _TopicsShape(AnswerShape):
    topics: list[_TopicShape]


class _HeadlineShape(AnswerShape):
    headline: str
    evidence: list[int]


class _VerdictShape(AnswerShape):
    claim: int
    verdict: Literal["supported", "partly", "unsupported"]
    evidence: list[int]
    problem: str | None


class _VerdictsShape(AnswerShape):
    verdicts: list[_VerdictShape]


def read_summary(
    raw: bytes | str,
    prompt: Prompt,
    numbered: NumberedArticle,
    most: int,
    ground_sentence: GroundSentence | None = None,
) -> CheckedAnswer[tuple[WrittenSentence, ...]]:
    """Read the answer to ``summarize``, of at most ``most`` sentences. Raises AnswerFault."""
    answer = read_shape(raw, prompt, _SummaryShape)
    if not answer.sentences:
        raise AnswerFault(AnswerFaultKind.EMPTY, "The summary has no sentence.")
    if len(answer.sentences) > most:
        raise AnswerFault(
            AnswerFaultKind.TOO_LONG, f"The summary has {len(answer.sentences)} sentences, more than {most}."
        )
    texts = [require_plain_text(written.text) for written in answer.sentences]
    require_english_text(" ".join(texts))
    summary, notices = list[WrittenSentence](), list[Notice]()
    for text, written in zip(texts, answer.sentences, strict=True):
        if any(text.casefold() == earlier.sentence.text.casefold() for earlier in summary):
            notices.append(Notice(WarningCode.REPEATED_SENTENCE, f"Said twice, kept once: “{text}”"))
            continue
        sentence, moved = ground_on_citations(text, written.evidence, numbered, ground_sentence)
        summary.append(sentence)
        notices += moved
    return CheckedAnswer(tuple(summary), tuple(notices))


def read_headline(
    raw: bytes | str,
    prompt: Prompt,
    numbered: NumberedArticle,
    words: int,
    ground_sentence: GroundSentence | None = None,
) -> CheckedAnswer[WrittenSentence]:
    """Read the answer to ``headline``, of at most ``words`` words. Raises AnswerFault."""
    answer = read_shape(raw, prompt, _HeadlineShape)
    text = require_plain_text(answer.headline)
    if len(text.split()) > words:
        raise AnswerFault(
            AnswerFaultKind.TOO_LONG, f"The headline has {len(text.split())} words, more than {words}."
        )
    require_english_text(text)
    written, notices = ground_on_citations(text, answer.evidence, numbered, ground_sentence)
    return CheckedAnswer(written, tuple(notices))


def read_topics(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, taxonomy: Taxonomy = LEVEL_1
) -> CheckedAnswer[tuple[Topic, ...]]:
    """Read the answer to ``topics``; topics outside the ``taxonomy`` are dropped. Raises AnswerFault."""
    labels = {topic.id: topic.label for topic in taxonomy.topics}
    topics, notices = dict[str, Topic](), list[Notice]()
    for proposed in read_shape(raw, prompt, _TopicsShape).topics:
        evidence = cited(proposed.evidence, numbered)
        label = labels.get(proposed.id)
        if label is None:
            detail = f"“{shorten(proposed.id)}” is no topic of {taxonomy.version}."
            notices.append(Notice(WarningCode.UNKNOWN_TOPIC, detail))
        elif proposed.id not in topics:
            topics[proposed.id] = Topic(proposed.id, label, (proposed.id,), PROPOSED_CONFIDENCE, evidence)
    return CheckedAnswer(tuple(topics.values()), tuple(notices))


def read_verdicts(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, claims: int
) -> CheckedAnswer[tuple[ClaimVerdict, ...]]:
    """Read the answer to ``judge`` on that many ``claims``: one verdict on each, in order.

    Raises AnswerFault.
    """
    verdicts = {
        verdict.claim: ClaimVerdict(
            verdict.claim,
            verdict.verdict,
            cited(verdict.evidence, numbered),
            require_plain_text(verdict.problem) if verdict.problem and verdict.problem.strip() else None,
        )
        for verdict in read_shape(raw, prompt, _VerdictsShape).verdicts
    }
    if verdicts.keys() != set(range(1, claims + 1)):
        raise AnswerFault(
            AnswerFaultKind.OFF_SCHEMA, f"There has to be one verdict on each of the claims 1 to {claims}."
        )
    return CheckedAnswer(tuple(verdicts[claim] for claim in sorted(verdicts)))
