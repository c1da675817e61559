"""The text that a model writes: one line of plain English, or a fault."""

from __future__ import annotations

import re
import unicodedata

from service.errors import InvalidArticle
from service.ingest.language import require_english
from service.writing.answers.faults import AnswerFault, AnswerFaultKind

# Links, images and tags have no place in a sentence, and a page could load what they point at.
_MARKUP = re.compile(r"!?\[[^\]]*\]\(|</?[A-Za-z!]|\b(?:https?|ftp|data|javascript):\S|\bwww\.\w|```|<<<|>>>")
_UNSEEN_CATEGORIES = frozenset({"Cf", "Co", "Cn"})
_LONGEST_SHOWN = 80


def require_plain_text(text: str) -> str:
    """Return a sentence on one line, without invisible characters. Raises AnswerFault for markup."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN_CATEGORIES)
    plain = " ".join(seen.split())
    if "\ufffd" in plain:
        raise AnswerFault(AnswerFaultKind.MALFORMED, f"“{shorten(plain)}” has characters that are no text.")
    if not any(map(str.isalnum, plain)):
        raise AnswerFault(AnswerFaultKind.EMPTY, "A sentence of the answer has no words.")
    if found := _MARKUP.search(plain):
        raise AnswerFault(
            AnswerFaultKind.MARKUP,
            f"“{shorten(plain)}” has markup or a link ({found.group()!r}); write plain text.",
        )
    return plain


def require_english_text(text: str) -> None:
    """Raise AnswerFault if the answer is in another language."""
    try:
        require_english(text)
    except InvalidArticle as error:
        raise AnswerFault(
            AnswerFaultKind.WRONG_LANGUAGE, f"The answer is not in English: “{shorten(text)}”."
        ) from error


def shorten(text: str) -> str:
    """Return the beginning of a text, for a message."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
