"""The JSON object of an answer: one that the prompt's schema allows, found in any bytes, or an AnswerFault.

The object may stand in a code fence or in prose. Of several that the schema allows the last one counts, as
models think first. What its strings say is checked by the readers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

from jsonschema.exceptions import ValidationError, best_match

from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.prompts.prompts import Prompt

MOST_BYTES = 65_536
"""About twenty times a long answer. A longer one is a runaway and isn't read."""
_MOST_OBJECTS = 40
_DEEPEST = 40
_REFUSAL = re.compile(
    r"(?:i['’]?m |i am |we['’]?re )?(?:very |really )?(?:sorry|afraid|unable)\b"
    r"|i (?:can(?:no|['’])?t|won['’]?t|must decline)\b|as an ai\b|unfortunately,? i\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"(?!\s)[\x00-\x1f\x7f-\x9f]|[\ud800-\udfff]")
_LONGER = {"maxLength", "maxItems"}


def read_object(raw: bytes | str, prompt: Prompt) -> dict[str, Any]:
    """Return the answer as the prompt's schema allows it. Raises AnswerFault, and nothing else."""
    text, undecodable = _text(raw)
    found, broken = list[dict[str, Any]](), 0
    for content in _objects(text):
        if content is None:
            broken += 1
        else:
            found.append(content)
    fitting = [content for content in found if _fits(content, prompt)]
    if not fitting:
        _explain(text, found, prompt)
    answer = fitting[-1]
    if undecodable or any(_CONTROL.search(words) for words in _strings(answer)):
        raise AnswerFault(AnswerFaultKind.MALFORMED, "The answer has bytes or characters that are no text.")
    refusal = answer.get("refusal")
    if isinstance(refusal, str) and refusal.strip():
        raise AnswerFault(AnswerFaultKind.REFUSED, f"The model refuses: {refusal.strip()!r}.")
    return answer


def _text(raw: bytes | str) -> tuple[str, bool]:
    size = len(raw)
    if size > MOST_BYTES:
        raise AnswerFault(
            AnswerFaultKind.TOO_LONG, f"The answer has {size:,} bytes, more than {MOST_BYTES:,}."
        )
    if isinstance(raw, str):
        text, undecodable = raw, False
    else:
        try:
            text, undecodable = raw.decode("utf-8-sig"), False
        except UnicodeDecodeError:
            text, undecodable = raw.decode("utf-8-sig", "replace"), True
    if not text.strip():
        raise AnswerFault(AnswerFaultKind.EMPTY, "The answer is empty.")
    return text, undecodable


def _objects(text: str) -> Iterator[dict[str, Any] | None]:
    """Yield the outermost objects of a text, None for a brace that begins none."""
    decoder = JSONDecoder(parse_constant=_no_constant)
    at = 0
    for _ in range(_MOST_OBJECTS):
        at = text.find("{", at)
        if at < 0:
            return
        content, at = _object_at(decoder, text, at)
        yield content


def _object_at(decoder: JSONDecoder, text: str, at: int) -> tuple[dict[str, Any] | None, int]:
    try:
        content, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError):  # JSONDecodeError is a ValueError, as is a number of 5,000 digits
        return None, at + 1
    return (content, end) if _depth(content) <= _DEEPEST else (None, end)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _fits(content: dict[str, Any], prompt: Prompt) -> bool:
    return bool(prompt.validator.is_valid(content))


def _explain(text: str, found: list[dict[str, Any]], prompt: Prompt) -> NoReturn:
    """Raise the AnswerFault for a text without a fitting object, by the first reason that holds."""
    if _ends_inside(text):
        raise AnswerFault(AnswerFaultKind.TRUNCATED, "The answer breaks off before its JSON ends.")
    if found:
        error = best_match(prompt.validator.iter_errors(found[-1]))
        raise AnswerFault(_kind_of(error), f"The answer doesn't follow the schema: {_place(error)}.")
    if _REFUSAL.match(text.strip()):
        raise AnswerFault(AnswerFaultKind.REFUSED, f"The model refuses: {text.strip()[:120]!r}.")
    raise AnswerFault(AnswerFaultKind.MALFORMED, f"The answer holds no JSON object: {_why(text)}.")


def _kind_of(error: ValidationError | None) -> AnswerFaultKind:
    return (
        AnswerFaultKind.TOO_LONG
        if error is not None and error.validator in _LONGER
        else AnswerFaultKind.OFF_SCHEMA
    )


def _place(error: ValidationError | None) -> str:
    if error is None:
        return "it is something else"
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    value, rule = repr(error.instance), f"{error.validator} {error.validator_value!r}"
    return f"{where.lstrip('.') or 'the object'} is {value[:60]}, against {rule[:120]}"


def _why(text: str) -> str:
    at = text.find("{")
    if at < 0:
        return f"it begins {text.strip()[:60]!r}"
    try:
        json.loads(text[at:])
    except JSONDecodeError as error:
        return f"{error.msg} at character {at + error.pos}"
    except (ValueError, RecursionError) as error:
        return type(error).__name__
    return "its nesting is too deep"


def _ends_inside(text: str) -> bool:
    """Return whether the text ends within the JSON that begins at its first brace."""
    depth, in_string, escaped = 0, False, False
    for character in text[max(text.find("{"), 0) :]:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = depth > 0  # quotation marks in the prose around the JSON open no string
        elif character in "{[":
            depth += 1
        elif character in "}]":
            depth = max(depth - 1, 0)
    return depth > 0 and "{" in text


def _depth(content: Any) -> int:
    """Return how deep values are nested, without recursion, which has a limit."""
    level, depth = [content], 0
    while level and depth <= _DEEPEST:
        depth += 1
        level = [part for value in level for part in _parts(value)]
    return depth


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value)
