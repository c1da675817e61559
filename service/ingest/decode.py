"""Decodes bytes to text, and determines the kind of input: plain text, HTML or ninjs.

The encoding is that of a byte order mark, else the declared charset, else UTF-8, else a guess, which is
reported. What is not text (PDF, images, archives) is refused by its first bytes or its control characters.
Not here: parsing any of the kinds.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import NamedTuple

from charset_normalizer import from_bytes

from service.errors import InvalidArticle


class DocumentKind(StrEnum):
    """What the bytes of an article hold."""

    TEXT = "text"
    HTML = "html"
    NINJS = "ninjs"


class Decoded(NamedTuple):
    """The text; the encoding if it was ``guessed``; the encoding that some bytes weren't in (``damaged``)."""

    text: str
    guessed: str | None = None
    damaged: str | None = None


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In full, as a story may begin "RIFF between mayors" or "GIF8".
_MAGIC = tuple(
    (re.compile(magic, re.DOTALL), what)
    for magic, what in (
        (rb"%PDF-\d\.\d", "a PDF document"),
        (rb"\x89PNG\r\n\x1a\n", "a PNG image"),
        (rb"GIF8[79]a", "a GIF image"),
        (rb"\xff\xd8\xff", "a JPEG image"),
        (rb"RIFF.{4}(?:WAVE|AVI |WEBP)", "a RIFF media file"),
        (rb"PK\x03\x04", "a ZIP archive or an Office document"),
        (rb"\x1f\x8b\x08", "a gzip archive"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (rb"\{\\rtf[1\\]", "an RTF document"),
    )
)
_NOT_TEXT_TYPES = re.compile(r"(?:image|audio|video|font)/|application/(?:pdf|zip|gzip|msword|rtf|vnd\.)")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_HTML_NAMES = (".html", ".htm", ".xhtml")
_JSON_NAMES = (".json", ".ninjs")
_HTML_START = re.compile(
    r"(?:<\?xml[^<>]{0,200}\?>\s{0,100})?<(?:!doctype html|!--"
    r"|(?:html|head|body|article|main|section|div|p|h1|title|meta|script)\b)",
    re.IGNORECASE,
)
_NINJS_KEYS = re.compile(r'"(?:body_\w+|bodies|headlines?|uri|versioncreated)"\s{0,20}:')
_CHARSET = re.compile(r"charset\s{0,10}=\s{0,10}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# How browsers read these labels (WHATWG Encoding); pages with curly quotation marks rely on it.
_WINDOWS_1252 = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "ascii", "us-ascii"})
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
# Text may hold a stray control character; binary data is full of them. Only the first bytes are looked at.
_SAMPLE_BYTES = 10_000
_MAX_CONTROL_SHARE = 0.05


def decode(data: bytes, *, name: str, content_type: str | None = None) -> Decoded:
    """Decode an article's bytes. Raises InvalidArticle ("not-text") for what isn't text."""
    if content_type and _NOT_TEXT_TYPES.match(content_type.strip().lower()):
        raise _not_text(name, f"of type {content_type[:80]!a}")
    for magic, what in _MAGIC:
        if magic.match(data):
            raise _not_text(name, what)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_marked(data, encoding)
    declared = _declared_charset(data, content_type)
    if declared and _is_wide(declared):
        # UTF-16 and UTF-32 look like binary data. English in them has NUL bytes; without any, the label is
        # wrong.
        text = _decode_as(data, declared) if b"\0" in data else None
        if text is not None:
            _require_few_controls(text[:_SAMPLE_BYTES].encode("utf-8"), name)
            return Decoded(text.removeprefix("\ufeff"))
        declared = None
    _require_few_controls(data[:_SAMPLE_BYTES], name)
    for encoding in filter(None, (declared, "utf-8")):
        text = _decode_as(data, encoding)
        if text is not None:
            return Decoded(text)
    return _guess(data)


def sniff(text: str, *, name: str, content_type: str | None = None) -> DocumentKind:
    """Return what ``text`` is: by its content type, else by its name's extension, else by its beginning."""
    media_type = (content_type or "").split(";", 1)[0].strip().lower()
    file_name = name.lower()
    if media_type in _HTML_TYPES or (not media_type and file_name.endswith(_HTML_NAMES)):
        return DocumentKind.HTML
    if media_type.endswith(("/json", "+json")) or (not media_type and file_name.endswith(_JSON_NAMES)):
        return DocumentKind.NINJS
    if media_type == "text/plain" or (not media_type and file_name.endswith(".txt")):
        return DocumentKind.TEXT
    start = text[:2_000].lstrip("\ufeff \t\r\n")
    if _HTML_START.match(start):
        return DocumentKind.HTML
    if start.startswith("{") and text.rstrip().endswith("}") and _NINJS_KEYS.search(text):
        return DocumentKind.NINJS
    return DocumentKind.TEXT


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    text, damaged = _decode_as(data, encoding), None
    if text is None:
        text, damaged = data.decode(encoding, errors="replace"), encoding.upper()
    return Decoded(text.removeprefix("\ufeff"), damaged=damaged)


def _decode_as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):  # a wrong or unknown label counts as none
        return None


def _is_wide(charset: str) -> bool:
    return codecs.lookup(charset).name.startswith(("utf-16", "utf-32"))


def _require_few_controls(sample: bytes, name: str) -> None:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MAX_CONTROL_SHARE * len(sample):
        raise _not_text(name, f"binary data ({controls} control characters in {len(sample)} bytes)")


def _declared_charset(data: bytes, content_type: str | None) -> str | None:
    match = _CHARSET.search(content_type or "")
    if match is None and _HTML_START.match(data[:500].decode("latin-1").lstrip()):
        match = _CHARSET.search(data[:2_000].decode("latin-1"))
    if match is None:
        return None
    label = match.group(1).lower()
    try:
        # Codecs from bytes to bytes or text to text, such as "idna", are not charsets.
        is_charset = codecs.lookup(label).name not in {
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
        }
    except (LookupError, ValueError):
        return None
    return ("cp1252" if label in _WINDOWS_1252 else label) if is_charset else None


def _guess(data: bytes) -> Decoded:
    """Decode by a guessed legacy encoding.

    The guess is made from both ends of the data, to bound its time.
    """
    half = _SAMPLE_BYTES // 2
    sample = data if len(data) <= _SAMPLE_BYTES else data[:half] + data[-half:]
    best = from_bytes(sample).best()
    # Windows-1252 is by far the most common legacy encoding of English, and short samples mislead.
    encoding = best.encoding if best and best.encoding not in {"ascii", "utf_8"} else "cp1252"
    if _is_windows_1252(data):
        encoding = "cp1252"
    return Decoded(data.decode(encoding, errors="replace"), encoding)


def _is_windows_1252(data: bytes) -> bool:
    """Return whether the bytes beyond ASCII are as in English text: rare, and mostly punctuation."""
    high = [byte for byte in data[:_SAMPLE_BYTES] if byte > 127]
    typographic = sum(
        byte in b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa9\xae\xe9" for byte in high
    )
    return len(high) < 0.05 * min(len(data), _SAMPLE_BYTES) and typographic >= 0.5 * len(high)


def _not_text(name: str, what: str) -> InvalidArticle:
    return InvalidArticle(
        f"{name[:200]!a} is {what}, not text. Send the article as plain text, HTML or a ninjs item.",
        code="not-text",
    )
