"""Files of own taxonomies: YAML and JSON read alike, and every mistake named with its place and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.topics.own.examples import MOST_CHARS, read_examples
from service.topics.own.reading import TaxonomyInvalid, parse_taxonomy, read_taxonomy
from service.topics.own.taxonomy import OwnLabel, OwnTaxonomy

YAML = """\
name: desk
labels:
  - id: sport
    label: Sport
  - id: "007"
    label: Football
    description: Matches and   clubs
    keywords: [goal, coach]
    parent: sport
    examples:
      - They won 2-1.
"""
SAME = {
    "name": "desk",
    "labels": [
        {"id": "sport", "label": "Sport"},
        {
            "id": "007",
            "label": "Football",
            "description": "Matches and clubs",
            "keywords": ["goal", "coach"],
            "parent": "sport",
            "examples": ["They won 2-1."],
        },
    ],
}


def parse(text: str, *, is_json: bool = False) -> OwnTaxonomy:
    return parse_taxonomy(text.encode(), "file", "desk.yaml", is_json=is_json)


def refusal(text: str, *, is_json: bool = False) -> str:
    with pytest.raises(TaxonomyInvalid) as caught:
        parse(text, is_json=is_json)
    assert caught.value.detail.startswith("desk.yaml: ")
    assert caught.value.code == "taxonomy-invalid"
    return caught.value.detail


def test_yaml_and_json_are_read_alike() -> None:
    read = parse(YAML)
    assert read == parse(json.dumps(SAME), is_json=True)
    assert read.name == "desk"
    assert read.labels[1] == OwnLabel(
        "007", "Football", "Matches and clubs", ("goal", "coach"), "sport", ("They won 2-1.",)
    )
    assert read.paths == (("sport",), ("sport", "007"))


def test_a_list_alone_is_named_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "Sections.yml").write_text("- {id: a, label: A}\n")
    assert read_taxonomy(tmp_path / "Sections.yml").name == "sections"


def test_an_id_is_what_is_written_not_what_yaml_makes_of_it() -> None:
    read = parse("- {id: 010, label: yes}\n- {id: 1_000, label: 3.10}")
    assert [(one.id, one.label) for one in read.labels] == [("010", "yes"), ("1_000", "3.10")]


def test_the_digest_is_of_what_the_labels_say_and_not_of_the_layout() -> None:
    assert (
        parse(YAML).digest
        == parse("# a comment\n" + YAML).digest
        == parse(json.dumps(SAME), is_json=True).digest
    )
    assert parse(YAML).digest != parse(YAML.replace("goal", "goals")).digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: a, label: A}\n- {id: a, label: B}", "line 2: the id 'a' stands at line 1 already"),
        ("- {id: a, label: ''}", "line 1: the label of 'a' is empty"),
        ("- id: a", "line 1: the label of 'a' is empty"),
        ("- {id: a, label: A, parent: z}", "line 1: the parent 'z' of 'a' is no label's id"),
        (
            "- {id: a, label: A, parent: b}\n- {id: b, label: B, parent: c}\n- {id: c, label: C, parent: b}",
            "the parents go round in a circle (b → c → b)",
        ),
        ("- {id: a, label: A, parent: a}", "circle (a → a)"),
        ("- {id: a, label: A, keyword: [x]}", "line 1 has 'keyword'; there are id, label, description"),
        ("- {id: a, label: A, keywords: x}", "line 1: keywords is no list"),
        ("- {id: a, label: [A]}", "line 1: label is a list; write it as text"),
        ("- {id: a b, label: A}", "line 1: the id is 'a b'"),
        ("- {label: A}", "line 1: the id is ''"),
        ("- {id: a, id: b, label: A}", "line 1: 'id' stands twice"),
        ("- &x {id: a, label: A}\n- *x", "line 2: aliases aren't read"),
        ("- a", "line 1 is no mapping"),
        ("labels: {}", "no list of labels"),
        ("topics: []", "the top has 'topics'"),
        ("[]", "it has no label"),
        ("", "no list of labels"),
        ("- {id: a", "it isn't YAML"),
        ("name: A b\nlabels:\n- {id: a, label: A}", "the name is 'A b'"),
        ("- {id: a, label: !!python/name:os.system x}", ""),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    if not says:  # a tag makes nothing but text
        assert parse(text).labels[0].label == "x"
        return
    assert says in refusal(text)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]', "item 2: the id 'a' stands at item 1"),
        ('[{"id": 7, "label": "A"}]', "item 1: id is a int; write it as text"),
        ('{"labels": [7]}', "item 1 is no mapping"),
        ('{"name": 5, "labels": [{"id": "a", "label": "A"}]}', "the name is '5'"),
        ("{", "it isn't JSON"),
        ("[" * 100_000, "it isn't JSON"),
    ],
)
def test_a_mistake_in_json_is_named_with_its_item(content: str, says: str) -> None:
    assert says in refusal(content, is_json=True)


def test_a_tree_may_be_high_but_not_endless() -> None:
    rows = [{"id": str(n), "label": "x", **({"parent": str(n - 1)} if n else {})} for n in range(5_000)]
    assert "on level 21, the limit is 20" in refusal(json.dumps(rows), is_json=True)
    # Children before their parents, too.
    assert "the limit is 20" in refusal(json.dumps(rows[::-1]), is_json=True)
    assert len(parse(json.dumps(rows[:20]), is_json=True).paths[-1]) == 20


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyInvalid, match="No such file"):
        read_taxonomy(tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_bytes(b"- {id: a, label: \xff}")
    with pytest.raises(TaxonomyInvalid, match="byte 17 is no UTF-8"):
        read_taxonomy(tmp_path / "a.yaml")


def test_examples_are_read_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    rows = [{"text": "x" * 5_000, "labels": ["007", "007"]}, {"text": "y", "label": "sport"}, {"text": "z"}]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    first, second, third = read_examples(path, parse(YAML))
    assert (len(first.text), first.labels) == (MOST_CHARS, ("007",))
    assert (second.labels, third.labels) == (("sport",), ())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 1: it isn't JSON"),
        ('{"labels": ["sport"]}', 'line 1: it has no "text"'),
        ('{"text": "x", "labels": ["golf"]}', "line 1: 'golf' is no id of the taxonomy desk"),
        ('{"text": "x", "labels": [5]}', 'line 1: "labels" is no list of ids'),
        ('{"text": "x"}', "no example with a label"),
        ("[]", 'line 1: it has no "text"'),
    ],
)
def test_a_mistake_in_the_examples_is_named_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "e.jsonl").write_text(line)
    with pytest.raises(TaxonomyInvalid) as caught:
        read_examples(tmp_path / "e.jsonl", parse(YAML))
    assert says in caught.value.detail
