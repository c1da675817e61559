"""Whether quotations inside a written summary keep their speakers.

The summary is read as an article is, by the same rules: whoever it names as the speaker of words in quotation
marks has to be whom the article names. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from service.domain import Article, Notice, Quote, Sentence, Span, Speaker
from service.extract import verbatim
from service.extract.quotes import extract_quotes
from service.generate.answers import Written

Cut = Callable[[Article], Sequence[Sentence]]

_WORD = re.compile(r"\w+")


def check_speakers(
    summary: Sequence[Written], article: Article, quotes: Sequence[Quote], cut: Cut
) -> tuple[Written, ...]:
    """Return the summary with a doubt on each sentence that gives the article's words to somebody else.

    ``quotes`` are the article's own, with their speakers; ``cut`` segments a text.
    """
    spans, text = list[Span](), ""
    for written in summary:
        spans.append(Span(len(text), len(text) + len(written.sentence.text)))
        text += f"{written.sentence.text} "
    as_article = Article("summary", text)
    found = [quote for quote in extract_quotes(as_article, cut(as_article)) if quote.speaker]
    return tuple(
        written.doubted(
            *(
                notice
                for quote in found
                if span.overlaps(quote.parts[0])
                for notice in _misattributed(quote, text, article, quotes)
            )
        )
        for written, span in zip(summary, spans, strict=True)
    )


def _misattributed(written: Quote, text: str, article: Article, quotes: Sequence[Quote]) -> Iterator[Notice]:
    words = written.parts[0].of(text).strip().rstrip(".,!?…")
    says = written.speaker
    # The words may stand in the article more than once; one of their speakers is enough.
    speakers = list(_speakers(words, article.text, quotes))
    if (
        says is None
        or not speakers
        or any(_may_be_one(says, speaker, article.text, text) for speaker in speakers)
    ):
        return
    named = next((speaker.name for speaker in speakers if speaker), None)
    detail = f"“{words}” is said by {named}" if named else f"the article doesn’t say who says “{words}”"
    yield Notice("wrong_speaker", f"{detail[0].upper()}{detail[1:]}, not {says.name}.")


def _speakers(words: str, text: str, quotes: Sequence[Quote]) -> Iterator[Speaker | None]:
    """Yield the speakers of the article's quotes that hold these words."""
    for quote in quotes:
        if any(verbatim.find(words, part.of(text), whole=True) for part in quote.parts):
            yield quote.speaker


def _may_be_one(written: Speaker, speaker: Speaker | None, text: str, summary: str) -> bool:
    """Tell whether two speakers share a word of name, role or mention."""
    if speaker is None:
        return False
    known = f"{speaker.name} {speaker.role or ''} {speaker.mention.of(text)}"
    says = f"{written.name} {written.role or ''} {written.mention.of(summary)}"
    return bool(_words(known) & _words(says))


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(name)} - _EMPTY


_EMPTY = frozenset("the a an of for and he she they it who mr mrs ms dr".split())
