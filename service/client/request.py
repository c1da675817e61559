"""What is sent: an article as a JSON record, the options as the query, and the headers of a call."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import service

API_KEY_VARIABLE = "PULLQUOTE_API_KEY"
DEFAULT_URL = "http://127.0.0.1:8000"
ANALYSES_PATH = "/v1/analyses"
_OF_THE_RECORD = ("id", "title", "language", "published")


class CallOptions(TypedDict, total=False):
    """The options of an analysis; the first four belong to the article."""

    id: str
    title: str
    language: str
    published: str
    length: Literal["short", "medium", "long"]
    format: Literal["paragraph", "bullets"]
    offset_unit: Literal["codepoint", "utf16", "html"]
    strict: bool
    review: bool
    source: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One call, however often it is sent: body, query, and the key by which the service knows it again."""

    body: bytes
    query: Mapping[str, str]
    headers: Mapping[str, str]
    text: str | None


def prepare(
    text: str | None, html: str | None, ninjs: Mapping[str, Any] | None, options: CallOptions
) -> Sending:
    """Make a call of an article. Raises TypeError unless there is one, or for an option that there isn't."""
    given = {
        name: value for name, value in (("text", text), ("html", html), ("ninjs", ninjs)) if value is not None
    }
    if len(given) != 1:
        raise TypeError(
            f"analyze() takes exactly one of text, html and ninjs, not {' and '.join(given) or 'none'}"
        )
    known = CallOptions.__annotations__
    if unknown := [name for name in options if name not in known]:
        raise TypeError(f"analyze() has no option {unknown[0]!r}; there are {', '.join(known)}")
    values: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    record = {**given, **{name: values.pop(name) for name in _OF_THE_RECORD if name in values}}
    query = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    # ASCII, as a text may hold half of a surrogate pair, which UTF-8 can't carry.
    return Sending(json.dumps(record).encode("ascii"), query, headers, text)


def fixed_headers(api_key: str | None) -> dict[str, str]:
    """Return the headers of every call; without ``api_key`` that of the environment is taken, if any."""
    key = api_key if api_key is not None else os.environ.get(API_KEY_VARIABLE, "")
    headers = {"Accept": "application/json", "User-Agent": f"pullquote-python/{service.__version__}"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return headers
