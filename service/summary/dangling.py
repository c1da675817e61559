"""Whether a sentence can stand alone in a summary, by its opening, its quotation marks and its end.

Rules over the surface of English news text: no antecedent is looked for, and how much a sentence matters is
not asked here.
"""

from __future__ import annotations

import re

from service.text.en.word_lists import load_words, one_of
from service.text.marks import AFTER_STOP, CHARACTERS, ENGLISH_CLOSING
from service.text.words import WORD, count_words

# Shorter sentences say too little, longer ones are lists, captions run together or lost full stops.
FEWEST_WORDS, MOST_WORDS = 6, 80
# Long enough for the opening words, so that a long sentence isn't split into words for them.
_OPENING_CHARACTERS = 80
# How far into a sentence a pronoun can stand and still be its opening ("On Monday evening he …").
_OPENING_WORDS = 5

_CONNECTIVE = re.compile(rf"(?:{'|'.join(sorted(load_words('dangling_connectives')))})\b", re.IGNORECASE)
_POINTER = re.compile(rf"(?:{'|'.join(sorted(load_words('dangling_pointers')))})\b", re.IGNORECASE)
_PRONOUN = re.compile(rf"{one_of(load_words('pronouns'))}(?:['’](?:s|d|ll|re|ve))?$", re.IGNORECASE)
# "It is not clear whether …" points forward.
_EXPLETIVE = re.compile(
    r"it (?:is|was|remains|has been|became) (?:[a-z]+ ){0,3}?"
    r"(?:unclear|clear|known|unknown|believed|understood|learn(?:ed|t)|alleged|estimated|possible|likely) "
    r"(?:that|whether|how|if|what|who|why|when|where)\b",
    re.IGNORECASE,
)
_INTRODUCERS = load_words("introducers")
_DEMONSTRATIVE = re.compile(r"(?:this|that|these|those)(?:['’]s)?$", re.IGNORECASE)
# "This week" points at the day of the paper, and "those who" at what follows, not at the sentence before.
_TIME = re.compile(rf"{one_of(load_words('times'))}s?(?:['’]s)?$", re.IGNORECASE)
_ATTRIBUTED_TO_PRONOUN = re.compile(
    rf"[{ENGLISH_CLOSING}],?\s*(?:(?:he|she|they|it)\s+\w+|"
    r"(?:said|says|added|told|wrote|tweeted|asked|explained)\s+(?:he|she|they|it)\b)",
    re.IGNORECASE,
)
_LEADING_MARKS = CHARACTERS + "([-–—•*· \t\n"
_QUESTION = re.compile(rf"\?[{AFTER_STOP})\]\s]*$")
# Where quotation marks were lost in a wrong encoding, "?" stands for them: "the ?wasting? of children,?".
_LOST_MARK = re.compile(r"\?\w|[,.]\?")
_SINGLE_CLOSING = re.compile(r"[.,!?]’")
# Bounded, so that unmatched marks can't make the search quadratic.
_QUOTED = re.compile(
    r"\"[^\"]{0,999}\"|“[^”]{0,999}”|‘.{0,999}?’(?!\w)|''.{0,999}?''|«[^»]{0,999}»|(?<!\w)'.{0,999}?'(?!\w)",
    re.DOTALL,
)


def opens_dangling(text: str) -> bool:
    """Return whether ``text`` needs the sentence before it: it opens with a connective or a bare pronoun."""
    opening = text.lstrip(_LEADING_MARKS)
    if opening == text or not _QUOTED.match(text):
        if _CONNECTIVE.match(opening) or _POINTER.match(opening):
            return True
        return _opens_with_pronoun(opening)
    # It opens with a quotation: what counts is whether that is attributed to a pronoun.
    return bool(_ATTRIBUTED_TO_PRONOUN.search(text))


def _opens_with_pronoun(opening: str) -> bool:
    if _EXPLETIVE.match(opening):
        return False
    words = [word[0] for word in WORD.finditer(opening, 0, _OPENING_CHARACTERS)]
    if words and _DEMONSTRATIVE.match(words[0]):
        return len(words) < 2 or not _TIME.match(words[1])
    for number, word in enumerate(words[:_OPENING_WORDS]):
        # "IT" is no pronoun, and after an opening phrase a name may follow for the pronoun in it.
        if _PRONOUN.match(word) and not word.isupper():
            return number == 0 or not _name_after_comma(opening)
        if number == 0 and word.lower() not in _INTRODUCERS:
            return False
        if number and word[0].isupper() and not _TIME.match(word):
            return False
    return False


def _name_after_comma(opening: str) -> bool:
    """Return whether a capital follows the first comma, as in "After his arrest, Smith …"."""
    _, comma, rest = opening.partition(", ")
    return bool(comma) and rest[:1].isupper()


def is_question(text: str) -> bool:
    """Return whether ``text`` ends in a question mark that asks, closing quotation marks aside."""
    return bool(_QUESTION.search(text)) and not _LOST_MARK.search(text)


def is_bare_quotation(text: str) -> bool:
    """Return whether ``text`` is hardly more than a quotation, without who says it."""
    return bool(_QUOTED.match(text)) and count_words(_QUOTED.sub(" ", text)) < 2


def is_half_quotation(text: str) -> bool:
    """Return whether a ‘single’ quotation opens in ``text`` and doesn't end, or ends and didn't open."""
    opening, closing = text.rfind("‘"), _SINGLE_CLOSING.search(text)
    return (opening >= 0 and "’" not in text[opening:]) or (opening < 0 and closing is not None)
