"""The work of a generating model on one article: its tasks attempted one by one, and the notices of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from service.domain import Notice, Summary
from service.errors import ModelFailed
from service.models.generating.backend import Unanswered
from service.warning_codes import WarningCode
from service.writing.answers.checked_answer import CheckedAnswer, WrittenSentence
from service.writing.answers.faults import AnswerFault
from service.writing.asking.chunks import NoRoom
from service.writing.asking.model_session import ModelSession
from service.writing.asking.model_tasks import ModelTask, SummaryAnswer
from service.writing.numbered_article import NumberedArticle

T = TypeVar("T")


class NothingSupported(Exception):  # noqa: N818 - named as the domain names it
    """The article supports none of the sentences that were written."""

    def __init__(self, written: Sequence[WrittenSentence]) -> None:
        first = next((f" The first: {fault.detail}" for one in written for fault in one.faults), "")
        super().__init__(f"The article bears out none of the {len(written)} sentences written.{first}")


@dataclass(slots=True)
class GenerationSession:
    """A model's work on one article: the ``model`` that is asked, and the ``notices`` of all its tasks."""

    model: ModelSession
    numbered: NumberedArticle
    strict: bool
    notices: list[Notice] = field(default_factory=list)

    def attempt(self, what: str, make: Callable[[], CheckedAnswer[T]]) -> T | None:
        """Make a part of the analysis; return None, with a notice, if it fails.

        Raises ModelFailed if strict.
        """
        try:
            answer = make()
        except AnswerFault as fault:
            reason = f"{fault.kind}: {fault.detail}"
        except Unanswered as error:
            reason = f"{error.cause}: {error.detail}"
        except NoRoom as error:
            reason = f"no room: {error.detail}"
        except NothingSupported as error:
            reason = f"unsupported: {error}"
        else:
            self.notices += answer.notices
            return answer.value
        failure = f"No {what} by {self.model.backend.label} ({reason})"
        if self.strict:
            raise ModelFailed(f"{failure} Without strict, what was extracted stands in.", code="model-failed")
        self.notices.append(Notice(WarningCode.MODEL_FAILED, f"{failure} What was extracted stands in."))
        return None

    def collect(self, task: ModelTask[CheckedAnswer[tuple[T, ...]]]) -> tuple[T, ...]:
        """Return the results of a task on all parts of the article; none, with a notice, if it fails."""

        def make() -> CheckedAnswer[tuple[T, ...]]:
            answers = self.model.ask(task, self.parts(task, self.numbered))
            return CheckedAnswer(
                tuple(one for answer in answers for one in answer.value),
                tuple(notice for answer in answers for notice in answer.notices),
            )

        return self.attempt(task.name, make) or ()

    def evidence_numbers(self, part: NumberedArticle, answer: SummaryAnswer, extracted: Summary) -> set[int]:
        """Return the numbers of the sentences that the summary of a part rests on.

        Where none of it is supported, the sentences of an ``extracted`` summary stand in, with a notice.
        """
        supported = [written.sentence for written in answer.value if not written.faults]
        numbers = {part.number(span) for sentence in supported for span in sentence.evidence}
        if not numbers:
            stand_ins = {part.number(span) for one in extracted.sentences for span in one.evidence}
            numbers = stand_ins & set(part.shown) or {part.shown[0]}
            detail = (
                f"Of what was written on sentences {part.shown[0]} to {part.shown[-1]} nothing is borne out. "
                "Sentences of the article stood in."
            )
            self.notices.append(Notice(WarningCode.PART_NOT_BORNE_OUT, detail))
        return numbers

    def parts(self, task: ModelTask[Any], numbered: NumberedArticle) -> list[NumberedArticle]:
        """Return the article in parts that fit the model, with a notice on sentences that fit in none."""
        parts, unshown = self.model.parts(task, numbered)
        if unshown:
            self.notices.append(
                Notice(
                    WarningCode.SENTENCE_NOT_SHOWN,
                    f"{len(unshown)} of {len(numbered.shown)} sentences are too long for "
                    f"{self.model.backend.label} and were not shown to it.",
                )
            )
        return parts
