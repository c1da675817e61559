"""What can be left out of a sentence so that it still reads, one row a kind.

To add a kind, add a row; its example, with what goes between slashes, is tested. After a change, train the
deletion head again: ``eval.training.headlines``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from service.text.en.word_lists import load_words, one_of

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)"
)
_DATE = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})(?:,? \d{{4}})?"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART_OF_DAY = r"(?:morning|afternoon|evening|night|lunchtime)"
_TIME = (
    rf"(?:(?:(?:late|early|earlier) )?(?:on )?{_DAY}(?: {_PART_OF_DAY})?(?:,? {_DATE})?"
    rf"|on {_DATE}|(?:earlier |late |later )?(?:today|yesterday|tonight)"
    r"|(?:earlier|later|late) (?:this|last) (?:week|month|year)"
    rf"|(?:last|this) (?:week|month|{_PART_OF_DAY}))"
)
_RELATIVE = r"(?:which|who|whose|whom|where)"
_SUBORDINATING = one_of(load_words("trailing_clause_openers"))
_APPOSITION = (
    r"(?:a|an|the|one of|his|her|their|its|\d{1,3}|including|such as|like|along with|together with"
    r"|as well as|led by|known as|formerly|also known|born|based|aged?|then|now|both|[A-Z][\w-]+['’]s)"
)
INTRODUCER = one_of(load_words("leading_phrase_openers"))
_CONNECTIVE = one_of(load_words("deletable_connectives"))
_INNER_PREPOSITION = r"(?:in|on|at|with|after|despite|during|for|from|as|of|by|while|when|following)"
_PURPOSE = r"in (?:an? (?:bid|effort|attempt|interview|statement|move|case|series)|the wake of|response to)"


class Place(StrEnum):
    """Where in a sentence a kind stands, and so against what its pattern is matched."""

    START = "start"
    INSIDE = "inside"
    INSERTED = "inserted"  # between two commas, so that it may be taken for an item of a list
    END = "end"


@dataclass(frozen=True, slots=True)
class DeletionRule:
    """A ``kind`` of stretch that can go, at what ``price``, and an example with what goes between slashes."""

    kind: str
    place: Place
    price: float
    pattern: re.Pattern[str]
    example: str


def _rule(kind: str, place: Place, price: float, pattern: str, example: str) -> DeletionRule:
    flags = re.IGNORECASE if kind in ("connective", "leading time") else re.NOFLAG
    return DeletionRule(kind, place, price, re.compile(pattern, flags), example)


RULES: tuple[DeletionRule, ...] = (
    _rule("connective", Place.START, 0.0, rf"{_CONNECTIVE},?\s+",
          "/Meanwhile, /the mayor left."),
    _rule("leading time", Place.START, 0.2, rf"{_TIME},\s+",
          "/On Monday, /the mayor left."),
    _rule("leading phrase", Place.START, 0.7, rf"{INTRODUCER}\b[^,;:]{{3,140}},\s+",
          "/After a long debate in the old town hall, /the mayor left."),
    _rule("bracket", Place.INSIDE, 0.1, r"\s*\([^()]{1,160}\)",
          "The World Health Organization/ (WHO)/ warned of a flood."),
    _rule("dashes", Place.INSIDE, 0.4,
          r"\s*[–—]\s*[^–—]{3,160}?\s*[–—](?=\s)|\s+--?\s[^–—]{3,160}?\s--?(?=\s)",
          "The mill/ — the oldest in the valley —/ was sold."),
    _rule("time", Place.INSIDE, 0.3,
          rf"(?<!\bof)(?<!\bsince)(?<!\buntil)(?<!\bby)(?<!\bfor)(?<!\bfrom)(?<!\band)\s{_TIME}(?=[\s,])"
          r"(?!\s(?:and|to|or|until|through)\b)",
          "The mayor left/ on Monday/ for the coast."),
    _rule("adverb", Place.INSIDE, 0.3,
          r"\s(?:also|now|already|currently|then|recently|subsequently)(?=\s\w)",
          "The mayor has/ also/ sold the mill."),
    _rule("relative clause", Place.INSERTED, 0.4, rf",\s+{_RELATIVE}\b[^,;]{{3,160}}(?:,(?=\s))",
          "The mayor/, who has a boat,/ left."),
    _rule("apposition", Place.INSERTED, 0.4, rf",\s+{_APPOSITION}\b[^,;]{{0,120}}(?:,(?=\s))",
          "Ruth Moss/, the mayor of Linden,/ left."),
    _rule("inner phrase", Place.INSERTED, 0.6, rf",\s+{_INNER_PREPOSITION}\b[^,;]{{3,120}}(?:,(?=\s))",
          "The mayor/, after a long debate,/ left."),
    _rule("inner time", Place.INSERTED, 0.2, rf",\s+{_TIME},(?=\s)",
          "The mayor/, on Monday,/ left."),
    _rule("trailing relative", Place.END, 0.5,
          rf",\s+(?:in |of |from |at |for |with |one of |some of |most of )?{_RELATIVE}\b[^;]{{3,200}}$",
          "The mayor sold the mill/, which had been empty for years/."),
    _rule("trailing clause", Place.END, 0.8, rf",\s+{_SUBORDINATING}\b[^;]{{3,200}}$",
          "The mayor sold the mill/, after it had been empty for years/."),
    _rule("trailing participle", Place.END, 1.0, r",\s+(?:\w+ly )?[a-z]+(?:ing|ed)\b[^;]{3,200}$",
          "A bus left the road/, injuring nine people/."),
    _rule("trailing apposition", Place.END, 0.6, rf",\s+{_APPOSITION}\b[^;,]{{3,160}}$",
          "The mill was sold to Ruth Moss/, the mayor of Linden/."),
    _rule("second clause", Place.END, 1.0, r",?\s+(?:and|but|while|so)\s[^;]{12,200}$|;\s[^;]{3,200}$",
          "The mill was sold/, but nobody has paid for it/."),
    _rule("trailing dash", Place.END, 0.8, r"\s+[–—-]{1,2}\s[^–—]{3,200}$",
          "The mill was sold/ — for the third time in a year/."),
    _rule("trailing time", Place.END, 0.3, rf",?\s+{_TIME}$",
          "The mill was sold/ on Monday/."),
    _rule("trailing phrase", Place.END, 1.1,
          r"\s+(?:after|before|while|during|amid|following|despite|because|when|where|as part of|ahead of"
          rf"|since|in connection with|in what|{_PURPOSE}"
          r"|as (?=\w+ (?:\w+ )?(?:is|are|was|were|has|have|had|\w+ed|\w+s)\b))\b[^,;]{3,160}$",
          "The mill was sold/ after its owner had died/."),
    _rule("last phrase", Place.END, 1.8,
          r"\s+(?:in|at|from|for|over|near|across|with|by|under|on|through|into|against)\s[^,;]{2,60}$",
          "The mayor sold the mill/ in the valley/."),
)  # fmt: skip
PRICES = {rule.kind: rule.price for rule in RULES}
