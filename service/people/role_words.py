"""The words beside a name that say what somebody is: "campaign manager Ann Moss", "Ann Moss, the mayor"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.text.en import lexicon
from service.text.en.grammar import BLANK, PREPOSITIONS
from service.text.en.word_lists import load_words, one_of
from service.text.marks import ENGLISH_DOUBLE

_MALE_KIN = load_words("kin_male")
_FEMALE_KIN = load_words("kin_female")
KIN = _MALE_KIN | _FEMALE_KIN | {"cousin", "partner", "spouse", "twin", "child", "parent"}
MALE_NOUNS = _MALE_KIN | {"man", "boy", "actor", "monk", "waiter", "headmaster"}
FEMALE_NOUNS = _FEMALE_KIN | {"woman", "girl", "actress", "nun", "waitress", "duchess", "headmistress"}

# "Robby Mook, the campaign manager,"
_APPOSITION = re.compile(
    rf",[ \u00a0](?P<role>(?:(?:the|a|an|his|her|their)[ \u00a0])?"
    rf"[^,.;:!?\n{ENGLISH_DOUBLE}(){BLANK}]{{3,90}}?)"
    r"(?=,|\.|;| who )"
)
# "campaign manager Robby Mook", "her deputy, Tom Lee".
_ROLE_BEFORE = re.compile(
    r"(?:[\w’'-]+[ \u00a0]){1,5}$"
    r"|\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,3}[\w-]+,[ \u00a0]$"
)
_LAST_WORD = re.compile(r"[\w’'-]+$")
_HEAD_END = re.compile(rf",|[ \u00a0]{one_of(load_words('after_role_head'))}\b")
# Where a role goes on with a clause: "the mayor when the bridge fell".
_CLAUSE = re.compile(rf"[ \u00a0]{one_of(load_words('after_role'))}\b")
_CLAUSE_WORDS = frozenset("where when which who whom that if whether because".split())
# Words that no role holds: leftwards from its noun, a role ends at one of them.
_ROLE_STOPPERS = lexicon.SENTENCE_STARTERS - {"former", "right", "second"}
# "Ann Moss, told a crowd …", "Ann Moss, through her lawyer, …"
_NO_ROLE_STARTS = (_ROLE_STOPPERS - {"the", "a", "an"}) | lexicon.SPEECH_VERBS | PREPOSITIONS
_OFFICE_HEADS = load_words("office_heads")
_OFFICE_WORDS = _OFFICE_HEADS | lexicon.TITLE_MODIFIERS | load_words("office_words")
_OFFICE_INITIALS = frozenset({"CM", "PM", "EAM", "CEO", "CFO", "COO", "MP", "MLA"})


def head_noun(role: str) -> str:
    """Return the head of a role in lower case: "minister" for "finance minister of Goa"."""
    end = _HEAD_END.search(role)
    words = role[: end.start() if end else None].lower().split()
    return words[-1].removesuffix(".") if words else ""


def gender_of_noun(noun: str) -> str | None:
    """Return the gender that a noun implies: "f" for "actress" and "councilwoman"."""
    noun = noun.lower()
    if noun in FEMALE_NOUNS or noun.endswith("woman"):
        return "f"
    return "m" if noun in MALE_NOUNS or noun.endswith("man") else None


def word_before(text: str, place: int) -> str:
    """Return the last word before ``place`` in lower case, past a comma; empty if there is none."""
    word = _LAST_WORD.search(text[max(0, place - 32) : place].rstrip(", \u00a0"))
    return word.group().lower() if word else ""


def role_before(text: str, start: int) -> str | None:
    """Return the role before a name, if in lower case: "campaign manager Robby Mook"."""
    if word_before(text, start) not in lexicon.ROLE_NOUNS:  # quicker than the pattern
        return None
    match = _ROLE_BEFORE.search(text, max(0, start - 80), start)
    if not match:
        return None
    words = match.group().replace(",", " ").split()
    if words[-1].lower() not in lexicon.ROLE_NOUNS or words[-1][0].isupper():
        return None
    role = [words[-1]]
    for word in reversed(words[:-1]):
        if word.lower() in _ROLE_STOPPERS | lexicon.SPEECH_VERBS or word.endswith(("ed", "ly", "’s", "'s")):
            break
        role.insert(0, word)
    return " ".join(role)


def role_after(text: str, end: int) -> str | None:
    """Return the role in apposition to a name: "Robby Mook, the campaign manager,"."""
    match = _APPOSITION.match(text, end, end + 120)
    if not match:
        return None
    role = re.sub(r"^(?:the|a|an)\s+", "", match["role"].strip())
    if role.split()[0].lower() in _NO_ROLE_STARTS:
        return None
    words = [word.lower().rstrip("s") for word in re.findall(r"[\w-]+", role)]
    noun = next((at for at, word in enumerate(words[:6]) if word in lexicon.ROLE_NOUNS), None)
    # "According to Ann Moss, the result holds only where a doctor …" goes on with a clause, not a role.
    if noun is None or _CLAUSE_WORDS.intersection(words[:noun]):
        return None
    clause = _CLAUSE.search(role)
    return role[: clause.start()] if clause else role


def is_office(words: Sequence[str]) -> bool:
    """Return whether capitalised words are an office, not a name: "Prime Minister", "CM"."""
    if len(words) == 1 and words[0] in _OFFICE_INITIALS:
        return True
    parts = " ".join(words).lower().replace("-", " ").split()
    return len(parts) > 1 and parts[-1] in _OFFICE_HEADS and _OFFICE_WORDS.issuperset(parts)
