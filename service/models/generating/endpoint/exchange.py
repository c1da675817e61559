"""One question to an endpoint: asked in a form that it accepts, and asked again after a failure."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.models.generating.backend import Cause, OnTokens, Question, Reply, Usage
from service.models.generating.endpoint.answer import BrokenAnswer, StreamedAnswer, message_of
from service.models.generating.endpoint.faults import RequestFault, StatusError, fault_of, in_words
from service.models.generating.endpoint.form import RequestForm
from service.models.generating.endpoint.tokens import Counter, count_messages, quotes_any

if TYPE_CHECKING:
    import openai

_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 8.0
LONGEST_WAIT_S = 30.0
"""An endpoint that asks to wait longer than this isn't waited for."""
_MOST_ERROR_BYTES = 65_536

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How an endpoint's ``model`` is asked: timeout, number of retries, and how tokens are counted."""

    model: str
    timeout_s: float
    retries: int
    counter: Counter
    sleep: Sleep


class Exchange:
    """A question in progress.

    ``form`` is the last one that the endpoint accepted, ``usage`` what was spent.
    """

    def __init__(
        self, question: Question, on_tokens: OnTokens, form: RequestForm, policy: RetryPolicy
    ) -> None:
        self.usage = Usage()
        self.form = form
        self._question = question
        self._on_tokens = on_tokens
        self._policy = policy

    async def run(self, client: openai.AsyncOpenAI) -> Reply:
        """Return the answer. Raises RequestFault."""
        form, failures = self.form, 0
        while True:
            try:
                return await self._once(client, form)
            except StatusError as error:
                said, named = _read_error(error)
                simpler = form.after(named, said) if error.status in (400, 422) else None
                if simpler:
                    form = simpler
                    continue
                fault = fault_of(error, self._fit(said))
            except BrokenAnswer as error:
                detail = in_words(str(error), self._fit(error.said))
                fault = RequestFault(Cause.BROKEN, detail, "See the endpoint's own log.", error.again)
            except RequestFault as error:
                fault = error
            if not fault.again or failures == self._policy.retries or fault.wait > LONGEST_WAIT_S:
                raise fault
            # Full jitter, so that requests that failed together aren't retried together.
            most = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2**failures)
            await self._policy.sleep(fault.wait + random.uniform(0, most))
            failures += 1

    async def _once(self, client: openai.AsyncOpenAI, form: RequestForm) -> Reply:
        question = self._question
        self.usage += Usage(requests=1)
        async with AsyncExitStack() as stack:
            response = await self._begun(stack, client, form)
            self.form = form
            streamed = "text/event-stream" in response.headers.get("content-type", "")
            answer = StreamedAnswer(question.most_tokens, streamed)
            try:
                await self._read(response.aiter_bytes(), answer)
            finally:
                self.usage += self._tokens(answer)
        return Reply(answer.text, self.usage, answer.cut, answer.refused)

    async def _begun(self, stack: AsyncExitStack, client: openai.AsyncOpenAI, form: RequestForm) -> Any:
        """Send the question, and return the response once its headers have arrived."""
        from openai import APIConnectionError

        timeout_s = self._policy.timeout_s
        body = form.body(self._policy.model, self._question)
        try:
            async with asyncio.timeout(timeout_s):
                stream: Any = await client.chat.completions.create(**body)
            stack.push_async_callback(stream.close)
            # Not the client's own stream of events: it takes an end without [DONE] for a whole answer and a
            # JSON body for an empty one, and its lines may grow without limit.
            return stream.response
        except TimeoutError:
            raise too_slow(f"sent nothing within {timeout_s:g} s") from None
        except APIConnectionError as error:
            # The client wraps every error, and also what ``stop_errors`` raised.
            cause = error.__cause__
        if isinstance(cause, StatusError):
            raise cause
        kind = type(cause).__name__
        if kind in ("ConnectError", "ConnectTimeout"):
            why = message_of(str(cause)) or kind
            remedy = "Check PULLQUOTE_ENDPOINT, and that it runs."
            raise RequestFault(Cause.DOWN, in_words("can't be reached", why), remedy)
        raise BrokenAnswer(f"broke off before its answer ({kind})")

    async def _read(self, received: AsyncIterator[bytes], answer: StreamedAnswer) -> None:
        timeout_s = self._policy.timeout_s
        while not answer.done:
            try:
                async with asyncio.timeout(timeout_s):
                    piece = await anext(received, None)
            except TimeoutError:
                raise too_slow(f"sent nothing more for {timeout_s:g} s") from None
            except Exception as error:  # of httpx or httpx2, by the version of the client
                raise BrokenAnswer(f"broke off its answer ({type(error).__name__})") from None
            if piece is None:
                break
            before = answer.pieces
            answer.feed(piece)
            if answer.pieces > before:
                self._on_tokens(answer.pieces)
        before = answer.pieces
        answer.close()
        if answer.pieces > before:
            self._on_tokens(answer.pieces)

    def _tokens(self, answer: StreamedAnswer) -> Usage:
        """Return the tokens that the endpoint reports, else those counted here, also of a broken answer."""
        if answer.usage:
            return Usage(0, *answer.usage)
        if not (answer.pieces or answer.complete):
            return Usage()
        counter = self._policy.counter
        return Usage(0, count_messages(self._question.messages, counter), counter(answer.text))

    def _fit(self, said: str) -> str:
        """Return the endpoint's message, "" if it repeats the question: errors must not hold the article."""
        return "" if quotes_any(said, (message.content for message in self._question.messages)) else said


async def stop_errors(response: Any) -> None:
    """Raise StatusError for an error, before the client reads its body, which may be of any length."""
    if response.status_code < 300:
        return
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MOST_ERROR_BYTES:
            break
    raise StatusError(response.status_code, response.headers, body)


def too_slow(detail: str) -> RequestFault:
    """Return the fault of an endpoint that exceeds a time limit."""
    return RequestFault(Cause.SLOW, detail, "Raise PULLQUOTE_ENDPOINT_TIMEOUT_S if it needs longer.")


def _read_error(error: StatusError) -> tuple[str, object]:
    """Return the endpoint's message on an error, and the parameter that it names."""
    try:
        body: object = json.loads(error.body)
    except (ValueError, RecursionError):
        body = error.body.decode("utf-8", "replace")
    inner = body.get("error", body) if isinstance(body, dict) else None
    return message_of(body), inner.get("param") if isinstance(inner, dict) else None
