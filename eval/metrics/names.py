"""Whether pronouns and bare surnames are resolved to the right name, by the definitions of docs/quality.md.

Names come from three places: sources named by hand (``eval/gold/names.jsonl``), attributions whose annotators
gave the speaker's name, and automatic coreference (silver, with errors). Pure functions over one article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from eval.datasets.samples import Coreference, GoldAttribution, NamedSource, Offsets
from eval.metrics.counts import MatchCounts
from eval.metrics.quotes import head
from service.domain import Quote, QuoteKind, Speaker

KINDS = ("pronoun", "surname")

_PRONOUNS = frozenset("he she they it".split())
_SILVER_PRONOUNS = frozenset({"he", "she"})
_TITLE = r"(?:Mr|Mrs|Ms|Dr)\.?\s+"
_LEADING_TITLE = re.compile(rf"^{_TITLE}")
_SURNAME = re.compile(rf"(?:{_TITLE})?([A-Z][\w’'-]+)")
_POSSESSIVE = re.compile(r"['’]s?$")
_WORD = re.compile(r"[\w’'-]+")


def kind_of(words: str) -> str | None:
    """Return "pronoun", "surname" (one capitalised word, Mr. and the like aside), or None for the rest."""
    if words.lower() in _PRONOUNS:
        return "pronoun"
    return "surname" if _SURNAME.fullmatch(words) else None


def annotated(text: str, attributions: Sequence[GoldAttribution]) -> tuple[NamedSource, ...]:
    """Return the pronouns and surnames for which annotators gave a name ("my doctor" is no name)."""
    names = {span: a.name for a in attributions for span in a.source if len(a.source) == 1 and a.name}
    return tuple(
        NamedSource(span, (name,))
        for span, name in sorted(names.items())
        if name[0].isupper() and _resolves(text[slice(*span)], name)
    )


def silver(
    text: str, attributions: Sequence[GoldAttribution], coreference: Coreference
) -> tuple[NamedSource, ...]:
    """Return the sources that stand in a chain with a person's full name, and the fullest name of the chain.

    "They" and "it" are left out, since chains with a person's name are wrong about them, and so are surnames
    that are not a word of the chain's name.
    """
    sources = {span for a in attributions for span in a.source if len(a.source) == 1}
    found = []
    for span in sorted(sources):
        words = text[slice(*span)]
        names = [
            _untitled(text[slice(*person)])
            for chain in coreference.chains
            if span in chain
            for person in _heads(text, chain, coreference.persons)
        ]
        name = max(names, key=lambda name: len(name.split()), default="")
        if _resolves(words, name) and (kind_of(words) == "surname" or words.lower() in _SILVER_PRONOUNS):
            found.append(NamedSource(span, (name,)))
    return tuple(found)


def count(
    text: str, attributions: Sequence[GoldAttribution], wanted: Sequence[NamedSource], quotes: Sequence[Quote]
) -> Mapping[str, MatchCounts]:
    """Count the ``wanted`` sources: found are right names, predicted those that a quote's speaker overlaps.

    ``name``: all. ``pronoun``, ``surname``: by the source's words. ``direct``: sources of direct quotes.
    ``full``: those with a name of several words; right if the resolved name has its first word, too.
    """
    direct = {span for a in attributions if a.kind is QuoteKind.DIRECT for span in a.source}
    counts = dict.fromkeys(("name", *KINDS, "direct", "full"), MatchCounts())
    for source in wanted:
        speaker = resolved(source.source, quotes)
        right = speaker is not None and any(same_name(speaker.name, name) for name in source.names)
        counted = MatchCounts(right, speaker is not None, 1)
        counts["name"] += counted
        if kind := kind_of(text[slice(*source.source)]):
            counts[kind] += counted
        if source.source in direct:
            counts["direct"] += counted
        if len(source.names[0].split()) > 1:
            full = right and speaker is not None and any(_begins(speaker.name, n) for n in source.names)
            counts["full"] += MatchCounts(full, speaker is not None, 1)
    return counts


def agreement(ours: Sequence[NamedSource], theirs: Sequence[NamedSource]) -> tuple[int, int]:
    """Return on how many sources that both name the two agree, and how many these are."""
    names = {source.source: source.names for source in ours}
    both = [source for source in theirs if source.source in names]
    agreed = sum(any(same_name(a, b) for a in names[s.source] for b in s.names) for s in both)
    return agreed, len(both)


def resolved(source: Offsets, quotes: Sequence[Quote]) -> Speaker | None:
    """Return the speaker whose mention overlaps a source most; the shortest of equals."""
    start, end = source
    over = [
        (min(end, mention.end) - max(start, mention.start), -len(mention), quote.speaker)
        for quote in quotes
        if quote.speaker and (mention := quote.speaker.mention).start < end and start < mention.end
    ]
    return max(over, key=lambda found: found[:2])[2] if over else None


def same_name(one: str, other: str) -> bool:
    """Return whether two names end in the same word."""
    return head(one) == head(other)


def _resolves(words: str, name: str) -> bool:
    """Return whether ``words`` are short for ``name``: a pronoun, or one word of several."""
    if kind_of(words) == "pronoun":
        return bool(name)
    surname = _SURNAME.fullmatch(words)
    parts = [part.lower() for part in _WORD.findall(name)]
    return surname is not None and len(parts) > 1 and surname[1].lower() in parts


def _untitled(name: str) -> str:
    return _LEADING_TITLE.sub("", name, count=1)


def _begins(speaker: str, name: str) -> bool:
    """Return whether a speaker's name has the first word of ``name``."""
    return _WORD.findall(name)[0].lower() in {word.lower() for word in _WORD.findall(speaker)}


def _heads(text: str, chain: Sequence[Offsets], persons: Sequence[Offsets]) -> Iterator[Offsets]:
    """Yield the persons' names that mentions of a chain end in, or that an apposition follows.

    So "President Obama’s" and "Tom Day, the mayor" name somebody, and not "Obama’s aide" or "Ruiz and Day".
    """
    for start, end in chain:
        for first, last in persons:
            ends = start <= first and last <= end and not _WORD.search(_POSSESSIVE.sub("", text[last:end]))
            appositive = first == start and last < end and text[last] == ","
            if (ends or appositive) and " and " not in text[start:first]:
                yield first, last
