"""What can be left out of a sentence so that it still reads: asides, and what leads in or trails off.

Rules over the surface propose stretches to delete, each of a kind with a price; the cheapest set that makes
the sentence short enough is left out. Nothing is added or moved. Words in quotation marks are never cut, and
who says something is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.text.document import Document
from service.text.en.word_lists import load_words, one_of
from service.text.words import count_words

_DAY = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)  # fmt: skip
_PART_OF_DAY = r"(?:morning|afternoon|evening|night|lunchtime)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)"
)
_DATE = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})(?:,? \d{{4}})?"
_TIME = (
    rf"(?:(?:(?:late|early|earlier) )?(?:on )?{_DAY}(?: {_PART_OF_DAY})?(?:,? {_DATE})?"
    rf"|on {_DATE}|(?:earlier |late |later )?(?:today|yesterday|tonight)"
    rf"|(?:earlier|later|late) (?:this|last) (?:week|month|year)"
    rf"|(?:last|this) (?:week|month|{_PART_OF_DAY}))"
)
_REPORTS = re.compile(
    r"\b(?:said|says|say|told|tells|added|adds|announced|according to|reported|reports|wrote|writes|claimed"
    r"|confirmed|insisted|argued|explained|believes?|thinks?|suggest(?:s|ed)|warned|tweeted|stated|denied)\b"
)
_RELATIVE = r"(?:which|who|whose|whom|where)"
_SUBORDINATING = (
    r"(?:when|after|before|as|while|with|following|amid|despite|including|although|though|even|because|since"
    r"|where|until|making|bringing|leaving|meaning|having|citing|saying|prompting|becoming)"
)
_APPOSITION = (
    r"(?:a|an|the|one of|his|her|their|its|\d{1,3}|including|such as|like|along with|together with"
    r"|as well as|led by|known as|formerly|also known|born|based|aged?|then|now|both|[A-Z][\w-]+['’]s)"
)
_INTRODUCER = (
    r"(?:On|In|At|After|As|While|When|Despite|Following|During|Amid|With|Since|Before|Although|Though"
    r"|Because|Under|By|For|From|Until|Earlier|Last|This|Two|Three|Just|Over|Within|Among|Born|Speaking"
    r"|Asked|Founded|Based|Once|Late|Early)"
)
_CONNECTIVE = one_of(load_words("dangling_connectives"))

_LEADING = (
    ("connective", re.compile(rf"{_CONNECTIVE},?\s+", re.IGNORECASE)),
    ("leading time", re.compile(rf"{_TIME},\s+", re.IGNORECASE)),
    ("leading phrase", re.compile(rf"{_INTRODUCER}\b[^,;:]{{3,140}},\s+")),
)  # fmt: skip
_ASIDE = (
    ("bracket", re.compile(r"\s*\([^()]{1,160}\)")),
    ("dashes", re.compile(r"\s*[–—]\s*[^–—]{3,160}?\s*[–—](?=\s)|\s+--?\s[^–—]{3,160}?\s--?(?=\s)")),
)  # fmt: skip
_INNER = (
    ("relative clause", re.compile(rf",\s+{_RELATIVE}\b[^,;]{{3,160}}(?:,(?=\s))")),
    ("apposition", re.compile(rf",\s+{_APPOSITION}\b[^,;]{{0,120}}(?:,(?=\s))")),
    ("inner phrase", re.compile(rf",\s+(?:in|on|at|with|after|despite|during|for|from|as|of|by|while|when|following)\b[^,;]{{3,120}}(?:,(?=\s))")),
    ("inner time", re.compile(rf",\s+{_TIME},(?=\s)")),
)  # fmt: skip
_TRAILING = (
    ("trailing relative", re.compile(rf",\s+(?:in |of |from |at |for |with |one of |some of |most of )?{_RELATIVE}\b[^;]{{3,200}}$")),
    ("trailing clause", re.compile(rf",\s+{_SUBORDINATING}\b[^;]{{3,200}}$")),
    ("trailing participle", re.compile(r",\s+(?:\w+ly )?[a-z]+(?:ing|ed)\b[^;]{3,200}$")),
    ("trailing apposition", re.compile(rf",\s+{_APPOSITION}\b[^;,]{{3,160}}$")),
    ("second clause", re.compile(r",?\s+(?:and|but|while|so)\s[^;]{12,200}$|;\s[^;]{3,200}$")),
    ("trailing dash", re.compile(r"\s+[–—-]{1,2}\s[^–—]{3,200}$")),
    ("trailing time", re.compile(rf",?\s+{_TIME}$")),
    ("trailing phrase", re.compile(
        r"\s+(?:after|before|while|during|amid|following|despite|because|when|where|as part of|ahead of|since"
        r"|in (?:an? (?:bid|effort|attempt|interview|statement|move|case|series)|the wake of|response to|connection with"
        r"|what)|as (?=\w+ (?:\w+ )?(?:is|are|was|were|has|have|had|\w+ed|\w+s)\b))\b[^,;]{3,160}$")),
    ("last phrase", re.compile(r"\s+(?:in|at|from|for|over|near|across|with|by|under|on|through|across|into|against)\s[^,;]{2,60}$")),
)  # fmt: skip
_ANYWHERE = (
    ("time", re.compile(rf"(?<!\bof)(?<!\bsince)(?<!\buntil)(?<!\bby)(?<!\bfor)(?<!\bfrom)(?<!\band)\s{_TIME}(?=\s)(?!\s(?:and|to|or|until|through)\b)")),
    ("adverb", re.compile(r"\s(?:also|now|already|currently|then|recently|subsequently|reportedly)(?=\s\w)")),
)  # fmt: skip
# A list looks like appositions; the comma or conjunction that goes on with it tells.
_LIST_GOES_ON = re.compile(r"\s+(?:and|or|as well as)\b")

PRICES = {
    "connective": 0.0, "bracket": 0.1, "leading time": 0.2, "inner time": 0.2, "trailing time": 0.3,
    "time": 0.3, "adverb": 0.3, "apposition": 0.4, "relative clause": 0.4, "inner phrase": 0.6,
    "dashes": 0.4, "trailing relative": 0.5, "trailing apposition": 0.6, "leading phrase": 0.7,
    "trailing clause": 0.8, "trailing participle": 1.0, "second clause": 1.0, "trailing dash": 0.8,
    "trailing phrase": 1.1, "last phrase": 1.8,
}  # fmt: skip
_MOST_DELETABLE = 12


@dataclass(frozen=True, slots=True)
class Deletable:
    """A stretch of the article that can be left out, and of which kind it is."""

    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Shortened:
    """A sentence with stretches left out: what was ``kept`` in order, and what leaving the rest out cost."""

    kept: tuple[Span, ...]
    text: str
    price: float


def deletables(document: Document, sentence: Span) -> list[Deletable]:
    """Return what may be left out of ``sentence``, by the order of its ends."""
    return sorted(set(_proposed(document, sentence)), key=lambda one: (one.span.end, one.span.start, one.kind))


def shorten(
    document: Document,
    sentence: Span,
    most_words: int,
    weigh: Callable[[Span], float],
    kinds: frozenset[str] = frozenset(PRICES),
) -> Shortened | None:
    """Return ``sentence`` in ``most_words``, or None if that can't be had.

    Of the sets of stretches that do it, the cheapest is left out: by the prices of the ``kinds`` that may go
    and by what ``weigh`` says is lost.
    """
    found = [one for one in deletables(document, sentence) if one.kind in kinds]
    found = sorted(found, key=lambda one: PRICES[one.kind])[:_MOST_DELETABLE]
    body = Span(sentence.start, _before_stop(document.text, sentence))
    price_of = [PRICES[one.kind] + weigh(one.span) for one in found]
    best: Shortened | None = None
    for chosen, price in _subsets(found, price_of):
        if best is not None and price >= best.price:
            continue
        kept = tuple(_kept(body, chosen))
        text = _joined(document.text, kept)
        if count_words(text) <= most_words and _reads(text):
            best = Shortened(kept, text, price)
    return best


def _subsets(found: Sequence[Deletable], prices: Sequence[float]) -> Iterator[tuple[list[Span], float]]:
    """Yield sets of disjoint stretches with their prices; a stretch within another is never taken with it."""
    stack: list[tuple[int, list[Span], float]] = [(0, [], 0.0)]
    while stack:
        at, chosen, price = stack.pop()
        if at == len(found):
            yield chosen, price
            continue
        stack.append((at + 1, chosen, price))
        span = found[at].span
        if not any(span.overlaps(other) for other in chosen):
            stack.append((at + 1, [*chosen, span], price + prices[at]))


def _proposed(document: Document, sentence: Span) -> Iterator[Deletable]:
    end = _before_stop(document.text, sentence)
    plain = document.unquoted[sentence.start : end]
    runs = [run.outer for run in document.marks if run.outer.overlaps(sentence)]

    def fit(start: int, stop: int) -> Iterator[Span]:
        span = Span(sentence.start + start, sentence.start + stop)
        if not any(span.overlaps(run) for run in runs):
            yield span

    for kind, pattern in _LEADING:
        if (match := pattern.match(plain)) and not _REPORTS.search(match[0]):
            yield from (Deletable(span, kind) for span in fit(match.start(), match.end()))
    for patterns, may_end_a_list in ((_ASIDE, False), (_INNER, True), (_ANYWHERE, False)):
        for kind, pattern in patterns:
            for match in _overlapping(pattern, plain):
                if may_end_a_list and (_LIST_GOES_ON.match(plain, match.end()) or _in_list(plain, match.start())):
                    continue
                if not _REPORTS.search(match[0]):
                    yield from (Deletable(span, kind) for span in fit(match.start(), match.end()))
    for kind, pattern in _TRAILING:
        for match in _overlapping(pattern, plain):
            if kind == "second clause" and not (
                _FINITE.search(plain, 0, match.start()) and _FINITE.search(plain, match.start())
            ):
                continue
            if match.start() and not _REPORTS.search(match[0]) and not _in_list(plain, match.start(), kind):
                yield from (Deletable(span, kind) for span in fit(match.start(), match.end()))


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of ``pattern`` at every place where one starts."""
    at = 0
    while match := pattern.search(text, at):
        yield match
        at = match.start() + 1


def _in_list(plain: str, start: int, kind: str = "") -> bool:
    """Return whether a comma at ``start`` seems to go on with a list: a short stretch after another comma."""
    if kind in ("second clause", "last phrase", "trailing phrase", "trailing time"):
        return False
    before = plain[:start].rpartition(",")
    return bool(before[1]) and count_words(before[2]) <= 2


def _before_stop(text: str, sentence: Span) -> int:
    """Return where the sentence's last words end, before its full stop."""
    end = sentence.end
    while end > sentence.start and text[end - 1] in ". \n\t":
        end -= 1
    return end


def _kept(body: Span, deleted: Sequence[Span]) -> Iterator[Span]:
    start = body.start
    for span in sorted(deleted):
        if span.start > start:
            yield Span(start, min(span.start, body.end))
        start = max(start, span.end)
    if start < body.end:
        yield Span(start, body.end)


def _joined(text: str, kept: Sequence[Span]) -> str:
    """Return the kept stretches as one line, as they stand in the text."""
    line = " ".join(span.of(text).strip() for span in kept)
    return re.sub(r"\s+([,;:.])", r"\1", " ".join(line.split()))


_BAD_END = re.compile(
    r"\b(?:the|a|an|of|to|in|on|at|for|from|with|by|and|or|but|that|which|who|as|than|is|are|was|were|has|have|had"
    r"|be|been|will|would|its|his|her|their|into|about|between|including|said|says|not)$|[,;:–—-]$",
    re.IGNORECASE,
)


_FINITE = re.compile(rf"\b(?:{one_of(load_words('finite_verbs'))}|(?!need|indeed|speed|seed|bed|red|feed)[a-z]{{2,}}ed)\b")
_OPENS_WITH_CLAUSE = re.compile(rf"(?:{_INTRODUCER}|If|Where|Unless|Until|Whether)\b")
_PRONOUN = re.compile(rf"{one_of(load_words('pronouns'))}\b", re.IGNORECASE)


def _reads(text: str) -> bool:
    """Return whether ``text`` reads as a sentence.

    It has a verb, also after what leads in; nothing hangs at its end; no pronoun opens it; marks and brackets
    are closed.
    """
    pairs = (("(", ")"), ("“", "”"), ("[", "]"))
    main = text.partition(", ")[2] if _OPENS_WITH_CLAUSE.match(text) and ", " in text else text
    return (
        bool(_FINITE.search(main))
        and not (_OPENS_WITH_CLAUSE.match(text) and main is text)
        and not _BAD_END.search(text)
        and not _PRONOUN.match(main)
        and all(text.count(left) == text.count(right) for left, right in pairs)
        and text.count('"') % 2 == 0
    )
