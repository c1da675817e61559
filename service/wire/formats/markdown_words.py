"""An article's words in Markdown: escaped where a character would otherwise be read as markup.

Ordinary prose stays as it is. What a reader of CommonMark, or of GitHub's extensions to it, takes for markup
is escaped by a backslash: emphasis, code, links, HTML, entities, and at the beginning of a line headings,
lists and quotations. So is what they make links of by themselves: addresses of pages and of mail.
"""

from __future__ import annotations

import re

from service.wire.formats.one_line import safe

_PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
# Each alternative is what needs a backslash before its first character.
_MARKUP = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|$)"  # would escape what follows, or break the line
    r"|\*(?!(?<=\s\*)(?=\s))"  # emphasis, but not "a * b"
    r"|_(?!(?<=[^\W_]_)(?=[^\W_]))(?!(?<=\s_)(?=\s))"  # emphasis, but not "a_b"
    r"|<(?=[a-zA-Z/!?])"  # HTML, or a link
    r"|&(?=#?\w+;)"  # an entity
    r"|\](?=[(\[:])"  # a link, or the definition of one
    r"|:(?=//)|/(?=/)|(?<=/)/"  # the address of a page …
    r"|(?<=[^\W_])\.(?=[^\W\d_]{2})"  # … also without its scheme
    r"|(?<=[^\s])@(?=\w)"  # an address of mail
    r"|(?<=\s)#(?=#*$)"  # the end of a heading
)
# These are markup in pairs only.
_PAIRED = re.compile(r"[`~]")
_AT_LINE_START = re.compile(
    r"(?:[-+*](?=\s|$|[-*]{2})|-(?=[-\s]*$)|#(?=#{0,5}(?:\s|$))|>|\[(?=.\]))|(?P<digits>\d{1,9})[.)](?=\s|$)"
)


def words(text: str) -> str:
    """Return ``text`` as one line of Markdown that reads as ``safe(text)``."""
    line = safe(text)
    places = {found.start() for found in _MARKUP.finditer(line)}
    for mark in "`~":
        if line.count(mark) > 1:
            places |= {found.start() for found in _PAIRED.finditer(line) if found[0] == mark}
    if start := _AT_LINE_START.match(line):
        places.add(start.end("digits") if start["digits"] else 0)
    return "".join(f"\\{character}" if at in places else character for at, character in enumerate(line))
