"""A job's progress as server-sent events: each change of state or count, until the end.

An event's id is the job's version. A client that comes back with ``Last-Event-ID`` is told nothing twice;
one that has seen the end gets 204, which tells an EventSource to come back no more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.api.background.shown import as_dict
from service.api.needs import KeepsJobs
from service.errors import PullquoteError
from service.store.jobs.records import JobRecord

HEARTBEAT_S = 15.0
"""A comment this often keeps proxies from closing a quiet stream."""
_LOOK_EVERY_S = 0.5
_RECONNECT_MS = 2_000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event_stream(request: Request, jobs: KeepsJobs, job: JobRecord, owner: str | None) -> Response:
    """Return the stream of a job's events."""
    seen = request.headers.get("last-event-id", "").strip()
    known = int(seen) if seen.isdecimal() and len(seen) < 10 else None
    if known == job.version and job.has_ended:
        return Response(status_code=204)
    return StreamingResponse(
        _events(jobs, job, owner, known), headers=_HEADERS, media_type="text/event-stream"
    )


async def _events(
    jobs: KeepsJobs, job: JobRecord, owner: str | None, known: int | None
) -> AsyncIterator[str]:
    yield f"retry: {_RECONNECT_MS}\n\n"
    quiet_since_s = time.monotonic()
    # While the process stops, the stream ends; the client comes back to whoever serves then.
    while not jobs.is_draining:
        if job.version != known:
            known = job.version
            yield _event(job)
            quiet_since_s = time.monotonic()
        if job.has_ended:
            return
        await asyncio.sleep(_LOOK_EVERY_S)
        if time.monotonic() - quiet_since_s >= HEARTBEAT_S:
            yield ": still here\n\n"
            quiet_since_s = time.monotonic()
        try:
            job = await asyncio.to_thread(jobs.job, job.id, owner)
        except PullquoteError:  # the job was deleted, or the database is away: the client asks again
            return


def _event(job: JobRecord) -> str:
    name = "end" if job.has_ended else "progress"
    return f"id: {job.version}\nevent: {name}\ndata: {json.dumps(as_dict(job))}\n\n"
