"""``pullquote topics …`` and ``analyze --taxonomy``, with the real encoder."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.command_line import analyses, run

DESK = """\
- {id: weather, label: Weather, keywords: [rain, snow, forecast]}
- {id: money, label: Money}
"""
EXAMPLES = [
    ("Snow and ice closed roads in the north, and forecasters expect more rain.", "weather"),
    ("A warm front brings showers and thunder by the weekend.", "weather"),
    ("The lender's quarterly profits beat what analysts had expected.", "money"),
    ("Shares of the retailer fell after it warned of lower earnings.", "money"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "desk.yaml").write_text(DESK)
    lines = [json.dumps({"text": text, "labels": [label]}) for text, label in EXAMPLES]
    (tmp_path / "examples.jsonl").write_text("\n".join(lines))
    return tmp_path / "desk.yaml"


def test_check_prints_the_tree_and_what_could_be_better(desk: Path) -> None:
    result = run("topics", "check", desk)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "weather  Weather",
        "money  Money",
        "desk: 2 labels on 1 level.",
        "1 has a label alone (money); description and keywords make labels easier to tell apart.",
    ]


def test_check_names_the_mistake(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- {id: a, label: A, parent: b}")
    result = run("topics", "check", tmp_path / "bad.yaml")
    assert result.exit_code == 1
    assert result.stderr == (
        f"pullquote: {tmp_path / 'bad.yaml'}: line 1: the parent 'b' of 'a' is no label's id.\n"
    )


def test_fit_writes_a_file_a_table_and_a_chart_and_analyze_labels_by_it(desk: Path, tmp_path: Path) -> None:
    out, chart = tmp_path / "desk.safetensors", tmp_path / "desk.svg"
    result = run(
        "topics", "fit", desk, "--examples", tmp_path / "examples.jsonl", "--out", out, "--chart", chart
    )
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["LABEL", "EXAMPLES", "PRECISION", "RECALL"]
    assert lines[1].split()[:2] == ["weather", "2"]
    assert "micro F1" in lines[3]
    assert "Fewer than eight examples: weather, money." in lines[4]
    assert ElementTree.parse(chart).getroot().tag.endswith("svg")
    (tmp_path / "a.txt").write_text(
        "Snow will fall on Thursday, forecasters said, and it may rain on Friday."
    )
    for taxonomy in (desk, out):
        answer = run("analyze", tmp_path / "a.txt", "--taxonomies", taxonomy, "--taxonomy", "desk")
        [analysis] = analyses(answer)
        assert [topic.id for topic in analysis.topics] == ["weather"]
        assert analysis.provenance.taxonomy.startswith("desk sha256:")
    unknown = run("analyze", tmp_path / "a.txt", "--taxonomies", desk, "--taxonomy", "x")
    assert unknown.exit_code == 1
    assert "There is no taxonomy 'x'; loaded: desk." in unknown.stderr


def test_a_wrong_example_is_named_and_nothing_is_written(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "examples.jsonl").write_text('{"text": "x", "labels": ["golf"]}')
    out = tmp_path / "out.safetensors"
    result = run("topics", "fit", desk, "-e", tmp_path / "examples.jsonl", "-o", out)
    assert result.exit_code == 1
    assert "line 1: 'golf' is no id" in result.stderr
    assert not out.exists()


def test_a_taxonomy_that_cannot_be_read_stops_analyze_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained all day in the town of Linden.")
    result = run("analyze", tmp_path / "a.txt", "--taxonomies", tmp_path / "none.yaml", "--taxonomy", "none")
    assert result.exit_code == 1
    assert "none.yaml: No such file" in result.stderr


def test_update_writes_the_release_and_reports(tmp_path: Path) -> None:
    concepts = [{"uri": "u1", "qcode": "medtop:01000000", "prefLabel": {"en-GB": "arts"}}]
    (tmp_path / "r.json").write_text(json.dumps({"dateReleased": "2026-01-02", "conceptSet": concepts}))
    result = run("topics", "update", tmp_path / "r.json", "--out", tmp_path / "new.json")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "gone: 1083" in lines
    assert "  medtop:01000000  arts, culture, entertainment and media → arts" in lines
    assert lines[-1] == f"{tmp_path / 'new.json'}: 1 topic, released 2026-01-02."
    assert json.loads((tmp_path / "new.json").read_text())["labels"] == [
        {"id": "medtop:01000000", "label": "arts"}
    ]
