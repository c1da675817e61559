"""An article as a JSON record: the body of an API request, and a line of a ``.jsonl`` file.

``{"id"?, "title"?, "language"?, "published"?, "text" | "html" | "ninjs"}``, with exactly one of the last
three. Parsing is defensive (depth, duplicate keys, NaN, encoding) and names what is wrong. Lone surrogates
pass, as the door replaces them. Not here: reading ninjs, and checking the article's text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from service.domain import Article
from service.errors import InvalidArticle
from service.ingest.door import Declared, Door
from service.ingest.ninjs import NINJS_SCHEMA

_NOTHING = Declared()
_CONTENTS = ("text", "html", "ninjs")
_MAX_DIGITS = 400
_NAMES = {str: "string", dict: "object", list: "array", bool: "boolean", int: "number", float: "number"}

# The validation reads this schema, so that it can't differ from what is published.
RECORD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "ArticleRecord",
    "description": "An article: exactly one of `text`, `html` and `ninjs`, and what the caller knows of it. "
    "A null counts as absent.",
    "properties": {
        "id": {
            "type": ["string", "null"],
            "description": "Comes back as `article.id`. Default: a digest of the text.",
        },
        "title": {"type": ["string", "null"], "description": "The headline, if it is not part of the text."},
        "language": {
            "type": ["string", "null"],
            "description": "BCP 47 tag. English is taken at its word; anything else is refused. "
            "Default: detected.",
        },
        "published": {"type": ["string", "null"], "description": "When it was published, ISO 8601."},
        "text": {"type": ["string", "null"], "description": "Plain text. Offsets refer to it as it is."},
        "html": {
            "type": ["string", "null"],
            "description": "An HTML page. Its text is returned as `article.text`; offsets refer to that.",
        },
        "ninjs": {
            "type": ["object", "null"],
            "description": "An IPTC ninjs item, 1.x to 3.x, with text in `body_text`, `body_xhtml`, "
            "`body_html` or one of `bodies`. It is returned as `article.text`.",
            **NINJS_SCHEMA,
        },
    },
    "oneOf": [
        {"required": [name], "properties": {name: kind}}
        for name, kind in zip(
            _CONTENTS,
            # Said outright, as generators of types take an object without it for an empty one.
            ({"type": "string"}, {"type": "string"}, {"type": "object", "additionalProperties": True}),
            strict=True,
        )
    ],
    "additionalProperties": False,
}


def is_record(value: object) -> bool:
    """Return whether a JSON value is meant as a record, not as a ninjs item or anything else."""
    return isinstance(value, Mapping) and any(name in value for name in _CONTENTS)


def parse_json(data: bytes) -> object:
    """Parse JSON in UTF-8. Raises InvalidArticle ("malformed-json") if it is broken or ambiguous."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"is not UTF-8 (byte {data[error.start]:#04x} at offset {error.start})") from error
    if not text.strip():
        raise _malformed("is empty")
    try:
        value: object = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant, parse_int=_whole_number
        )
    except RecursionError as error:
        raise _malformed("is nested too deeply") from error
    except ValueError as error:
        raise _malformed(f"can't be parsed: {str(error)[:200]}") from error
    return value


def admit_sent(door: Door, data: bytes, content_type: str) -> Article:
    """Let in an article as a caller sent it: a record as JSON, else a page or a text.

    Raises InvalidArticle or ArticleTooLong.
    """
    if media_type(content_type) == "application/json":
        return admit_record(door, parse_json(data))
    return door.from_bytes(data, name="the request body", content_type=content_type)


def media_type(content_type: str) -> str:
    """Return the media type of a content type, without its parameters."""
    return content_type.split(";", 1)[0].strip().lower()


def admit_record(
    door: Door, record: object, *, fallback: Declared = _NOTHING, strict: bool = True
) -> Article:
    """Let in the article of a parsed record. ``fallback`` fills what the record lacks.

    ``strict`` refuses unknown keys, as they are typing errors in a request; the lines of an archive may hold
    more than the article. Raises InvalidArticle naming the field, or what the door raises.
    """
    if not isinstance(record, dict):
        raise _invalid("wrong-type", f"The JSON is {_kind(record)}, not an object", 'Send {"text": "…"}')
    fields = RECORD_SCHEMA["properties"]
    if strict and (unknown := sorted(record.keys() - fields.keys())):
        raise _invalid("unknown-field", f"Unknown key {unknown[0][:80]!a}", f"Known are {', '.join(fields)}")
    for name, schema in fields.items():
        value = record.get(name)
        wanted = schema["type"][0]
        if value is not None and _NAMES.get(type(value)) != wanted:
            what = f"{name!r} is {_kind(value)}, not {_with_article(wanted)}"
            raise _invalid("wrong-type", what, f"Make it {_with_article(wanted)} or leave it out")
    given = [name for name in _CONTENTS if record.get(name) is not None]
    if len(given) != 1:
        found = " and ".join(map(repr, given)) or "none of them"
        raise _invalid(
            "content-count", f"The record holds {found}", "Send exactly one of 'text', 'html' and 'ninjs'"
        )
    declared = Declared(
        id=record.get("id") or fallback.id,
        title=record.get("title") or fallback.title,
        language=record.get("language") or fallback.language,
        published=record.get("published") or fallback.published,
    )
    content = record[given[0]]
    if given[0] == "text":
        return door.from_text(content, declared)
    return door.from_html(content, declared) if given[0] == "html" else door.from_ninjs(content, declared)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        duplicate = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {duplicate[:80]!a} stands twice in one object")
    return record


def _whole_number(digits: str) -> int:
    # Beyond 4,300 digits Python raises an error about its own settings.
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits, the limit is {_MAX_DIGITS}")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _kind(value: object) -> str:
    return "null" if value is None else _with_article(_NAMES[type(value)])


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _malformed(what: str) -> InvalidArticle:
    return InvalidArticle(
        f'The JSON {what}. Send one object in UTF-8, such as {{"text": "…"}}.', code="malformed-json"
    )


def _invalid(code: str, what: str, remedy: str) -> InvalidArticle:
    return InvalidArticle(f"{what}. {remedy}.", code=code)
