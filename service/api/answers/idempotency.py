"""Idempotency-Key: a request that is sent again under its key gets its first answer, and does nothing twice.

After the draft of the IETF (draft-ietf-httpapi-idempotency-key-header). Keys are each caller's own. Not here:
where answers are remembered (``service.store.analyses.answers``, or ``remembering`` without a store).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.responses import Response

from service.api import problems
from service.api.body import Body
from service.api.callers import Caller
from service.api.needs import RemembersAnswers
from service.errors import ProblemType, PullquoteError
from service.store.analyses.records import Answer, KnownRequest, Ticket

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""The header, "true", of an answer that is given again."""
CACHE_STATUS = "Cache-Status"
"""RFC 9211: whether the answer came out of the service's memory."""
LONGEST_KEY = 255
KEY_PATTERN = r'"(?:[ !#-\[\]-~]|\\["\\])+"|[!#-+\--:<-\[\]-~]+'
"""A string as in RFC 9651, or, as many clients send it, the same without quotation marks."""
# What another try could cure, or another caller's rights decide, is no lasting answer.
_PASSING = frozenset({401, 403, 408, 409, 429})
_log = logging.getLogger(__name__)


class IdempotencyKeyReused(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """The key has been used for another request."""

    problem = ProblemType(422, "Idempotency key reused", "idempotency-key-reused")


class RequestInFlight(PullquoteError):  # noqa: N818
    """The first request under the key isn't answered yet; carries ``retry_after_s``."""

    problem = ProblemType(409, "Request in flight", "request-in-flight")
    retry_after_s = 2


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """Whose request it is, its key, and a ``fingerprint`` of all that it asks for."""

    owner: str
    key: str
    fingerprint: str


def read_key(headers: Headers) -> str | None:
    """Return the key of a request, None if it has none. Raises InvalidRequest for one that can't be."""
    sent = headers.getlist(HEADER)
    if not sent:
        return None
    value = sent[0].strip()
    if len(sent) > 1 or not re.fullmatch(KEY_PATTERN, value):
        raise _invalid(f"The header {HEADER} is {', '.join(sent)[:80]!a}")
    key = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    if len(key) > LONGEST_KEY:
        raise _invalid(f"The header {HEADER} has {len(key)} characters, the limit is {LONGEST_KEY}")
    return key


def keyed(caller: Caller, key: str, path: str, options: str, received: Body) -> KeyedRequest:
    """Return the request of ``caller`` under ``key``; ``options`` are those of the query, as one text."""
    digest = sha256()
    for part in (path, options, received.content_type):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\n")
    digest.update(received.data)
    return KeyedRequest(caller.key or "", key, digest.hexdigest())


class AnswersOnce:
    """Answers a request under a key once, and then again what it was answered."""

    def __init__(self, answers: RemembersAnswers) -> None:
        self._answers = answers

    async def answer(
        self, request: KeyedRequest, instance: str, make: Callable[[Ticket], Awaitable[Answer]]
    ) -> Response:
        """Return what ``make`` answers, or what the first request under the key was answered.

        Raises IdempotencyKeyReused, RequestInFlight, or what ``make`` raises where another try may help.
        ``instance`` is the path for a problem document. Whatever ends ``make`` early frees the key.
        """
        begun = await asyncio.to_thread(
            self._answers.begin, request.owner, request.key, request.fingerprint, datetime.now(UTC)
        )
        if isinstance(begun, KnownRequest):
            return _again(begun, request)
        try:
            answer = await make(begun)
        except PullquoteError as error:
            if not _lasts(error):
                await asyncio.to_thread(self._answers.abandon, begun)
                raise
            response = problems.respond(error, instance)
            # Its length is computed anew where it is given again.
            headers = (("content-type", problems.MEDIA_TYPE),)
            answer = Answer(response.status_code, headers, bytes(response.body))
        except BaseException:
            await asyncio.to_thread(self._answers.abandon, begun)
            raise
        await self._remember(begun, answer)
        return respond(answer)

    async def _remember(self, ticket: Ticket, answer: Answer) -> None:
        try:
            await asyncio.to_thread(self._answers.finish, ticket, answer, datetime.now(UTC))
        except PullquoteError as error:
            # The caller gets the answer; a repetition is refused until the ticket runs out, and then keeps
            # nothing twice.
            _log.warning("an answer could not be remembered: %s", error.code)


def respond(answer: Answer) -> Response:
    """Return an answer as a response."""
    return Response(answer.content, answer.status, dict(answer.headers))


def _again(known: KnownRequest, request: KeyedRequest) -> Response:
    if known.fingerprint != request.fingerprint:
        raise IdempotencyKeyReused(
            f"The {HEADER} {request.key[:80]!a} was used for a request with another body, content type or "
            "query. Send a new key with each new request."
        )
    if known.answer is None:
        raise RequestInFlight(
            f"The first request with this {HEADER} is still being answered. Send it again in "
            f"{RequestInFlight.retry_after_s} s, under the same key."
        )
    response = respond(known.answer)
    # It tells of how the first answer came about.
    del response.headers[CACHE_STATUS]
    response.headers[REPLAYED] = "true"
    return response


def _lasts(error: PullquoteError) -> bool:
    """Return whether the same request would get the same error again."""
    return error.problem.status < 500 and error.problem.status not in _PASSING


def _invalid(what: str) -> problems.InvalidRequest:
    return problems.InvalidRequest(
        f"{what}. Send a new UUID with each new request, such as "
        f'{HEADER}: "8e03978e-40d5-43e8-bc93-6894a57f9324".',
        code="invalid-idempotency-key",
    )
