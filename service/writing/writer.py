"""A generating model's part in an analysis: it writes, and what the article doesn't bear out doesn't leave.

An extracted Analysis comes in; it goes out with what the model wrote or proposed in it. Whatever goes wrong
(no answer, an answer of no use, nothing borne out), that part stays as extracted and a Notice says why; under
``strict`` it is ModelFailed.

Not here: how an answer is read (``answers``, ``quotes``, ``plain``), and the models (``service.models``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from service.domain import Analysis, Article, Generator, Notice, Request, Sentence, Summary
from service.errors import ModelFailed
from service.grounding.grounder import GroundedArticle
from service.models.generating.backend import Backend, Unanswered, Usage
from service.topics.taxonomy import Taxonomy
from service.writing import jobs
from service.writing.answers import Answer, Written
from service.writing.asking import Tally
from service.writing.chunks import NoRoom, condense
from service.writing.faults import AnswerFault
from service.writing.jobs import Bench, Job, Summarised
from service.writing.model_session import Inquiry
from service.writing.numbered import NumberedArticle, number_article
from service.writing.progress import Watch, ignore_progress
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Prompt
from service.writing.proposals import merge_quotes, merge_topics
from service.writing.replacement import Unsupported, settle

if TYPE_CHECKING:
    from service.models.encoder import Encoding

T = TypeVar("T")
MODEL_FAILED, NOT_SHOWN = "model_failed", "sentence_not_shown"
_MILLION = 1_000_000


class ReadsArticle(Protocol):
    """Prepares an article to hold sentences against: ``service.grounding.grounder.Grounder``."""

    def read(self, text: str, sentences: Sequence[Sentence], encoding: Encoding) -> GroundedArticle:
        """Read the article once."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator chose: answers' length, what becomes of unsupported sentences, and the prices.

    ``price_in`` and ``price_out`` are for a million tokens.
    """

    unsupported: Unsupported = "replace"
    answer_tokens: int = 1_024
    price_in: float = 0.0
    price_out: float = 0.0

    def cost(self, usage: Usage) -> float | None:
        """Return what answers cost, None where no price is set."""
        if not (self.price_in or self.price_out):
            return None
        cost = (usage.tokens_in * self.price_in + usage.tokens_out * self.price_out) / _MILLION
        return round(cost, 6)


@dataclass(frozen=True, slots=True)
class Writer:
    """A backend with its prompts, wired by ``bootstrap``; safe to share between threads.

    ``prompts`` are by task; a task without one isn't the model's, but for the summary of a backend that
    isn't instructed, which needs none.
    """

    backend: Backend
    prompts: Mapping[str, Prompt]
    grounder: ReadsArticle
    cut: Callable[[Article], Sequence[Sentence]]
    taxonomy: Taxonomy
    policy: Policy = Policy()

    def write(
        self,
        extracted: Analysis,
        spare: Summary,
        sentences: Sequence[Sentence],
        encoding: Encoding,
        request: Request,
        watch: Watch = ignore_progress,
    ) -> Analysis:
        """Return the analysis with the model's part in it; ``spare`` is a longer extractive summary.

        Raises ModelFailed under ``request.strict``.
        """
        tally = Tally()
        inquiry = Inquiry(self.backend, self.policy.answer_tokens, tally, watch)
        numbered = number_article(extracted.article, sentences)
        desk = _Desk(inquiry, numbered, request.strict)
        made = extracted
        if self.summarises:
            bench = Bench(
                article=extracted.article,
                quotes=extracted.quotes,
                grounds=self._read(numbered, sentences, encoding).ground,
                cut=self.cut,
            )
            job = self._summary_job(request, bench)
            summary = desk.attempt(job.name, lambda: self._summary(job, desk, extracted.summary, spare))
            made = replace(made, summary=summary or made.summary)
        if prompt := self.prompts.get("quotes"):
            merged = merge_quotes(desk.collect(jobs.quotes(prompt)), made.quotes, made.article.text)
            desk.notices += merged.notices
            made = replace(made, quotes=merged.value)
        if prompt := self.prompts.get("topics"):
            topics = desk.collect(jobs.topics(prompt, self.taxonomy))
            made = replace(made, topics=merge_topics(topics, made.topics))
        return replace(
            made,
            # What holds for the article is noted once, not once a task.
            warnings=(*extracted.warnings, *dict.fromkeys(desk.notices)),
            provenance=replace(extracted.provenance, generator=self._generator(tally.usage)),
        )

    @property
    def summarises(self) -> bool:
        """Whether the summary is the model's."""
        return "summarize" in self.prompts or not self.backend.instructed

    def _summary_job(self, request: Request, bench: Bench) -> Job[Summarised]:
        if prompt := self.prompts.get("summarize"):
            return jobs.prompted_summary(prompt, request, bench)
        return jobs.plain_summary(request, bench)

    def _read(
        self, numbered: NumberedArticle, sentences: Sequence[Sentence], encoding: Encoding
    ) -> GroundedArticle:
        """Read what written sentences may rest on: what the model is shown, no furniture."""
        shown = set(numbered.sentences)
        kept = [index for index, sentence in enumerate(sentences) if sentence in shown]
        return self.grounder.read(numbered.article.text, numbered.sentences, encoding.only(kept))

    def _summary(
        self, job: Job[Summarised], desk: _Desk, extracted: Summary, spare: Summary
    ) -> Answer[Summary]:
        """Ask for a summary; of a long article part by part, until the sentences that matter fit."""
        numbered = desk.numbered
        parts = desk.parts(job, numbered)
        while len(parts) > 1:
            found = desk.inquiry.ask(job, parts)
            written = [one for answer in found for one in answer.value]
            if all(one.doubts for one in written):
                raise _NothingBorneOut(written)
            numbers = [desk.told(part, answer, spare) for part, answer in zip(parts, found, strict=True)]
            shorter = condense(numbered, set().union(*numbers))
            if len(shorter.shown) >= len(numbered.shown):
                raise NoRoom("The article's parts can't be merged: their summaries rest on every sentence.")
            numbered, parts = shorter, desk.parts(job, shorter)
        answer = desk.inquiry.ask(job, parts)[0]
        settled = settle(
            answer.value, extracted, spare, tasks.SENTENCES[extracted.length][0], self.policy.unsupported
        )
        if settled is None:
            raise _NothingBorneOut(answer.value)
        return Answer(settled.value, (*answer.notices, *settled.notices))

    def _generator(self, usage: Usage) -> Generator:
        return Generator(
            self.backend.label, usage.requests, usage.tokens_in, usage.tokens_out, self.policy.cost(usage)
        )


@dataclass(slots=True)
class _Desk:
    """The work on one article: what it is asked with, and the Notices that come of it."""

    inquiry: Inquiry
    numbered: NumberedArticle
    strict: bool
    notices: list[Notice] = field(default_factory=list)

    def attempt(self, what: str, make: Callable[[], Answer[T]]) -> T | None:
        """Make a part of the analysis; None with a Notice if it fails. Raises ModelFailed if strict."""
        try:
            answer = make()
        except AnswerFault as fault:
            reason = f"{fault.kind}: {fault.detail}"
        except Unanswered as error:
            reason = f"{error.cause}: {error.detail}"
        except NoRoom as error:
            reason = f"no room: {error.detail}"
        except _NothingBorneOut as error:
            reason = f"unsupported: {error}"
        else:
            self.notices += answer.notices
            return answer.value
        failure = f"No {what} by {self.inquiry.backend.label} ({reason})"
        if self.strict:
            raise ModelFailed(f"{failure} Without strict, what was extracted stands in.", code="model-failed")
        self.notices.append(Notice(MODEL_FAILED, f"{failure} What was extracted stands in."))
        return None

    def collect(self, job: Job[Answer[tuple[T, ...]]]) -> tuple[T, ...]:
        """Return what a job finds in all the parts of the article; nothing, with a Notice, if it fails."""

        def make() -> Answer[tuple[T, ...]]:
            found = self.inquiry.ask(job, self.parts(job, self.numbered))
            return Answer(
                tuple(one for answer in found for one in answer.value),
                tuple(notice for answer in found for notice in answer.notices),
            )

        return self.attempt(job.name, make) or ()

    def told(self, part: NumberedArticle, answer: Summarised, spare: Summary) -> set[int]:
        """Return the numbers that a part's summary rests on; an extractive one where nothing is borne out."""
        borne_out = [one.sentence for one in answer.value if not one.doubts]
        numbers = {part.number(span) for sentence in borne_out for span in sentence.evidence}
        if not numbers:
            extracted = {part.number(span) for one in spare.sentences for span in one.evidence}
            numbers = extracted & set(part.shown) or {part.shown[0]}
            detail = (
                f"Of what was written on sentences {part.shown[0]} to {part.shown[-1]} nothing is borne out."
            )
            self.notices.append(Notice("part_not_borne_out", f"{detail} Sentences of the article stood in."))
        return numbers

    def parts(self, job: Job[Any], numbered: NumberedArticle) -> list[NumberedArticle]:
        """Return the article in parts that fit the model, with a Notice on sentences that fit in none."""
        parts, unshown = self.inquiry.parts(job, numbered)
        if unshown:
            self.notices.append(
                Notice(
                    NOT_SHOWN,
                    f"{len(unshown)} of {len(numbered.shown)} sentences are too long for "
                    f"{self.inquiry.backend.label} and were not shown to it.",
                )
            )
        return parts


class _NothingBorneOut(Exception):  # noqa: N818
    """The article bears out none of the sentences that were written."""

    def __init__(self, written: Sequence[Written]) -> None:
        first = next((f" The first: {doubt.detail}" for one in written for doubt in one.doubts), "")
        super().__init__(f"The article bears out none of the {len(written)} sentences written.{first}")
