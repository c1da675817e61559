"""``Prefer: respond-async`` (RFC 7240): an article that is analysed later instead of now."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from service.api import body
from service.api.background.shown import accepted
from service.api.callers import Caller
from service.api.needs import KeepsJobs
from service.ingest import Door
from service.store.jobs.records import JobChoices, SentArticle

_PREFERENCE = "respond-async"


def prefers_job(request: Request) -> bool:
    """Return whether the caller would rather not wait for the answer."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    # A preference may have a value and parameters; of this one they mean nothing.
    return any(one.split(";")[0].split("=")[0].strip().lower() == _PREFERENCE for one in preferences)


async def accept_article(
    request: Request, jobs: KeepsJobs, door: Door, caller: Caller, options: JobChoices
) -> Response:
    """Make a job of the request's article and answer 202. Raises ArticleTooLong, Overloaded."""
    received = await body.read(request, door.max_chars)
    sent = SentArticle(received.content_type, received.data)
    job, _ = await asyncio.to_thread(jobs.submit, caller.key, options, [sent])
    response = accepted(job)
    response.headers["Preference-Applied"] = _PREFERENCE
    return response
