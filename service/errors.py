"""The errors of Pullquote as one tree, each with its HTTP status and problem type.

    PullquoteError
    ├── InvalidArticle   422  the article can't be analysed: empty, not text, not English, malformed
    ├── ArticleTooLong   413  more characters than the limit
    ├── UnknownTaxonomy  422  no taxonomy of this name is loaded
    ├── Overloaded       429  more work is waiting than the service takes on; carries ``retry_after_s``
    ├── NotReady         503  the models are not loaded yet
    └── ModelFailed      500  a model or its files are broken

Messages give the value, the limit and the remedy. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ProblemType:
    """The fixed part of an RFC 9457 problem document: HTTP ``status``, short ``title``, stable ``slug``."""

    status: int
    title: str
    slug: str


class PullquoteError(Exception):
    """Base of every error that Pullquote raises on purpose."""

    problem: ClassVar[ProblemType] = ProblemType(500, "Internal error", "internal-error")

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        """Take a ``detail``: what happened, the limit, the remedy; ``code`` narrows the kind of error."""
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.problem.slug

    def members(self) -> Mapping[str, object]:
        """Return what the problem document says beyond its standard members (RFC 9457, 3.2)."""
        return {}


class InvalidArticle(PullquoteError):  # noqa: N818 - the contract's name
    """The article can't be analysed as it is; nothing is wrong with the service."""

    problem = ProblemType(422, "Invalid article", "invalid-article")


class ArticleTooLong(PullquoteError):  # noqa: N818
    """The article is longer than the configured limit."""

    problem = ProblemType(413, "Article too long", "article-too-long")


class UnknownTaxonomy(PullquoteError):  # noqa: N818
    """No taxonomy of the name that was asked for is loaded."""

    problem = ProblemType(422, "Unknown taxonomy", "unknown-taxonomy")


class Overloaded(PullquoteError):  # noqa: N818
    """The queue is full; try again after ``retry_after_s`` seconds."""

    problem = ProblemType(429, "Overloaded", "overloaded")

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        """Take the ``detail`` and the whole seconds after which a retry is sensible."""
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NotReady(PullquoteError):  # noqa: N818
    """The models are still loading."""

    problem = ProblemType(503, "Not ready", "not-ready")


class ModelFailed(PullquoteError):  # noqa: N818
    """A model's files don't match their digests, or a model broke while it ran."""

    problem = ProblemType(500, "Model failed", "model-failed")


ERRORS: tuple[type[PullquoteError], ...] = (
    InvalidArticle,
    ArticleTooLong,
    UnknownTaxonomy,
    Overloaded,
    NotReady,
    ModelFailed,
)
