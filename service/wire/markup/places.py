"""Answers where a span of an article's text stands in the HTML that was sent."""

from __future__ import annotations

from bisect import bisect_left

from service.wire.markup.alignment import NOWHERE, align
from service.wire.markup.visible import visible_in_markup, visible_in_text


class MarkupPlaces:
    """Where the words of ``text`` stand in ``markup``; offsets on both sides are code points."""

    def __init__(self, markup: str, text: str) -> None:
        self._text = visible_in_text(text)
        self._page = visible_in_markup(markup, self._text)
        self._places = align(self._text, self._page)

    def runs(self, start: int, end: int) -> list[tuple[int, int]] | None:
        """Return the stretches of the markup that hold the words of a span; None if that isn't certain.

        A stretch holds entities, but no tag; white space at its ends is left out. Decoded and joined, they
        are the span's words, but for white space, the dashes of lists and what was repaired.
        """
        first = bisect_left(self._text.starts, start)
        after = bisect_left(self._text.starts, end)
        if (
            first == after
            or self._text.ends[after - 1] > end
            or (first and self._text.ends[first - 1] > start)
        ):
            return None
        runs: list[tuple[int, int]] = []
        last = NOWHERE
        for place in self._places[first:after]:
            if place == NOWHERE:
                return None
            if runs and place == last + 1 and self._page.pieces[place] == self._page.pieces[last]:
                runs[-1] = (runs[-1][0], self._page.ends[place])
            else:
                runs.append((self._page.starts[place], self._page.ends[place]))
            last = place
        return runs
