"""From a model's answer, any bytes at all, to nouns that stand on the article.

A model only points and proposes. Evidence are the spans of the sentences that it numbers; quotes and speakers
are found in the article or dropped with a Notice; topics come from the taxonomy; each written sentence gets
the support that its own evidence gives, and a Notice where that is too little. An answer of which nothing can
be used is an AnswerFault, never another exception.

Not here: asking again, falling back, and the models (their callers); what support means (``grounding``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain import Notice, Span, SummarySentence, Topic
from service.errors import InvalidArticle
from service.grounding.grounder import Grounding, ground
from service.grounding.wording import read_words
from service.ingest.language import require_english
from service.topics.taxonomy import LEVEL_1, Taxonomy
from service.writing.answer_json import read_object
from service.writing.faults import AnswerFault, FaultKind
from service.writing.numbered import NumberedArticle
from service.writing.prompts.prompts import Prompt
from service.writing.references import cited

PROPOSED = 0.5
"""The confidence of a model's proposal: it isn't calibrated, so it says neither yes nor no."""
_MOST_IN_DOUBT = 0.45
"""The support of a sentence with a doubt that the score knows nothing of: below the threshold."""

T = TypeVar("T")
Grounds = Callable[[str], Grounding]
"""Holds a written sentence against the article: ``GroundedArticle.ground``; words alone by default."""

# Links, images and tags have no place in a sentence, and a page could load what they point at.
_MARKUP = re.compile(r"!?\[[^\]]*\]\(|</?[A-Za-z!]|\b(?:https?|ftp|data|javascript):\S|\bwww\.\w|```|<<<|>>>")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What an answer holds after all checks, and what was dropped or doubted on the way."""

    value: T
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that a model wrote, on its evidence; ``doubts`` say what the article doesn't bear out."""

    sentence: SummarySentence
    doubts: tuple[Notice, ...] = ()

    def doubted(self, *doubts: Notice) -> Written:
        """Return it with further doubts; a sentence with doubts isn't supported."""
        if not doubts:
            return self
        support = min(self.sentence.support, _MOST_IN_DOUBT)
        return Written(replace(self.sentence, support=support), (*self.doubts, *doubts))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judging model says of a claim, by its number from 1."""

    claim: int
    verdict: Literal["supported", "partly", "unsupported"]
    evidence: tuple[Span, ...]
    problem: str | None


class Shape(BaseModel):
    """What a reader needs of an answer. A prompt's schema may ask for more, not for less."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Written(Shape):
    text: str
    evidence: list[int]


class _SummaryShape(Shape):
    sentences: list[_Written]


class _TopicShape(Shape):
    id: str
    evidence: list[int]


class _TopicsShape(Shape):
    topics: list[_TopicShape]


class _HeadlineShape(Shape):
    headline: str
    evidence: list[int]


class _VerdictShape(Shape):
    claim: int
    verdict: Literal["supported", "partly", "unsupported"]
    evidence: list[int]
    problem: str | None


class _VerdictsShape(Shape):
    verdicts: list[_VerdictShape]


S = TypeVar("S", bound=Shape)


def read_shape(raw: bytes | str, prompt: Prompt, shape: type[S]) -> S:
    """Return an answer in the shape that its reader needs. Raises AnswerFault."""
    content: dict[str, Any] = read_object(raw, prompt)
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"]))
        raise AnswerFault(
            FaultKind.OFF_SCHEMA, f"The answer doesn't fit: {place or 'it'}: {problem['msg']}."
        ) from None


def read_summary(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, most: int, grounds: Grounds | None = None
) -> Answer[tuple[Written, ...]]:
    """Read the answer to ``summarize``, of ``most`` sentences at most. Raises AnswerFault."""
    answer = read_shape(raw, prompt, _SummaryShape)
    if not answer.sentences:
        raise AnswerFault(FaultKind.EMPTY, "The summary has no sentence.")
    if len(answer.sentences) > most:
        raise AnswerFault(
            FaultKind.TOO_LONG, f"The summary has {len(answer.sentences)} sentences, more than {most}."
        )
    texts = [plain_words(written.text) for written in answer.sentences]
    require_english_words(" ".join(texts))
    summary, notices = list[Written](), list[Notice]()
    for text, written in zip(texts, answer.sentences, strict=True):
        if any(text.casefold() == earlier.sentence.text.casefold() for earlier in summary):
            notices.append(Notice("repeated_sentence", f"Said twice, kept once: “{text}”"))
            continue
        one, moved = _grounded(text, written.evidence, numbered, grounds)
        summary.append(one)
        notices += moved
    return Answer(tuple(summary), tuple(notices))


def read_headline(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, words: int, grounds: Grounds | None = None
) -> Answer[Written]:
    """Read the answer to ``headline``, of so many ``words`` at most. Raises AnswerFault."""
    answer = read_shape(raw, prompt, _HeadlineShape)
    text = plain_words(answer.headline)
    if len(text.split()) > words:
        raise AnswerFault(
            FaultKind.TOO_LONG, f"The headline has {len(text.split())} words, more than {words}."
        )
    require_english_words(text)
    written, notices = _grounded(text, answer.evidence, numbered, grounds)
    return Answer(written, tuple(notices))


def read_topics(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, taxonomy: Taxonomy = LEVEL_1
) -> Answer[tuple[Topic, ...]]:
    """Read the answer to ``topics``; what isn't in the ``taxonomy`` is dropped. Raises AnswerFault."""
    labels = {topic.id: topic.label for topic in taxonomy.topics}
    topics, notices = dict[str, Topic](), list[Notice]()
    for proposed in read_shape(raw, prompt, _TopicsShape).topics:
        evidence = cited(proposed.evidence, numbered)
        label = labels.get(proposed.id)
        if label is None:
            notices.append(
                Notice("unknown_topic", f"“{_short(proposed.id)}” is no topic of {taxonomy.version}.")
            )
        elif proposed.id not in topics:
            topics[proposed.id] = Topic(proposed.id, label, (proposed.id,), PROPOSED, evidence)
    return Answer(tuple(topics.values()), tuple(notices))


def read_verdicts(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle, claims: int
) -> Answer[tuple[Verdict, ...]]:
    """Read the answer to ``judge`` on so many ``claims``: one verdict on each, in order.

    Raises AnswerFault.
    """
    verdicts = {
        verdict.claim: Verdict(
            verdict.claim,
            verdict.verdict,
            cited(verdict.evidence, numbered),
            plain_words(verdict.problem) if verdict.problem and verdict.problem.strip() else None,
        )
        for verdict in read_shape(raw, prompt, _VerdictsShape).verdicts
    }
    if verdicts.keys() != set(range(1, claims + 1)):
        raise AnswerFault(
            FaultKind.OFF_SCHEMA, f"There has to be one verdict on each of the claims 1 to {claims}."
        )
    return Answer(tuple(verdicts[claim] for claim in sorted(verdicts)))


def _grounded(
    text: str, numbers: Sequence[int], numbered: NumberedArticle, grounds: Grounds | None
) -> tuple[Written, list[Notice]]:
    """A written sentence on the evidence that the model names, and whether other evidence was better.

    Where the article bears it out elsewhere, that is the evidence.
    """
    evidence, article = cited(numbers, numbered), numbered.article.text
    if not evidence:
        raise AnswerFault(FaultKind.OFF_SCHEMA, f"No evidence is given for “{_short(text)}”.")
    grounding = grounds(text) if grounds else ground(text, article, numbered.sentences)
    moved = []
    if grounding.supported and grounding.evidence and not set(evidence) & set(grounding.evidence):
        evidence = grounding.evidence
        moved = [Notice("evidence_moved", f"The sentences cited don’t say “{text}”; others do.")]
    return weigh(text, evidence, grounding, _uncited(text, evidence, article, grounding.faults)), moved


def weigh(
    text: str, evidence: tuple[Span, ...], grounding: Grounding, further: Sequence[Notice] = ()
) -> Written:
    """Return a sentence on its evidence, with the doubts that its grounding gives, and ``further`` ones."""
    doubts = [*grounding.faults, *further]
    if further or not grounding.supported:
        reason = f"Its evidence doesn’t carry “{text}” (support {grounding.support:.2f})."
        doubts = [Notice("unsupported_sentence", reason), *doubts]
    return Written(SummarySentence(text, evidence, grounding.support)).doubted(*doubts)


def _uncited(written: str, evidence: Sequence[Span], text: str, faults: Sequence[Notice]) -> list[Notice]:
    """Name the numbers that stand somewhere in the article, but not in the sentences cited for them."""
    cited_words = {word.stem for span in evidence for word in read_words(span.of(text))}
    numbers = [word for word in read_words(written) if word.is_number and word.surface.casefold() != "one"]
    return [
        Notice("uncited_number", f"The sentences cited have no “{word.surface}”.")
        for word in numbers
        if word.stem not in cited_words and not any(f"“{word.surface}”" in fault.detail for fault in faults)
    ]


def plain_words(text: str) -> str:
    """Return a sentence on one line, without characters that nobody sees. Raises AnswerFault for markup."""
    plain = " ".join("".join(c for c in text if unicodedata.category(c) not in {"Cf", "Co", "Cn"}).split())
    if "\ufffd" in plain:
        raise AnswerFault(FaultKind.MALFORMED, f"“{_short(plain)}” has characters that are no text.")
    if not any(map(str.isalnum, plain)):
        raise AnswerFault(FaultKind.EMPTY, "A sentence of the answer has no words.")
    if found := _MARKUP.search(plain):
        raise AnswerFault(
            FaultKind.MARKUP, f"“{_short(plain)}” has markup or a link ({found.group()!r}); write plain text."
        )
    return plain


def require_english_words(text: str) -> None:
    """Raise AnswerFault if the answer is in another language."""
    try:
        require_english(text)
    except InvalidArticle as error:
        raise AnswerFault(
            FaultKind.WRONG_LANGUAGE, f"The answer is not in English: “{_short(text)}”."
        ) from error


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
