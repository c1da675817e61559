"""Pullquote: summaries, verbatim quotes and media topics from news articles.

The floor plan is in README.md; imports run downwards only.
"""

__version__ = "0.1.0"
