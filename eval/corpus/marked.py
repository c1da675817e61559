"""The hand-marked articles of this folder, read into rows in the shape of PolNeAR's, extended.

README.md has the conventions of marking. Offsets count Unicode code points of ``text``, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from service.topics.taxonomy import LEVEL_1

FOLDER = Path(__file__).parent
KINDS = ("direct", "mixed", "indirect")

_TOPICS = frozenset(topic.id for topic in LEVEL_1.topics)
_HEAD = ("id", "title", "style", "marks", "topics")
_PARTS = ("source", "cue", "content")
_CASE = re.compile(r"[a-z]+(?:-[a-z]+)*")


@dataclass(slots=True)
class _Attribution:
    """The tags of one number; their spans count from the start of the unstripped text."""

    spans: dict[str, list[list[int]]] = field(default_factory=lambda: {part: [] for part in _PARTS})
    kinds: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Reading:
    """The article as read so far."""

    text: str = ""
    summary: list[list[int]] = field(default_factory=list)
    attributions: dict[str, _Attribution] = field(default_factory=dict)


def read_corpus(folder: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``folder`` (this one by default) by file name. Raises as ``read_article`` does."""
    for path in sorted((folder or FOLDER).glob("*.xml")):
        yield read_article(path)


def read_article(path: Path) -> dict[str, Any]:
    """Return the row of one marked file. Raises ValueError, with file and reason, if it is malformed."""
    try:
        return _row(ElementTree.parse(path).getroot())
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _row(root: ElementTree.Element) -> dict[str, Any]:
    head = {key: _value(root, key) for key in _HEAD}
    topics = head["topics"].split()
    for topic in topics:
        if topic not in _TOPICS:
            raise ValueError(f"unknown topic {topic!r}")
    cases = tuple(root.get("cases", "").split())
    for case in cases:
        if not _CASE.fullmatch(case):
            raise ValueError(f"case {case!r} is no kebab-case word")
    reading = _Reading()
    _read(root, reading)
    text = reading.text.strip()
    lead = len(reading.text) - len(reading.text.lstrip())
    return {
        **head,
        "text": text,
        "attributions": [
            _attribution(number, reading.attributions[number], text, lead)
            for number in sorted(reading.attributions, key=int)
        ],
        "summary_spans": _moved(reading.summary, text, lead, "summary"),
        "topics": topics,
        "cases": cases,
    }


def _read(element: ElementTree.Element, reading: _Reading) -> None:
    """Add the text inside ``element`` to ``reading``, and note the span of every tag in it."""
    reading.text += element.text or ""
    for child in element:
        start = len(reading.text)
        _read(child, reading)
        _note(child, [start, len(reading.text)], reading)
        reading.text += child.tail or ""


def _note(tag: ElementTree.Element, span: list[int], reading: _Reading) -> None:
    if tag.tag == "s":
        reading.summary.append(span)
        return
    if tag.tag not in _PARTS:
        raise ValueError(f"unknown tag <{tag.tag}>")
    for number in _value(tag, "q").split():
        if not (number.isascii() and number.isdigit()):
            raise ValueError(f"q is {number!r}, not a number")
        attribution = reading.attributions.setdefault(number, _Attribution())
        attribution.spans[tag.tag].append(span)
        if tag.tag == "content":
            attribution.kinds.add(_value(tag, "kind"))
        if tag.tag == "source":
            attribution.names.add(_value(tag, "name"))


def _attribution(number: str, found: _Attribution, text: str, lead: int) -> dict[str, Any]:
    if not found.spans["content"]:
        raise ValueError(f"q {number} has a source or a cue, but no content")
    if len(found.kinds) > 1:
        raise ValueError(f"kinds of q {number} disagree: {sorted(found.kinds)}")
    if len(found.names) > 1:
        raise ValueError(f"names of q {number} disagree: {sorted(found.names)}")
    (kind,) = found.kinds
    if kind not in KINDS:
        raise ValueError(f"q {number} has the unknown kind {kind!r}")
    return {
        "id": f"E{number}",
        **{part: _moved(found.spans[part], text, lead, f"{part} of q {number}") for part in _PARTS},
        "quote_type": kind,
        "name": next(iter(found.names), None),
    }


def _moved(spans: list[list[int]], text: str, lead: int, what: str) -> list[list[int]]:
    """Return ``spans`` counted from the start of the stripped ``text``, in text order."""
    moved = sorted([start - lead, end - lead] for start, end in spans)
    for start, end in moved:
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{what}: span {start}-{end} is empty or outside the text")
        if text[start].isspace() or text[end - 1].isspace():
            raise ValueError(f"{what}: {text[start:end]!r} starts or ends in white space")
    return moved


def _value(element: ElementTree.Element, key: str) -> str:
    """Return a required attribute. Raises ValueError if it is missing or empty."""
    value = element.get(key, "").strip()
    if not value:
        raise ValueError(f"<{element.tag}> lacks {key}")
    return value
