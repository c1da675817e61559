"""The tasks that a model is given: the messages of each, and the reader of its answer.

A task holds for any part of the article, as a long one is asked about in parts (``model_session``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from service.domain import Article, Quote, Request, Sentence, Topic
from service.length_presets import LENGTH_PRESETS
from service.models.generating.backend import Message
from service.topics.taxonomy import Taxonomy
from service.writing.answers.checked_answer import CheckedAnswer, WrittenSentence
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.plain_summary import read_plain_summary
from service.writing.answers.proposed_quotes import read_quotes
from service.writing.answers.readers import read_summary, read_topics
from service.writing.answers.speaker_check import check_speakers
from service.writing.answers.written_sentence import GroundSentence
from service.writing.asking.conversation import AnswerReader, opening_messages
from service.writing.numbered_article import NumberedArticle
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Prompt

T = TypeVar("T")
SummaryAnswer = CheckedAnswer[tuple[WrittenSentence, ...]]


@dataclass(frozen=True, slots=True)
class ModelTask(Generic[T]):
    """A task: the messages about (a part of) an article, and the reader of the answer.

    ``show`` returns a sentence as it stands in the messages, to count its tokens.
    """

    name: str
    messages: Callable[[NumberedArticle], tuple[Message, ...]]
    reader: Callable[[NumberedArticle], AnswerReader[T]]
    show: Callable[[NumberedArticle, int], str]
    schema: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    sentences: tuple[int, int] = (1, 10)


@dataclass(frozen=True, slots=True)
class GroundingContext:
    """What written sentences are checked against: the article, its ``quotes``, and ``ground`` for support.

    ``segment`` cuts what was written into sentences.
    """

    article: Article
    quotes: Sequence[Quote]
    ground: GroundSentence
    segment: Callable[[Article], Sequence[Sentence]]

    def sentences(self, text: str) -> list[str]:
        """Return the sentences of a written text."""
        return [sentence.span.of(text) for sentence in self.segment(Article("summary", text))]

    def check_speakers(self, summary: Sequence[WrittenSentence]) -> tuple[WrittenSentence, ...]:
        """Return a summary with faults on the quotations that have changed their speaker."""
        return check_speakers(summary, self.article, self.quotes, self.segment)


def prompted_summary(prompt: Prompt, request: Request, context: GroundingContext) -> ModelTask[SummaryAnswer]:
    """Return the task of a summary for a model that follows prompts."""
    most = LENGTH_PRESETS[request.length].most

    def read(raw: str, numbered: NumberedArticle) -> SummaryAnswer:
        found = read_summary(raw, prompt, numbered, most, context.ground)
        count = sum(len(context.sentences(written.sentence.text)) for written in found.value)
        if count > most:
            raise AnswerFault(
                AnswerFaultKind.TOO_LONG, f"The summary has {count} sentences, more than {most}."
            )
        return CheckedAnswer(context.check_speakers(found.value), found.notices)

    return ModelTask(
        name="summary",
        messages=lambda numbered: opening_messages(
            prompt.messages(**tasks.summarize(numbered, request.length))
        ),
        reader=lambda numbered: AnswerReader(
            lambda raw: read(raw, numbered), complaint=_complaint, merit=_merit
        ),
        show=NumberedArticle.line,
        schema=prompt.schema,
        sentences=LENGTH_PRESETS[request.length].limits,
    )


def plain_summary(request: Request, context: GroundingContext) -> ModelTask[SummaryAnswer]:
    """Return the task of a summary for a model that only shortens a text."""
    most = LENGTH_PRESETS[request.length].most

    def read(raw: str) -> SummaryAnswer:
        return CheckedAnswer(
            context.check_speakers(read_plain_summary(raw, context.sentences, context.ground, most))
        )

    return ModelTask(
        name="summary",
        messages=lambda numbered: (Message("user", " ".join(map(numbered.plain, numbered.shown))),),
        # The whole sentences of an answer that was cut off can be used.
        reader=lambda _: AnswerReader(read, needs_whole=False),
        show=NumberedArticle.plain,
        sentences=LENGTH_PRESETS[request.length].limits,
    )


def quotes(prompt: Prompt) -> ModelTask[CheckedAnswer[tuple[Quote, ...]]]:
    """Return the task of proposing quotes, the best one first."""
    return ModelTask(
        name="quotes",
        messages=lambda numbered: opening_messages(prompt.messages(**tasks.quotes(numbered))),
        reader=lambda numbered: AnswerReader(lambda raw: read_quotes(raw, prompt, numbered)),
        show=NumberedArticle.line,
        schema=prompt.schema,
    )


def topics(prompt: Prompt, taxonomy: Taxonomy) -> ModelTask[CheckedAnswer[tuple[Topic, ...]]]:
    """Return the task of proposing topics of the taxonomy."""
    return ModelTask(
        name="topics",
        messages=lambda numbered: opening_messages(prompt.messages(**tasks.topics(numbered, taxonomy))),
        reader=lambda numbered: AnswerReader(lambda raw: read_topics(raw, prompt, numbered, taxonomy)),
        show=NumberedArticle.line,
        schema=prompt.schema,
    )


def _complaint(summary: SummaryAnswer) -> str | None:
    """Return the message that names the faults of a summary, None if it has none."""
    faulty = [written for written in summary.value if written.faults]
    if not faulty:
        return None
    faults = "\n".join(
        f"- “{written.sentence.text}”: {' '.join(fault.detail for fault in written.faults)}"
        for written in faulty
    )
    return (
        f"The article doesn't bear out all of your answer:\n{faults}\n"
        "Answer the task again, from the article alone, as one JSON object of the form given: correct these "
        "sentences or leave them out, and keep the others."
    )


def _merit(summary: SummaryAnswer) -> float:
    """Return the merit of a summary: more supported sentences first, then fewer faulty ones."""
    faulty = sum(1 for written in summary.value if written.faults)
    return len(summary.value) - faulty + 1 / (1 + faulty)
