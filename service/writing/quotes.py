"""Quotes that a model points at: resolved to the article's own words, or dropped and reported.

Nothing that a model writes becomes part of a quote or a mention. A speaker that the article doesn't name is
no speaker. Order is rank: the model gives the best one first.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from service.domain import Notice, Quote, Span, Speaker
from service.grounding.source import runs_of
from service.text import verbatim
from service.text.en.word_lists import load_words
from service.writing.answers import PROPOSED, Answer, Shape, read_shape
from service.writing.numbered import NumberedArticle
from service.writing.prompts.prompts import Prompt
from service.writing.references import as_quote, cited, find_stretch, find_words

LONGEST_QUOTE = 1_500
"""Characters; what is longer is a passage, no pull quote."""
_LONGEST_SHOWN = 80
_WORD = re.compile(r"\w+")
_NAMELESS = load_words("nameless_words")


class _Part(Shape):
    sentence: int
    last_sentence: int | None = None
    words: str | None = None
    first: str | None = None
    last: str | None = None


class _Speaker(Shape):
    name: str
    role: str | None
    mention: str
    sentence: int


class _Quote(Shape):
    parts: list[_Part]
    speaker: _Speaker | None


class _QuotesShape(Shape):
    quotes: list[_Quote]


def read_quotes(raw: bytes | str, prompt: Prompt, numbered: NumberedArticle) -> Answer[tuple[Quote, ...]]:
    """Read the answer to ``quotes``. Raises AnswerFault."""
    quotes, notices, taken = list[Quote](), list[Notice](), list[Span]()
    for proposed in read_shape(raw, prompt, _QuotesShape).quotes:
        places = list[Span]()
        for part in proposed.parts:
            place = _place(part, numbered)
            if place is None:
                notices.append(_dropped("altered_quotation", "the article doesn’t read so", part))
                break
            places.append(place)
        if len(places) < len(proposed.parts) or not places:
            continue
        parts, kind = as_quote(places, numbered)
        if reason := _objection(parts, taken):
            notices.append(_dropped(*reason, proposed.parts[0]))
            continue
        speaker, doubts = _speaker(proposed.speaker, parts, numbered)
        notices += doubts
        taken += parts
        quotes.append(Quote(kind, parts, None, speaker, PROPOSED, rank=len(quotes) + 1))
    return Answer(tuple(quotes), tuple(notices))


def _place(part: _Part, numbered: NumberedArticle) -> Span | None:
    """Where a part stands: its words, or the stretch from its first to its last ones."""
    spans = cited((part.sentence, part.last_sentence or part.sentence), numbered)
    window = Span(spans[0].start, spans[-1].end)
    if part.words is not None:
        return find_words(part.words, window, numbered)
    if part.first is None or part.last is None:
        return None
    return find_stretch(part.first, part.last, window, numbered)


def _objection(parts: Sequence[Span], taken: Sequence[Span]) -> tuple[str, str] | None:
    """Why words of the article are no quote all the same: a Notice's code and its reason."""
    if not parts:
        return "unquotable", "it stands in furniture, or has no words"
    if (size := sum(map(len, parts))) > LONGEST_QUOTE:
        return "quote_too_long", f"it has {size:,} characters, more than {LONGEST_QUOTE:,}"
    if any(part.overlaps(other) for part in parts for other in taken):
        return "repeated_quote", "a better one has these words"
    return None


def _speaker(
    proposed: _Speaker | None, parts: Sequence[Span], numbered: NumberedArticle
) -> tuple[Speaker | None, list[Notice]]:
    """The speaker, if name and mention stand in the article; a role that doesn't is left out."""
    if proposed is None:
        return None, []
    sentence = cited((proposed.sentence,), numbered)[0]
    text = numbered.article.text
    name = next(_places(proposed.name, sentence, (), numbered), None)
    mentions = _places(proposed.mention, sentence, parts, numbered)
    mention = next((place for place in mentions if _is_beside(place, parts, numbered)), None)
    if name is None:
        return None, [_left_out(f"the article has no “{_shown(proposed.name)}”")]
    if mention is None:
        return None, [_left_out(f"there is no “{_shown(proposed.mention)}” beside it")]
    role = next(_places(proposed.role, sentence, (), numbered), None) if proposed.role else None
    if not _can_be_one(proposed.mention, f"{proposed.name} {role.of(text) if role else ''}"):
        return None, [_left_out(f"“{_shown(proposed.mention)}” is not “{_shown(proposed.name)}”")]
    doubts = []
    if proposed.role and role is None:
        doubts = [Notice("unknown_role", f"The article doesn’t call anybody “{_shown(proposed.role)}”.")]
    return Speaker(_one_line(name.of(text)), _one_line(role.of(text)) if role else None, mention), doubts


def _is_beside(mention: Span, parts: Sequence[Span], numbered: NumberedArticle) -> bool:
    """Return whether a mention can attribute a quote: it stands in one of its sentences, or in the next one.

    The next one, before or after, has to be of the same paragraph and to quote as well: “A,” she said. “B.”
    """
    at, first, last = (
        bisect(numbered.sentences, offset, key=lambda sentence: sentence.span.start) - 1
        for offset in (mention.start, parts[0].start, parts[-1].start)
    )
    if first <= at <= last:
        return True
    if not first - 1 <= at <= last + 1 or at < 0:
        return False
    beside = numbered.sentences[at]
    paragraphs = {sentence.paragraph for sentence in numbered.sentences[max(first, 0) : last + 1]}
    quotes = any(run.outer.overlaps(beside.span) for run in runs_of(numbered.article.text))
    return beside.paragraph in paragraphs and quotes


def _can_be_one(mention: str, known: str) -> bool:
    """Return whether a mention with a name in it shares a word with what the speaker is called."""
    named = {word.casefold() for word in _WORD.findall(mention) if word[0].isupper()} - _NAMELESS
    return not named or bool(named & {word.casefold() for word in _WORD.findall(known)})


def _left_out(reason: str) -> Notice:
    return Notice("unknown_speaker", f"A quote is left without its proposed speaker: {reason}.")


def _places(words: str, sentence: Span, quoted: Sequence[Span], numbered: NumberedArticle) -> Iterator[Span]:
    """Where words stand in the sentence that is named, beside the quote, or elsewhere; never in the quote.

    Who is named in somebody's words isn't who says them.
    """
    text = numbered.article.text
    if not any(map(str.isalnum, words)):
        return
    nears = [
        sentence.start,
        *(offset for part in quoted for offset in (part.end, max(0, part.start - len(words)))),
    ]
    for near in nears:
        span = verbatim.find(words, text, near, whole=True)
        if span and not any(span.overlaps(part) for part in quoted):
            yield span


def _dropped(code: str, reason: str, part: _Part) -> Notice:
    words = part.words or f"{part.first} … {part.last}"
    return Notice(code, f"A proposed quote was dropped, “{_shown(words)}”: {reason}.")


def _shown(words: str) -> str:
    return _one_line(words)[:_LONGEST_SHOWN]


def _one_line(words: str) -> str:
    return " ".join(words.split())
