"""A generating model's part in an analysis: what it writes replaces what was extracted, if it is supported.

An extracted Analysis comes in; it goes out with what the model wrote or proposed. Where that fails (no
answer, an unusable one, nothing supported), the part stays as extracted and a Notice says why; under
``strict`` ModelFailed is raised.

Not here: how an answer is read (``answers/``), and the models (``service.models``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from service.domain import Analysis, Article, Generator, Request, Sentence, Summary
from service.grounding.grounder import GroundedArticle
from service.length_presets import LENGTH_PRESETS
from service.models.generating.backend import Backend, Usage
from service.text.document import Document
from service.topics.taxonomy import Taxonomy
from service.writing.answers.checked_answer import CheckedAnswer
from service.writing.asking import model_tasks
from service.writing.asking.chunks import NoRoom, condense
from service.writing.asking.conversation import UsageCounter
from service.writing.asking.model_session import ModelSession
from service.writing.asking.model_tasks import GroundingContext, ModelTask, SummaryAnswer
from service.writing.generation_session import GenerationSession, NothingSupported
from service.writing.numbered_article import NumberedArticle, number_article
from service.writing.progress import OnProgress, ignore_progress
from service.writing.prompts.prompts import Prompt
from service.writing.proposals import merge_quotes, merge_topics
from service.writing.replacement import Unsupported, replace_unsupported

if TYPE_CHECKING:
    from service.models.encoder import Encoding

_MILLION = 1_000_000


class ReadsArticle(Protocol):
    """Prepares an article for grounding: ``service.grounding.grounder.Grounder``."""

    def read(self, document: Document, sentences: Sequence[Sentence], encoding: Encoding) -> GroundedArticle:
        """Prepare some sentences of an article, once for all that is written about it."""
        ...


@dataclass(frozen=True, slots=True)
class WritingPolicy:
    """The operator's choices: the length of answers, what becomes of unsupported sentences, the prices.

    ``price_in`` and ``price_out`` are for a million tokens.
    """

    unsupported: Unsupported = "replace"
    answer_tokens: int = 1_024
    price_in: float = 0.0
    price_out: float = 0.0

    def cost(self, usage: Usage) -> float | None:
        """Return the cost of answers, None where no price is set."""
        if not (self.price_in or self.price_out):
            return None
        cost = (usage.tokens_in * self.price_in + usage.tokens_out * self.price_out) / _MILLION
        return round(cost, 6)


@dataclass(frozen=True, slots=True)
class Writer:
    """A backend with its prompts, wired by ``bootstrap``; safe to share between threads.

    ``prompts`` are by task. A task without a prompt isn't given to the model, except the summary to a backend
    that isn't instructed, which needs no prompt.
    """

    backend: Backend
    prompts: Mapping[str, Prompt]
    grounder: ReadsArticle
    segment: Callable[[Article], Sequence[Sentence]]
    taxonomy: Taxonomy
    policy: WritingPolicy = WritingPolicy()

    def write(
        self,
        extracted: Analysis,
        longest: Summary,
        document: Document,
        encoding: Encoding,
        request: Request,
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        """Return the analysis with the model's part in it; ``longest`` is a longer extractive summary.

        Raises ModelFailed under ``request.strict``.
        """
        counter = UsageCounter()
        model = ModelSession(self.backend, self.policy.answer_tokens, counter, on_progress)
        session = GenerationSession(model, number_article(document), request.strict)
        made = extracted
        if self.summarises:
            context = GroundingContext(
                article=extracted.article,
                quotes=extracted.quotes,
                ground=self._read(session.numbered, encoding).ground,
                segment=self.segment,
            )
            task = self._summary_task(request, context)
            summary = session.attempt(
                task.name, lambda: self._summary(task, session, extracted.summary, longest)
            )
            made = replace(made, summary=summary or made.summary)
        if prompt := self.prompts.get("quotes"):
            proposed = session.collect(model_tasks.quotes(prompt))
            merged = merge_quotes(proposed, made.quotes, document.text)
            session.notices += merged.notices
            made = replace(made, quotes=merged.value)
        # The prompt knows Media Topics alone.
        if (prompt := self.prompts.get("topics")) and request.taxonomy is None:
            topics = session.collect(model_tasks.topics(prompt, self.taxonomy))
            made = replace(made, topics=merge_topics(topics, made.topics))
        return replace(
            made,
            # A notice that holds for the whole article is kept once, not once a task.
            warnings=(*extracted.warnings, *dict.fromkeys(session.notices)),
            provenance=replace(extracted.provenance, generator=self._generator(counter.usage)),
        )

    @property
    def summarises(self) -> bool:
        """Whether the model writes the summary."""
        return "summarize" in self.prompts or not self.backend.instructed

    def _summary_task(self, request: Request, context: GroundingContext) -> ModelTask[SummaryAnswer]:
        if prompt := self.prompts.get("summarize"):
            return model_tasks.prompted_summary(prompt, request, context)
        return model_tasks.plain_summary(request, context)

    def _read(self, numbered: NumberedArticle, encoding: Encoding) -> GroundedArticle:
        """Prepare the sentences that a written one may rest on: those that are shown, no furniture."""
        shown = set(numbered.sentences)
        kept = [index for index, sentence in enumerate(numbered.document.sentences) if sentence in shown]
        return self.grounder.read(numbered.document, numbered.sentences, encoding.only(kept))

    def _summary(
        self,
        task: ModelTask[SummaryAnswer],
        session: GenerationSession,
        extracted: Summary,
        longest: Summary,
    ) -> CheckedAnswer[Summary]:
        """Ask for a summary; of a long article part by part, until the evidence of all parts fits."""
        numbered = session.numbered
        parts = session.parts(task, numbered)
        while len(parts) > 1:
            answers = session.model.ask(task, parts)
            written = [sentence for answer in answers for sentence in answer.value]
            if all(sentence.faults for sentence in written):
                raise NothingSupported(written)
            numbers = [
                session.evidence_numbers(part, answer, longest)
                for part, answer in zip(parts, answers, strict=True)
            ]
            shorter = condense(numbered, set().union(*numbers))
            if len(shorter.shown) >= len(numbered.shown):
                raise NoRoom("The article's parts can't be merged: their summaries rest on every sentence.")
            numbered, parts = shorter, session.parts(task, shorter)
        answer = session.model.ask(task, parts)[0]
        fewest = LENGTH_PRESETS[extracted.length].fewest
        replaced = replace_unsupported(answer.value, extracted, longest, fewest, self.policy.unsupported)
        if replaced is None:
            raise NothingSupported(answer.value)
        return CheckedAnswer(replaced.value, (*answer.notices, *replaced.notices))

    def _generator(self, usage: Usage) -> Generator:
        return Generator(
            self.backend.label, usage.requests, usage.tokens_in, usage.tokens_out, self.policy.cost(usage)
        )
