"""Quotes that a model proposes: resolved to the article's own words, or dropped with a Notice.

Nothing that a model writes becomes part of a quote or a mention. A speaker that the article doesn't name is
dropped. The order of the answer is the rank: the model gives the best quote first.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from service.domain import Notice, Quote, Span, Speaker
from service.text import verbatim
from service.text.en.word_lists import load_words
from service.warning_codes import WarningCode
from service.writing.answers.answer_shape import AnswerShape, read_shape
from service.writing.answers.checked_answer import PROPOSED_CONFIDENCE, CheckedAnswer
from service.writing.answers.references import as_quote, cited, find_stretch, find_words
from service.writing.numbered_article import NumberedArticle
from service.writing.prompts.prompts import Prompt

LONGEST_QUOTE = 1_500
"""In characters. A longer one is a passage, no pull quote."""
_LONGEST_SHOWN = 80
_WORD = re.compile(r"\w+")
_NAMELESS = load_words("nameless_words")


class _PartShape(AnswerShape):
    sentence: int
    last_sentence: int | None = None
    words: str | None = None
    first: str | None = None
    last: str | None = None


class _SpeakerShape(AnswerShape):
    name: str
    role: str | None
    mention: str
    sentence: int


class _QuoteShape(AnswerShape):
    parts: list[_PartShape]
    speaker: _SpeakerShape | None


class _QuotesShape(AnswerShape):
    quotes: list[_QuoteShape]


def read_quotes(
    raw: bytes | str, prompt: Prompt, numbered: NumberedArticle
) -> CheckedAnswer[tuple[Quote, ...]]:
    """Read the answer to ``quotes``. Raises AnswerFault."""
    quotes, notices, taken = list[Quote](), list[Notice](), list[Span]()
    for proposed in read_shape(raw, prompt, _QuotesShape).quotes:
        places = list[Span]()
        for part in proposed.parts:
            place = _place(part, numbered)
            if place is None:
                notices.append(_dropped(WarningCode.ALTERED_QUOTATION, "the article doesn’t read so", part))
                break
            places.append(place)
        if len(places) < len(proposed.parts) or not places:
            continue
        parts, kind = as_quote(places, numbered)
        if reason := _objection(parts, taken):
            notices.append(_dropped(*reason, proposed.parts[0]))
            continue
        speaker, dropped = _speaker(proposed.speaker, parts, numbered)
        notices += dropped
        taken += parts
        quotes.append(Quote(kind, parts, None, speaker, PROPOSED_CONFIDENCE, rank=len(quotes) + 1))
    return CheckedAnswer(tuple(quotes), tuple(notices))


def _place(part: _PartShape, numbered: NumberedArticle) -> Span | None:
    """Return where a part stands: its words, or the stretch from its first to its last words."""
    spans = cited((part.sentence, part.last_sentence or part.sentence), numbered)
    window = Span(spans[0].start, spans[-1].end)
    if part.words is not None:
        return find_words(part.words, window, numbered)
    if part.first is None or part.last is None:
        return None
    return find_stretch(part.first, part.last, window, numbered)


def _objection(parts: Sequence[Span], taken: Sequence[Span]) -> tuple[WarningCode, str] | None:
    """Return why words of the article are no quote all the same: the code of a Notice, and a reason."""
    if not parts:
        return WarningCode.UNQUOTABLE, "it stands in furniture, or has no words"
    if (size := sum(map(len, parts))) > LONGEST_QUOTE:
        return WarningCode.QUOTE_TOO_LONG, f"it has {size:,} characters, more than {LONGEST_QUOTE:,}"
    if any(part.overlaps(other) for part in parts for other in taken):
        return WarningCode.REPEATED_QUOTE, "a better one has these words"
    return None


def _speaker(
    proposed: _SpeakerShape | None, parts: Sequence[Span], numbered: NumberedArticle
) -> tuple[Speaker | None, list[Notice]]:
    """Return the speaker if the article has name and mention, without a role that it doesn't have."""
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
    notices = []
    if proposed.role and role is None:
        detail = f"The article doesn’t call anybody “{_shown(proposed.role)}”."
        notices = [Notice(WarningCode.UNKNOWN_ROLE, detail)]
    return Speaker(_one_line(name.of(text)), _one_line(role.of(text)) if role else None, mention), notices


def _is_beside(mention: Span, parts: Sequence[Span], numbered: NumberedArticle) -> bool:
    """Return whether a mention can attribute a quote: it stands in one of its sentences, or beside them.

    A sentence beside has to be of the same paragraph and to quote as well: “A,” she said. “B.”
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
    quotes = any(run.outer.overlaps(beside.span) for run in numbered.document.marks)
    return beside.paragraph in paragraphs and quotes


def _can_be_one(mention: str, known: str) -> bool:
    """Return whether a mention with a name in it shares a word with what the speaker is called."""
    named = {word.casefold() for word in _WORD.findall(mention) if word[0].isupper()} - _NAMELESS
    return not named or bool(named & {word.casefold() for word in _WORD.findall(known)})


def _left_out(reason: str) -> Notice:
    return Notice(WarningCode.UNKNOWN_SPEAKER, f"A quote is left without its proposed speaker: {reason}.")


def _places(words: str, sentence: Span, quoted: Sequence[Span], numbered: NumberedArticle) -> Iterator[Span]:
    """Yield where words stand in the sentence cited, beside the quote, or elsewhere; never in the quote.

    A name in somebody's words isn't that of their speaker.
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


def _dropped(code: WarningCode, reason: str, part: _PartShape) -> Notice:
    words = part.words or f"{part.first} … {part.last}"
    return Notice(code, f"A proposed quote was dropped, “{_shown(words)}”: {reason}.")


def _shown(words: str) -> str:
    return _one_line(words)[:_LONGEST_SHOWN]


def _one_line(words: str) -> str:
    return " ".join(words.split())
