"""Which genre an article has, what is warned of, and what a strict request refuses."""

from __future__ import annotations

import numpy as np
import pytest

from service.domain import Article, Genre, GenreLabel, Notice
from service.errors import InvalidArticle
from service.summary.genres import notice_unsuitable, read_genre, require_suitable
from service.warning_codes import WarningCode

ARTICLE = Article("a", "Rain fell.")
LABELLED = Article("b", "Rain fell.", warnings=(Notice(WarningCode.OPINION, "It says so."),))


def probabilities(label: GenreLabel, confidence: float) -> np.ndarray:
    rest = (1 - confidence) / (len(GenreLabel) - 1)
    return np.array([confidence if one is label else rest for one in GenreLabel], dtype=np.float32)


def test_the_likeliest_is_the_genre() -> None:
    genre = read_genre(ARTICLE, probabilities(GenreLabel.REVIEW, 0.7))
    assert (genre.label, round(genre.confidence, 2)) == (GenreLabel.REVIEW, 0.7)


def test_what_the_article_says_of_itself_counts_more() -> None:
    assert read_genre(LABELLED, probabilities(GenreLabel.NEWS, 0.9)).label is GenreLabel.OPINION


@pytest.mark.parametrize(
    ("label", "confidence", "codes"),
    [
        (GenreLabel.OPINION, 0.8, ["opinion"]),
        (GenreLabel.LIVE_BLOG, 0.8, ["live_blog"]),
        (GenreLabel.LISTICLE, 0.8, ["listicle"]),
        (GenreLabel.ROUND_UP, 0.8, ["round_up"]),
        (GenreLabel.OPINION, 0.3, []),
        (GenreLabel.NEWS, 0.9, []),
    ],
)
def test_what_a_summary_misrepresents_is_warned_of(
    label: GenreLabel, confidence: float, codes: list[str]
) -> None:
    notices = notice_unsuitable(ARTICLE, Genre(label, confidence))
    assert [notice.code.value for notice in notices] == codes


def test_nothing_is_said_twice() -> None:
    assert list(notice_unsuitable(LABELLED, Genre(GenreLabel.OPINION, 0.9))) == []


def test_strict_refuses_with_value_and_remedy() -> None:
    require_suitable(Genre(GenreLabel.NEWS, 0.9))
    require_suitable(Genre(GenreLabel.OPINION, 0.3))
    with pytest.raises(InvalidArticle, match=r"opinion with a confidence of 80%.*strict=false") as refused:
        require_suitable(Genre(GenreLabel.OPINION, 0.8))
    assert refused.value.code == "unsuitable-genre"
