"""Names in front of a sentence's subject that "he" or "she" as that subject can't refer to.

"Asked by Laura Stone whether she would resign, she said": not Stone. "In a letter to Senator Brand, he
wrote": not Brand. But "When Moss was asked, she said", "In Moss’s view, she".
"""

from __future__ import annotations

import re

from service.domain import Span
from service.text.en.grammar import BLANK, FRONTED, PREPOSITIONS
from service.text.en.word_lists import load_words, one_of

SPACE = r"[ \u00a0]"
# What may stand before the first word of a clause proper, a conjunction included.
OPENING = re.compile(rf"[\s{BLANK},;–—-]*(?:(?:But|And|Yet|So|Then|Later|Meanwhile),?{SPACE})?")
_PARTICIPLE = re.compile(rf"(?:Told|Shown|Given|Taken|Sent){SPACE}[^,;:{BLANK}]{{0,150}},(?=[ \u00a0])")
_SUBORDINATING = load_words("subordinating_words")
_APPOSED = re.compile(rf"[^.;:!?{BLANK}\n]{{0,100}},\s*")
_VERB = re.compile(rf"\b(?:{one_of(load_words('verbs_of_clause'))}|[a-z]{{2,}}ed)\b")
_WORDS = re.compile(r"[\w’'.-]+")
# A question, which the subject answers: "When Stone asked whether", not "When Stone asked for help".
_ASKS = re.compile(
    rf"{SPACE}(?:\w+ly{SPACE}|then{SPACE}|later{SPACE})?"
    rf"(?:(?:asked|asks)(?:{SPACE}(?:him|her|if|whether|about|what|why|how|who|where|when)\b|,)"
    r"|pressed|questioned|challenged|quizzed|interviewed|grilled|confronted)"
)
_LONGEST_TITLE_WORDS = 4
_LONGEST_CHARS = 600


def fronted_part(text: str, start: int, pronoun: int) -> Span | None:
    """Return what stands in front of the subject ``pronoun`` in the sentence that begins at ``start``."""
    if pronoun - start > _LONGEST_CHARS:
        return None
    opening = OPENING.match(text, start, pronoun)
    begin = at = opening.end() if opening else start
    while found := FRONTED.match(text, at, pronoun) or _PARTICIPLE.match(text, at, pronoun):
        at = found.end()
    between = text[at:pronoun]
    is_apposition = _APPOSED.fullmatch(between) is not None and not _VERB.search(between)
    return Span(begin, at) if at > begin and (not between.strip() or is_apposition) else None


def cannot_be_subject(text: str, part: Span, name: Span) -> bool:
    """Return whether ``name`` in the fronted ``part`` can't be the subject after it."""
    if text.startswith(("’s", "'s", "’ ", "' "), name.end):
        return False
    words = _WORDS.findall(text, part.start, name.start)
    opener = words[0].lower() if words else ""
    if opener == "as" and words[1:2] == ["for"]:  # "As for Moss, he said"
        return False
    is_clause = opener in _SUBORDINATING and not (len(words) > 1 and words[1].endswith("ing"))
    if not is_clause:
        return True
    near = [word.lower() for word in words[1:]][-_LONGEST_TITLE_WORDS:]
    governed = any(
        word in PREPOSITIONS and not any(map(_VERB.fullmatch, near[at + 1 :])) for at, word in enumerate(near)
    )
    return governed or _ASKS.match(text, name.end) is not None
