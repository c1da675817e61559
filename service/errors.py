"""The errors of Pullquote as one tree, each with its HTTP status and problem type.

    PullquoteError
    ├── InvalidArticle   422  the article can't be analysed: empty, not text, not English, malformed
    ├── ArticleTooLong   413  more characters than the limit
    ├── AnalysisTooLong  422  the analysis takes longer than one article may
    ├── UnknownTaxonomy  422  no taxonomy of this name is loaded
    ├── Overloaded       429  more work is waiting than the service takes on; carries ``retry_after_s``
    ├── NotReady         503  the models are not loaded yet
    ├── ShuttingDown     503  the service is about to end
    ├── DeadlinePassed   504  the caller's own ``timeout`` is over
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

    @property
    def public(self) -> str:
        """The ``detail`` as far as a stranger may read it, who calls over the network."""
        return self.detail

    def members(self) -> Mapping[str, object]:
        """Return what the problem document says beyond its standard members (RFC 9457, 3.2)."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """Return the headers that an HTTP response for this error has of its own."""
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


class AnalysisTooLong(PullquoteError):  # noqa: N818
    """The analysis takes longer than the configured limit for one article."""

    problem = ProblemType(422, "Analysis takes too long", "analysis-too-long")


class ShuttingDown(PullquoteError):  # noqa: N818
    """The service was told to end: it takes nothing on, and stops what runs when the grace time is over."""

    problem = ProblemType(503, "Shutting down", "shutting-down")


class DeadlinePassed(PullquoteError):  # noqa: N818
    """The caller's own time limit is over, and the work was dropped."""

    problem = ProblemType(504, "Deadline passed", "deadline-passed")


class ModelFailed(PullquoteError):  # noqa: N818
    """A model's files don't match their digests, or a model broke while it ran."""

    problem = ProblemType(500, "Model failed", "model-failed")


ERRORS: tuple[type[PullquoteError], ...] = (
    InvalidArticle,
    ArticleTooLong,
    AnalysisTooLong,
    UnknownTaxonomy,
    Overloaded,
    NotReady,
    ShuttingDown,
    DeadlinePassed,
    ModelFailed,
)
