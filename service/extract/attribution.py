"""Finding who said it: the cue and the source mention in the words around a quotation.

Works on text whose quoted words are blanked out, sentence by sentence: "X," said Y; "X," Y said;
Y said, "X"; according to Y; Y: "X"; "X" — Y. It finds spans; ``people`` says whom they name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.extract import lexicon
from service.extract.people import Roster

# Quoted words are replaced by this character, which no pattern below matches.
BLANK = "\ufffc"

_VERB = rf"(?:{'|'.join(sorted(map(re.escape, lexicon.SPEECH_VERBS), key=len, reverse=True))})"
_WORD = re.compile(r"[\w][\w’'.-]*")
_VERB_AT = re.compile(rf"(?<![\w-]){_VERB}(?![\w-])", re.IGNORECASE)
_SPEECH_NOUN = r"(?:statement|interview|letter|email|e-mail|tweet|post|speech|message|memo|op-ed|remarks)"
_ADVERBS = r"(?:(?:\w+ly|then|also|later|once|again|just|now|still|often|even|further|have|has|had|would|did)[ \u00a0]+){0,3}"
# What may stand between a closing mark and an attribution, a leftover nested mark included.
_AFTER_LEAD = re.compile(r"[\s,;–—'’\"”-]*")
_INVERTED = re.compile(
    rf"{_ADVERBS}(?P<cue>{_VERB})(?<!ing)(?![\w-])[ \u00a0]+(?!that\b)(?=\S)", re.IGNORECASE
)
_ACCORDING = re.compile(
    r"(?P<cue>according[ \u00a0]to|in[ \u00a0]the[ \u00a0]words[ \u00a0]of)[ \u00a0]+", re.IGNORECASE
)
_NAME_INSIDE = re.compile(r"(?:^|\s)[A-ZÀ-ÖØ-Þ]\w+")
_SIGNED = re.compile(r"[ \u00a0]*[—–―-]{1,2}[ \u00a0]*(?=[A-ZÀ-ÖØ-Þ])")
_NP_END = re.compile(
    r"[,.;:!?\n()\"“”‘\ufffc—–]|(?<![A-Z])\.(?=\s|$)"
    r"|[ \u00a0](?:who|whose|which|that|when|while|as|after|before|during|in|on|at|about|by|with|to|through|via|"
    r"last|this|earlier|later|and[ \u00a0]then|because|if|since|until|where|using|during|Monday|Tuesday|Wednesday|"
    r"Thursday|Friday|Saturday|Sunday|here|there|recently|again|back|yesterday|today)\b"
)
_NP_START = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ0-9]|(?:the|a|an|one|another|his|her|their|its|our|my|some|two|three|four|five|several|many|most|both|"
    r"this|that|these|those|no|former|then|he|she|they|we|it|I|you|who|"
    + "|".join(sorted(lexicon.BARE_SOURCES | lexicon.ROLE_NOUNS))
    + r")\b)"
)
_PREPOSITIONS = frozenset(
    """
    of with to for by in at on from about against over after before during between among into like than near
    under through via toward towards upon without within behind despite
    """.split()
)
# After a quotation these start a clause of the reporter's own, not an attribution.
_SUBORDINATORS = frozenset(
    "when after while because if before until since although though whereas and but or".split()
)
_NOMINAL = re.compile(
    r"\b(?:(?:the|a|an|one|another|his|her|their|its|some|several|many|most|this|that|these|those|two|three|"
    r"four)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,4}?)?(?:"
    + "|".join(sorted((noun for noun in lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES), key=len, reverse=True))
    + r")s?\b(?:[ \u00a0](?:for|of|from|with|at|in)[ \u00a0](?:(?:the|a|his|her)[ \u00a0])?[A-Za-z][\w’'-]*(?:[ \u00a0][A-Z][\w’'-]*)*)?"
)
# Any other noun phrase right before a verb: "the ad’s narrator", "a friend".
_ANY_SUBJECT = re.compile(
    r"\b(?:the|a|an|one|another|his|her|their|its|my|our|some|two|three|several|many|most)[ \u00a0]"
    r"(?:[\w’'-]+[ \u00a0]){0,3}?[\w’'-]+(?=[ \u00a0]+(?:(?:\w+ly|then|also|later|once|has|had|have)[ \u00a0]+){0,2}$)",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    rf"(?:^|[.!?,;\n])\s*(?P<cue>{_VERB})(?<!ing)[ \u00a0]+(?P<source>[A-Z][^,.:;!?\n]{{1,60}})[:,]\s*$",
    re.IGNORECASE,
)
_COORDINATED = re.compile(
    r"(?:,|\band|\bbut|\bthen|\bor)[ \u00a0]+(?:(?:\w+ly|then|also|later|once|even)[ \u00a0]+){0,2}$"
)
_PRONOUN = re.compile(r"\b(?:he|she|they|I|we|He|She|They|We|It|it)\b")


class Evidence(Enum):
    """What an attribution rests on, from the surest to the least sure."""

    CUE_BESIDE = "a cue verb beside the quotation"
    LABEL = "a name with a colon or dash"
    CUE_BEFORE = "a cue verb earlier in the sentence"
    INTRODUCED = "the sentence before ends in a colon"
    CARRIED = "the quotation before, in the same breath"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source mention and a cue (either may be missing), and what speaks for them."""

    cue: Span | None
    mention: Span | None
    evidence: Evidence


def after(text: str, roster: Roster, start: int, end: int) -> Attribution | None:
    """Read an attribution that follows a quotation, in ``text[start:end]`` (up to the end of its sentence)."""
    signed = signature(text, start, len(text))
    if signed or start >= end:
        return signed
    lead = _AFTER_LEAD.match(text, start, end)
    at = lead.end() if lead else start
    according = _ACCORDING.match(text, at, end)
    if according:
        mention = _noun_phrase(text, according.end(), end)
        return mention and Attribution(Span(*according.span("cue")), mention, Evidence.CUE_BESIDE)
    inverted = _INVERTED.match(text, at, end)
    if inverted:
        mention = _noun_phrase(text, inverted.end(), end)
        if mention and (_NP_START.match(text, inverted.end()) or _NAME_INSIDE.search(mention.of(text))):
            return Attribution(Span(*inverted.span("cue")), mention, Evidence.CUE_BESIDE)
    return _subject_then_verb(text, at, end)


def signature(text: str, start: int, end: int) -> Attribution | None:
    """Read a signature after a quotation: “X.” — Jane Roe, at the end of its line."""
    signed = _SIGNED.match(text, start, end)
    if not signed:
        return None
    line_end = text.find("\n", signed.end())
    mention = _noun_phrase(text, signed.end(), line_end if line_end >= 0 else end)
    if mention is None or len(mention) > 60 or _VERB_AT.search(mention.of(text)):
        return None
    return Attribution(None, mention, Evidence.LABEL) if _is_name_like(mention.of(text)) else None


def before(text: str, roster: Roster, start: int, end: int) -> Attribution | None:
    """Read an attribution that precedes a quotation, in ``text[start:end]`` (from its sentence's start)."""
    if start >= end:
        return None
    label = re.search(r"(?:^|\n|[.!?]\s+)\s*([A-ZÀ-ÖØ-Þ][^:.!?\n]{1,60}):\s*$", text[start:end])
    if label and not _VERB_AT.search(label.group(1)) and _is_name_like(label.group(1)):
        return Attribution(
            None,
            Span(start + label.start(1), start + label.start(1) + len(label.group(1).rstrip())),
            Evidence.LABEL,
        )
    named = re.search(r":\s*$", text[start:end])
    mentions = roster.mentions_within(Span(start, end)) if named else []
    if (
        named
        and mentions
        and mentions[-1].end == start + named.start()
        and not _is_governed(text, mentions[-1], start)
    ):
        verb = _VERB_AT.search(text, start, end)
        if not verb:
            return Attribution(None, mentions[-1], Evidence.LABEL)
    said = _SAID_BEFORE.search(text[start:end])
    if said and _is_name_like(said["source"]):
        source, cue = said.span("source"), said.span("cue")
        return Attribution(
            Span(start + cue[0], start + cue[1]),
            Span(start + source[0], start + source[1]),
            Evidence.CUE_BESIDE,
        )
    verbs = [match for match in _VERB_AT.finditer(text, start, end) if _is_cue(text, match, end)]
    for verb in reversed(verbs):
        mention = _subject_before(text, roster, start, verb.start())
        if mention is None:
            continue
        beside = len(_WORD.findall(text[verb.end() : end])) <= 3
        return Attribution(
            Span(*verb.span()), mention, Evidence.CUE_BESIDE if beside else Evidence.CUE_BEFORE
        )
    according = _ACCORDING.search(text, start, end)
    if according:
        mention = _noun_phrase(text, according.end(), end)
        return mention and Attribution(Span(*according.span("cue")), mention, Evidence.CUE_BEFORE)
    return None


def subject(text: str, roster: Roster, start: int, end: int) -> Span | None:
    """The likely subject of the sentence ``text[start:end]``: its first name or pronoun that no preposition governs."""
    for span in _candidates(text, roster, start, end):
        if not _is_governed(text, span, start):
            return span
    return None


def _is_name_like(words: str) -> bool:
    """A label names somebody: nearly all its words are capitalised ("Mr. Smith", "POPE FRANCIS")."""
    tokens = words.split()
    capitals = sum(token[:1].isupper() or token in lexicon.NAME_PARTICLES for token in tokens)
    return len(tokens) <= 6 and capitals == len(tokens)


def _is_cue(text: str, verb: re.Match[str], end: int) -> bool:
    word = verb.group().lower()
    previous = _WORD.findall(text[max(0, verb.start() - 20) : verb.start()])
    if previous and previous[-1].lower() in {
        "the",
        "a",
        "an",
        "his",
        "her",
        "their",
        "its",
        "to",
        "of",
        "this",
    }:
        return previous[-1].lower() == "to" and word in {"say", "tell", "write", "declare", "add"}
    if word in lexicon.WEAK_SPEECH_VERBS:
        return len(_WORD.findall(text[verb.end() : end])) <= 6
    return True


def _subject_then_verb(text: str, at: int, end: int) -> Attribution | None:
    """Y said: the words between the quotation and the first speech verb name the source."""
    for verb in _VERB_AT.finditer(text, at, min(end, at + 220)):
        between = text[at : verb.start()]
        if BLANK in between or re.search(r"[!?;:]|[a-z]{3}\.\s", between) or len(between.split()) > 24:
            return None
        words = between.split()
        if words and words[0].lower() in _SUBORDINATORS:
            return None
        if not words or words[-1].lower() in {"who", "that", "which", "to", "the", "a", "an", "of", "and"}:
            continue
        if not _NP_START.match(text, at) and not re.search(r"[A-Z]\w+\W*$", between):
            continue
        mention = _noun_phrase(text, at, verb.start())
        if mention:
            return Attribution(Span(*verb.span()), mention, Evidence.CUE_BESIDE)
    return None


def _noun_phrase(text: str, start: int, end: int) -> Span | None:
    """The noun phrase that starts at ``start``: up to punctuation, a relative clause or an adjunct."""
    stop = _NP_END.search(text, start, end)
    while stop and _inside_abbreviation(text, stop.start()):
        stop = _NP_END.search(text, stop.end(), end)
    words = text[start : stop.start() if stop else end]
    words = re.sub(r"[ \u00a0]+(?:has|had|have|also|then|later|once|would|did|\w+ly)?[ \u00a0]*$", "", words)
    while True:
        shorter = re.sub(r"[ \u00a0]+(?:has|had|have|also|then|later|once|would|did|\w+ly)$", "", words)
        if shorter == words:
            break
        words = shorter
    words = words.rstrip()
    if not words or not any(character.isalpha() for character in words) or len(words.split()) > 14:
        return None
    return Span(start, start + len(words))


def _inside_abbreviation(text: str, at: int) -> bool:
    """Tell whether the full stop at ``at`` belongs to "Mr.", an initial or "U.S."."""
    if text[at] != ".":
        return False
    word = re.search(r"[A-Za-z][A-Za-z.]*$", text[max(0, at - 8) : at])
    if not word:
        return False
    stem = word.group()
    return (
        len(stem) == 1
        or "." in stem
        or f"{stem.lower()}." in lexicon.TITLES | lexicon.ADDRESS_HONORIFICS | {"st."}
    )


def _subject_before(text: str, roster: Roster, start: int, end: int) -> Span | None:
    """The subject of the verb at ``end``.

    Before a verb that follows "and", "but" or a comma ("attacked her in Ohio, saying") it is the first
    mention of the sentence that isn't governed or an object; else the nearest such on the verb's left.
    """
    candidates = _candidates(text, roster, start, end)
    coordinated = _COORDINATED.search(text[max(start, end - 40) : end]) is not None
    adjacent = _ANY_SUBJECT.search(text[max(start, end - 60) : end])
    if adjacent and not coordinated and (not candidates or candidates[-1].end < end - 60 + adjacent.start()):
        offset = max(start, end - 60)
        return Span(offset + adjacent.start(), offset + adjacent.end())
    if candidates and not coordinated and not text[candidates[-1].end : end].strip():
        return candidates[-1]
    free = [span for span in candidates if not _is_governed(text, span, start)]
    if not free:
        return None
    return _with_possessed(text, free[0] if coordinated else free[-1], end)


def _candidates(text: str, roster: Roster, start: int, end: int) -> list[Span]:
    region = text[start:end]
    spans = roster.mentions_within(Span(start, end)) if end > start else []
    spans += [Span(start + m.start(), start + m.end()) for m in _PRONOUN.finditer(region)]
    spans += [Span(start + m.start(), start + m.end()) for m in _NOMINAL.finditer(region)]
    spans.sort(key=lambda span: (span.start, -span.end))
    outermost: list[Span] = []
    for span in spans:
        if not outermost or not outermost[-1].overlaps(span):
            outermost.append(span)
    return outermost


def _is_governed(text: str, span: Span, start: int) -> bool:
    """Tell whether a preposition or a transitive verb stands right before, so that this is no subject."""
    words = _WORD.findall(text[max(start, span.start - 40) : span.start])
    if not words:
        return False
    if words[-1].lower() in {"the", "a", "an", "his", "her", "their", "its", "former"}:
        words = words[:-1]
    last = words[-1].lower() if words else ""
    if re.search(r"[,;:—–]\s*$", text[max(start, span.start - 3) : span.start]):
        return False
    return (
        last in _PREPOSITIONS
        or (last.endswith("ed") and last in lexicon.SPEECH_VERBS)
        or last
        in {
            "told",
            "called",
            "calling",
            "asked",
            "telling",
            "asking",
        }
    )


def _with_possessed(text: str, span: Span, end: int) -> Span:
    """Extend "Trump" in "Trump’s campaign said" to what is possessed, which is the speaker."""
    match = re.match(r"['’]s?[ \u00a0](?:[\w-]+[ \u00a0]){0,3}?[\w-]+(?=[ \u00a0]*$|,)", text[span.end : end])
    return Span(span.start, span.end + match.end()) if match else span
