"""The grammar of attributions as patterns: cues, noun phrases, and what bounds them.

The patterns are matched against text in which quoted words are blanked out; ``quotes`` puts them together.
All are linear on what they are matched against: a sentence, cut to a few hundred characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.text.en import lexicon
from service.text.en.word_lists import load_words, one_of
from service.text.marks import ENGLISH_CLOSING, ENGLISH_DOUBLE

# Quoted words are replaced by this character, which no pattern below matches.
BLANK = "\ufffc"

_SPACE = r"[ \u00a0]+"
# Latin capitals with every accent, Greek and Cyrillic, and the combining marks that may follow a letter.
CAPITAL = "[" + "".join(map(chr, filter(lambda code: chr(code).isupper(), range(0x530)))) + "]"


# Words that start a new sentence after a quotation. Articles may begin a name, the participles are cues.
_STARTERS = (
    lexicon.SENTENCE_STARTERS
    - lexicon.NAMES_LIKE_WORDS
    - set("the a an according asking citing speaking writing responding referring".split())
)
_ADVERB = r"(?:\w+ly|then|also|later|once|again|just|now|still|often|even|further)"
_AUXILIARY = r"(?:has|have|had|would|did)"
_BEFORE_VERB = rf"(?:(?:{_ADVERB}|{_AUXILIARY}){_SPACE}){{0,3}}"
_FRONTING = load_words("fronting_words")
_DETERMINERS = load_words("determiners")
# "That man" is a phrase, "that the man …" begins a clause.
_DETERMINER = rf"(?:{one_of(_DETERMINERS)}|that(?!{_SPACE}{one_of(_DETERMINERS)}\b))"
SOURCE_NOUN = one_of(lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES)

# Words that may be a verb are looked up in a set: an alternation of all verbs takes a hundred times as long.
_VERB_SHAPED = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z-]*(?![\w-])")

WORD = re.compile(r"\w[\w’'.-]*")
PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|[Ii]t|I)\b")

# ", said Y": the cue first. Not "adding that …", which goes on about what was said.
_INVERTED_CUE = re.compile(
    rf"{_BEFORE_VERB}(?P<cue>[\w-]+)(?<!ing)(?![\w-]){_SPACE}(?!that\b)(?=\S)", re.IGNORECASE
)
# "Said Ellis:" before a quotation.
_INVERTED_LABEL = re.compile(
    rf"(?:^|[.!?,;\n])\s*(?P<cue>[\w-]+)(?<!ing){_SPACE}(?P<source>{CAPITAL}[^,.:;!?\n]{{1,60}})[:,]\s*$",
    re.IGNORECASE,
)
ACCORDING_TO = re.compile(
    rf"(?P<cue>according{_SPACE}to|in{_SPACE}the{_SPACE}words{_SPACE}of){_SPACE}", re.IGNORECASE
)
_NAMING_PARTICIPLES = load_words("naming_participles")
PASSIVE_CUE = re.compile(
    rf"\b(?P<cue>{one_of(_NAMING_PARTICIPLES)}){_SPACE}(?:(?:as|to{_SPACE}be){_SPACE})?"
    rf"(?:{_DETERMINER}{_SPACE})?(?:{BLANK}+{_SPACE}and{_SPACE}(?:{_DETERMINER}{_SPACE})?)?$"
)
BY = re.compile(rf"(?:{_SPACE}and{_SPACE}(?:{_DETERMINER}{_SPACE})?{BLANK}+)?{_SPACE}by{_SPACE}(?=\S)")
# "he never said", "did not say", "denied saying", "refused to say": the words were not spoken.
DENIED = re.compile(
    rf"\b(?:(?:never|not|\w+n['’]t|nor){_SPACE}(?:(?!only|merely|simply)\w+ly{_SPACE})?(?:said|say|says|wrote|write|used|called|call|utter(?:ed)?)"
    rf"|(?:den(?:y|ies|ied|ying)|without|instead{_SPACE}of){_SPACE}(?:ever{_SPACE}|having{_SPACE})?(?:saying|said|writing|written|calling)"
    rf"|(?:refus|declin)(?:e|es|ed|ing){_SPACE}to{_SPACE}(?:say|write|call|utter)),?{_SPACE}$"
)
# "Reed was told by Orr: “x”"
TOLD_BY = re.compile(
    rf"\b(?:am|is|are|was|were|be|been|being){_SPACE}(?:{_ADVERB}{_SPACE})?"
    rf"(?P<cue>told|asked|informed|warned|advised|assured){_SPACE}by{_SPACE}"
)
# "described by Moss as “x”"
BY_WHOM = re.compile(rf"\b(?P<cue>[a-z]+(?:ed|en|lt|nt)){_SPACE}by{_SPACE}(?=[^,.;:\n{BLANK}]{{2,80}}$)")
QUOTED_WHOM = re.compile(
    rf"(?P<passive>\b(?:is|are|was|were|be|been|being){_SPACE}(?:{_ADVERB}{_SPACE})?)?"
    rf"\b(?:quot|cit|record|accus|criticis|criticiz|condemn|prais|mock|rebuk|attack|denounc)(?:e|es|ed|ing){_SPACE}"
)
AS_SAYING = re.compile(rf"{_SPACE}(?P<whom>[^,.;:\n{BLANK}]{{1,80}}?){_SPACE}as{_SPACE}saying\b")
# "a letter by", "an email to", "a text from Moss to": whoever comes next is not the subject.
GOVERNED_AT_END = re.compile(
    rf"\b(?:by|to|from|about|against){_SPACE}(?:(?:the|his|her|their){_SPACE})?(?:[\w-]+,{_SPACE})?$"
)
# "one said", "Another wrote": subjects that need no noun.
BARE_SUBJECT = re.compile(
    rf"(?:^|[.!?,;:\n{BLANK}]\s*|\band{_SPACE}|\bbut{_SPACE}|\bwhile{_SPACE})"
    rf"(?P<one>(?i:one|another|others|a{_SPACE}(?:second|third|fourth|fifth))){_SPACE}{_BEFORE_VERB}$"
)
# What may stand between a closing mark and an attribution, a leftover nested mark included.
AFTER_LEAD = re.compile(rf"[\s,;–—{ENGLISH_CLOSING}-]*")
# “X.” — Jane Roe
SIGNATURE = re.compile(rf"[.,]?(?:[ \u00a0]*\n{{1,2}})?[ \u00a0]*[—–―-]{{1,2}}[ \u00a0]*(?={CAPITAL})")
# "Smith:" or "Smith —" at the start of a sentence, right before a quotation.
LABEL = re.compile(rf"(?:^|\n|[.!?]\s+)\s*(?P<name>{CAPITAL}[^:.!?\n]{{1,60}}?)\s*[:—–]\s*$")
# "and repeatedly says", "to say": the verb's subject stands further off.
COORDINATED = re.compile(rf"(?:,|\band|\bbut|\bthen|\bor|\bto|{BLANK}){_SPACE}(?:{_ADVERB}{_SPACE}){{0,2}}$")
# A fronted phrase before a sentence's subject: "In a talk with Moss on Monday, ", "Asked about the bridge, ".
FRONTED = re.compile(
    rf"\s*(?:(?i:{one_of(_FRONTING)})|[A-Z][a-z]+(?:ing|ed))\b[^,;:{BLANK}]{{0,150}}"
    rf"(?:,(?=[ \u00a0])|{BLANK}+)"
)
# After the last verb of a sentence: "agreed. ", "said in a statement. ".
CLOSES_SENTENCE = re.compile(
    rf"(?:{_SPACE}(?:in|on|at|during|by|to|after)(?:{_SPACE}[\w’'-]+){{1,5}})?\.\s*$"
)
NAME_THEN_VERB = re.compile(
    rf"(?P<source>(?:[Hh]e|[Ss]he)|{CAPITAL}[\w’'.-]*(?:{_SPACE}{CAPITAL}[\w’'.-]*){{0,3}}){_SPACE}"
    rf"(?:[a-z]+ly{_SPACE})?(?P<cue>[a-z]+ed)(?=[.,:;])"
)
# "deadpanned the officer", "huffed Moss": any verb in the past before its subject.
ANY_VERB_BEFORE_SUBJECT = re.compile(
    rf"(?P<cue>[a-z]{{3,}}ed){_SPACE}(?=(?:{_DETERMINER}{_SPACE}[a-z]|{CAPITAL}))"
)

NAME_INSIDE = re.compile(rf"(?:^|\s){CAPITAL}\w+")
NOUN_PHRASE_START = re.compile(
    rf"(?:{CAPITAL}|\d|(?:{_DETERMINER}|former|he|she|they|we|it|you|who|{SOURCE_NOUN})\b)"
)
# Where a noun phrase that names a source ends: punctuation, a relative clause, an adjunct.
NOUN_PHRASE_END = re.compile(
    rf"[,.;:!?\n(){ENGLISH_DOUBLE}‘{BLANK}—–]"
    rf"|[ \u00a0](?:{one_of(load_words('after_source'))}|and[ \u00a0]then)\b"
)
# Adverbs and auxiliaries before a verb. In lower case only: "John Kelly" ends in no adverb.
VERB_LEAD_AT_END = re.compile(
    rf"(?:{_SPACE}(?:[a-z]+ly|then|also|later|once|again|just|now|still|often|even|further|{_AUXILIARY}))+$"
)
WHO = re.compile(rf"(?<=[,\w][ \u00a0])(?P<who>who){_SPACE}{_BEFORE_VERB}$")
VERB_LEAD = re.compile(rf"{_SPACE}{_BEFORE_VERB}$")
# After a quotation's closing mark a capitalised "He" or "Still" starts something new.
NEW_SENTENCE = re.compile(
    rf"(?:{one_of(map(str.capitalize, _STARTERS))}\b"
    r"|The[ \u00a0][a-z])"
)
# A document or another thing that words are attributed to: "the letter", "this finding".
THING = re.compile(rf"\b(?i:{_DETERMINER}){_SPACE}{one_of(lexicon.SPEAKING_THINGS)}\b")
# A thing right before a verb of saying, also one that is worn or held up: "her new banner ".
THING_SAYING = re.compile(
    rf"\b(?P<thing>(?i:{_DETERMINER}){_SPACE}(?:[\w’'-]+{_SPACE}){{0,2}}?"
    rf"{one_of(lexicon.SPEAKING_THINGS | load_words('worn_or_shown'))}s?){_SPACE}$"
)
# "as shown by this finding:"
ANNOUNCED_BY = re.compile(rf"\bby{_SPACE}(?P<thing>{THING.pattern}):\s*$")
# What leads to quotations that stand on their own: "Moss spoke about the race."
INTERVIEWED = re.compile(
    r"\b(?:sp(?:oke|eaks)|talk(?:ed|s)|chatt?(?:ed|s)|open(?:ed|s)[ \u00a0]up|reflect(?:ed|s)"
    r"|tells?|told|shar(?:ed|es)|discuss(?:ed|es)|explain(?:ed|s)|recall(?:ed|s)|answer(?:ed|s)|describ(?:ed|es))\b"
)
# "a spokesman for the department", "police", "two officials".
NOMINAL = re.compile(
    rf"\b(?:(?i:{_DETERMINER}){_SPACE}(?:[\w’'-]+{_SPACE}){{0,4}}?)?"
    rf"(?:{SOURCE_NOUN}s?\b|(?i:{SOURCE_NOUN})s(?={_SPACE}(?:for|of|from|with|at|in|to){_SPACE}))"
    rf"(?:{_SPACE}(?:for|of|from|with|at|in|to){_SPACE}(?:(?:the|a|his|her){_SPACE})?"
    rf"[A-Za-z][\w’'-]*(?:{_SPACE}[A-Z][\w’'-]*)*)?"
)
# Any other noun phrase right before a verb: "the ad’s narrator", "a friend".
ANY_SUBJECT = re.compile(
    rf"\b{_DETERMINER}{_SPACE}(?:[\w’'-]+{_SPACE}){{0,3}}?[\w’'-]+(?={_SPACE}{_BEFORE_VERB}$)", re.IGNORECASE
)
# "’s campaign" after "Trump": the campaign spoke, not Trump.
POSSESSED = re.compile(rf"['’]s?{_SPACE}(?:[\w-]+{_SPACE}){{0,3}}?[\w-]+(?=[ \u00a0]*$|,)")
# "The group, led by Moss, said"
APPOSED = re.compile(
    rf"\s*(?P<subject>(?i:{_DETERMINER})(?:{_SPACE}[\w’'-]+){{1,3}}),[ \u00a0]\w+{_SPACE}[^,.;:\n]{{2,80}},"
)
# The title between an organisation and the name of somebody there: "ANZ chief economist Sunita Rao".
TITLE_BETWEEN = re.compile(r"[ \u00a0](?:[a-z][\w’'-]*[ \u00a0]){0,3}")
ROLE_AT_END = re.compile(rf"(?:\b{SOURCE_NOUN}|(?:ist|ian|man|woman|person|opener|striker|keeper))$")
# "dozens of" at the end, before "protesters".
QUANTITY = re.compile(rf"\b{one_of(load_words('quantities'))}(?:[ \u00a0]\w+)?[ \u00a0]of$")
# "her deputy, ", before the name in apposition.
ROLE_BEFORE_COMMA = re.compile(rf"\b{SOURCE_NOUN},[ \u00a0]$")
ENDS_CLAUSE = re.compile(r"[!?;:]|[a-z]{3}\.\s")

FINITE = load_words("auxiliary_verbs")
BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
PREPOSITIONS = load_words("prepositions")
DETERMINERS = frozenset({"the", "a", "an", "his", "her", "their", "its", "former"})
# A speech verb right after these is a noun, an infinitive or part of a relative clause.
NOT_BEFORE_CUE = frozenset({"who", "that", "which", "to", "the", "a", "an", "of", "and"})
# After a quotation these start a clause of the reporter's own, not an attribution.
RELATIVE = frozenset({"which", "that", "who", "whom", "what"})
SUBORDINATORS = load_words("subordinators")
# Whoever follows these verbs is spoken to.
ADDRESSING = frozenset({"told", "tells", "telling", "called", "calling", "asked", "asking"})


# Words after which a form that is also a noun is one ("a request", "Moss’s remark", "of emails").
_BEFORE_NOUN = (
    PREPOSITIONS
    | DETERMINERS
    | {"my", "our", "your", "this", "that", "these", "those", "no", "any", "many", "some", "few"}
)
_BEFORE_BARE_VERB = load_words("before_bare_verb")


def find_cues(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the verbs of saying in ``text[start:end]``, in order."""
    for word in _VERB_SHAPED.finditer(text, start, end):
        if word.group().lower() in lexicon.SPEECH_VERBS and not _is_noun(text, word):
            yield word


def _is_noun(text: str, word: re.Match[str]) -> bool:
    """Return whether a possible verb is a noun or name here: "the Post", "a request", "Moss’s emails"."""
    if not word.start() or text[word.start() - 1] not in " \u00a0":
        return False
    earlier = WORD.findall(text, max(0, word.start() - 20), word.start())
    previous = earlier[-1] if earlier else ""
    if not previous:
        return False
    form, lowered = word.group(), previous.lower()
    if form[0].isupper() and not form.isupper():
        return True
    if form not in lexicon.NOUN_LIKE_FORMS:
        return False
    if lowered in _BEFORE_NOUN or lowered.endswith(("’s", "'s", "s’", "s'")):
        return True
    if form.endswith("s"):
        return False
    plural = previous.endswith("s") or lowered in _BEFORE_BARE_VERB or lowered.endswith("ly")
    return not plural and not previous[0].isupper()


def match_inverted_cue(text: str, start: int, end: int) -> re.Match[str] | None:
    """Match "said " or the like at ``start``, with adverbs before it; the group ``cue`` is the verb."""
    match = _INVERTED_CUE.match(text, start, end)
    return match if match and match["cue"].lower() in lexicon.SPEECH_VERBS else None


def search_inverted_label(words: str) -> re.Match[str] | None:
    """Find "Said Ellis:" at the end of ``words``, with the groups ``cue`` and ``source``."""
    match = _INVERTED_LABEL.search(words)
    return match if match and match["cue"].lower() in lexicon.SPEECH_VERBS else None


def is_name_like(words: str) -> bool:
    """Return whether all words are those of a name: "Mr. Smith", "POPE FRANCIS", "Ursula von der Leyen"."""
    tokens = words.split()
    capitals = sum(token[:1].isupper() or token in lexicon.NAME_PARTICLES for token in tokens)
    return 0 < len(tokens) <= 6 and capitals == len(tokens)


def is_abbreviation_stop(text: str, at: int) -> bool:
    """Return whether the character at ``at`` is the full stop of "Mr.", of an initial or of "U.S."."""
    if text[at] != ".":
        return False
    word = re.search(r"[^\W\d_][\w.]*$", text[max(0, at - 8) : at])
    if not word:
        return False
    stem = word.group()
    titles = lexicon.TITLES | lexicon.ADDRESS_HONORIFICS | {"st."}
    return len(stem) == 1 or "." in stem or f"{stem.lower()}." in titles
