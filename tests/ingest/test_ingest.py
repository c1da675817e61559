"""What the door lets in, what it says about it, and what it refuses."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Article
from service.errors import ArticleTooLong, InvalidArticle, PullquoteError
from service.ingest import Declared, Door
from service.ingest.door import MAX_MARKUP_PER_CHAR

DOOR = Door(max_chars=200_000)
PARAGRAPHS = [
    "The mayor of Oldfield said on Tuesday that the bridge would open in the spring, two years late.",
    "“We owe the people of this town an apology,” Jane Doe told reporters. “The work will be finished.”",
    "The project has cost 40 million pounds so far, according to the council, which had promised half that.",
    "Opponents have called for an inquiry into how the contract was awarded and who signed the papers.",
]
TEXT = "\n\n".join(PARAGRAPHS)
PAGE = (
    '<!doctype html><html lang="en"><head><title>Bridge to open in spring</title>'
    '<meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body>'
    '<nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Bridge to open in spring</h1>'
    + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    + "<script>document.write('injected')</script></article><footer>About this site</footer></body></html>"
)


def codes(article: Article) -> list[str]:
    return [notice.code for notice in article.warnings]


# --- plain text


def test_plain_text_stays_exactly_as_it_came() -> None:
    odd = f"\ufeff{TEXT}\r\n\x00\u202ee\u0301\U0001f600\u2028 "
    article = DOOR.from_text(odd)
    assert article.text == odd
    assert not article.text_is_derived
    assert article.warnings == ()


def test_lone_surrogates_are_replaced_one_for_one_and_reported() -> None:
    article = DOOR.from_text(f"\ud800{TEXT}\udfff", Declared(id="a\ud800", title="T\udc00"))
    assert article.text == f"\ufffd{TEXT}\ufffd"
    assert article.text_is_derived
    assert (article.id, article.title) == ("a\ufffd", "T\ufffd")
    assert article.warnings[0].code == "replaced_surrogates"
    assert article.warnings[0].detail.startswith("2 ")


def test_an_article_without_an_id_is_named_after_its_text() -> None:
    assert DOOR.from_text(TEXT).id == "sha256:" + sha256(TEXT.encode()).hexdigest()[:16]
    assert DOOR.from_text(TEXT, Declared(id="a1")).id == "a1"


@pytest.mark.parametrize("nothing", ["", " \n\t\u00a0", "\x00", "…—!", "\ud800"])
def test_an_article_without_a_letter_or_digit_is_refused(nothing: str) -> None:
    with pytest.raises(InvalidArticle, match="no letter or digit") as refusal:
        DOOR.from_text(nothing)
    assert refusal.value.code == "empty-article"


def test_an_article_over_the_limit_is_refused_with_value_limit_and_remedy() -> None:
    with pytest.raises(ArticleTooLong, match=r"101 characters.*limit of 100.*PULLQUOTE_MAX_CHARS"):
        Door(max_chars=100).from_text("a" * 101)
    assert Door(max_chars=len(TEXT)).from_text(TEXT).text == TEXT


# --- notices


def test_a_news_report_gets_no_notice_and_a_single_sentence_is_too_short() -> None:
    assert codes(DOOR.from_text(TEXT)) == []
    assert codes(DOOR.from_text(PARAGRAPHS[0])) == ["too_short"]


def test_furniture_does_not_make_an_article_long_enough() -> None:
    assert codes(DOOR.from_text(PARAGRAPHS[0] + "\n\nSign up for our newsletter." * 30)) == ["too_short"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Opinion: A bridge too late", TEXT),
        ("OPINION | A bridge too late", TEXT),
        ("A bridge too late", f"Editorial\n\n{TEXT}"),
        (None, f"{TEXT} The opinions expressed in this commentary are solely those of the writer."),
        (None, f"{TEXT}\n\nJane Doe is a columnist for the Oldfield Example."),
    ],
)
def test_a_marked_opinion_column_is_noticed(title: str | None, text: str) -> None:
    assert codes(DOOR.from_text(text, Declared(title=title))) == ["opinion"]


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT} Opinion polls differ.",
        f"{TEXT} The views expressed by members were mixed.",
        f"Opinions vary. {TEXT}",
    ],
)
def test_news_that_mentions_opinion_is_not_opinion(text: str) -> None:
    assert codes(DOOR.from_text(text)) == []


_ENTRY = "The first result is in, and the chair of the harbour board holds her seat by nine votes."


@pytest.mark.parametrize(
    "times",
    [
        ["21:45", "21:30", "21:12", "20:58"],
        ["11:58", "12:04", "12:11", "12:19", "12:30"],
        ["7.52am BST", "7.58am BST", "8.04am BST", "12.10pm BST"],
    ],
)
def test_the_times_of_live_entries_are_furniture_and_noticed(times: list[str]) -> None:
    text = "\n\n".join(["Election night", *(f"{time} {_ENTRY}" for time in times)])
    article = DOOR.from_text(text, Declared(language="en"))
    assert codes(article) == ["live_blog"]
    assert [span.of(text) for span in article.furniture] == times


@pytest.mark.parametrize(
    "lines",
    [
        ["21:45 News", "22:00 Weather", "22:10 A film", "23:45 Sport"],  # a programme
        [f"{time} {_ENTRY}" for time in ("21:45", "20:30", "21:12", "20:58")],  # in no order
        [f"{time} {_ENTRY}" for time in ("21:45", "21:50")],
    ],
)
def test_other_times_are_left_alone(lines: list[str]) -> None:
    text = "\n\n".join([TEXT, *lines])
    article = DOOR.from_text(text, Declared(language="en"))
    assert codes(article) == []
    assert not article.furniture


def test_a_live_blog_is_noticed_by_its_times_or_its_title() -> None:
    entries = "\n\n".join(f"{hour}.50pm BST\n1{hour}:50\n\n{PARAGRAPHS[0]}" for hour in range(1, 8))
    assert codes(DOOR.from_text(entries)) == ["live_blog"]
    assert codes(DOOR.from_text(TEXT, Declared(title="Bridge opening – live"))) == ["live_blog"]
    assert codes(DOOR.from_text(f"{TEXT} It opened at 6.50pm and closed at 7.15pm on 8:30 trains.")) == []


# --- HTML


@pytest.mark.parametrize(
    "page", [PAGE, PAGE.encode(), PAGE.encode("utf-16"), b"\xef\xbb\xbf" + PAGE.encode()]
)
def test_a_page_gives_paragraphs_title_and_date_without_boilerplate(page: str | bytes) -> None:
    article = DOOR.from_html(page)
    assert article.text == TEXT
    assert article.title == "Bridge to open in spring"
    assert article.published == "2024-03-05"
    assert article.text_is_derived


def test_a_page_in_a_declared_legacy_charset_keeps_its_quotation_marks() -> None:
    page = PAGE.replace("<title>", '<meta charset="iso-8859-1"><title>').encode("cp1252")
    assert DOOR.from_html(page).text == TEXT


def test_what_the_caller_declares_wins_over_the_page() -> None:
    article = DOOR.from_html(PAGE, Declared(id="p1", title="Mine", published="2020-01-01"))
    assert (article.id, article.title, article.published) == ("p1", "Mine", "2020-01-01")


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html></html>",
        "<p>",
        "<div>" * 100_000,
        "<b>" * 15_000,
        "<li>x" * 9_000,
        "<!--" * 100_000,
        "<script>" * 100_000,
        "<" * 100_000,
        "<p " + "a=b " * 100_000,
        "<html><script>var text = 'The mayor said that.'</script></html>",
    ],
)
def test_a_hostile_or_empty_page_is_refused_quickly(page: str) -> None:
    with pytest.raises(InvalidArticle):
        DOOR.from_html(page)


@pytest.mark.parametrize("max_chars", [1_000, 200_000, 250_000])
def test_a_page_is_too_long_by_the_door_s_limit_however_it_comes_in(max_chars: int) -> None:
    door = Door(max_chars=max_chars)
    padding = max_chars * MAX_MARKUP_PER_CHAR - len(PAGE.encode())
    fits = PAGE.replace("injected", "injected" + "x" * padding)
    too_long = fits + "xxx" + "x" * (len(fits.encode()) - len(fits))
    assert door.from_html(fits).text == door.from_bytes(fits.encode(), name="a.html").text == TEXT
    for let_in in (
        lambda: door.from_html(too_long),
        lambda: door.from_html(too_long.encode()),
        lambda: door.from_bytes(too_long.encode(), name="a.html"),
        lambda: door.from_ninjs({"body_html": too_long}),
    ):
        with pytest.raises(ArticleTooLong, match=rf"limit of {max_chars * MAX_MARKUP_PER_CHAR}"):
            let_in()


# --- ninjs


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": "Bridge", "body_text": TEXT, "body_html": "<p>Another</p>"},
        {"headline": "Bridge", "body_xhtml": "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)},
        {
            "headlines": [{"role": "alternate", "value": "No"}, {"role": "main", "value": "Bridge"}],
            "bodies": [
                {"role": "main", "contentType": "text/html", "value": "<p>Another</p>"},
                {"role": "main", "contentType": "text/plain", "value": TEXT},
            ],
        },
    ],
)
def test_a_ninjs_item_of_any_version_is_let_in(fields: dict[str, Any]) -> None:
    item = {"uri": "urn:example:1", "language": "en-GB", "versioncreated": "2024-03-05T10:00:00Z", **fields}
    article = DOOR.from_ninjs(item)
    assert (article.id, article.title, article.text) == ("urn:example:1", "Bridge", TEXT)
    assert (article.language, article.published) == ("en", "2024-03-05T10:00:00Z")
    assert DOOR.from_bytes(json.dumps(item).encode(), name="-") == article


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({}, "body_text"),
        ({"body_text": 3}, "body_text"),
        ({"body_text": TEXT, "headline": ["no"]}, "headline"),
        ({"bodies": "no"}, "bodies"),
        ({"bodies": [{"value": 3}]}, "value"),
        ({"bodies": [None]}, "bodies"),
        ({"body_text": TEXT, "language": {}}, "language"),
    ],
)
def test_a_malformed_ninjs_item_is_refused_by_the_name_of_its_field(item: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArticle, match=field) as refusal:
        DOOR.from_ninjs(item)
    assert refusal.value.code == "malformed-ninjs"


def test_a_ninjs_item_in_another_language_is_refused_and_one_of_an_opinion_genre_is_noticed() -> None:
    with pytest.raises(InvalidArticle, match="'fr'"):
        DOOR.from_ninjs({"body_text": TEXT, "language": "fr"})
    assert codes(DOOR.from_ninjs({"body_text": TEXT, "genre": [{"name": "Opinion"}]})) == ["opinion"]


# --- bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_text_file_is_decoded_by_its_byte_order_mark_or_as_utf_8(encoding: str) -> None:
    article = DOOR.from_bytes(TEXT.encode(encoding), name="a.txt")
    assert article.text == TEXT
    assert article.warnings == ()


def test_a_legacy_encoding_is_guessed_and_said() -> None:
    article = DOOR.from_bytes(TEXT.encode("cp1252"), name="a.txt")
    assert article.text == TEXT
    assert codes(article) == ["guessed_encoding"]
    assert "cp1252" in article.warnings[0].detail


def test_a_declared_charset_is_believed_if_it_exists() -> None:
    assert (
        DOOR.from_bytes(TEXT.encode("cp1252"), name="-", content_type="text/plain; charset=windows-1252").text
        == TEXT
    )
    for label in ("undefined", "hex", "base64", "rot13", "idna", "no-such", "\x00"):
        assert (
            DOOR.from_bytes(TEXT.encode(), name="-", content_type=f"text/plain; charset={label}").text == TEXT
        )


@pytest.mark.parametrize("charset", ["utf-16le", "UTF-16BE", "utf-16", "utf-32le", "utf-32be"])
def test_a_declared_utf_16_or_32_needs_no_byte_order_mark(charset: str) -> None:
    data = TEXT.encode("utf-16le" if charset == "utf-16" else charset)
    for media_type in ("text/plain", "application/octet-stream"):
        article = DOOR.from_bytes(data, name="-", content_type=f"{media_type}; charset={charset}")
        assert (article.text, article.warnings, article.text_is_derived) == (TEXT, (), False)
    page = PAGE.encode("utf-16le" if charset == "utf-16" else charset)
    assert DOOR.from_bytes(page, name="-", content_type=f"text/html; charset={charset}").text == TEXT


def test_a_wrongly_declared_utf_16_is_no_worse_than_none() -> None:
    even = TEXT.encode() + b" " * (len(TEXT.encode()) % 2)
    for label in ("utf-16le", "utf-16", "utf-32"):
        assert DOOR.from_bytes(even, name="-", content_type=f"text/plain; charset={label}").text.startswith(
            TEXT
        )
    with pytest.raises(InvalidArticle, match="binary data"):
        DOOR.from_bytes(b"\x00\x01" * 100, name="-", content_type="text/plain; charset=utf-16be")


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode() + b" caf\xe9.", "UTF-8"),
        (f"\ufeff{TEXT}".encode("utf-16-le") + b"x", "UTF-16"),
        (f"\ufeff{TEXT}".encode("utf-32-le") + b"\xff" * 4, "UTF-32"),
    ],
)
def test_bytes_that_belie_their_byte_order_mark_are_replaced_and_said(data: bytes, label: str) -> None:
    article = DOOR.from_bytes(data, name="a.txt")
    assert article.text.startswith(TEXT)
    assert "\ufffd" in article.text
    assert article.text_is_derived
    assert codes(article) == ["replaced_bytes"]
    assert label in article.warnings[0].detail


def test_a_page_that_belies_its_byte_order_mark_says_so_too() -> None:
    article = DOOR.from_html(b"\xef\xbb\xbf" + PAGE.encode() + b"\xe9")
    assert (article.text, codes(article)) == (TEXT, ["replaced_bytes"])


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.html", None), ("-", "text/html; charset=utf-8"), ("-", None), ("-", "application/x")],
)
def test_html_is_recognised_by_name_type_or_content(name: str, content_type: str | None) -> None:
    assert DOOR.from_bytes(PAGE.encode(), name=name, content_type=content_type).text == TEXT


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"%PDF-1.7 words", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"PK\x03\x04 words", None),
        (b"GIF89a words", None),
        (b"RIFF\x24\x00\n\x00WAVEfmt ", None),
        (b"RIFFsizeWEBPVP8 ", None),
        (b"\x1f\x8b\x08 words", None),
        (b"{\\rtf1\\ansi words}", None),
        (bytes(range(256)) * 10, None),
        (b"\x00\x01" * 100, "text/plain"),
        (b"words", "image/png"),
    ],
)
def test_what_is_not_text_is_refused_with_a_remedy(data: bytes, content_type: str | None) -> None:
    with pytest.raises(InvalidArticle, match=r"not text.*Send the article as") as refusal:
        DOOR.from_bytes(data, name="upload", content_type=content_type)
    assert refusal.value.code == "not-text"


@pytest.mark.parametrize(
    "start",
    [
        "RIFF between mayors widens",
        "RIFF: WAVE of anger",
        "GIF8 is no format",
        "GIF87 and GIF89 turn old",
        "%PDF-files are refused",
        "PK sells its shops",
        "{\\rtf is how such a file begins",
    ],
)
def test_a_story_that_begins_like_a_media_file_is_let_in(start: str) -> None:
    assert DOOR.from_bytes(f"{start}\n\n{TEXT}".encode(), name="a.txt").text.startswith(start)


@pytest.mark.parametrize("data", [b"[" * 100_000, b"{", b"[]", b"1" * 10_000, b"\xff"])
def test_broken_json_is_a_malformed_item(data: bytes) -> None:
    with pytest.raises(InvalidArticle):
        DOOR.from_bytes(data, name="a.json")


# --- over everything


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200), st.booleans())
def test_any_text_is_let_in_with_its_length_or_refused(text: str, declared: bool) -> None:
    try:
        article = DOOR.from_text(text, Declared(language="en" if declared else None, title=text[:9]))
    except PullquoteError as refusal:
        refusal.detail.encode()
        return
    assert len(article.text) == len(text) or "repaired_text" in codes(article)
    assert all(span.of(article.text) for span in article.furniture)
    article.text.encode()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "role", "contentType", "name"]), values, max_size=3)
    ),
    max_leaves=8,
)
_FIELDS = ["uri", "headline", "headlines", "body_text", "body_html", "bodies", "language", "genre", "genres"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=5))
def test_any_ninjs_item_is_let_in_or_refused(item: dict[str, Any]) -> None:
    try:
        DOOR.from_ninjs(item)
    except PullquoteError as refusal:
        refusal.detail.encode()


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "<html><p>", "{", "\ufeff"]),
    st.sampled_from(["a", "a.html", "a.json"]),
)
def test_any_bytes_are_let_in_or_refused(data: bytes, start: str, name: str) -> None:
    for read in (lambda: DOOR.from_bytes(start.encode() + data, name=name), lambda: DOOR.from_html(data)):
        try:
            read()
        except PullquoteError as refusal:
            refusal.detail.encode()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/!-&;=\"' \n\x00\ud800apbdivhtmlscriptbodytable", max_size=300))
def test_any_page_is_let_in_or_refused(page: str) -> None:
    try:
        DOOR.from_html(page)
    except PullquoteError as refusal:
        refusal.detail.encode()


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("Mill sold for a crown | The Linden Post", "Mill sold for a crown"),
        ("Mill sold for a crown - The Linden Post", "Mill sold for a crown"),
        ("Mill sold for a crown", "Mill sold for a crown"),
    ],
)
def test_a_page_s_title_loses_its_publisher(declared: str, title: str) -> None:
    body = (
        "<p>The council of Linden sold the old mill on Monday for one crown, after years of debate.</p>" * 4
    )
    site = '<meta property="og:site_name" content="The Linden Post">'
    page = f"<html><head><title>{declared}</title>{site}</head><body><article>{body}</article></body></html>"
    assert DOOR.from_html(page).title == title
