"""Builds the review service and its pages from settings."""

from __future__ import annotations

from service.bootstrap import build_store, load_segmenter
from service.errors import PullquoteError
from service.ingest import Door
from service.review.access import PageAccess, is_loopback
from service.review.pages.mounting import ReviewPages
from service.review.review_service import ReviewService
from service.settings import Settings, SignIn
from service.topics.taxonomy import LEVEL_1


class OpenToAll(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """Without accounts, everybody who reaches the address could review."""


# Who waits for an answer waits a few seconds for the store, a command that nobody waits for longer.
_PATIENCE_OF_PAGES_S = 3.0


def open_review_service(settings: Settings, patience_s: float | None = None) -> ReviewService:
    """Open the store that ``settings`` name, and return the review service over it. Raises StoreFailed.

    Who finds the store busy waits for ``patience_s``, by default as long as ``build_store`` says.
    """
    store = build_store(settings, patience_s)
    return ReviewService(store, lambda article: load_segmenter().segment(article), LEVEL_1)


def build_review_pages(settings: Settings, door: Door) -> ReviewPages | None:
    """Return the editors' pages, None where the store is turned off. Raises StoreFailed or OpenToAll."""
    if not settings.store:
        return None
    mode = sign_in_mode(settings)
    reviews = open_review_service(settings, _PATIENCE_OF_PAGES_S)
    return ReviewPages(reviews, PageAccess(mode, reviews.store, reviews.clock, settings.proxy_header), door)


def sign_in_mode(settings: Settings) -> SignIn:
    """Return how editors sign in. Raises OpenToAll."""
    local = is_loopback(settings.host)
    if settings.sign_in == "auto":
        return "open" if local else "accounts"
    if settings.sign_in == "open" and not local:
        raise OpenToAll(
            f'sign-in "open" would let everybody who reaches {settings.host} review. Listen on 127.0.0.1, '
            "or use --sign-in accounts or proxy."
        )
    return settings.sign_in
