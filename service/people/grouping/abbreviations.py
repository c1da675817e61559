"""Links abbreviations to the names that they stand for: "WHO" to "World Health Organization"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from service.people.grouping.groups import GroupBuilder
from service.people.names import Mention

_ABBREVIATION = re.compile(r"[A-Z][A-Za-z&]*[A-Z]")
_BRACKETED = re.compile(rf"[ \u00a0]\(({_ABBREVIATION.pattern})\)")
_FEWEST_INITIALS = 3  # two letters are the initials of too many names


class Abbreviations:
    """The abbreviations of one text's full names: as the text gives them in brackets, or by initials."""

    def __init__(self, text: str, full: Sequence[GroupBuilder]) -> None:
        self._bracketed: dict[str, GroupBuilder] = {}
        by_initials: dict[str, list[GroupBuilder]] = defaultdict(list)
        for one in full:
            for mention in one.mentions:
                bracketed = _BRACKETED.match(text, mention.span.end)
                if bracketed:
                    self._bracketed.setdefault(bracketed[1], one)
            initials = {_initials(mention) for mention in one.mentions}
            for letters in initials:
                by_initials[letters].append(one)
        self._by_initials = {letters: alike[0] for letters, alike in by_initials.items() if len(alike) == 1}

    def link(self, mention: Mention) -> bool:
        """Add a mention to the group of the name that it abbreviates; return whether there is one."""
        word = mention.words[0]
        if len(mention.words) > 1 or not _ABBREVIATION.fullmatch(word):
            return False
        named = self._bracketed.get(word)
        if named is None and len(word) >= _FEWEST_INITIALS:
            named = self._by_initials.get(word.upper())
        if named:
            named.add(mention)
        return named is not None


def _initials(mention: Mention) -> str:
    return "".join(word[0] for word in mention.words if word[0].isupper())
