"""Sentences of an article: NLTK's Punkt with our own word lists, and thin rules for what news does."""

from service.text.segment.segmenter import Segmenter

__all__ = ["Segmenter"]
