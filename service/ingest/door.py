"""The door itself: four ways in, and one place where every article is checked.

The text of a plain-text article stays exactly as it came, except for lone surrogates, which UTF-8 can't
encode: each becomes one U+FFFD, so that no offset moves. HTML and ninjs are turned into text here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from service.domain import Article, Notice
from service.errors import ArticleTooLong, InvalidArticle
from service.ingest.decode import Decoded, DocumentKind, decode, sniff
from service.ingest.furniture import find_furniture
from service.ingest.genre import notice_genre
from service.ingest.language import require_english
from service.ingest.ninjs import parse_ninjs, read_ninjs
from service.ingest.repair import repair
from service.ingest.webpage import WebPage, read_page
from service.warning_codes import WarningCode

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# The most bytes, or characters of HTML, for one character of text. Markup takes by far the most (UTF-32 needs
# 4, escaped JSON 12), and a page with more is not an article.
MAX_MARKUP_PER_CHAR = 25


@dataclass(frozen=True, slots=True)
class Declared:
    """What the caller says about an article; it takes precedence over what the article says of itself.

    ``language`` skips the detection: "en" and its regions are trusted, anything else is refused.
    """

    id: str | None = None
    title: str | None = None
    language: str | None = None
    published: str | None = None


_REPLACED = (WarningCode.REPLACED_BYTES, WarningCode.REPLACED_SURROGATES)
_NOTHING = Declared()


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in articles of up to ``max_chars`` characters. Its methods raise nothing but PullquoteError."""

    max_chars: int

    def from_text(self, text: str, declared: Declared = _NOTHING) -> Article:
        """Let in plain text. Raises InvalidArticle or ArticleTooLong."""
        return self._admit(text, declared, is_derived=False)

    def from_html(self, page: str | bytes, declared: Declared = _NOTHING) -> Article:
        """Let in the article of an HTML page, with its title and date where ``declared`` has none."""
        notices: tuple[Notice, ...] = ()
        if isinstance(page, bytes):
            self._require_markup_within(len(page), "bytes")
            decoded = decode(page, name="the page", content_type="text/html")
            page, notices = decoded.text, _notice_encoding(decoded)
        return self._admit_page(page, declared, notices)

    def from_ninjs(self, item: Mapping[str, Any], declared: Declared = _NOTHING) -> Article:
        """Let in a ninjs item, version 1.x, 2.x or 3.x. Raises InvalidArticle naming a malformed field."""
        read = read_ninjs(item)
        known = Declared(
            id=declared.id or read.id,
            title=declared.title or read.title,
            language=declared.language or read.language,
            published=declared.published or read.published,
        )
        text = self._read_page(read.body, whole=False).text if read.is_html else read.body
        article = self._admit(text, known, is_derived=True)
        if read.is_html:
            article = replace(article, markup=replace_surrogates(read.body))
        if read.is_opinion and all(notice.code is not WarningCode.OPINION for notice in article.warnings):
            notice = Notice(WarningCode.OPINION, "The item is of an opinion genre; so is its summary.")
            article = replace(article, warnings=(*article.warnings, notice))
        return article

    def from_bytes(
        self, data: bytes, declared: Declared = _NOTHING, *, name: str, content_type: str | None = None
    ) -> Article:
        """Let in a file or a raw HTTP body of any kind.

        ``name`` helps to tell the kind, and is for messages.
        """
        self._require_markup_within(len(data), "bytes")
        decoded = decode(data, name=name, content_type=content_type)
        text, notices = decoded.text, _notice_encoding(decoded)
        kind = sniff(text, name=name, content_type=content_type)
        if kind is DocumentKind.HTML:
            return self._admit_page(text, declared, notices)
        if kind is DocumentKind.NINJS:
            article = self.from_ninjs(parse_ninjs(text), declared)
            return replace(article, warnings=(*notices, *article.warnings))
        return self._admit(text, declared, is_derived=bool(notices), notices=notices)

    def _admit_page(self, markup: str, declared: Declared, notices: tuple[Notice, ...]) -> Article:
        page = self._read_page(markup)
        known = replace(
            declared, title=declared.title or page.title, published=declared.published or page.published
        )
        article = self._admit(page.text, known, is_derived=True, notices=notices)
        return replace(article, markup=replace_surrogates(markup))

    def _read_page(self, markup: str, *, whole: bool = True) -> WebPage:
        self._require_markup_within(len(markup), "characters")
        return read_page(replace_surrogates(markup), whole=whole)

    def _admit(
        self, text: str, declared: Declared, *, is_derived: bool, notices: tuple[Notice, ...] = ()
    ) -> Article:
        self._require_within(text)
        repaired = repair(replace_surrogates(text))
        canonical = repaired.text
        _require_words(canonical)
        if _SURROGATE.search(text):
            count = sum(1 for _ in _SURROGATE.finditer(text))
            detail = f"{count} lone surrogates are no characters; each was replaced by U+FFFD at its place."
            notices = (*notices, Notice(WarningCode.REPLACED_SURROGATES, detail))
        title = repair(replace_surrogates(declared.title or "")).text.strip() or None
        furniture = find_furniture(canonical, title)
        return Article(
            id=replace_surrogates(declared.id or "") or _default_id(canonical),
            text=canonical,
            title=title,
            language=require_english(canonical, declared.language),
            published=replace_surrogates(declared.published or "") or None,
            furniture=furniture,
            text_is_derived=is_derived or canonical != text,
            warnings=(
                *notices,
                *_unsaid(repaired.notices, notices),
                *notice_genre(canonical, title, furniture),
            ),
        )

    def _require_within(self, text: str) -> None:
        if len(text) > self.max_chars:
            raise ArticleTooLong(
                f"The article has {len(text)} characters, more than the limit of {self.max_chars}. Split it, "
                "or raise PULLQUOTE_MAX_CHARS."
            )

    def _require_markup_within(self, size: int, unit: str) -> None:
        """Refuse what can't hold an article of the allowed length, before it is decoded and parsed."""
        limit = self.max_chars * MAX_MARKUP_PER_CHAR
        if size > limit:
            raise ArticleTooLong(
                f"The article has {size} {unit}, more than the limit of {limit} ({self.max_chars} "
                "characters with their markup). Send its plain text, split it, or raise PULLQUOTE_MAX_CHARS."
            )


def _unsaid(damages: tuple[Notice, ...], said: tuple[Notice, ...]) -> Iterator[Notice]:
    """Yield notices of ``damages``; what the door itself had to replace was said already."""
    replaced = any(notice.code in _REPLACED for notice in said)
    yield from (one for one in damages if not (replaced and one.code is WarningCode.DAMAGED_TEXT))


def replace_surrogates(text: str) -> str:
    """Replace each lone surrogate by U+FFFD; the length stays the same."""
    return _SURROGATE.sub("\ufffd", text)


def _require_words(text: str) -> None:
    if not any(map(str.isalnum, text)):
        raise InvalidArticle(
            f"The article has {len(text)} characters but no letter or digit. Send the article's text.",
            code="empty-article",
        )


def _default_id(text: str) -> str:
    return f"sha256:{sha256(text.encode('utf-8')).hexdigest()[:16]}"


def _notice_encoding(decoded: Decoded) -> tuple[Notice, ...]:
    if decoded.guessed:
        detail = "No encoding was declared and the bytes are not UTF-8; "
        return (Notice(WarningCode.GUESSED_ENCODING, f"{detail}{decoded.guessed} was guessed. Send UTF-8."),)
    if decoded.damaged:
        detail = f"The byte order mark says {decoded.damaged}, but some bytes are not; "
        return (Notice(WarningCode.REPLACED_BYTES, f"{detail}each was replaced by U+FFFD. Send UTF-8."),)
    return ()
