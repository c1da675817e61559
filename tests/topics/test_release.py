"""A release of IPTC Media Topics becomes the file that ships, with a report of what it changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.topics.own.reading import TaxonomyInvalid, parse_taxonomy, read_taxonomy
from service.topics.release import compare, read_release
from service.topics.taxonomy import LEVEL_1

URI = "http://cv.iptc.org/newscodes/mediatopic/"
SHIPPED = Path(__file__).parents[2] / "service" / "topics" / "data" / "mediatopics.json"


def concept(code: str, label: str, broader: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "uri": URI + code,
        "qcode": f"medtop:{code}",
        "type": ["http://www.w3.org/2004/02/skos/core#Concept"],
        "prefLabel": {"de": "x", "en-GB": label},
        "definition": {"en-GB": f"All about {label}"},
        **({"broader": [URI + one for one in broader]} if broader else {}),
        **more,
    }


def release(*concepts: dict[str, Any]) -> dict[str, Any]:
    return {"uri": URI, "dateReleased": "2026-03-04T12:00:00+00:00", "conceptSet": list(concepts)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "release.json"
    content = release(
        concept("20000002", "arts and culture", ["01000000"]),
        concept("01000000", "arts, culture and media"),
        concept("20000003", "animation", ["20000099", "20000002"]),
        concept("20000099", "old arts", ["01000000"], retired="2024-01-01T00:00:00+00:00"),
    )
    path.write_text(json.dumps(content))
    return path


def test_active_topics_of_all_levels_come_in_the_order_of_their_ids(path: Path) -> None:
    read = read_release(path)
    assert read.version == "2026-03-04"
    assert [label.id for label in read.taxonomy.labels] == [
        "medtop:01000000",
        "medtop:20000002",
        "medtop:20000003",
    ]
    # The first parent that isn't retired.
    assert read.taxonomy.paths[-1] == ("medtop:01000000", "medtop:20000002", "medtop:20000003")
    assert read.retired == {"medtop:20000099"}
    assert read.taxonomy.labels[0].description == ""
    assert read_release(path, with_definitions=True).taxonomy.labels[2].description == "All about animation"


def test_the_file_is_a_taxonomy_that_can_be_loaded(path: Path, tmp_path: Path) -> None:
    read = read_release(path)
    (tmp_path / "out.json").write_bytes(read.file())
    assert read_taxonomy(tmp_path / "out.json") == read.taxonomy
    assert json.loads(read.file())["version"] == "2026-03-04"


def test_what_has_changed_is_told_by_kind() -> None:
    old = parse_taxonomy(
        b"- {id: a, label: A}\n- {id: b, label: B, parent: a}\n- {id: c, label: C, parent: a}\n"
        b"- {id: e, label: E, parent: a}",
        "old",
        "old",
        is_json=False,
    )
    new = parse_taxonomy(
        b"- {id: a, label: A}\n- {id: b, label: Bee, parent: a}\n- {id: d, label: D}\n"
        b"- {id: e, label: E, parent: b}",
        "new",
        "new",
        is_json=False,
    )
    assert compare(old, new, frozenset({"c"})).text().splitlines() == [
        "added: 1",
        "  d  D",
        "gone: 1",
        "  c  C (retired)",
        "renamed: 1",
        "  b  B → Bee",
        "moved: 1",
        "  e  E: a → b",
        "The topics of the top level are others than those that the topic head was trained on. Train it anew "
        "(eval.training.topics) before this file ships.",
    ]
    assert compare(old, old).text().splitlines() == ["added: 0", "gone: 0", "renamed: 0", "moved: 0"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "isn't JSON"),
        ("{}", "has no conceptSet"),
        ('{"conceptSet": [{}]}', "concept 1 has no qcode"),
        ('{"conceptSet": [{"qcode": "medtop:1"}]}', "the label of 'medtop:1' is empty"),
        (json.dumps(release(concept("1", "a", ["2"]))), "the parent .* is no label's id"),
    ],
)
def test_a_release_that_cannot_be_used_is_refused(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(TaxonomyInvalid, match=says):
        read_release(tmp_path / "r.json")


def test_the_shipped_file_has_all_levels_and_the_heads_topics_at_the_top() -> None:
    shipped = read_taxonomy(SHIPPED)
    assert len(shipped.labels) == 1_084
    assert max(map(len, shipped.paths)) == 6
    tops = [label.id for label, path in zip(shipped.labels, shipped.paths, strict=True) if len(path) == 1]
    assert tops == [topic.id for topic in LEVEL_1.topics] == sorted(tops)
    assert LEVEL_1.version == "mediatopics 2025-10-09"
    assert len(LEVEL_1.topics) == 17
