"""Reads ninjs items (IPTC's JSON for news, https://iptc.org/standards/ninjs/), versions 1.x, 2.x and 3.x.

It takes the fields that an analysis needs (text, title, language, date, genre), requires each to be of its
type, and ignores the others. It is not a validator.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from service.errors import InvalidArticle


class NinjsItem(NamedTuple):
    """The article of an item. ``is_html`` says whether ``body`` is HTML or plain text."""

    body: str
    is_html: bool
    id: str | None
    title: str | None
    language: str | None
    published: str | None
    is_opinion: bool


# The fields that may be read, by name: texts, and lists of objects with the texts that they hold.
_TEXTS = (
    "uri",
    "headline",
    "language",
    "versioncreated",
    "versionCreated",
    "body_text",
    "body_xhtml",
    "body_html",
)
_LISTS = {
    "headlines": ("value",),
    "bodies": ("value", "contentType", "contenttype"),
    "genre": ("name", "code", "uri"),
    "genres": ("name", "code", "uri"),
}


def _schema() -> dict[str, Any]:
    text, filled = {"type": ["string", "null"]}, {"type": "string", "pattern": r"\S"}
    lists = {
        field: {
            "type": ["array", "null"],
            "items": {"type": "object", "properties": dict.fromkeys(members, text)},
        }
        for field, members in _LISTS.items()
    }
    body = {"type": "object", "required": ["value"], "properties": {"value": filled}}
    some_text: list[dict[str, Any]] = [
        {"required": [field], "properties": {field: filled}} for field in _TEXTS if field.startswith("body_")
    ]
    some_body = {"required": ["bodies"], "properties": {"bodies": {"type": "array", "contains": body}}}
    # Said outright, as generators of types take an object without it for one of these members alone.
    known = {**dict.fromkeys(_TEXTS, text), **lists}
    return {"properties": known, "additionalProperties": True, "anyOf": [*some_text, some_body]}


NINJS_SCHEMA = _schema()
"""What an item needs, in JSON Schema."""

_OPINION_GENRES = frozenset(
    {"opinion", "editorial", "column", "commentary", "op-ed", "letters to the editor"}
)


def parse_ninjs(text: str) -> Mapping[str, Any]:
    """Parse the JSON of one item. Raises InvalidArticle ("malformed-ninjs") if it isn't a JSON object."""
    try:
        item = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _malformed(
            f"is not valid JSON ({str(error)[:120]!a})", "Send one ninjs item as JSON"
        ) from error
    if not isinstance(item, dict):
        raise _malformed(f"is a JSON {type(item).__name__}, not an object", "Send one ninjs item as JSON")
    return item


def read_ninjs(item: Mapping[str, Any]) -> NinjsItem:
    """Read an item. A plain-text body is preferred to an HTML body.

    Raises InvalidArticle ("malformed-ninjs") naming the field that is missing or of the wrong type.
    """
    _require_types(item)
    body, is_html = _body(item)
    return NinjsItem(
        body=body,
        is_html=is_html,
        id=_string(item, "uri"),
        title=_string(item, "headline") or _by_role(item, "headlines"),
        language=_string(item, "language"),
        published=_string(item, "versioncreated") or _string(item, "versionCreated"),
        is_opinion=any(name.lower() in _OPINION_GENRES for name in _genres(item)),
    )


def _require_types(item: Mapping[str, Any]) -> None:
    for field in _TEXTS:
        _string(item, field)
    for field, members in _LISTS.items():
        for value in _objects(item, field):
            for member in members:
                _string(value, member, f"{field}[].{member}")


def _body(item: Mapping[str, Any]) -> tuple[str, bool]:
    if text := _string(item, "body_text"):
        return text, False
    for field in ("body_xhtml", "body_html"):
        if markup := _string(item, field):
            return markup, True
    bodies = [body for body in _objects(item, "bodies") if _string(body, "value") and not _is_data(body)]
    # Plain text first; then the main body, with the role "main", "body" or none, before captions and the
    # like.
    bodies.sort(key=lambda body: (_is_markup(body), body.get("role") not in (None, "main", "body")))
    if bodies:
        return str(bodies[0]["value"]), _is_markup(bodies[0])
    raise _malformed("has no text in 'body_text', 'body_html', 'body_xhtml' or 'bodies'", "Fill one of them")


def _is_markup(body: Mapping[str, Any]) -> bool:
    return "html" in _content_type(body)


def _is_data(body: Mapping[str, Any]) -> bool:
    """Return whether a body is for programs: annotations, as this service's own items have them."""
    return _content_type(body).split(";")[0].strip().endswith("json")


def _content_type(body: Mapping[str, Any]) -> str:
    return (_string(body, "contentType") or _string(body, "contenttype") or "").lower()


def _by_role(item: Mapping[str, Any], field: str) -> str | None:
    values = [value for value in _objects(item, field) if _string(value, "value")]
    values.sort(key=lambda value: value.get("role") not in (None, "main", "headline"))
    return str(values[0]["value"]) if values else None


def _genres(item: Mapping[str, Any]) -> Iterator[str]:
    for field in ("genre", "genres"):
        for genre in _objects(item, field):
            yield _string(genre, "name") or ""
            yield (_string(genre, "code") or _string(genre, "uri") or "").rpartition(":")[2]


def _string(item: Mapping[str, Any], field: str, path: str | None = None) -> str | None:
    value = item.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise _malformed(f"has a {type(value).__name__} in {path or field!r}", "Make it a string")
    return value


def _objects(item: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    values = item.get(field)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise _malformed(f"has something other than a list of objects in {field!r}", "Correct it")
    return values


def _malformed(what: str, remedy: str) -> InvalidArticle:
    return InvalidArticle(
        f"The ninjs item {what}. {remedy}, or send the article as plain text.", code="malformed-ninjs"
    )
