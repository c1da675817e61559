"""Answers recorded by hand, good and bad, that stand beside each prompt, and what the readers make of them.

Each ``prompts/<name>/examples/*.json`` holds an answer, the article it is about, and the expected outcome.
They show how a prompt is meant to be answered, and fail when an edited prompt, schema or reader disagrees.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.domain import SummaryLength
from service.grounding.faults import SupportFault
from service.length_presets import LENGTH_PRESETS
from service.writing.answers import readers
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.proposed_quotes import read_quotes
from service.writing.numbered_article import NumberedArticle
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Prompt


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedOutcome(_Strict):
    """The expected outcome: a fault, or a count of results with these notices or faults among others.

    Where no notices are expected there may be none.
    """

    fault: AnswerFaultKind | None = None
    count: int = 0
    notices: list[str] = []


class RecordedAnswer(_Strict):
    """An answer as a model may give it: a text, or an object that is written as JSON."""

    version: int = Field(ge=1)
    article: str
    note: str
    answer: str | dict[str, Any]
    claims: list[str] = []
    expect: ExpectedOutcome

    @property
    def raw(self) -> bytes:
        """The bytes of the answer."""
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer, ensure_ascii=False)
        return text.encode("utf-8")


def read_recorded_answer(path: Path) -> RecordedAnswer:
    """Read an example file. Raises ValueError in words."""
    try:
        return RecordedAnswer.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}") from None


def compare_with_expected(example: RecordedAnswer, prompt: Prompt, numbered: NumberedArticle) -> str | None:
    """Return how the outcome differs from what is expected, None if it doesn't."""
    expect = example.expect
    try:
        count, found = _read(example, prompt, numbered)
    except AnswerFault as fault:
        if fault.kind is expect.fault:
            return None
        return f"expected {expect.fault or f'{expect.count} results'}, found the fault {fault}"
    codes = {code for code, _ in found}
    if expect.fault:
        return f"expected the fault {expect.fault}, found {count} results"
    if count != expect.count:
        return f"expected {expect.count} results, found {count} (notices {sorted(codes)})"
    if not codes >= set(expect.notices) or (codes and not expect.notices):
        details = [f"{code}: {detail}" for code, detail in found]
        return f"expected the notices {expect.notices}, found {details}"
    return None


def _read(
    example: RecordedAnswer, prompt: Prompt, numbered: NumberedArticle
) -> tuple[int, list[tuple[str, str]]]:
    """Return how many results there are, and the code and detail of each notice and fault."""
    raw = example.raw
    faults: list[SupportFault] = []
    match prompt.name:
        case "summarize":
            summary = readers.read_summary(raw, prompt, numbered, LENGTH_PRESETS[SummaryLength.MEDIUM].most)
            count, notices = len(summary.value), summary.notices
            faults = [fault for written in summary.value for fault in written.faults]
        case "quotes":
            quotes = read_quotes(raw, prompt, numbered)
            count, notices = len(quotes.value), quotes.notices
        case "topics":
            topics = readers.read_topics(raw, prompt, numbered)
            count, notices = len(topics.value), topics.notices
        case "headline":
            headline = readers.read_headline(raw, prompt, numbered, tasks.HEADLINE_WORDS)
            count, notices = 1, headline.notices
            faults = list(headline.value.faults)
        case "judge":
            verdicts = readers.read_verdicts(raw, prompt, numbered, len(example.claims))
            count, notices = len(verdicts.value), verdicts.notices
        case other:
            raise ValueError(f"there is no reader for the task {other!r}")
    found = [(notice.code.value, notice.detail) for notice in notices]
    return count, found + [(fault.kind.value, fault.detail) for fault in faults]
