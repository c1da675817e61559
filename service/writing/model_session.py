"""One article put to a model, whole if it fits, else in parts, side by side where the model takes several."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from service.models.generating.backend import Backend, Message, Question
from service.writing.asking import Tally, answer
from service.writing.chunks import NoRoom, split
from service.writing.jobs import Job
from service.writing.numbered import NumberedArticle
from service.writing.progress import Progress, Watch, ignore_progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A backend, asked about one article; ``tally`` adds up what its answers take."""

    backend: Backend
    answer_tokens: int
    tally: Tally
    watch: Watch = ignore_progress

    def parts(self, job: Job[T], numbered: NumberedArticle) -> tuple[list[NumberedArticle], list[int]]:
        """Return the article in parts that fit, and the sentences that fit in none. Raises NoRoom."""
        backend, reserved = self.backend, self._reserved()
        if backend.count(job.messages(numbered)) + reserved <= backend.context:
            return [numbered], []
        frame = backend.count(job.messages(numbered.showing(())))
        room = backend.context - reserved - frame
        if room <= 0:
            remedy = "Choose a model with a larger context"
            if backend.label.startswith("openai:"):
                remedy += ", or set PULLQUOTE_ENDPOINT_CONTEXT if this one takes more"
            if frame < backend.context:
                remedy += ", or lower PULLQUOTE_ANSWER_TOKENS"
            raise NoRoom(
                f"{backend.label} takes {backend.context:,} tokens: the prompt alone has {frame:,}, and an "
                f"answer and its repair may have {reserved:,}. {remedy}."
            )
        bare = backend.count((Message("user", ""),))

        def count(line: str) -> int:
            # Lines and paragraphs are set apart by breaks.
            return backend.count((Message("user", f"{line}\n\n"),)) - bare

        return split(numbered, room, count, lambda number: job.show(numbered, number))

    def ask(self, job: Job[T], parts: Sequence[NumberedArticle]) -> list[T]:
        """Return the answers on ``parts``, in order. Raises what ``asking.answer`` raises."""
        if len(parts) == 1:
            return [self._ask(job, parts[0], 1, 1)]
        with ThreadPoolExecutor(min(self.backend.parallel, len(parts)), "pullquote-ask") as pool:
            asked = [
                pool.submit(self._ask, job, part, place, len(parts))
                for place, part in enumerate(parts, start=1)
            ]
            try:
                wait(asked, return_when=FIRST_EXCEPTION)
            except BaseException:
                # Ctrl+C: nobody waits for these answers any more.
                pool.shutdown(wait=False, cancel_futures=True)
                self.backend.close()
                raise
            # After a failure nothing more is asked.
            pool.shutdown(wait=False, cancel_futures=True)
            failed = next(
                (one for one in asked if one.done() and not one.cancelled() and one.exception()), None
            )
            return [failed.result()] if failed else [one.result() for one in asked]

    def _ask(self, job: Job[T], part: NumberedArticle, place: int, of: int) -> T:
        question = Question(
            name=job.name,
            messages=job.messages(part),
            most_tokens=self._most(),
            schema=job.schema,
            sentences=job.sentences,
        )
        self.watch(Progress(job.name, place, of, 0))
        return answer(
            self.backend,
            question,
            job.reader(part),
            self.tally,
            lambda tokens: self.watch(Progress(job.name, place, of, tokens)),
        )

    def _most(self) -> int:
        """An answer gets what is set, but never most of a small context."""
        return (
            min(self.answer_tokens, self.backend.context // 4)
            if self.backend.instructed
            else self.answer_tokens
        )

    def _reserved(self) -> int:
        """Room for the answer, and where a repair may be asked for, for that as well."""
        return 2 * self._most() if self.backend.instructed else 0
