"""Where the words of an article stand in the HTML that it came from.

``visible`` reads what a page shows with the place of every character, ``alignment`` finds the article's text
in it, and ``places`` answers for a span. Not here: which part of a page is the article (``service.ingest``).
"""

from service.wire.markup.places import MarkupPlaces

__all__ = ["MarkupPlaces"]
