"""The text format of an analysis, for people in a terminal."""

from __future__ import annotations

import pytest
from support.command_line import RAIN
from support.fake_pipeline import FakePipeline

from service.cli.text_format import render
from service.domain import Analysis, Article, Request, SummaryFormat


def analysis_of(text: str, title: str | None = None, **request: SummaryFormat) -> Analysis:
    return FakePipeline().analyse(Article(id="a1", text=text, title=title), Request(**request))


def test_the_text_format_shows_headline_summary_quotes_topics_in_this_order() -> None:
    lines = render(analysis_of(f"{RAIN}\n“Bring a coat,” she said.", "Rain again"), 80, color=False)
    order = [
        "Rain again",
        "a1",
        "SUMMARY",
        RAIN[:50],
        "QUOTES",
        "“Bring a coat,”",
        "Ada Hale, Mayor",
        "TOPICS",
        "50%",
    ]
    positions = [lines.index(word) for word in order]
    assert positions == sorted(positions)
    assert "\x1b" not in lines


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_text_format_keeps_to_the_width(width: int) -> None:
    text = f"{RAIN} {'incomprehensibilities ' * 12}\n“{'Bring a coat ' * 20}”"
    for layout in SummaryFormat:
        shown = render(analysis_of(text, "T" * 300, format=layout), width, color=False)
        assert max(map(len, shown.splitlines())) <= min(width, 96)


def test_an_article_cannot_steer_the_terminal_or_be_read_as_markup() -> None:
    text = "[red]Rain[/red] :smile: \x1b[2Jand\x9b31m \u202ehail\x07 [link=x]fell."
    shown = render(analysis_of(text, "[bold]\x1b]0;owned\x07"), 80, color=False)
    assert "[red]Rain[/red] :smile:" in shown
    assert not set(shown) & set("\x1b\x9b\u202e\x07")


def test_colours_are_used_only_where_asked_for() -> None:
    assert "\x1b[" in render(analysis_of(RAIN), 80, color=True)
    assert "\x1b[" not in render(analysis_of(RAIN), 80, color=False)
