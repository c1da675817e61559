"""``analyze --format``: the formats of the trade, a line or a page an article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import RAIN, run
from support.fake_pipeline import FakePipeline

from service.bootstrap import build_door
from service.ingest import Declared
from service.settings import Settings
from service.wire.formats import AnalysisFormat, write


@pytest.mark.parametrize("format_", ["ninjs", "jsonld"])
def test_a_line_an_article_the_same_as_from_the_function(
    fake: FakePipeline, tmp_path: Path, format_: str
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(RAIN)
    result = run("analyze", tmp_path, "--format", format_)
    door = build_door(Settings())
    expected = [
        write(fake.analyse(door.from_text(RAIN, Declared(id=name))), AnalysisFormat(format_))
        for name in ("a.txt", "b.txt")
    ]
    assert result.stdout.splitlines() == expected
    assert all(json.loads(line) for line in expected)


def test_pages_of_markdown_stand_apart(fake: FakePipeline, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(RAIN)
    pages = run("analyze", tmp_path, "--format", "markdown").stdout.split("\n---\n\n")
    assert [page.splitlines()[0] for page in pages] == ["# a\\.txt", "# b\\.txt"]


def test_the_text_comes_where_it_is_asked_for(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RAIN)
    item = json.loads(run("analyze", tmp_path / "a.txt", "--format", "ninjs", "--with-text").stdout)
    assert item["bodies"][0]["value"] == RAIN


def test_utf16_offsets_are_refused_for_annotations(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RAIN)
    result = run("analyze", tmp_path / "a.txt", "--format", "jsonld", "--offset-unit", "utf16")
    assert result.exit_code == 2
    assert "counts code points" in " ".join(result.stderr.replace("│", " ").split())
