"""Where sentences end within a paragraph: by rules of news text, and by Punkt for the rest.

A candidate is a run of stops with the quotation marks and brackets that close after it. Rules decide what
Punkt doesn't know of: question marks within quotations, ellipses, glued text, list numbers. Punkt decides on
each remaining full stop between two words. Words are looked at through windows of fixed width, so that the
time grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from service import time_budget
from service.text.en.word_lists import load_words, one_of
from service.text.segment.lexicon import Lexicon
from service.text.segment.opening_marks import opening_marks

# The closing marks that the rules here were tuned with; those of other conventions are rare at sentence ends.
_QUOTES = "\"'”’»›“"
_CLOSERS = _QUOTES + ")]}>"

# A stop, and whatever stops, closing quotation marks and brackets follow at once. A German-style “ closes
# only where no word follows; ">" ends the markup that a scrape left behind.
_MARK = re.compile(r"""[.!?…](?:[.!?…"'”’»›)\]}>]|“(?=\s|$))*""")

# Detached pieces of the same mark: ". . .", "said . ", "done.' ”" and "tougher. ...".
_DETACHED = re.compile(r"""[ \t\xa0\u2009\u202f]{1,2}(?:[.…]+["'”’»)\]]*|["'”’»]+)(?=\s|$)""")

# A full stop and, apart from it, an ellipsis: "tougher. ..."
_STOP_AND_DOTS = re.compile(r"\.\s+(?:\.\.|…)")

# What follows a mark: a gap, opening marks and dashes, and the first word. A "?" here is a lost quotation
# mark (see ``opening_marks``): any other would belong to the mark itself.
_FOLLOWING = re.compile(
    r"""(?P<gap>\s*)(?P<opening>(?:["'“”‘’«»„‚‹›(\[{*<>•·–—?\-]|\s)*)(?P<word>[^\W_]{0,40})(?P<rest>[^\s]?.?)"""
)

# The word before a mark is sought among this many characters, up to a space or a mark: "(CNN)U.S."
_WINDOW = 40
_BEFORE_WORD = re.compile(r"""[\s"'“‘”«»„‚‹›()\[\]{}<>*–—•]+-*""")
_OPENERS = "\"'“‘«„‚‹([{<*-–—•"

# Words before a full stop to which the next sentence is glued ("end.The next"): plain prose, no address.
_PROSE = re.compile(r"(?:[^\W\d_]+[’'-])*[^\W_]*[^\W\d_A-Z]{2}|\d{1,4}(?:st|nd|rd|th|s|%)?")
_DOMAINS = frozenset({"com", "org", "net"})

_LIST_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})")
_ADDRESS = re.compile(r"https?:|www\.|pic\.twitter|[@#]")

# A headline in brackets at the start of a sentence, with no space after it: a link pasted into the text.
_PASTED_LINK = re.compile(r"""(?:\A|(?<=[.!?"”'] )|(?<=\n))\([^()\n]{20,200}\)(?=["“'‘]?[A-Z])""")
# A line without a full stop, glued to the next ("says SenaThe Sena"): only before words that no name ends in.
_GLUED_LINE = re.compile(r"(?<=[a-z]{3})(?=(?:The|This|But|However|Meanwhile|According|They|While|When) )")


class BoundaryFinder:
    """A finder of sentence ends. Immutable after construction."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # `"Why?" Mr Smith asked.`: up to four capitalised words and a verb of saying, which then ends.
        verbs = "|".join(lexicon.speech_verbs)
        dates = "|".join(sorted(word.capitalize() for word in lexicon.clock_followers))
        self._attribution = re.compile(
            rf"""(?:[A-Z][\w’'-]{{0,30}}\.?\ ){{1,4}}(?:{verbs})
            (?: [.;] | ,(?!\ ["'“‘]) | $
              | (?<=told|sked)\ (?!(?:that|if|whether|for)\b)
              | \ (?:{dates}|{one_of(load_words("after_attribution"))})\b )""",
            re.VERBOSE,
        )

    def ends(self, text: str, start: int, end: int) -> list[int]:
        """Return the offsets in ``(start, end)`` after which a new sentence begins, in order."""
        glued = (
            match.end()
            for pattern in (_PASTED_LINK, _GLUED_LINE)
            for match in pattern.finditer(text, start, end)
        )
        return sorted(set(chain(glued, self._stops(text, start, end))))

    def _stops(self, text: str, start: int, end: int) -> Iterator[int]:
        openings = opening_marks(text, start, end)
        sentence_start = position = start
        while match := _MARK.search(text, position, end):
            time_budget.check()
            position = _close(text, match.start(), match.end(), end, openings)
            if position < end and self._ends(text, sentence_start, match.start(), position, end):
                yield position
                sentence_start = position

    def _ends(self, text: str, sentence_start: int, mark_start: int, mark_end: int, end: int) -> bool:
        following = _FOLLOWING.match(text, mark_end, end)
        assert following is not None  # every part may be empty
        word, glued = following["word"], not following["gap"]
        if not (word or following["rest"]):
            return False
        if word[:1].islower():
            return not glued and _starts_in_lower_case(text, following)
        before = _word_before(text, sentence_start, mark_start)
        if glued and not _glued_prose(before, following):
            return False
        mark = text[mark_start:mark_end]
        core = mark.rstrip(_CLOSERS)
        quoted = any(character in _QUOTES for character in mark[len(core) :])
        if "!" in core or "?" in core:
            return self._exclamation_ends(text, mark_start, mark, before, following)
        if _is_ellipsis(core):
            leads = mark_start - sentence_start < 4 and not text[sentence_start:mark_start].strip()
            return not leads and self._ellipsis_ends(core, word, quoted=quoted)
        return self._full_stop_ends(text, sentence_start, mark_start, before, following, quoted=quoted)

    def _exclamation_ends(
        self, text: str, mark_start: int, mark: str, before: str, following: re.Match[str]
    ) -> bool:
        """Decide on "?" and "!", which end a sentence unless a name or the speaker's attribution goes on."""
        if text[mark_start - 1 : mark_start] in (",", "("):  # a lost quotation mark; a doubting "(?)"
            return False
        if mark == "!" and before.lower() in self._lexicon.exclamations:
            return self._lexicon.opens_sentences(following["word"])
        quoted = any(character in _QUOTES for character in mark)
        return not (quoted and self._attribution.match(text, following.start("word"), following.endpos))

    def _ellipsis_ends(self, core: str, word: str, *, quoted: bool) -> bool:
        """Decide on an ellipsis: it ends a sentence when a word follows that opens sentences.

        A full stop and three dots, or a quotation mark after the dots, end it before any word.
        """
        full_stop = core.count(".") > 3 or _STOP_AND_DOTS.match(core) is not None
        return quoted or full_stop or self._lexicon.opens_sentences(word)

    def _full_stop_ends(
        self,
        text: str,
        sentence_start: int,
        mark_start: int,
        before: str,
        following: re.Match[str],
        *,
        quoted: bool,
    ) -> bool:
        if not before:
            return True
        word, plain = following["word"], before.lower()
        if mark_start - sentence_start <= 5 and _LIST_NUMBER.fullmatch(
            text[sentence_start:mark_start].strip()
        ):
            return False
        if plain.rpartition("-")[2] in self._lexicon.titles:
            return False
        if plain in self._lexicon.before_numbers and plain not in self._lexicon.abbreviations:
            return not word[:1].isdigit()
        if quoted and text[mark_start - len(before) - 1 : mark_start - len(before)] not in _OPENERS:
            return True
        if before in ("a.m", "p.m"):
            return not (word[:1].isdigit() or word.lower() in self._lexicon.clock_followers)
        # An acronym stands before nouns of all kinds: "U.S. Government", "U.N. Women".
        if "." in plain and plain in self._lexicon.abbreviations:
            return word.lower() in self._lexicon.starters
        # A single letter with a full stop is an initial, not the article "A".
        if len(word) == 1 and following["rest"].startswith("."):
            word = "X"
        return self._lexicon.full_stop_ends(before, word or following["rest"][:1])


def _close(text: str, start: int, mark_end: int, end: int, openings: frozenset[int]) -> int:
    """Return where the mark at ``start`` ends: before a mark that opens, after detached pieces."""
    for offset in range(start + 1, mark_end):
        if offset in openings:
            return offset
    while (detached := _DETACHED.match(text, mark_end, end)) and not any(
        offset in openings for offset in range(mark_end, detached.end())
    ):
        mark_end = detached.end()
    return mark_end


def _word_before(text: str, sentence_start: int, mark_start: int) -> str:
    window = text[max(sentence_start, mark_start - _WINDOW) : mark_start]
    if not window or window[-1].isspace():
        return ""
    return _BEFORE_WORD.split(window.rstrip(_CLOSERS))[-1]


def _is_ellipsis(core: str) -> bool:
    return "…" in core or core.count(".") > 1


def _starts_in_lower_case(text: str, following: re.Match[str]) -> bool:
    """Return whether the lower-case word opens a sentence all the same: an address, or a name like iPhone."""
    word = following["word"]
    return _ADDRESS.match(text, following.start("word")) is not None or (
        len(word) > 2 and not word.islower() and word[1].isupper()
    )


def _glued_prose(before: str, following: re.Match[str]) -> bool:
    """Return whether a sentence follows without a space, as when lines were pasted together."""
    word, rest = following["word"], following["rest"]
    capitalised = word[:1].isupper() and (word[1:].islower() or word[1:].isupper() or word in ("A", "I"))
    if not capitalised or word.lower() in _DOMAINS or rest[:1] in ("/", "@", "_"):
        return False
    return before.lower() != "www" and _PROSE.fullmatch(before) is not None
