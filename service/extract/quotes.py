"""Quotes out of an article: which marked words are speech, whose, joined across splits, ranked for pulling.

Direct quotes by rule. The words are always sliced from between the article's own quotation marks. A marked
phrase inside a reporter's sentence ("called it “a disgrace”") is a mixed quote whose part is the marked
words. Indirect speech without marks is not read here.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain import Article, Quote, QuoteKind, Sentence, Span
from service.extract import attribution, ranking
from service.extract.attribution import BLANK, Attribution, Evidence
from service.extract.marks import MarkedRun, read_marks
from service.extract.people import Roster, read_people

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SPEAKER_LABEL = re.compile(r"(?P<name>[A-Z][A-Z.'’-]+(?:[ \u00a0][A-Z][A-Z.'’-]+){0,3}):\s+")
# What a title is the title of, right before the marks, perhaps with "titled" or "called" between.
_TITLED = re.compile(
    r"\b(?:titled|entitled|episode of|edition of|book|novel|memoir|film|movie|documentary|song|anthem|single|album|show"
    r"|series|program|programme|column|magazine|play|musical|sitcom|hit|drama|essay|article|headlined|anthology|nickname)"
    r"s?,?\s*$|(?:CNN|NBC|ABC|CBS|Fox|MSNBC|BBC|Fox News|host|network)(?:['’]s?)?\s*$",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset("a an and as at but by for from in is of on or the to with vs".split())
_SHORT_WORDS = 4

# Share of quotes that stand in a gold attribution with the right source mention, by the evidence for the
# speaker, counted on polnear_train; without a speaker, the share that stand in one at all.
_CONFIDENCE = {
    QuoteKind.DIRECT: {
        Evidence.CUE_BESIDE: 0.95,
        Evidence.INTRODUCED: 0.88,
        Evidence.CUE_BEFORE: 0.77,
        Evidence.CARRIED: 0.64,
        Evidence.LABEL: 0.62,
    },
    QuoteKind.MIXED: {
        Evidence.CUE_BEFORE: 0.78,
        Evidence.CUE_BESIDE: 0.67,
        Evidence.INTRODUCED: 0.67,
        Evidence.CARRIED: 0.64,
        Evidence.LABEL: 0.33,
    },
}
_CONFIDENCE_UNATTRIBUTED = 0.75


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A marked run with the sentence parts around it and, once found, its attribution."""

    run: MarkedRun
    inner: Span
    left: int  # where the words before it in its sentence start
    right: int  # where the words after it in its sentence end
    attribution: Attribution | None = None
    follows: bool = False  # its attribution comes after it, so a part that follows belongs to it


def extract_quotes(article: Article, sentences: Sequence[Sentence]) -> tuple[Quote, ...]:
    """Return the quotes of ``article`` in text order, ranked, none of them in its furniture."""
    text = article.text
    runs = [run for run in read_marks(text) if not any(run.outer.overlaps(f) for f in article.furniture)]
    runs = [run for run in runs if not _is_name_of_something(text, run)]
    blanked = _blank(text, runs)
    roster = read_people(blanked)
    candidates = _attributed(text, blanked, roster, runs, sentences)
    speech = [c for c in candidates if _is_speech(text, c)]
    quotes = [_quote(text, roster, group) for group in _joined(text, speech)]
    return ranking.rank(article, quotes, roster)


def _blank(text: str, runs: Sequence[MarkedRun]) -> str:
    pieces, at = [], 0
    for run in runs:
        pieces += [text[at : run.outer.start], BLANK * len(run.outer)]
        at = run.outer.end
    return "".join(pieces) + text[at:]


def _is_name_of_something(text: str, run: MarkedRun) -> bool:
    """Tell titles of works and nicknames from speech: “The Apprentice”, Robert “Bob” Dole."""
    words = [w.group() for w in _WORD.finditer(run.inner.of(text))]
    if not words:
        return True
    before, after = (
        text[max(0, run.outer.start - 40) : run.outer.start],
        text[run.outer.end : run.outer.end + 2],
    )
    titlecase = all(w[:1].isupper() or w[:1].isdigit() or w.lower() in _SMALL_WORDS for w in words)
    if not titlecase or len(words) > 10:
        return False
    if len(words) <= 2 and re.search(r"[A-Z]\w+\s$", before) and re.match(r"\s[A-Z]", after):
        return True
    if not text[_line_start(text, run.outer.start) : run.outer.start].strip() and re.match(
        r"[.,]?\s*(?:\n|$)", text[run.outer.end : run.outer.end + 3]
    ):
        return text[run.inner.end - 1] not in ".!?,"  # a heading in marks, alone on its line
    return bool(_TITLED.search(before)) or (len(words) > 1 and _is_plain_title(text, run, before))


def _is_plain_title(text: str, run: MarkedRun, before: str) -> bool:
    """A phrase in title case amid a sentence, with no speech verb before it and no full stop of its own."""
    introduced = re.search(r"(?:[,:]|\b(?:said|says|chant\w*|shout\w*|yell\w*|cr(?:y|ied)))\s*$", before)
    ends = run.inner.of(text)[-1] in "!?" or (
        run.inner.of(text)[-1] in ".," and not before.rstrip()[-1:].isalpha()
    )
    return not introduced and not ends and bool(re.search(r"\w\s*$", before))


def _attributed(
    text: str, blanked: str, roster: Roster, runs: Sequence[MarkedRun], sentences: Sequence[Sentence]
) -> list[_Candidate]:
    starts = [s.span.start for s in sentences]
    candidates: list[_Candidate] = []

    for number, run in enumerate(runs):
        inner, label = _without_speaker_label(text, run.inner)
        if not inner:
            continue
        first = max(bisect(starts, run.outer.start) - 1, 0)
        last = max(bisect(starts, run.inner.end - 1) - 1, 0)
        next_start = runs[number + 1].outer.start if number + 1 < len(runs) else len(text)
        left = min(sentences[first].span.start, run.outer.start)
        right = max(run.outer.end, sentences[last].span.end)
        if inner.of(text)[-1] in "!?—–-…":
            right = max(right, _line_end(text, run.outer.end))  # “Really!” Trump said: no new sentence
        candidate = _Candidate(run if not label else replace(run, continues=False), inner, left, right)
        found = label and Attribution(None, label, Evidence.LABEL)
        follows = False
        if not found:
            found = attribution.after(blanked, roster, run.outer.end, min(right, next_start))
            follows = found is not None
        if not found:
            found = attribution.before(blanked, roster, left, run.outer.start)
        candidates.append(replace(candidate, attribution=found, follows=follows))
    return _carried(text, blanked, roster, candidates, sentences)


def _line_start(text: str, end: int) -> int:
    return text.rfind("\n", 0, end) + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _without_speaker_label(text: str, inner: Span) -> tuple[Span | None, Span | None]:
    """Take a transcript's label off: "WALLACE: Why?" is the words "Why?" by WALLACE."""
    label = _SPEAKER_LABEL.match(text, inner.start, inner.end)
    if not label:
        return inner, None
    if label.end() >= inner.end:
        return None, None
    return Span(label.end(), inner.end), Span(*label.span("name"))


def _carried(
    text: str, blanked: str, roster: Roster, candidates: list[_Candidate], sentences: Sequence[Sentence]
) -> list[_Candidate]:
    """Give quotations without a cue of their own the speaker that the words before them set."""
    done: list[_Candidate] = []
    for candidate in candidates:
        if candidate.attribution is None:
            found = _from_context(text, blanked, roster, candidate, done[-1] if done else None, sentences)
            candidate = replace(candidate, attribution=found)
        done.append(candidate)
    return done


def _from_context(
    text: str,
    blanked: str,
    roster: Roster,
    candidate: _Candidate,
    previous: _Candidate | None,
    sentences: Sequence[Sentence],
) -> Attribution | None:
    gap_start = previous.run.outer.end if previous else 0
    gap = blanked[gap_start : candidate.run.outer.start]
    stands_first = candidate.left >= candidate.run.outer.start
    earlier = [s for s in sentences if s.span.end <= candidate.left]
    if stands_first and earlier:
        last = earlier[-1].span
        if last.of(blanked).rstrip().endswith(":"):
            found = attribution.before(blanked, roster, last.start, last.end)
            if found:
                return replace(found, evidence=Evidence.INTRODUCED)
            subject = attribution.subject(blanked, roster, last.start, last.end)
            if subject:
                return Attribution(None, subject, Evidence.INTRODUCED)
    if previous and previous.attribution and _same_breath(previous, candidate, gap):
        return replace(previous.attribution, evidence=Evidence.CARRIED)
    return None


def _same_breath(previous: _Candidate, candidate: _Candidate, gap: str) -> bool:
    """A quotation goes on: the next paragraph of it, or after "she said." with nothing else between."""
    if candidate.run.continues:
        return True
    if "\n" in gap:
        return not gap.strip() or (previous.follows and gap.count("\n\n") <= 1 and _ends_sentence_once(gap))
    if previous.follows and re.search(r"[,;—–-]\s*$", gap) and not re.search(r"[.!?]\s", gap):
        return True
    return candidate.left >= candidate.run.outer.start and len(gap) < 250


def _ends_sentence_once(gap: str) -> bool:
    head, _, tail = gap.partition("\n")
    return not tail.strip() and len(re.findall(r"[.!?](?:\s|$)", head)) <= 1


def _is_speech(text: str, candidate: _Candidate) -> bool:
    """Tell a quote from scare quotes and scraps of markup."""
    words = _WORD.findall(candidate.inner.of(text))
    if not any(any(ch.isalpha() for ch in word) for word in words):
        return False
    if re.fullmatch(r"[(\[].*[)\]][.!?]?", candidate.inner.of(text).strip()):
        return False
    if not candidate.run.opened and not candidate.run.continues:
        return candidate.follows
    if not candidate.run.closed and not candidate.run.continues:
        if text[candidate.left : candidate.run.outer.start].strip() and not re.search(
            r"[:,]\s*$", text[candidate.left : candidate.run.outer.start]
        ):
            return False
    if len(words) > _SHORT_WORDS:
        return True
    return candidate.attribution is not None


def _joined(text: str, candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Group candidates into quotes: split by an attribution, or running over paragraphs."""
    groups: list[list[_Candidate]] = []
    for candidate in candidates:
        if groups and _continues_quote(text, groups[-1], candidate):
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return groups


def _continues_quote(text: str, group: list[_Candidate], candidate: _Candidate) -> bool:
    last = group[-1]
    if candidate.run.continues:
        return not last.run.closed
    gap = text[last.run.outer.end : candidate.run.outer.start]
    if not group[0].follows or "\n" in gap or not gap.strip() or len(gap) > 250:
        return False
    same = (
        candidate.attribution is not None
        and last.attribution is not None
        and (candidate.attribution.mention == last.attribution.mention)
    )
    if not same or not re.search(r"[,.;:—–-]\s*$", gap):
        return False
    # "X," she said, adding, "Y": a cue of its own makes it a quote of its own.
    return (
        candidate.attribution.evidence is Evidence.CARRIED
        or candidate.attribution.cue == last.attribution.cue
    )


def _quote(text: str, roster: Roster, group: list[_Candidate]) -> Quote:
    found = _surest([c.attribution for c in group])
    speaker = roster.resolve(found.mention) if found and found.mention else None
    kind = _kind(text, group)
    return Quote(
        kind=kind,
        parts=tuple(c.inner for c in group),
        cue=found.cue if found else None,
        speaker=speaker,
        confidence=_CONFIDENCE[kind][found.evidence] if found else _CONFIDENCE_UNATTRIBUTED,
        rank=1,
    )


def _surest(attributions: Sequence[Attribution | None]) -> Attribution | None:
    """The attribution with the best evidence: a speech over paragraphs may name its speaker at its end."""
    found = [attribution for attribution in attributions if attribution is not None]
    return max(
        found, key=lambda attribution: _CONFIDENCE[QuoteKind.DIRECT][attribution.evidence], default=None
    )


def _kind(text: str, group: list[_Candidate]) -> QuoteKind:
    """Direct if a whole statement stands in the marks, mixed if they hold a phrase of a reported sentence."""
    first = group[0]
    words = first.inner.of(text)
    lead = text[first.left : first.run.outer.start].rstrip()
    whole = words[:1].isupper() and (
        words[-1] in ".!?,…—–-" or text[first.run.outer.end : first.run.outer.end + 1] in (".", ",")
    )
    if len(group) > 1 or not lead or lead.endswith((",", ":")) or whole:
        return QuoteKind.DIRECT
    return QuoteKind.MIXED if lead[-1].isalpha() or first.follows is False else QuoteKind.DIRECT
