"""The five tasks of prompts, and the values that each offers to its prompt.

A prompt uses some or all of its task's variables, never others. Values are plain text and numbers: the
article's layout is made in code, so that editing a prompt can't open its delimiters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.domain import SummaryLength
from service.length_presets import LENGTH_PRESETS
from service.topics.taxonomy import LEVEL_1, Taxonomy
from service.writing.numbered_article import NumberedArticle

Values = Mapping[str, str | int]

MOST_QUOTES = 12
MOST_TOPICS = 3
HEADLINE_WORDS = 12

_MEDIUM = LENGTH_PRESETS[SummaryLength.MEDIUM]
_ARTICLE = {"article": "<<<ARTICLE 0>>>\n[1] Text.\n<<<END ARTICLE 0>>>", "nonce": "0"}
OFFERED: Mapping[str, Values] = MappingProxyType(
    {
        "summarize": {**_ARTICLE, "fewest": _MEDIUM.fewest, "most": _MEDIUM.most},
        "quotes": {**_ARTICLE, "most": MOST_QUOTES},
        "topics": {**_ARTICLE, "topics": "medtop:00000000 label", "most": MOST_TOPICS},
        "headline": {**_ARTICLE, "words": HEADLINE_WORDS},
        "judge": {**_ARTICLE, "claims": "<<<CLAIMS 0>>>\n[1] Claim.\n<<<END CLAIMS 0>>>"},
    }
)
"""The variables of each task with sample values, with which every prompt is rendered once at load."""


def summarize(numbered: NumberedArticle, length: SummaryLength) -> Values:
    """Return the values for the prompt ``summarize``."""
    fewest, most = LENGTH_PRESETS[length].limits
    # A brief of three sentences has no summary of five.
    most = min(most, max(1, len(numbered.shown)))
    return {**_article(numbered), "fewest": min(fewest, most), "most": most}


def quotes(numbered: NumberedArticle, most: int = MOST_QUOTES) -> Values:
    """Return the values for the prompt ``quotes``."""
    return {**_article(numbered), "most": most}


def topics(numbered: NumberedArticle, taxonomy: Taxonomy = LEVEL_1, most: int = MOST_TOPICS) -> Values:
    """Return the values for the prompt ``topics``."""
    listed = "\n".join(f"{topic.id} {topic.label}" for topic in taxonomy.topics)
    return {**_article(numbered), "topics": listed, "most": most}


def headline(numbered: NumberedArticle, words: int = HEADLINE_WORDS) -> Values:
    """Return the values for the prompt ``headline``."""
    return {**_article(numbered), "words": words}


def judge(numbered: NumberedArticle, claims: Sequence[str]) -> Values:
    """Return the values for the prompt ``judge``; number the article with the same ``claims`` beside it."""
    return {**_article(numbered), "claims": numbered.claims(claims)}


def _article(numbered: NumberedArticle) -> dict[str, str | int]:
    return {"article": numbered.block(), "nonce": numbered.nonce}
