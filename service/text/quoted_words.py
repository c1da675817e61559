"""Which words in quotation marks may be somebody's, and the text with those words blanked out.

Titles of works, headings and nicknames stand in marks, too, and nobody says them: “The Apprentice”, Robert
“Bob” Dole. Speakers are looked for in the blanked text, so that no name inside a quotation is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain import Article, Span, overlaps_any
from service.text.en.grammar import BLANK
from service.text.en.word_lists import load_words, one_of
from service.text.mark_runs import MarkedRun
from service.text.words import find_words

_SPEAKER_LABEL = re.compile(r"(?P<name>[A-Z][A-Z.'’-]+(?:[ \u00a0][A-Z][A-Z.'’-]+){0,3}):\s+")
# The kind of work or the broadcaster that stands right before the marks of a title.
_TITLED = re.compile(
    rf"\b{one_of(load_words('titled_works'))}s?,?\s*$"
    r"|\b(?:CNN|NBC|ABC|CBS|Fox|MSNBC|BBC|News|host|network)(?:['’]s?)?\s*$",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"\b(?:said|says|chant\w*|shout\w*|yell\w*|cr(?:y|ied))\s*$")
_SMALL_WORDS = load_words("title_small_words")
_LONGEST_TITLE_WORDS = 10


def find_quoted_runs(article: Article, marks: Sequence[MarkedRun]) -> tuple[MarkedRun, ...]:
    """Return the ``marks`` of an article without those in furniture and those of titles and nicknames."""
    return tuple(
        run
        for run in marks
        if not overlaps_any(run.outer, article.furniture) and not is_title_or_nickname(article.text, run)
    )


def blank_quoted_words(text: str, runs: Sequence[MarkedRun]) -> str:
    """Return ``text`` with quoted words and their marks replaced by as many ``BLANK`` characters.

    Offsets hold. A transcript's label inside the marks stays: "WALLACE: Why?".
    """
    pieces, at = [], 0
    for run in runs:
        label = match_speaker_label(text, run.inner)
        start = label.end() if label else run.outer.start
        pieces += [text[at:start], BLANK * (run.outer.end - start)]
        at = run.outer.end
    return "".join(pieces) + text[at:]


def match_speaker_label(text: str, inner: Span) -> re.Match[str] | None:
    """Match a transcript's label such as "WALLACE: " at the start of marked words; the group is ``name``."""
    return _SPEAKER_LABEL.match(text, inner.start, inner.end)


def is_title_or_nickname(text: str, run: MarkedRun) -> bool:
    """Return whether marked words are the title of a work, a heading or a nickname."""
    words = find_words(run.inner.of(text))
    if len(words) > _LONGEST_TITLE_WORDS or not all(_is_title_word(word) for word in words):
        return False
    before = text[max(0, run.outer.start - 40) : run.outer.start]
    after = text[run.outer.end : run.outer.end + 3]
    if not words or (len(words) <= 2 and re.search(r"[A-Z]\w+\s$", before) and re.match(r"\s[A-Z]", after)):
        return True
    own_stop = run.inner.of(text)[-1]
    if before.endswith("\n") and re.match(r"[.,]?\s*(?:\n|$)", after):
        return own_stop not in ".!?,"  # a heading in marks, alone on its line
    if _TITLED.search(before):
        return True
    amid_sentence = re.search(r"\w\s*$", before) and not _SHOUTED.search(before)
    return len(words) > 1 and bool(amid_sentence) and own_stop not in "!?"


def _is_title_word(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit() or word.lower() in _SMALL_WORDS
