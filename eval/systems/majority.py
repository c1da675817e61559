"""The rival of genres: every article is news, as most are."""

from __future__ import annotations

from eval.systems.shape import BuildContext, blank
from service.domain import Analysis, Article, Genre, GenreLabel


class AlwaysNews:
    """A system that calls everything news."""

    def analyse(self, article: Article) -> Analysis:
        """Return an analysis that holds the genre only."""
        return blank(article, "always-news", genre=Genre(GenreLabel.NEWS, 1.0))


def build_news(context: BuildContext, argument: str) -> AlwaysNews:
    """Build the system; it needs nothing."""
    return AlwaysNews()
