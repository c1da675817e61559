"""Answers recorded by hand, good and bad, that stand beside each prompt: what the readers make of them.

``prompts/<name>/examples/*.json``: the answer, the article it is about, and what has to come out. They show
how a prompt is meant to be answered, and hold prompts, schemas and readers together when one is edited.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.domain import Notice, SummaryLength
from service.writing import answers
from service.writing.faults import AnswerFault, FaultKind
from service.writing.numbered import NumberedArticle
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Prompt
from service.writing.quotes import read_quotes


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Strict):
    """What has to come out: a fault, or so many results with these notices among others; none if none."""

    fault: FaultKind | None = None
    count: int = 0
    notices: list[str] = []


class Example(_Strict):
    """An answer as a model may give it: a text, or an object to be written as JSON."""

    version: int = Field(ge=1)
    article: str
    note: str
    answer: str | dict[str, Any]
    claims: list[str] = []
    expect: Expected

    @property
    def raw(self) -> bytes:
        """The answer as it comes from a model."""
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer, ensure_ascii=False)
        return text.encode("utf-8")


def read_example(path: Path) -> Example:
    """Read an example file. Raises ValueError in words."""
    try:
        return Example.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}") from None


def check(example: Example, prompt: Prompt, numbered: NumberedArticle) -> str | None:
    """Return what comes out otherwise than expected, None if nothing does."""
    expect = example.expect
    try:
        count, notices = _read(example, prompt, numbered)
    except AnswerFault as fault:
        if fault.kind is expect.fault:
            return None
        return f"expected {expect.fault or f'{expect.count} results'}, found the fault {fault}"
    codes = {notice.code for notice in notices}
    if expect.fault:
        return f"expected the fault {expect.fault}, found {count} results"
    if count != expect.count:
        return f"expected {expect.count} results, found {count} (notices {sorted(codes)})"
    if not codes >= set(expect.notices) or (codes and not expect.notices):
        found = [f"{notice.code}: {notice.detail}" for notice in notices]
        return f"expected the notices {expect.notices}, found {found}"
    return None


def _read(example: Example, prompt: Prompt, numbered: NumberedArticle) -> tuple[int, Sequence[Notice]]:
    raw = example.raw
    match prompt.name:
        case "summarize":
            summary = answers.read_summary(raw, prompt, numbered, tasks.SENTENCES[SummaryLength.MEDIUM][1])
            doubts = [doubt for written in summary.value for doubt in written.doubts]
            return len(summary.value), [*summary.notices, *doubts]
        case "quotes":
            quotes = read_quotes(raw, prompt, numbered)
            return len(quotes.value), quotes.notices
        case "topics":
            topics = answers.read_topics(raw, prompt, numbered)
            return len(topics.value), topics.notices
        case "headline":
            headline = answers.read_headline(raw, prompt, numbered, tasks.HEADLINE_WORDS)
            return 1, [*headline.notices, *headline.value.doubts]
        case "judge":
            verdicts = answers.read_verdicts(raw, prompt, numbered, len(example.claims))
            return len(verdicts.value), verdicts.notices
        case other:
            raise ValueError(f"there is no reader for the task {other!r}")
