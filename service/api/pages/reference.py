"""The reference of the API as a template shows it, read off the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.api.pages.snippets import Snippet, snippets

_METHODS = ("get", "put", "post", "patch", "delete")
_NAMED = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class ReferenceField:
    """A parameter, or a key of an object: its name, its type in words, and what it means."""

    name: str
    type: str
    description: str
    default: str = ""
    required: bool = False
    links: tuple[str, ...] = ()
    """The objects that the type names."""


@dataclass(frozen=True, slots=True)
class ReferenceContent:
    """A body in one content type, with an example if there is one."""

    content_type: str
    example: str
    fields: tuple[ReferenceField, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """An answer by its status."""

    status: str
    description: str
    headers: tuple[str, ...]
    contents: tuple[ReferenceContent, ...]


@dataclass(frozen=True, slots=True)
class ReferenceOperation:
    """A method on a path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[ReferenceField, ...]
    bodies: tuple[ReferenceContent, ...]
    answers: tuple[ReferenceAnswer, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class ReferenceObject:
    """A named object of the contract with its keys."""

    name: str
    description: str
    fields: tuple[ReferenceField, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole API: its operations by subject, and the objects that they speak of."""

    title: str
    version: str
    description: str
    address: str
    subjects: Mapping[str, tuple[ReferenceOperation, ...]]
    objects: tuple[ReferenceObject, ...]


def read_reference(document: Mapping[str, Any], address: str) -> Reference:
    """Read an OpenAPI document; the examples call ``address``."""
    schemas = document.get("components", {}).get("schemas", {})
    values = {name: schema for name, schema in schemas.items() if "enum" in schema}
    subjects: dict[str, list[ReferenceOperation]] = {}
    for path, item in _with_values(document["paths"], values).items():
        for method in _METHODS:
            if operation := item.get(method):
                subject = next(iter(operation.get("tags", [])), "others")
                subjects.setdefault(subject, []).append(_operation(address, method, path, operation))
    info = document["info"]
    return Reference(
        title=info["title"],
        version=info["version"],
        description=info.get("description", ""),
        address=address,
        subjects={name: tuple(operations) for name, operations in subjects.items()},
        objects=tuple(
            ReferenceObject(name, schema.get("description", ""), tuple(_fields(_with_values(schema, values))))
            for name, schema in schemas.items()
            if name not in values
        ),
    )


def _with_values(schema: Any, values: Mapping[str, Any]) -> Any:
    """Return a part of the document with its references to lists of values replaced by the lists."""
    if isinstance(schema, list):
        return [_with_values(one, values) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    named = values.get(str(schema.get("$ref", "")).removeprefix(_NAMED), {})
    others = {
        key: _with_values(value, values) for key, value in schema.items() if not (named and key == "$ref")
    }
    # What is said of the values in general is not what they are for here.
    return {**{key: value for key, value in named.items() if key in ("enum", "type")}, **others}


def _operation(address: str, method: str, path: str, operation: Mapping[str, Any]) -> ReferenceOperation:
    return ReferenceOperation(
        anchor=re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".lower()).strip("-"),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", [])),
        bodies=tuple(_contents(operation.get("requestBody", {}))),
        answers=tuple(_answer(status, answer) for status, answer in operation["responses"].items()),
        snippets=snippets(address, method, path, operation),
    )


def _parameter(parameter: Mapping[str, Any]) -> ReferenceField:
    schema = parameter.get("schema", {})
    return ReferenceField(
        name=parameter["name"],
        type=_type(schema),
        description=parameter.get("description") or schema.get("description", ""),
        default=json.dumps(schema["default"]).strip('"') if schema.get("default") is not None else "",
        required=parameter.get("required", False),
    )


def _answer(status: str, answer: Mapping[str, Any]) -> ReferenceAnswer:
    headers = tuple(answer.get("headers", {}))
    return ReferenceAnswer(status, answer.get("description", ""), headers, tuple(_contents(answer)))


def _contents(holder: Mapping[str, Any]) -> Iterator[ReferenceContent]:
    for content_type, media in holder.get("content", {}).items():
        example = media.get("example")
        shown = "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
        schema = media.get("schema", {})
        yield ReferenceContent(
            content_type, example if isinstance(example, str) else shown, tuple(_fields(schema))
        )


def _fields(schema: Mapping[str, Any]) -> Iterator[ReferenceField]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield ReferenceField(
            name=name,
            type=_type(field),
            description=field.get("description", ""),
            required=name in required,
            links=tuple(dict.fromkeys(_names(field))),
        )


def _type(schema: Mapping[str, Any]) -> str:
    """Return a schema's type in words, such as "list of SpanModel or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_NAMED)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[key]))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
        return f"list of {_type(schema.get('items', {}))}"
    return str(kind)


def _names(schema: object) -> Iterator[str]:
    """Yield the named objects that a schema speaks of."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix(_NAMED)
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)
