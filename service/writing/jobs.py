"""What a model is asked about an article, task by task: the messages, and how the answer is read.

A Job holds for any part of the article, as long ones are asked about in parts (``inquiry``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from service.domain import Article, Quote, Request, Sentence, Topic
from service.models.generating.backend import Message
from service.topics.taxonomy import Taxonomy
from service.writing.answers import Answer, Grounds, Written, read_summary, read_topics
from service.writing.asking import Reader, chat
from service.writing.faults import AnswerFault, FaultKind
from service.writing.numbered import NumberedArticle
from service.writing.plain import read_plain_summary
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Prompt
from service.writing.quotes import read_quotes
from service.writing.speaker_check import check_speakers

T = TypeVar("T")
Summarised = Answer[tuple[Written, ...]]


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """A task: what is said to the model about (a part of) an article, and the reader of its answer.

    ``show`` gives a sentence as it stands in the messages, to count its tokens by.
    """

    name: str
    messages: Callable[[NumberedArticle], tuple[Message, ...]]
    reader: Callable[[NumberedArticle], Reader[T]]
    show: Callable[[NumberedArticle, int], str]
    schema: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    sentences: tuple[int, int] = (1, 10)


@dataclass(frozen=True, slots=True)
class Bench:
    """What written sentences of an article are held against: its ``quotes``, and ``grounds`` for the rest."""

    article: Article
    quotes: Sequence[Quote]
    grounds: Grounds
    cut: Callable[[Article], Sequence[Sentence]]

    def sentences(self, text: str) -> list[str]:
        """Return the sentences of what was written."""
        return [sentence.span.of(text) for sentence in self.cut(Article("summary", text))]

    def check(self, summary: Sequence[Written]) -> tuple[Written, ...]:
        """Return a read summary with doubts on quotations that have changed their speaker."""
        return check_speakers(summary, self.article, self.quotes, self.cut)


def prompted_summary(prompt: Prompt, request: Request, bench: Bench) -> Job[Summarised]:
    """A summary by a model that follows prompts."""
    most = tasks.SENTENCES[request.length][1]

    def read(raw: str, numbered: NumberedArticle) -> Summarised:
        found = read_summary(raw, prompt, numbered, most, bench.grounds)
        count = sum(len(bench.sentences(one.sentence.text)) for one in found.value)
        if count > most:
            raise AnswerFault(FaultKind.TOO_LONG, f"The summary has {count} sentences, more than {most}.")
        return Answer(bench.check(found.value), found.notices)

    return Job(
        name="summary",
        messages=lambda numbered: chat(prompt.messages(**tasks.summarize(numbered, request.length))),
        reader=lambda numbered: Reader(lambda raw: read(raw, numbered), complaint=_complaint, merit=_merit),
        show=NumberedArticle.line,
        schema=prompt.schema,
        sentences=tasks.SENTENCES[request.length],
    )


def plain_summary(request: Request, bench: Bench) -> Job[Summarised]:
    """A summary by a model that can only shorten a text."""
    most = tasks.SENTENCES[request.length][1]

    def read(raw: str) -> Summarised:
        return Answer(bench.check(read_plain_summary(raw, bench.sentences, bench.grounds, most)))

    return Job(
        name="summary",
        messages=lambda numbered: (Message("user", " ".join(map(numbered.plain, numbered.shown))),),
        # Where it was cut off, its whole sentences stand.
        reader=lambda _: Reader(read, whole=False),
        show=NumberedArticle.plain,
        sentences=tasks.SENTENCES[request.length],
    )


def quotes(prompt: Prompt) -> Job[Answer[tuple[Quote, ...]]]:
    """Quotes that a model points at, the best one first."""
    return Job(
        name="quotes",
        messages=lambda numbered: chat(prompt.messages(**tasks.quotes(numbered))),
        reader=lambda numbered: Reader(lambda raw: read_quotes(raw, prompt, numbered)),
        show=NumberedArticle.line,
        schema=prompt.schema,
    )


def topics(prompt: Prompt, taxonomy: Taxonomy) -> Job[Answer[tuple[Topic, ...]]]:
    """Topics out of the taxonomy."""
    return Job(
        name="topics",
        messages=lambda numbered: chat(prompt.messages(**tasks.topics(numbered, taxonomy))),
        reader=lambda numbered: Reader(lambda raw: read_topics(raw, prompt, numbered, taxonomy)),
        show=NumberedArticle.line,
        schema=prompt.schema,
    )


def _complaint(summary: Summarised) -> str | None:
    """Name what the article doesn't bear out."""
    doubted = [written for written in summary.value if written.doubts]
    if not doubted:
        return None
    faults = "\n".join(
        f"- “{written.sentence.text}”: {' '.join(doubt.detail for doubt in written.doubts)}"
        for written in doubted
    )
    return (
        f"The article doesn't bear out all of your answer:\n{faults}\n"
        "Answer the task again, from the article alone, as one JSON object of the form given: correct these "
        "sentences or leave them out, and keep the others."
    )


def _merit(summary: Summarised) -> float:
    """More sentences that are borne out are better, then fewer that aren't."""
    doubted = sum(1 for written in summary.value if written.doubts)
    return len(summary.value) - doubted + 1 / (1 + doubted)
