"""A written sentence read against its article: what of it was copied, what it rests on, and its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain import Notice, Span
from service.grounding.alignment import Alignment, align, is_name, is_unknown
from service.grounding.features import lexical_features
from service.grounding.source import Source, runs_of
from service.grounding.wording import Word, read_words
from service.text import verbatim
from service.text.mark_runs import read_marks

_NEAR_COPY = 0.7
"""From this share of words in the order of one sentence on, what differs was changed, not worded anew."""
_MOST = 0.5
_EACH, _MOST_FAULTS = 0.05, 4
"""A sentence with faults is never called supported: with one it gets 0.45 at most, with more still less."""
_MERGED = 4
_CREPT_IN = {", ": "", " ": "", ". ": "."}


@dataclass(frozen=True, slots=True)
class Claim:
    """A written sentence, read. ``copied`` are the sentences that it repeats, if it does nothing else.

    ``evidence`` are indices of the article's sentences, the best one first.
    """

    evidence: tuple[int, ...]
    copied: tuple[int, ...]
    features: Mapping[str, float]
    faults: tuple[Notice, ...]

    def support(self, score: float) -> float:
        """Return the support in 0..1, given what a model makes of the features."""
        if self.copied:
            return 1.0
        return min(score, _MOST - _EACH * min(len(self.faults), _MOST_FAULTS)) if self.faults else score


def read_claim(written: str, source: Source) -> Claim:
    """Read a sentence against an article."""
    words = read_words(written)
    found = align(words, source)
    features = lexical_features(written, words, source, found)
    copied = _copied(written, source)
    if copied:
        return Claim(copied, copied, features, ())
    unknown = list(_unknown(words, source))
    faults = (
        *altered_quotations(written, source.text),
        *(_unknown_notice(word) for word in unknown),
        *_changed(found, frozenset(word.surface for word in unknown)),
    )
    return Claim(found.evidence, (), features, faults)


def altered_quotations(written: str, text: str) -> tuple[Notice, ...]:
    """Name the words that stand in quotation marks in ``written`` and nowhere so in ``text``."""
    quoted = [run.inner.of(written) for run in read_marks(written)]
    if not quoted:
        return ()
    there = [run.inner.of(text) for run in runs_of(text)]
    return tuple(
        Notice(
            "altered_quotation",
            f"The article doesn’t read “{words}” in quotation marks: quote its words, or take off the marks.",
        )
        for words in (_without_final_stop(words) for words in quoted)
        if not any(verbatim.find(words, run, whole=True) for run in there)
    )


def _without_final_stop(words: str) -> str:
    """A quotation at the end of a sentence takes on the sentence's stop: “the patching is over.”"""
    return words.strip().rstrip(".,!?…") or words


def _copied(written: str, source: Source) -> tuple[int, ...]:
    """Return the sentences that ``written`` is: whole ones, since a part may say something else."""
    place = verbatim.find(written, source.text, whole=True)
    if place is None:
        return ()
    held = tuple(index for index, span in enumerate(source.spans) if span.overlaps(place))
    starts = [place.start == source.spans[index].start for index in held[:1]]
    ends = [_ends(place, source.spans[index], source.text) for index in held[-1:]]
    return held if all([*starts, *ends]) else ()


def _ends(place: Span, sentence: Span, text: str) -> bool:
    return not any(sign.isalnum() for sign in text[place.end : sentence.end])


def _unknown(words: list[Word], source: Source) -> Iterator[Word]:
    """Yield the numbers and the names that the article doesn't have."""
    numbers = _number_forms(source)
    for at, word in enumerate(words):
        # "One" is seldom a number: one of them, no one, one day.
        if word.is_number:
            if word.stem not in numbers and word.surface.casefold() != "one":
                yield word
        elif is_name(word, source) and is_unknown(at, words, source):
            yield word


def _unknown_notice(word: Word) -> Notice:
    kind = "number" if word.is_number else "name"
    return Notice(f"unknown_{kind}", f"The article has no “{word.surface}”.")


def _number_forms(source: Source) -> frozenset[str]:
    """The article's numbers, and what they make together where a space has crept in: "10, 000", "1. 3"."""
    forms = set()
    for at, word in enumerate(source.words):
        if not word.is_number:
            continue
        form, end = word.stem, word.span.end
        forms.add(form)
        for further in source.words[at + 1 : at + _MERGED]:
            gap = source.text[end : further.span.start]
            if not further.is_number or gap not in _CREPT_IN:
                break
            form, end = form + _CREPT_IN[gap] + further.stem, further.span.end
            forms.add(form)
    return frozenset(forms)


def _changed(found: Alignment, named: frozenset[str]) -> Iterator[Notice]:
    """Name what was changed in a sentence that is otherwise the article's, but for words ``named`` before."""
    if found.matched < _NEAR_COPY:
        return
    for change in found.changes:
        if change.kind == "word" or named & set(change.written.split()):
            continue
        if change.kind == "negation":
            missing = f"The article doesn’t say “{change.written}” here." if change.written else ""
            detail = missing or f"The article says “{change.original}” here."
        else:
            detail = f"The article says “{change.original}” here, not “{change.written}”."
        yield Notice(f"changed_{change.kind}", detail)
