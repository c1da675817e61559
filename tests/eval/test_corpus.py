"""The hand-marked corpus: every file loads, its marks keep the conventions, and a bad file is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.corpus.marked import FOLDER, KINDS, read_article, read_corpus
from service.topics.taxonomy import LEVEL_1

_ROWS = list(read_corpus())
_OPENS = ("“", "‘", "«", '"', "'", "``")
_CLOSES = ("”", "’", "»", '"', "'")
_BEFORE_A_SENTENCE = (".", "?", "!", ":", "\n", "-", "—", *_CLOSES)
_MARK = re.compile(r"[“”«»\"]|''|``|(?<!\w)['‘]")  # an apostrophe stands after a letter


def attributions(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in _ROWS:
        for found in row["attributions"]:
            if found["quote_type"] == kind:
                yield row["text"], found


def without_nested(text: str, span: list[int], row: dict[str, Any]) -> str:
    """The words of a span, less those of the attributions inside it."""
    start, end = span
    inner = [s for found in row["attributions"] for s in found["content"] if start <= s[0] and s[1] <= end]
    masked = {i for s in inner if s != span for i in range(*s)}
    return "".join(text[i] for i in range(start, end) if i not in masked)


def load(tmp_path: Path, body: str, head: str = 'topics="medtop:15000000"') -> dict[str, Any]:
    path = tmp_path / "99-bad.xml"
    path.write_text(f'<article id="x" title="t" style="wire" marks="none" {head}>{body}</article>', "utf-8")
    return read_article(path)


def test_forty_eight_articles_load_under_their_file_names():
    assert len(_ROWS) == 48
    names = sorted(path.stem for path in FOLDER.glob("*.xml"))
    assert [row["id"] for row in _ROWS] == [f"corpus/{name}" for name in names]


def test_lengths_are_those_of_short_news():
    assert all(120 <= len(row["text"].split()) <= 350 for row in _ROWS)


def test_every_span_slices_to_trimmed_words():
    for row in _ROWS:
        spans = [
            s for found in row["attributions"] for part in ("source", "cue", "content") for s in found[part]
        ]
        for start, end in spans + row["summary_spans"]:
            piece = row["text"][start:end]
            assert piece
            assert piece == piece.strip()


def test_every_kind_and_topic_occurs():
    assert {found["quote_type"] for row in _ROWS for found in row["attributions"]} == {
        "direct",
        "mixed",
        "indirect",
    }
    assert {topic for row in _ROWS for topic in row["topics"]} == {topic.id for topic in LEVEL_1.topics}


def test_direct_content_stands_in_marks():
    for text, found in attributions("direct"):
        *before, last = found["content"]
        for start, end in found["content"]:
            assert text[start:end].startswith(_OPENS), text[start:end]
        assert text[last[0] : last[1]].endswith(_CLOSES), text[last[0] : last[1]]
        for (start, end), (following, _) in pairwise([*before, last]):
            carried_over = text[end:following].isspace() and "\n" in text[end:following]
            assert carried_over or text[start:end].endswith(_CLOSES), text[start:end]


def test_mixed_content_holds_marks():
    for text, found in attributions("mixed"):
        assert any(_MARK.search(text[start:end]) for start, end in found["content"]), found


def test_mixed_content_is_more_than_its_marks():
    for text, found in attributions("mixed"):
        whole = [text[start:end] for start, end in found["content"]]
        assert not all(piece.startswith(_OPENS) and piece.endswith(_CLOSES) for piece in whole), whole


def test_indirect_content_holds_no_marks_of_its_own():
    for row in _ROWS:
        for found in row["attributions"]:
            if found["quote_type"] == "indirect":
                for span in found["content"]:
                    assert not _MARK.search(without_nested(row["text"], span, row)), row["id"]


def test_summary_spans_are_disjoint_and_few():
    for row in _ROWS:
        assert 2 <= len(row["summary_spans"]) <= 4, row["id"]
        assert all(before[1] <= after[0] for before, after in pairwise(row["summary_spans"])), row["id"]


def test_summary_spans_are_whole_sentences():
    for row in _ROWS:
        for start, end in row["summary_spans"]:
            before = row["text"][:start].rstrip(" ")
            assert not before or before.endswith(_BEFORE_A_SENTENCE), row["id"]
            assert re.search(r"[.?!]['’”\"»]*$", row["text"][start:end]), row["id"]


def test_a_source_and_a_name_go_together():
    for row in _ROWS:
        for found in row["attributions"]:
            assert bool(found["source"]) == bool(found["name"]), (row["id"], found["id"])


def test_the_readme_counts_what_is_there():
    counted: dict[str, list[int]] = {}
    for row in _ROWS:
        kinds = [found["quote_type"] for found in row["attributions"]]
        numbers = [1, len(row["text"].split()), *(kinds.count(kind) for kind in KINDS)]
        for key in (row["style"], "all"):
            counted[key] = [a + b for a, b in zip(counted.get(key, [0] * 5), numbers, strict=True)]
    cells = [
        re.findall(r"[\w,]+", line)
        for line in (FOLDER / "README.md").read_text("utf-8").splitlines()
        if re.fullmatch(r"\|[^|]+(\| \**[\d,]+\** ){5}\|", line)
    ]
    assert {key: [int(cell.replace(",", "")) for cell in numbers] for key, *numbers in cells} == counted


def test_the_readme_counts_the_hard_cases():
    counted = Counter(case for row in _ROWS for case in row["cases"])
    readme = (FOLDER / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \|$", readme, re.MULTILINE)
    assert {case: int(number) for case, number in listed} == counted
    assert f"| **all** | | **{counted.total()}** |" in readme
    assert counted.total() >= 60


def test_hard_cases_that_marks_show_are_all_listed():
    for row in _ROWS:
        if row["cases"]:
            found = row["attributions"]
            assert row["cases"].count("no-source") == sum(not one["source"] for one in found), row["id"]
            shared = Counter(tuple(span) for one in found for span in one["source"])
            assert row["cases"].count("two-cues") == sum(n > 1 for n in shared.values()), row["id"]


def test_one_article_attributes_nothing():
    assert [row["id"] for row in _ROWS if not row["attributions"]] == ["corpus/24-herb-border"]


def test_offsets_count_code_points_of_the_stripped_text(tmp_path: Path):
    row = load(
        tmp_path,
        '\n<s>😀 <source q="1 2" name="Ada Stone">Stone</source> <cue q="1">said</cue> '
        '<content q="1" kind="indirect">it &amp; that</content></s>, '
        '<content q="2" kind="indirect">so</content>.\n',
    )
    assert row["text"] == "😀 Stone said it & that, so."
    assert row["summary_spans"] == [[0, 22]]
    assert row["attributions"] == [
        {
            "id": "E1",
            "source": [[2, 7]],
            "cue": [[8, 12]],
            "content": [[13, 22]],
            "quote_type": "indirect",
            "name": "Ada Stone",
        },
        {
            "id": "E2",
            "source": [[2, 7]],
            "cue": [],
            "content": [[24, 26]],
            "quote_type": "indirect",
            "name": "Ada Stone",
        },
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            '<content q="1" kind="direct">a</content> <content q="1" kind="mixed">b</content>',
            "kinds of q 1 disagree",
        ),
        ('<content q="1" kind="loud">a</content>', "unknown kind 'loud'"),
        ('<content q="1">a</content>', "lacks kind"),
        ('<content q="one" kind="direct">a</content>', "not a number"),
        ('<cue q="7">said</cue>', "q 7 has a source or a cue, but no content"),
        ('<source q="7" name="Ann">Ann</source>', "q 7 has a source or a cue, but no content"),
        ('<source q="1">Ann</source> <content q="1" kind="direct">a</content>', "lacks name"),
        (
            '<source q="1" name="A">a</source> <source q="1" name="B">b</source>'
            '<content q="1" kind="direct">c</content>',
            "names of q 1 disagree",
        ),
        ("a <s></s> b", "empty or outside"),
        ("<s> a</s>", "outside"),
        ("a <s> b</s>", "white space"),
        ("a <b>b</b>", "unknown tag <b>"),
        ("a <s>b", "mismatched tag"),
    ],
)
def test_malformed_marks_are_refused_with_file_and_reason(tmp_path: Path, body: str, reason: str):
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        load(tmp_path, body)
    assert "99-bad.xml" in str(caught.value)


def test_cases_are_optional_words_one_for_each_instance(tmp_path: Path):
    assert load(tmp_path, "a")["cases"] == ()
    head = 'topics="medtop:15000000" cases="nested\n  by-passive nested"'
    assert load(tmp_path, "a", head)["cases"] == ("nested", "by-passive", "nested")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ('topics="medtop:99000000"', "unknown topic"),
        ("", "<article> lacks topics"),
        ('topics="medtop:15000000" cases="By_passive"', "case 'By_passive' is no kebab-case word"),
    ],
)
def test_a_head_must_be_whole(tmp_path: Path, head: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        load(tmp_path, "a", head)
