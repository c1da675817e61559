"""The sentences of an article: NLTK's Punkt with word lists of our own, and rules for news text."""

from service.text.segment.segmenter import Segmenter

__all__ = ["Segmenter"]
