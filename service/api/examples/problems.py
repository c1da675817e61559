"""An example of each problem that the API answers with, for the OpenAPI document."""

from __future__ import annotations

from service.access.refusals import MissingScope, NoKey
from service.access.scopes import Scope
from service.api import problems
from service.api.answers import idempotency
from service.api.edge.refusals import BodyTooSlow
from service.errors import (
    AnalysisTooLong,
    ArticleTooLong,
    DeadlinePassed,
    InvalidArticle,
    ModelFailed,
    NotReady,
    Overloaded,
    PullquoteError,
    ShuttingDown,
)
from service.store.errors import NoSuchItem, NotTheSender, StoreFailed, StoreUnavailable
from service.store.jobs.errors import JobEnded, no_such_job

JOB_ID = "b1946ac92492d2347c6235b4d2611184"

PROBLEMS: tuple[tuple[PullquoteError, str], ...] = (
    (
        NoKey(
            "This needs an API key. Send it as the header Authorization: Bearer pq_…; `pullquote keys add "
            "NAME` makes one.",
            code="no-key",
        ),
        "A key is needed, or the one that was sent is unknown, revoked or expired.",
    ),
    (
        MissingScope("5f0c7a3e9d8b", Scope.ANALYSE, frozenset((Scope.METRICS,))),
        "The key is not good for this; or a page of another site, or a proxy where none may be, makes the "
        "request.",
    ),
    (
        NotTheSender(
            "article 'linden-library' was sent with a key of another name than 'wire feed'. Give your "
            "articles ids of their own, or send it with a key of that name."
        ),
        "With `review=true`: another sender has put an article of this id into the queue.",
    ),
    (
        InvalidArticle(
            "The article has 3 characters but no letter or digit. Send the article's text.",
            code="empty-article",
        ),
        "The article can't be analysed: empty, not text, not English, or a malformed body, query or header; "
        "the `Idempotency-Key` was used for another request; or there is no such taxonomy.",
    ),
    (
        AnalysisTooLong(
            "The analysis was stopped after 30 s, the limit for one article. Split the article, or raise "
            "PULLQUOTE_ANALYSIS_SECONDS."
        ),
        "Or its analysis takes longer than one article may.",
    ),
    (
        ArticleTooLong(
            "The article has 250000 characters, more than the limit of 200000. Split it, or raise "
            "PULLQUOTE_MAX_CHARS."
        ),
        "The article or the body is too long.",
    ),
    (
        problems.NotAcceptable(
            "The header Accept is 'application/xml', and an analysis can be had as application/json, "
            "application/vnd.iptc.ninjs+json, application/ld+json, text/markdown. Ask for one of these, or "
            "leave Accept out for JSON."
        ),
        "The analysis can't be had in any format that `Accept` names.",
    ),
    (
        problems.UnsupportedMediaType(
            "The content type is 'application/pdf'. Send application/json, text/html or text/plain; with "
            "curl: -H 'Content-Type: text/plain'."
        ),
        "The body is of a type that the service doesn't read, or compressed.",
    ),
    (
        Overloaded(
            "32 analyses are waiting or running, the limit is 32. Try again in 11 s, send fewer at once, or "
            "raise PULLQUOTE_QUEUE_LIMIT.",
            retry_after_s=11,
        ),
        "More work is waiting than the service takes on, or than one caller may send (`RateLimit` tells); "
        "try again after `Retry-After` seconds.",
    ),
    (
        NotReady("The models are still loading. Try again in a few seconds."),
        "The models are still loading; try again after `Retry-After` seconds.",
    ),
    (
        ShuttingDown("The service is shutting down and takes nothing on. Send it again in a few seconds."),
        "Or the service is about to end, bodies take too much memory, or the store is busy.",
    ),
    (
        BodyTooSlow(
            "No byte of the body came for 15 s, the limit. Send it without a pause, or raise "
            "PULLQUOTE_CHUNK_TIMEOUT_S.",
            code="body-stalled",
        ),
        "The body came too slowly.",
    ),
    (
        DeadlinePassed(
            "The analysis was not done within 5 s, the request's own timeout, and was dropped. Allow more, "
            "or try again when less is waiting."
        ),
        "The request's own `timeout` is over.",
    ),
    (
        ModelFailed(
            "The analysis broke unexpectedly. Other articles are not affected; report the request id."
        ),
        "A model or its files are broken; with `strict=true` also: a generating model failed.",
    ),
    (
        idempotency.RequestInFlight(
            "The first request with this Idempotency-Key is still being answered. Send it again in 2 s, "
            "under the same key."
        ),
        "The first request under this `Idempotency-Key` is not answered yet.",
    ),
    (
        NoSuchItem(
            "No analysis '4f0c7a3e9d8b4c1fa2e6d7b8c9a0e1f2' is kept for this caller. GET /v1/analyses lists "
            "those that are; older ones than PULLQUOTE_KEEP_DAYS are gone."
        ),
        "There is no such analysis, or it is another caller's.",
    ),
    (
        problems.InvalidRequest(
            "Unknown query parameter 'artcle'. Known are article, limit and cursor.", code="unknown-parameter"
        ),
        "A parameter of the query can't be understood.",
    ),
    (StoreFailed("The database failed; the service's log says why."), "The store failed."),
    (StoreUnavailable("The database can't be reached now. Try again."), "The store can't be reached now."),
    (no_such_job(JOB_ID), "There is no such job among the caller's."),
    (
        JobEnded("The job has ended: it is done, and can't be cancelled any more."),
        "The job has ended.",
    ),
)
"""Errors with what they mean; those of one status are described together."""
