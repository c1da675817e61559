"""Warns of kinds of articles that a summary may misrepresent: too short, opinion, live blog.

Only explicit labels and layouts count as cues, because wrong warnings teach editors to ignore warnings. This
is not a genre classifier: a column that isn't labelled as one goes unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain import Notice, Span
from service.ingest.live_times import find_live_times
from service.text.marks import ENGLISH_CLOSING
from service.warning_codes import WarningCode

# One long newspaper paragraph has some 40 words. A summary of less would repeat the article, not shorten it.
_MIN_WORDS = 40
_MIN_SENTENCES = 2
# A report may give the times of a few events (a police timeline in polnear_train has 5). A live blog gives
# the time of every entry (the smallest in polnear_train and newssum_train has 6).
_MIN_TIMED_ENTRIES = 6
# Labels of opinion come before the text; disclaimers and the line about the writer come after it.
_HEAD_CHARS = 300
_TAIL_CHARS = 1_000

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(rf"[.!?][{ENGLISH_CLOSING})\]]*(?=\s|$)")
_LIVE_TITLE = re.compile(
    r"(?i:\blive (?:blog|updates|coverage)\b|\bas it happened\b|^live:)|^The Latest:|[-–—|] live\.?$"
)
_TIMED_ENTRY = re.compile(
    r"^[ \t]*\d{1,2}[:.]\d\d[ ]?[ap]\.?m\.?(?:[ ][A-Z]{2,4})?[ \t]*(?:[:.–—-]|$)"  # 6.50pm BST
    r"|^[ \t]*[01]?\d:[0-5]\d[ \t]*$|^[ \t]*2[0-3]:[0-5]\d[ \t]*$"  # 18:50
    r"|(?<=[\w.!?)])[ ]?\d{1,2}[:.]\d\d[ ]?[ap]m:",  # 9.08am: glued to the entry before
    re.MULTILINE,
)
_OPINION_LABEL = re.compile(
    r"^\W*(?:opinion|op-?ed|editorial|commentary|comment|column|letters? to the editor"
    r"|letters)[ ]?(?:[:|–—]|\.?[ ]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_OPINION_TAIL = re.compile(
    r"\b(?:opinions?|views)[ ]expressed[ ](?:in[ ]this[ ]\w+[ ]|here[ ]|by[ ]the[ ]\w+[ ])?(?:are|do)\b"
    r"|\bis[ ](?:an?|the)[ ][^.\n]{0,60}\b(?:columnist|(?:contributing|guest)[ ](?:opinion[ ])?writer)\b"
    r"[^\n]{0,120}\s*\Z"
)


def notice_genre(text: str, title: str | None, furniture: tuple[Span, ...]) -> tuple[Notice, ...]:
    """Return the notices ``too_short``, ``opinion`` and ``live_blog`` that apply."""
    return tuple(_genres(text, title or text.lstrip()[:_HEAD_CHARS].split("\n", 1)[0], furniture))


def _genres(text: str, title: str, furniture: tuple[Span, ...]) -> Iterator[Notice]:
    prose = "".join(_without(text, furniture))
    words = sum(1 for _ in _WORD.finditer(prose))
    sentences = sum(1 for _ in _SENTENCE_END.finditer(prose))
    if words < _MIN_WORDS or sentences < _MIN_SENTENCES:
        yield Notice(
            WarningCode.TOO_SHORT,
            f"The article has {words} words and {sentences} sentence ends; a summary needs {_MIN_WORDS} "
            f"and {_MIN_SENTENCES} to be shorter than the article. Send the full article if this is a part.",
        )
    if _is_opinion(text, title):
        yield Notice(
            WarningCode.OPINION,
            "The article is marked as opinion: its summary reports the writer's views as statements.",
        )
    times = len(find_live_times(text))
    entries = times or sum(1 for _ in _TIMED_ENTRY.finditer(text))
    if times or entries >= _MIN_TIMED_ENTRIES or _LIVE_TITLE.search(title):
        yield Notice(
            WarningCode.LIVE_BLOG,
            f"The article looks like a live blog ({entries} timed entries): its entries run backwards or "
            "repeat each other, and a summary of it may be out of order.",
        )


def _is_opinion(text: str, title: str) -> bool:
    head = text.lstrip()[:_HEAD_CHARS]
    return bool(
        _OPINION_LABEL.search(title)
        or _OPINION_LABEL.search(head)
        or _OPINION_TAIL.search(text[-_TAIL_CHARS:])
    )


def _without(text: str, spans: tuple[Span, ...]) -> Iterator[str]:
    end = 0
    for span in spans:
        yield text[end : span.start]
        end = span.end
    yield text[end:]
