"""The shape of an answer: the fields that its reader needs, validated."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from service.writing.answers.answer_json import read_object
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.prompts.prompts import Prompt


class AnswerShape(BaseModel):
    """The fields that a reader needs of an answer. A prompt's schema may ask for more, never for less."""

    model_config = ConfigDict(frozen=True, strict=True)


S = TypeVar("S", bound=AnswerShape)


def read_shape(raw: bytes | str, prompt: Prompt, shape: type[S]) -> S:
    """Return an answer in the shape that its reader needs. Raises AnswerFault."""
    content: dict[str, Any] = read_object(raw, prompt)
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"]))
        raise AnswerFault(
            AnswerFaultKind.OFF_SCHEMA, f"The answer doesn't fit: {place or 'it'}: {problem['msg']}."
        ) from None
