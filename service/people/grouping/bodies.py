"""Links short names of bodies to full ones: "WHO" to "World Health Organization", "the Commission".

An abbreviation stands in brackets beside the name somewhere, or is its initials. A lone head, "the Ministry",
means the body with that head that was named last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from service.people.grouping.groups import GroupBuilder
from service.people.names import Mention
from service.text.en.word_lists import load_words

_ABBREVIATION = re.compile(r"[A-Z][A-Za-z&]*[A-Z]")
_BRACKETED = re.compile(rf"[ \u00a0]\(({_ABBREVIATION.pattern})\)")
_FEWEST_INITIALS = 3  # two letters are the initials of too many names
_HEADS = load_words("bodies_with_of")
_THE = re.compile(r"\b[Tt]he[ \u00a0]$")
_MOST_ALIKE = 50


class ShortBodyLinker:
    """The abbreviations and heads of one text's full names."""

    def __init__(self, text: str, full: Sequence[GroupBuilder]) -> None:
        self._text = text
        self._bracketed: dict[str, GroupBuilder] = {}
        self._by_head: dict[str, list[GroupBuilder]] = defaultdict(list)
        by_initials: dict[str, list[GroupBuilder]] = defaultdict(list)
        for one in full:
            for mention in one.mentions:
                bracketed = _BRACKETED.match(text, mention.span.end)
                if bracketed:
                    self._bracketed.setdefault(bracketed[1], one)
            for letters in {_initials(mention) for mention in one.mentions}:
                by_initials[letters].append(one)
            for head in {word.lower() for mention in one.mentions for word in mention.words} & _HEADS:
                self._by_head[head].append(one)
        self._by_initials = {letters: alike[0] for letters, alike in by_initials.items() if len(alike) == 1}

    def link_short_name(self, mention: Mention) -> bool:
        """Add a mention to the group of the body that it is short for; return whether there is one."""
        if len(mention.words) > 1 or mention.has_title:
            return False
        word = mention.words[0]
        body = self._abbreviated(word) if _ABBREVIATION.fullmatch(word) else self._headed(mention)
        if body:
            body.add(mention)
        return body is not None

    def _abbreviated(self, word: str) -> GroupBuilder | None:
        by_initials = self._by_initials.get(word.upper()) if len(word) >= _FEWEST_INITIALS else None
        return self._bracketed.get(word, by_initials)

    def _headed(self, mention: Mention) -> GroupBuilder | None:
        """Return the body that "the Commission" means: of those named before, the last."""
        start = mention.span.start
        if mention.words[0].lower() not in _HEADS or not _THE.search(self._text, max(0, start - 5), start):
            return None
        alike = self._by_head.get(mention.words[0].lower(), ())[:_MOST_ALIKE]
        named = [one for one in alike if one.recency(mention)[0]]
        return max(named, key=lambda one: one.recency(mention), default=None)


def _initials(mention: Mention) -> str:
    return "".join(word[0] for word in mention.words if word[0].isupper())
