"""A long article in parts that fit a model, and the shorter article made of the parts' evidence.

Once each part is summarised, the sentences on which the parts' summaries rest are summarised again, numbers
unchanged. The summaries themselves aren't, so that every sentence keeps its evidence in the article.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from service.summary.dangling import opens_dangling
from service.writing.numbered_article import NumberedArticle


class NoRoom(Exception):  # noqa: N818 - named as the domain names it
    """The model's context is too small for the prompt and a sentence; ``detail`` gives the counts."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def split(
    numbered: NumberedArticle, room: int, count: Callable[[str], int], show: Callable[[int], str]
) -> tuple[list[NumberedArticle], list[int]]:
    """Return parts of at most ``room`` tokens and about equal size, and the numbers that fit in none.

    ``count`` returns the tokens of a sentence as ``show`` writes it. Raises NoRoom if no sentence fits.
    """
    sizes = {number: count(show(number)) for number in numbered.shown}
    fitting = {number: size for number, size in sizes.items() if size <= room}
    if not fitting:
        raise NoRoom(
            f"No sentence of the article fits the {max(room, 0):,} tokens that the model has left for it."
        )
    total = sum(fitting.values())
    # Of equal size, as a last part of two sentences would get a summary as long as the others'.
    share = total / math.ceil(total / room)
    parts, part, size = list[list[int]](), list[int](), 0
    for number, tokens in fitting.items():
        if part and (size + tokens > room or size >= share):
            parts.append(part)
            part, size = [], 0
        part.append(number)
        size += tokens
    parts.append(part)
    return [numbered.showing(part) for part in parts], sorted(sizes.keys() - fitting.keys())


def condense(numbered: NumberedArticle, numbers: Iterable[int]) -> NumberedArticle:
    """Return the article with only the sentences of these ``numbers``, each with one that it leans on."""
    kept = set(numbers)
    leaning = {number for number in kept if opens_dangling(numbered.plain(number))}
    return numbered.showing(kept | ({number - 1 for number in leaning} & set(numbered.shown)))
