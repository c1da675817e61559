"""Reads a release of IPTC Media Topics and writes it as the file that ships; tells what has changed.

A release is the JSON of https://cv.iptc.org/newscodes/mediatopic/ (``?format=json``): ``conceptSet`` with
``qcode``, ``prefLabel`` by language, ``broader``, ``retired`` and more. What comes out is a taxonomy file as
in docs/topics.md, of all levels, so that it can also be loaded as one's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.topics.own.reading import TaxonomyInvalid, parse_taxonomy
from service.topics.own.taxonomy import OwnLabel, OwnTaxonomy

_LANGUAGES = ("en-GB", "en", "en-US")
_NAME = "mediatopics"
_SOURCE = (
    "IPTC Media Topics, https://cv.iptc.org/newscodes/mediatopic/, CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/); ids and labels (en-GB) as released, without retired "
    "topics."
)


@dataclass(frozen=True, slots=True)
class TaxonomyRelease:
    """The active topics of a release, by id; ``retired`` are the ids of those that were given up."""

    version: str
    taxonomy: OwnTaxonomy
    retired: frozenset[str]

    def file(self) -> bytes:
        """Return the taxonomy file, a topic a line."""
        head = json.dumps({"name": _NAME, "version": self.version, "source": _SOURCE}, ensure_ascii=False)
        lines = [json.dumps(_row(label), ensure_ascii=False) for label in self.taxonomy.labels]
        return (head[:-1] + ', "labels": [\n' + ",\n".join(lines) + "\n]}\n").encode("utf-8")


def _row(label: OwnLabel) -> dict[str, str]:
    row = {
        "id": label.id,
        "label": label.label,
        "description": label.description,
        "parent": label.parent or "",
    }
    return {name: value for name, value in row.items() if value}


def read_release(path: Path, *, with_definitions: bool = False) -> TaxonomyRelease:
    """Read a release. Raises TaxonomyInvalid naming the topic that is wrong."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise TaxonomyInvalid(f"{path}: {error.strerror or error}. Name a file that can be read.") from error
    except (ValueError, RecursionError) as error:
        raise TaxonomyInvalid(
            f"{path} isn't JSON ({str(error)[:120]}). Download the release again."
        ) from error
    concepts = content.get("conceptSet") if isinstance(content, dict) else None
    if not isinstance(concepts, list) or not concepts:
        raise TaxonomyInvalid(
            f"{path} has no conceptSet. Take the JSON of https://cv.iptc.org/newscodes/mediatopic/?format=json."
        )
    ids = {}
    for at, concept in enumerate(concepts, start=1):
        if not isinstance(concept, dict) or not isinstance(concept.get("qcode"), str):
            raise TaxonomyInvalid(f"{path}: concept {at} has no qcode. Download the release again.")
        ids[str(concept.get("uri", concept["qcode"]))] = concept["qcode"]
    active = [concept for concept in concepts if not concept.get("retired")]
    retired = frozenset(concept["qcode"] for concept in concepts if concept.get("retired"))
    rows = [_concept(concept, ids, retired, with_definitions) for concept in active]
    rows.sort(key=lambda row: row["id"])
    content_of = json.dumps({"name": _NAME, "labels": rows}).encode()
    taxonomy = parse_taxonomy(content_of, _NAME, str(path), is_json=True)
    return TaxonomyRelease(_version(content), taxonomy, retired)


def _version(content: Mapping[str, Any]) -> str:
    given = content.get("dateReleased") or content.get("modified") or "unknown"
    return str(given)[:10]


def _concept(
    concept: Mapping[str, Any], ids: Mapping[str, str], retired: frozenset[str], with_definitions: bool
) -> dict[str, str]:
    row = {"id": str(concept["qcode"]), "label": _in_english(concept.get("prefLabel"))}
    broader = concept.get("broader") or []
    above = [ids.get(uri, uri) for uri in ([broader] if isinstance(broader, str) else broader)]
    # A topic may stand under several; the first counts, as the path of a topic is one.
    if active := [qcode for qcode in above if qcode not in retired]:
        row["parent"] = active[0]
    if with_definitions and (definition := _in_english(concept.get("definition"))):
        row["description"] = definition
    return row


def _in_english(value: Any) -> str:
    if isinstance(value, Mapping):
        value = next((value[language] for language in _LANGUAGES if value.get(language)), "")
    return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class TaxonomyDifferences:
    """What a release changes: lines for people, by kind."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[str, ...]
    moved: tuple[str, ...]
    top_level_changed: bool

    def text(self) -> str:
        """Return the report; a line a change."""
        lines: list[str] = []
        for kind in ("added", "gone", "renamed", "moved"):
            changes = getattr(self, kind)
            lines += [f"{kind}: {len(changes)}", *(f"  {change}" for change in changes)]
        if self.top_level_changed:
            lines.append(
                "The topics of the top level are others than those that the topic head was trained on. Train "
                "it anew (eval.training.topics) before this file ships."
            )
        return "\n".join(lines)


def compare(old: OwnTaxonomy, new: OwnTaxonomy, retired: frozenset[str] = frozenset()) -> TaxonomyDifferences:
    """Return what ``new`` changes in ``old``; ``retired`` tells what was given up from what isn't there."""
    before = {label.id: label for label in old.labels}
    after = {label.id: label for label in new.labels}
    both = [id_ for id_ in after if id_ in before]
    tops = [[label.id for label in one.labels if label.parent is None] for one in (old, new)]
    return TaxonomyDifferences(
        added=tuple(f"{id_}  {after[id_].label}" for id_ in after if id_ not in before),
        gone=tuple(
            f"{id_}  {before[id_].label}{' (retired)' if id_ in retired else ''}"
            for id_ in before
            if id_ not in after
        ),
        renamed=tuple(
            f"{id_}  {before[id_].label} → {after[id_].label}"
            for id_ in both
            if before[id_].label != after[id_].label
        ),
        moved=tuple(
            f"{id_}  {after[id_].label}: {before[id_].parent or 'the top'} → {after[id_].parent or 'the top'}"
            for id_ in both
            if before[id_].parent != after[id_].parent
        ),
        top_level_changed=tops[0] != tops[1],
    )
