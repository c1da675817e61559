"""The check that quotations in a written summary keep their speakers.

The summary is read by the same rules as an article: the speaker that it names for words in quotation marks
has to be the speaker that the article names. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from service.domain import Article, Quote, Sentence, Span, Speaker
from service.grounding.faults import SupportFault, SupportFaultKind
from service.people.entity_index import find_people
from service.quotes.extraction import extract_quotes
from service.text import verbatim
from service.text.document import Document
from service.text.en.lexicon import TITLES
from service.writing.answers.checked_answer import WrittenSentence

SegmentText = Callable[[Article], Sequence[Sentence]]
_STOPS = ".,!?…"
_WORD = re.compile(r"\w+")
_EMPTY = frozenset("the a an of for and he she they it who".split())
_NO_NAME = _EMPTY | TITLES | frozenset("mr mrs ms miss jr sr".split())


def check_speakers(
    summary: Sequence[WrittenSentence], article: Article, quotes: Sequence[Quote], segment: SegmentText
) -> tuple[WrittenSentence, ...]:
    """Return the summary with a fault on each sentence that gives the article's words to another speaker.

    ``quotes`` are the article's own, with their speakers; ``segment`` cuts the summary into sentences.
    """
    spans, text = list[Span](), ""
    for written in summary:
        spans.append(Span(len(text), len(text) + len(written.sentence.text)))
        text += f"{written.sentence.text} "
    as_article = Article("summary", text)
    document = Document(as_article, tuple(segment(as_article)))
    found = [quote for quote in extract_quotes(document, find_people(document)) if quote.speaker]
    return tuple(
        written.with_faults(
            *(
                fault
                for quote in found
                if any(span.overlaps(part) for part in quote.parts)
                for fault in _misattributed(quote, text, article, quotes)
            )
        )
        for written, span in zip(summary, spans, strict=True)
    )


def _misattributed(
    written: Quote, text: str, article: Article, quotes: Sequence[Quote]
) -> Iterator[SupportFault]:
    """Yield a fault unless one who may be the speaker says all the parts in the article."""
    says = written.speaker
    pieces = [part.of(text).strip().rstrip(_STOPS) for part in written.parts]
    holders = [[quote for quote in quotes if _holds(quote, piece, article.text)] for piece in pieces]
    if says is None or any(_says_all(says, text, quote, holders, article.text) for quote in holders[0]):
        return
    words = " … ".join(pieces)
    speakers = [quote.speaker.name for held in holders for quote in held if quote.speaker]
    if speakers:
        yield SupportFault(
            SupportFaultKind.WRONG_SPEAKER,
            f"“{words}” is said by {' and '.join(dict.fromkeys(speakers))}, not {says.name}.",
        )
    else:
        yield SupportFault(
            SupportFaultKind.WRONG_SPEAKER, f"The article doesn’t say that {says.name} says “{words}”."
        )


def _holds(quote: Quote, words: str, text: str) -> bool:
    return any(verbatim.find(words, part.of(text), whole=True) for part in quote.parts)


def _says_all(
    says: Speaker, summary: str, quote: Quote, holders: Sequence[Sequence[Quote]], text: str
) -> bool:
    """Return whether the speaker of ``quote`` may be who ``says`` it, and speaks in each of ``holders``."""
    speaker = quote.speaker
    if speaker is None or not _may_be_one(says, summary, speaker, text):
        return False
    return all(any(one.speaker and one.speaker.name == speaker.name for one in held) for held in holders)


def _may_be_one(says: Speaker, summary: str, speaker: Speaker, text: str) -> bool:
    """Return whether two speakers can be the same: by their names, or by a shared word if one has no name."""
    mine, theirs = _proper(says.name), _proper(speaker.name)
    if mine and theirs:
        return mine[-1] == theirs[-1] and (
            len(mine) == 1 or len(theirs) == 1 or bool({*mine[:-1]} & {*theirs[:-1]})
        )
    known = f"{speaker.name} {speaker.role or ''} {speaker.mention.of(text)}"
    return bool(_words(known) & _words(f"{says.name} {says.role or ''} {says.mention.of(summary)}"))


def _proper(name: str) -> list[str]:
    """Return the words of a proper name, without titles."""
    capitalised = [word.casefold() for word in _WORD.findall(name) if word[0].isupper()]
    return [word for word in capitalised if word not in _NO_NAME]


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(name)} - _EMPTY
