"""Reads the file of an own taxonomy, YAML or JSON, and says where it is wrong.

YAML is composed, not constructed: every value keeps its line, an id such as ``007`` its zeros, and no tag can
make anything but text. Not here: the fitted file, which holds its taxonomy (``files``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from service.errors import ModelFailed
from service.topics.own.taxonomy import OwnLabel, OwnTaxonomy

MOST_LABELS = 5_000
_MOST_BYTES = 8_000_000
_MOST_CHARS = 2_000
_MOST_LEVELS = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ID = re.compile(r"[!-~]{1,200}")
_FIELDS = ("id", "label", "description", "keywords", "parent", "examples")
_TOP = ("name", "labels", "source", "version")


class TaxonomyInvalid(ModelFailed):
    """A taxonomy, its examples or its fitted file can't be used as they are."""

    def __init__(self, detail: str) -> None:
        """Take the ``detail``: the file, the place, what is wrong there, and the remedy."""
        super().__init__(detail, code="taxonomy-invalid")


@dataclass(frozen=True, slots=True)
class _Item:
    """A label as it stands in the file, and ``where`` for messages."""

    fields: Mapping[str, Any]
    where: str


def read_taxonomy(path: Path) -> OwnTaxonomy:
    """Read a taxonomy from a ``.yaml``, ``.yml`` or ``.json`` file. Raises TaxonomyInvalid."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TaxonomyInvalid(f"{path}: {error.strerror or error}. Name a file that can be read.") from error
    if len(content) > _MOST_BYTES:
        raise TaxonomyInvalid(
            f"{path} has {len(content)} bytes, the limit is {_MOST_BYTES}. Shorten or divide it."
        )
    return parse_taxonomy(content, path.stem.lower(), str(path), is_json=path.suffix.lower() == ".json")


def parse_taxonomy(content: bytes, name: str, where: str, *, is_json: bool) -> OwnTaxonomy:
    """Read a taxonomy from the bytes of a file; ``name`` is for one that names itself not."""
    try:
        text = content.decode("utf-8-sig")
        given, items = _from_json(text) if is_json else _from_yaml(text)
        name = given or name
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _Wrong(f"the name is {str(name)[:80]!a}; write small letters, digits, '.', '_' and '-'")
        labels = tuple(_label(item) for item in items)
        _require_a_tree(labels, [item.where for item in items])
    except UnicodeDecodeError as error:
        raise TaxonomyInvalid(f"{where}: byte {error.start} is no UTF-8. Save it as UTF-8.") from error
    except _Wrong as error:
        raise TaxonomyInvalid(f"{where}: {error}.") from error
    return OwnTaxonomy(name, labels)


class _Wrong(Exception):  # noqa: N818 - becomes a TaxonomyInvalid that names the file
    """What is wrong, and where in the file."""


def _from_json(text: str) -> tuple[str | None, list[_Item]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Wrong(f"it isn't JSON ({str(error)[:120]})") from error
    name, labels = None, content
    if isinstance(content, dict):
        name, labels = content.get("name"), content.get("labels")
        _require_known(content, _TOP, "the top")
    if not isinstance(labels, list):
        raise _Wrong(
            'it has no list of labels; write [{"id": …, "label": …}, …] or {"name": …, "labels": […]}'
        )
    return name, [_Item(_mapping(one, f"item {at}"), f"item {at}") for at, one in enumerate(labels, start=1)]


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong(f"{where} is no mapping; write one with id and label")
    return value


def _from_yaml(text: str) -> tuple[str | None, list[_Item]]:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _Wrong(f"line {event.start_mark.line + 1}: aliases aren't read; write the value out")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise _Wrong(f"it isn't YAML ({' '.join(str(error).split())[:160]})") from error
    name = None
    if isinstance(root, yaml.MappingNode):
        top = _pairs(root)
        _require_known(top, _TOP, "the top")
        root = top.get("labels")
        name = str(_value(top["name"])) if "name" in top else None
    if not isinstance(root, yaml.SequenceNode):
        raise _Wrong(
            "it has no list of labels; write '- id: …' with 'label: …', or 'labels:' above such a list"
        )
    items = []
    for node in root.value:
        where = f"line {node.start_mark.line + 1}"
        if not isinstance(node, yaml.MappingNode):
            raise _Wrong(f"{where} is no mapping; write one with id and label")
        items.append(_Item({key: _value(one) for key, one in _pairs(node).items()}, where))
    return name, items


def _pairs(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    pairs: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value in pairs:
            raise _Wrong(f"line {key.start_mark.line + 1}: {str(key.value)[:40]!a} stands twice; keep one")
        pairs[str(key.value)] = value
    return pairs


def _value(node: yaml.Node) -> Any:
    """Return a scalar as it is written, a list of them, or None for an empty value."""
    if isinstance(node, yaml.SequenceNode):
        return [_value(one) for one in node.value]
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    return {}


def _require_known(fields: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for field in fields:
        if field not in known:
            raise _Wrong(f"{where} has {str(field)[:40]!a}; there are {', '.join(known)}")


def _label(item: _Item) -> OwnLabel:
    _require_known(item.fields, _FIELDS, item.where)
    id_ = _text(item, "id")
    if not _ID.fullmatch(id_):
        raise _Wrong(f"{item.where}: the id is {id_[:80]!a}; give up to 200 characters of ASCII, no spaces")
    label = _text(item, "label")
    if not label:
        raise _Wrong(f"{item.where}: the label of {id_!r} is empty; say what it is called")
    return OwnLabel(
        id=id_,
        label=label,
        description=_text(item, "description"),
        keywords=_texts(item, "keywords"),
        parent=_text(item, "parent") or None,
        examples=_texts(item, "examples"),
    )


def _text(item: _Item, field: str) -> str:
    return _clean(item, field, item.fields.get(field) or "")


def _texts(item: _Item, field: str) -> tuple[str, ...]:
    values = item.fields.get(field) or []
    if not isinstance(values, list):
        raise _Wrong(f"{item.where}: {field} is no list; write [one, another]")
    return tuple(text for value in values if (text := _clean(item, field, value)))


def _clean(item: _Item, field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(
            f"{item.where}: {field} is a {type(value).__name__}; write it as text, in quotation marks"
        )
    if len(value) > _MOST_CHARS:
        raise _Wrong(
            f"{item.where}: {field} has {len(value)} characters, the limit is {_MOST_CHARS}; shorten it"
        )
    return " ".join(value.split())


def _require_a_tree(labels: Sequence[OwnLabel], where: Sequence[str]) -> None:
    """Raise unless there are labels, each id stands once, and parents lead upwards to an end."""
    if not labels:
        raise _Wrong("it has no label; write at least one")
    if len(labels) > MOST_LABELS:
        raise _Wrong(f"it has {len(labels)} labels, the limit is {MOST_LABELS}; divide it")
    at: dict[str, int] = {}
    for row, label in enumerate(labels):
        if label.id in at:
            raise _Wrong(
                f"{where[row]}: the id {label.id!r} stands at {where[at[label.id]]} already; change one"
            )
        at[label.id] = row
    for row, label in enumerate(labels):
        if label.parent is not None and label.parent not in at:
            raise _Wrong(f"{where[row]}: the parent {label.parent[:80]!r} of {label.id!r} is no label's id")
    depth: dict[str, int] = {}
    for row, label in enumerate(labels):
        path: dict[str, int] = {}  # in order
        one: OwnLabel | None = label
        while one is not None and one.id not in depth:
            if one.id in path:
                circle = " → ".join([*list(path)[path[one.id] :], one.id])
                raise _Wrong(f"{where[row]}: the parents go round in a circle ({circle[:200]}); cut it")
            path[one.id] = len(path)
            one = labels[at[one.parent]] if one.parent is not None else None
        above = depth[one.id] if one is not None else 0
        depth.update({id_: above + len(path) - place for id_, place in path.items()})
        if depth[label.id] > _MOST_LEVELS:
            raise _Wrong(
                f"{where[row]}: {label.id!r} is on level {depth[label.id]}, the limit is {_MOST_LEVELS}"
            )
