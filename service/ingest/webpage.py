"""Extracts the article of an HTML page with trafilatura: main text, title and publication date. No network.

Tables, comments, scripts and links are left out, and the result is plain text. Pages with too many or too
deeply nested tags are refused, to bound the time. The door limits the length of a page.
"""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

from service.errors import InvalidArticle


class WebPage(NamedTuple):
    """A page's article: paragraphs separated by blank lines, and title and date from the metadata."""

    text: str
    title: str | None
    published: str | None


# News pages have 500 to 5,000 tags and 50 to 800 kB; trafilatura copies the tree several times.
_MAX_TAGS = 20_000
# trafilatura's time grows with the square of a list's length: 9,000 items took 24 s, 2,000 take 1 s.
_MAX_LIST_ITEMS = 2_000
# libxml2 truncates silently at 256 levels; real pages stay below 60.
_MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr p li".split())
# Elements whose content is not markup, but may look like it.
_OPENER = re.compile(r"<(script|style|template|svg)\b|<!--", re.IGNORECASE)
_CLOSERS = {tag: re.compile(rf"</{tag}\b", re.IGNORECASE) for tag in ("script", "style", "template", "svg")}
_SITE_AFTER_DASH = re.compile(r"\s+(?:--|[-–—·»])\s+(?P<site>[^|]{2,60})$")
_BLANK = re.compile(r"\s+")


def read_page(markup: str, *, whole: bool = True) -> WebPage:
    """Extract the article of a page or, with ``whole`` false, of a fragment that is the article's body.

    Raises InvalidArticle ("malformed-html") if the page has too many tags, is too deeply nested or can't be
    parsed, and InvalidArticle ("empty-article") if no article is found.
    """
    markup = _without_opaque(markup)
    _require_tame(markup)
    if not whole:
        markup = f"<html><body><article>{markup}</article></body></html>"
    page = _extract(markup, whole=whole)
    if page is None or not page.text:
        raise InvalidArticle(
            f"No article was found in the HTML ({len(markup)} characters). Send a page with the article's "
            "text in paragraphs, or the plain text.",
            code="empty-article",
        )
    return page


def _extract(markup: str, *, whole: bool) -> WebPage | None:
    # Imported here, as it takes half a second and plain text doesn't need it.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # our own error reports it
    try:
        document = bare_extraction(
            markup,
            favor_recall=not whole,
            include_comments=False,
            include_tables=False,
            with_metadata=whole,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # lxml and its callers raise whatever a hostile page provokes
        raise InvalidArticle(
            f"The HTML can't be parsed ({type(error).__name__}). Check the markup, or send the plain text.",
            code="malformed-html",
        ) from error
    if not isinstance(document, Document):
        return None
    title = _without_site(_BLANK.sub(" ", document.title or "").strip(), document.sitename) or None
    return WebPage(_paragraphs(document.text or "", title), title, document.date or None)


def _without_site(title: str, site: str | None) -> str:
    """Return ``title`` without "| Publisher", and without "- Site" where that is the page's site name."""
    head, bar, _ = title.rpartition(" | ")
    if bar and head:
        return head.rstrip()
    match = _SITE_AFTER_DASH.search(title)
    return title[: match.start()] if match and site and _same_words(match["site"], site) else title


def _paragraphs(text: str, title: str | None) -> str:
    """Put a blank line between paragraphs, and drop the headline if the text begins with it."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if title and len(lines) > 1 and _same_words(lines[0], title):
        lines = lines[1:]
    return "\n\n".join(lines)


def _same_words(first: str, second: str) -> bool:
    return _BLANK.sub(" ", first).casefold().strip(" .") == second.casefold().strip(" .")


def _without_opaque(markup: str) -> str:
    """Drop scripts, styles and comments, but keep JSON-LD, which declares title and date.

    An opener without its closer drops the rest, as in browsers, so that no part is searched twice.
    """
    kept, position = [], 0
    while opener := _OPENER.search(markup, position):
        kept.append(markup[position : opener.start()])
        end = _end_of_opaque(markup, opener)
        if "ld+json" in markup[opener.start() : min(end, opener.start() + 200)]:
            kept.append(markup[opener.start() : end])
        position = end
    return "".join([*kept, markup[position:]])


def _end_of_opaque(markup: str, opener: re.Match[str]) -> int:
    if opener.group(1) is None:
        closed = markup.find("-->", opener.end())
        return closed + len("-->") if closed >= 0 else len(markup)
    closer = _CLOSERS[opener.group(1).lower()].search(markup, opener.end())
    closed = markup.find(">", closer.end()) if closer else -1
    return closed + 1 if closed >= 0 else len(markup)


def _require_tame(markup: str) -> None:
    """Refuse, before any parsing, a page that would make the parser slow or exceed its depth."""
    tags = depth = deepest = items = 0
    for match in _TAG.finditer(markup):
        name = match.group(2).lower()
        tags += 1
        items += name == "li" and not match.group(1)
        if name in _VOID_TAGS:
            continue
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    if tags > _MAX_TAGS:
        raise _untame("has", tags, "tags", _MAX_TAGS)
    if items > _MAX_LIST_ITEMS:
        raise _untame("has", items, "list items", _MAX_LIST_ITEMS)
    if deepest > _MAX_DEPTH:
        raise _untame("nests", deepest, "levels deep", _MAX_DEPTH)


def _untame(verb: str, value: int, unit: str, limit: int) -> InvalidArticle:
    return InvalidArticle(
        f"The HTML {verb} {value} {unit}, more than the limit of {limit}. Send the article's part of the "
        "page, or the plain text.",
        code="malformed-html",
    )
