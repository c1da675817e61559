"""Builds the review service and its pages from settings."""

from __future__ import annotations

from service.access.modes import sign_in_mode
from service.bootstrap import build_store, load_segmenter
from service.ingest import Door
from service.review.access import PageAccess
from service.review.pages.mounting import ReviewPages
from service.review.review_service import ReviewService
from service.review.secret import page_secret
from service.settings import Settings
from service.store.store import Store
from service.topics.taxonomy import LEVEL_1

PATIENCE_OF_PAGES_S = 3.0
"""Who waits for an answer waits a few seconds for the store, a command that nobody waits for longer."""


def open_review_service(settings: Settings, store: Store | None = None) -> ReviewService:
    """Return the review service over ``store``, else over the one that ``settings`` name. Raises
    StoreFailed."""
    store = store or build_store(settings)
    return ReviewService(store, lambda article: load_segmenter().segment(article), LEVEL_1)


def build_review_pages(settings: Settings, door: Door, store: Store | None = None) -> ReviewPages | None:
    """Return the editors' pages, None where the store is turned off. Raises StoreFailed or OpenToAll.

    ``store`` is the open store that ``settings`` name, if there is one already.
    """
    if not settings.store:
        return None
    mode = sign_in_mode(settings)
    reviews = open_review_service(settings, store or build_store(settings, PATIENCE_OF_PAGES_S))
    secret = page_secret(settings.store) if mode == "open" else ""
    access = PageAccess(mode, reviews.store, reviews.clock, settings.proxy_header, secret)
    return ReviewPages(reviews, access, door)
