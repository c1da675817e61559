"""Groups the mentions that name one person or organisation: couples, namesakes, nicknames, sons and fathers.

Full names are grouped first. Short names, surnames or given names alone, are then linked to them in text
order (``short_names``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.people.grouping.bodies import ShortBodyLinker
from service.people.grouping.groups import GroupBuilder, NameGroup
from service.people.grouping.nicknames import is_short, may_be_one
from service.people.grouping.short_names import ShortNameLinker
from service.people.names import Mention
from service.text.en.given_names import gender_of, is_given_name, plain

_MOST_ALIKE = 50
_JOINED = re.compile(r"[ \u00a0](?:and|&)[ \u00a0]|,[ \u00a0]")


def group_mentions(text: str, mentions: Sequence[Mention]) -> list[NameGroup]:
    """Return the mentions of ``text`` grouped by whom they name, in the order of first mention."""
    mentions = _with_shared_surnames(text, mentions)
    full = _full_names(text, [mention for mention in mentions if mention.is_full])
    short_names = ShortNameLinker(text, full, mentions)
    bodies = ShortBodyLinker(text, full)
    for mention in mentions:
        if not mention.is_full and not bodies.link_short_name(mention):
            short_names.link_short_name(mention)
    groups = [group.build() for group in (*full, *short_names.unlinked) if group.mentions]
    return sorted(groups, key=lambda group: group.mentions[0].span)


def _with_shared_surnames(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Give "Bill" his surname in "Bill and Dana Harlow", unless a full name of a Bill came before."""
    given: set[str] = set()
    known = []
    for mention in mentions:
        known.append(plain(mention.words[0]) in given)
        if mention.is_full:
            given.add(plain(mention.words[0]))
    shared = list(mentions)
    for at in range(len(shared) - 2, -1, -1):
        one, other = shared[at], shared[at + 1]
        between = _JOINED.fullmatch(text, one.span.end, other.span.start)
        if not between or known[at] or len(one.words) > 1 or not other.is_full:
            continue
        if between.group().startswith(",") and shared[at + 1] is mentions[at + 1]:
            continue  # a list must end in "and"
        if is_given_name(one.words[0]) and is_given_name(other.words[0]) and not other.is_organisation:
            words = (one.words[0], other.core_words[-1])
            shared[at] = replace(one, words=words, gender=one.gender or gender_of(one.words[0]))
    return shared


def _full_names(text: str, mentions: Sequence[Mention]) -> list[GroupBuilder]:
    """Group full names by first and last word, and merge groups of nicknames, short forms and birth names."""
    by_key: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        words = mention.core_words
        # No short name stands for the words of a headline.
        headline = mention.is_headline
        by_key[(" ".join(words), "") if headline else (plain(words[0]), plain(words[-1]))].append(mention)
    groups: list[GroupBuilder] = []
    by_surname: dict[str, list[GroupBuilder]] = defaultdict(list)
    for (_, surname), together in by_key.items():
        for one in _by_suffix(together):
            groups.append(one)
            if surname:
                by_surname[surname].append(one)
    for alike in by_surname.values():
        if 1 < len(alike) <= _MOST_ALIKE:
            _merge_short_forms(text, alike)
    _merge_birth_names(text, groups)
    return groups


def _merge_birth_names(text: str, groups: Sequence[GroupBuilder]) -> None:
    """Merge birth names: "Ann Ruth Cole was born in Leeds" is Ann Moss, if she is the one Ann before."""
    known: dict[str, list[GroupBuilder]] = defaultdict(list)  # by given name
    for one in groups:
        if not one.mentions or not is_given_name(one.mentions[0].core_words[0]):
            continue
        first = one.mentions[0]
        namesakes = known[plain(first.core_words[0])]
        is_born = len(one.mentions) == 1 and text.startswith(" was born", first.span.end)
        if is_born and len(namesakes) == 1:
            namesakes[0].name = " ".join(max(namesakes[0].mentions, key=lambda m: len(m.words)).words)
            namesakes[0].add(one.mentions.pop())
        elif len(namesakes) < 2:
            namesakes.append(one)


def _by_suffix(mentions: Sequence[Mention]) -> Iterator[GroupBuilder]:
    """Yield namesakes by suffix. If the first has the only suffix, those without are the same person."""
    suffixes = {mention.suffix for mention in mentions}
    first = mentions[0].suffix
    if first and suffixes <= {first, None}:
        suffixes = {None}
    for suffix in sorted(suffixes, key=lambda one: (one is not None, one or "")):
        one = GroupBuilder(suffix=suffix)
        for mention in mentions:
            if len(suffixes) == 1 or mention.suffix == suffix:
                one.add(mention)
        yield one


def _merge_short_forms(text: str, alike: list[GroupBuilder]) -> None:
    """Merge short given names into the one that fits: Bob Dunmore is Robert, if there is one Robert."""
    for one in alike:
        if not any(map(is_short, one.given_names)) or any(mention.nickname for mention in one.mentions):
            continue
        others = [
            other for other in alike if other is not one and other.mentions and _can_be_one(text, one, other)
        ]
        if len(others) == 1:
            for mention in one.mentions:
                others[0].add(mention)
            one.mentions = []


def _can_be_one(text: str, one: GroupBuilder, other: GroupBuilder) -> bool:
    """Return whether people of one surname can be one: by gender, suffix, given names and what joins them."""
    if one.gender and other.gender and one.gender != other.gender:
        return False
    if one.suffix != other.suffix or one.is_kin or other.is_kin:
        return False
    if not any(may_be_one(short, name) for short in one.given_names for name in other.given_names):
        return False
    # "Robert Dunmore and Bob Dunmore" are two.
    ends = {mention.span.end: mention for mention in (*one.mentions, *other.mentions)}
    for mention in (*one.mentions, *other.mentions):
        joined = re.search(
            r"(?:[ \u00a0](?:and|or|&)|,)[ \u00a0]$",
            text[max(0, mention.span.start - 5) : mention.span.start],
        )
        if joined and mention.span.start - len(joined.group()) in ends:
            return False
    return True
