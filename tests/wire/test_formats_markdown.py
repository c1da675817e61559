"""Markdown of an analysis: read by a parser, the article's words are text and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from support.trade_samples import BRIDGE, bridge_analysis, written_by_a_model

from service.domain import Article
from service.wire.formats import AnalysisFormat, write
from service.wire.formats.markdown_words import words
from service.wire.formats.one_line import safe

COMMONMARK = MarkdownIt("commonmark")
GITHUB = MarkdownIt("gfm-like")  # tables, strikethrough, and links out of bare addresses
PARSERS = pytest.mark.parametrize("parser", [COMMONMARK, GITHUB], ids=["commonmark", "github"])
# Text made to be read as markup, and any other.
HOSTILE = st.lists(
    st.sampled_from(
        [
            *"\\`*_{}[]()<>#+-.!|~&;:/@=\"'^ \n\ta1",
            *(
                "http://",
                "www.",
                "a.com",
                "javascript:",
                "<b>",
                "&amp;",
                "](x)",
                "~~",
                "**",
                "- ",
                "1. ",
                "```",
            ),
        ]
    ),
    max_size=14,
).map("".join)
ANY = st.one_of(HOSTILE, st.text(max_size=30))


def read(parser: MarkdownIt, markdown: str) -> tuple[list[str], str]:
    """The kinds of all blocks and inlines that are not text, and the text."""
    kinds: list[str] = []
    said: list[str] = []

    def walk(tokens: list[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                walk(token.children or [])
            elif token.type == "text":
                said.append(token.content)
            else:
                kinds.append(token.type)

    walk(parser.parse(markdown))
    return kinds, "".join(said)


@pytest.mark.parametrize("parser", [COMMONMARK, GITHUB], ids=["commonmark", "github"])
@given(text=ANY)
@example(text="# x #")
@example(text="www.example.com or ftp://a.b or //localhost or me@example.com")
@example(text="[a]: http://x")
@example(text="<script>alert(1)</script>")
@example(text="1986. A year")
@example(text="\\")
@example(text="--")
def test_words_are_read_as_themselves_wherever_they_stand(parser: MarkdownIt, text: str) -> None:
    line = safe(text)
    if not line:
        return
    for before, shape in (
        ("", ["paragraph_open", "paragraph_close"]),
        ("# ", ["heading_open", "heading_close"]),
        ("> ", ["blockquote_open", "paragraph_open", "paragraph_close", "blockquote_close"]),
        (
            "- ",
            [
                "bullet_list_open",
                "list_item_open",
                "paragraph_open",
                "paragraph_close",
                "list_item_close",
                "bullet_list_close",
            ],
        ),
    ):
        assert read(parser, before + words(text)) == (shape, line), (before, words(text))


@pytest.mark.parametrize(
    "prose",
    [
        "The council voted 5-4, e.g. on snake_case & co., at 7.30 p.m.; it cost $5 (or #1).",
        "“It's [sic] a ~ 5 * 3 m wall,” she said: no + and no = here!",
        "U.S. shares rose 1.5% - a record | high > low < 3",
    ],
)
def test_ordinary_prose_has_no_backslash(prose: str) -> None:
    assert words(prose) == prose


def test_what_turns_the_reading_order_round_is_made_visible() -> None:
    assert words("a\u202eb\x00c") == "a\ufffdb\ufffdc"


@PARSERS
def test_an_analysis_has_its_parts_under_heads(parser: MarkdownIt) -> None:
    document = write(bridge_analysis(), AnalysisFormat.MARKDOWN)
    assert document == (
        "# Bridge \\*closed\\*\n\n"
        "Headline: Council closes the bridge\n\n"
        "**The old bridge closes on Monday.**\n\n"
        "## Summary\n\n"
        "The council closed the bridge. 🌉 The old bridge closes on Monday.\n\n"
        "## Quotes\n\n"
        "> “We had no choice” … “none at all.”\n>\n> — Ada Hale, mayor\n\n"
        "> “We had no choice”\n>\n> — speaker not named\n\n"
        "## Reported\n\n"
        "> it would be rebuilt\n>\n> — the Roads Agency\n\n"
        "## Topics\n\n"
        "- politics and government (91%)\n- transport (42%)\n"
    )
    kinds, _ = read(parser, document)
    assert not {kind for kind in kinds if "link" in kind or "html" in kind or kind in {"em_open", "image"}}


def test_who_wrote_a_summary_is_said() -> None:
    assert "Written by tiny_model." in write(written_by_a_model(), AnalysisFormat.MARKDOWN)


def test_an_article_of_markup_comes_out_inert() -> None:
    text = "<script>alert(1)</script> [click](javascript:alert(1)) <https://evil.example> ![x](y)"
    analysis = bridge_analysis(Article("a", BRIDGE, title=text))
    for parser in (COMMONMARK, GITHUB):
        rendered = parser.render(write(analysis, AnalysisFormat.MARKDOWN))
        assert "<script" not in rendered
        assert "<a " not in rendered
        assert "<img" not in rendered
