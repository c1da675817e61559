"""A written sentence read against its article: what it copies, what it rests on, and its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.grounding.alignment import Alignment, align, is_name, is_unknown
from service.grounding.article_index import ArticleIndex
from service.grounding.faults import SupportFault, SupportFaultKind
from service.grounding.features import lexical_features
from service.grounding.support_words import ComparedWord, read_words
from service.text import verbatim
from service.text.mark_runs import MarkedRun, read_marks

_NEAR_COPY = 0.7
"""From this share of words in the order of one sentence on, a difference is a change, not a rewording."""
_LEAST_SUPPORTED = 0.5
_OFF_A_FAULT, _MOST_FAULTS = 0.05, 4
"""A sentence with faults is never supported: with one it gets 0.45 at most, with more still less."""
_MOST_MERGED = 4
"""Numbers that are tried as one, where spaces have crept in."""
_CHANGES = {
    "number": SupportFaultKind.CHANGED_NUMBER,
    "name": SupportFaultKind.CHANGED_NAME,
    "negation": SupportFaultKind.CHANGED_NEGATION,
}
_CREPT_IN = {", ": "", " ": "", ". ": "."}


@dataclass(frozen=True, slots=True)
class Claim:
    """A written sentence, read against an article.

    ``evidence`` are indices of the article's sentences, the best one first. ``copied`` are the sentences that
    the claim repeats, if it does nothing else.
    """

    evidence: tuple[int, ...]
    copied: tuple[int, ...]
    features: Mapping[str, float]
    faults: tuple[SupportFault, ...]

    def support(self, score: float) -> float:
        """Return the support in 0..1, given a model's ``score`` of the features."""
        if self.copied:
            return 1.0
        return (
            min(score, _LEAST_SUPPORTED - _OFF_A_FAULT * min(len(self.faults), _MOST_FAULTS))
            if self.faults
            else score
        )


def read_claim(written: str, article: ArticleIndex) -> Claim:
    """Read a sentence against an article."""
    words = read_words(written)
    found = align(words, article)
    features = lexical_features(written, words, article, found)
    copied = _copied(written, article)
    if copied:
        return Claim(copied, copied, features, ())
    unknown = list(_unknown(words, article))
    faults = (
        *altered_quotations(written, article.text, article.marks),
        *(_unknown_fault(word) for word in unknown),
        *_changed(found, frozenset(word.surface for word in unknown)),
    )
    return Claim(found.evidence, (), features, faults)


def altered_quotations(written: str, text: str, marks: Sequence[MarkedRun]) -> tuple[SupportFault, ...]:
    """Return a fault for each quotation in ``written`` that stands in no quotation ``marks`` of ``text``."""
    quoted = [run.inner.of(written) for run in read_marks(written)]
    if not quoted:
        return ()
    there = [run.inner.of(text) for run in marks]
    return tuple(
        SupportFault(
            SupportFaultKind.ALTERED_QUOTATION,
            f"The article doesn’t read “{words}” in quotation marks: quote its words, or take off the marks.",
            (words,),
        )
        for words in (_without_final_stop(words) for words in quoted)
        if not any(verbatim.find(words, run, whole=True) for run in there)
    )


def _without_final_stop(words: str) -> str:
    """Return a quotation without the stop that the end of a sentence adds: “the patching is over.”"""
    return words.strip().rstrip(".,!?…") or words


def _copied(written: str, article: ArticleIndex) -> tuple[int, ...]:
    """Return the sentences that ``written`` copies whole, since a part of one may say something else."""
    place = verbatim.find(written, article.text, whole=True)
    if place is None:
        return ()
    held = tuple(index for index, span in enumerate(article.spans) if span.overlaps(place))
    starts = [place.start == article.spans[index].start for index in held[:1]]
    ends = [_ends(place, article.spans[index], article.text) for index in held[-1:]]
    return held if all([*starts, *ends]) else ()


def _ends(place: Span, sentence: Span, text: str) -> bool:
    return not any(sign.isalnum() for sign in text[place.end : sentence.end])


def _unknown(words: list[ComparedWord], article: ArticleIndex) -> Iterator[ComparedWord]:
    """Yield the numbers and the names that the article doesn't have."""
    numbers = _number_forms(article)
    for at, word in enumerate(words):
        # "One" is seldom a number: one of them, no one, one day.
        if word.is_number:
            if word.stem not in numbers and word.surface.casefold() != "one":
                yield word
        elif is_name(word, article) and is_unknown(at, words, article):
            yield word


def _unknown_fault(word: ComparedWord) -> SupportFault:
    kind = SupportFaultKind.UNKNOWN_NUMBER if word.is_number else SupportFaultKind.UNKNOWN_NAME
    return SupportFault(kind, f"The article has no “{word.surface}”.", (word.surface,))


def _number_forms(article: ArticleIndex) -> frozenset[str]:
    """Return the article's numbers, and what they make where a space has crept in: "10, 000", "1. 3"."""
    forms = set()
    for at, word in enumerate(article.words):
        if not word.is_number:
            continue
        form, end = word.stem, word.span.end
        forms.add(form)
        for further in article.words[at + 1 : at + _MOST_MERGED]:
            gap = article.text[end : further.span.start]
            if not further.is_number or gap not in _CREPT_IN:
                break
            form, end = form + _CREPT_IN[gap] + further.stem, further.span.end
            forms.add(form)
    return frozenset(forms)


def _changed(found: Alignment, named: frozenset[str]) -> Iterator[SupportFault]:
    """Yield the changes in a sentence that is otherwise the article's, but for words ``named`` before."""
    if found.matched < _NEAR_COPY:
        return
    for change in found.changes:
        if change.kind not in _CHANGES or named & set(change.written.split()):
            continue
        words: tuple[str, ...]
        if change.kind == "negation":
            words = (change.written or change.original,)
            verb = "doesn’t say" if change.written else "says"
            detail = f"The article {verb} “{words[0]}” here."
        else:
            words = (change.original, change.written)
            detail = f"The article says “{change.original}” here, not “{change.written}”."
        yield SupportFault(_CHANGES[change.kind], detail, words)
