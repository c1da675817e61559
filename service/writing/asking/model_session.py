"""The questions about one article: whole if it fits the model, else in parts, asked side by side."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from service import time_budget
from service.models.generating.backend import Backend, Message, Question
from service.writing.asking.chunks import NoRoom, split
from service.writing.asking.conversation import UsageCounter, ask_with_repair
from service.writing.asking.model_tasks import ModelTask
from service.writing.numbered_article import NumberedArticle
from service.writing.progress import OnProgress, WritingProgress, ignore_progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModelSession:
    """A backend that is asked about one article; ``counter`` sums up the usage of its answers."""

    backend: Backend
    answer_tokens: int
    counter: UsageCounter
    on_progress: OnProgress = ignore_progress

    def parts(self, task: ModelTask[T], numbered: NumberedArticle) -> tuple[list[NumberedArticle], list[int]]:
        """Return the article in parts that fit, and the sentences that fit in none. Raises NoRoom."""
        backend, reserved = self.backend, self._reserved()
        if backend.count(task.messages(numbered)) + reserved <= backend.context:
            return [numbered], []
        frame = backend.count(task.messages(numbered.showing(())))
        room = backend.context - reserved - frame
        if room <= 0:
            remedy = "Choose a model with a larger context"
            if backend.context_setting:
                remedy += f", or set {backend.context_setting} if this one takes more"
            if frame < backend.context:
                remedy += ", or lower PULLQUOTE_ANSWER_TOKENS"
            raise NoRoom(
                f"{backend.label} takes {backend.context:,} tokens: the prompt alone has {frame:,}, and an "
                f"answer and its repair may have {reserved:,}. {remedy}."
            )
        bare = backend.count((Message("user", ""),))

        def count(line: str) -> int:
            # Lines and paragraphs are separated by line breaks.
            return backend.count((Message("user", f"{line}\n\n"),)) - bare

        return split(numbered, room, count, lambda number: task.show(numbered, number))

    def ask(self, task: ModelTask[T], parts: Sequence[NumberedArticle]) -> list[T]:
        """Return the answers on ``parts``, in order. Raises what ``ask_with_repair`` raises."""
        time_budget.check()
        if len(parts) == 1:
            return [self._ask(task, parts[0], 1, 1)]
        with ThreadPoolExecutor(min(self.backend.parallel, len(parts)), "pullquote-ask") as pool:
            asked = [
                pool.submit(self._ask, task, part, place, len(parts))
                for place, part in enumerate(parts, start=1)
            ]
            try:
                wait(asked, return_when=FIRST_EXCEPTION)
            except BaseException:
                # On Ctrl+C nobody waits for these answers any more.
                pool.shutdown(wait=False, cancel_futures=True)
                self.backend.close()
                raise
            # After a failure the remaining parts aren't asked.
            pool.shutdown(wait=False, cancel_futures=True)
            failed = next(
                (one for one in asked if one.done() and not one.cancelled() and one.exception()), None
            )
            return [failed.result()] if failed else [one.result() for one in asked]

    def _ask(self, task: ModelTask[T], part: NumberedArticle, place: int, of: int) -> T:
        question = Question(
            name=task.name,
            messages=task.messages(part),
            most_tokens=self._most(),
            schema=task.schema,
            sentences=task.sentences,
        )
        self.on_progress(WritingProgress(task.name, place, of, 0))
        return ask_with_repair(
            self.backend,
            question,
            task.reader(part),
            self.counter,
            lambda tokens: self.on_progress(WritingProgress(task.name, place, of, tokens)),
        )

    def _most(self) -> int:
        """Return the tokens that an answer may have: what is set, but never most of a small context."""
        return (
            min(self.answer_tokens, self.backend.context // 4)
            if self.backend.instructed
            else self.answer_tokens
        )

    def _reserved(self) -> int:
        """Return the tokens kept free for an answer and its repair."""
        return 2 * self._most() if self.backend.instructed else 0
