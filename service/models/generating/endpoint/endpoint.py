"""A model behind an OpenAI-compatible endpoint, asked over HTTP with the ``openai`` client.

Whatever the endpoint or the network does, ``ask`` ends: with a whole answer, or with Unanswered and the
reason. Three limits bound it: ``endpoint_timeout_s`` until the answer begins and between any two pieces of
it, ten times that for a question with all retries, and a number of characters for each token allowed. The
last two are for an endpoint that sends a byte a second or writes without end.

Articles and key go to the address in the settings and nowhere else. Redirects aren't followed, and the
environment has no influence: neither proxies, nor ``.netrc``, nor the variables that the client reads
(``OPENAI_BASE_URL``, ``OPENAI_CUSTOM_HEADERS`` and others). Certificates are checked against the system's
store, which OpenSSL lets ``SSL_CERT_FILE`` name.

Each question has its own event loop, so that a deadline can end it at any point, also while headers arrive or
a name is looked up. Therefore ``ask`` must not be called in a thread that runs a loop. A connection for each
question costs little beside the seconds of an answer.

Not here: asking and asking again (``exchange``), the content of a request (``form``), parsing its answer
(``answer``), the meaning of a status (``faults``), counting (``tokens``).
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

from service.errors import ModelFailed
from service.models.generating.backend import (
    Cause,
    Message,
    OnTokens,
    Question,
    Reply,
    Unanswered,
    ignore_progress,
)
from service.models.generating.endpoint.address import Address
from service.models.generating.endpoint.exchange import (
    LONGEST_WAIT_S,
    Exchange,
    RetryPolicy,
    Sleep,
    stop_errors,
    too_slow,
)
from service.models.generating.endpoint.faults import RequestFault
from service.models.generating.endpoint.form import RequestForm
from service.models.generating.endpoint.tokens import count_messages, load_counter
from service.settings import Settings

if TYPE_CHECKING:
    import openai

_TOTAL = 10
"""A question with all its retries gets this many times ``endpoint_timeout_s``."""
_CONNECT_S = 10.0
_certificates = cache(ssl.create_default_context)


class Endpoint:
    """A ``Backend``: a chat model at an address. ``close`` aborts the questions in flight."""

    context_setting = "PULLQUOTE_ENDPOINT_CONTEXT"
    instructed = True

    def __init__(self, policy: RetryPolicy, address: Address, context: int, parallel: int) -> None:
        self.label = f"openai:{policy.model}"
        self.context = context
        self.parallel = parallel
        self._policy = policy
        self._address = address
        self._form = RequestForm()
        self._turns = BoundedSemaphore(parallel)
        self._lock = Lock()
        self._running = set[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]]()
        self._closed = False

    @classmethod
    def open(cls, model: str, settings: Settings, sleep: Sleep = asyncio.sleep) -> Endpoint:
        """Return the ``model`` at the endpoint of the settings; it isn't asked yet. Raises ModelFailed."""
        try:
            import openai  # noqa: F401 - to find here that it is missing; takes seconds
        except ImportError as error:
            raise ModelFailed(
                f"The summarizer openai:{model} needs the openai client: pip install 'pullquote[endpoint]'."
            ) from error
        counter = load_counter(settings.endpoint_tokenizer)
        policy = RetryPolicy(model, settings.endpoint_timeout_s, settings.endpoint_retries, counter, sleep)
        return cls(policy, Address.of(settings), settings.endpoint_context, settings.endpoint_parallel)

    def __repr__(self) -> str:
        return f"Endpoint({self.label!r}, {self._address.shown!r})"

    def count(self, messages: tuple[Message, ...]) -> int:
        """Return how many tokens the messages take: by the tokenizer set, else estimated from above."""
        return count_messages(messages, self._policy.counter)

    def ask(self, question: Question, on_tokens: OnTokens = ignore_progress) -> Reply:
        """Return the answer; call ``on_tokens`` for each piece. Waits for its turn, then within the limits.

        Usage is what the endpoint reports; tokens that it doesn't report are counted here. Where the endpoint
        rejects a parameter, a simpler form is tried, and remembered once it was taken. Raises Unanswered.
        """
        with self._turns:
            exchange = Exchange(question, on_tokens, self._form, self._policy)
            try:
                return asyncio.run(self._within_limits(exchange))
            except RequestFault as fault:
                cause, detail = fault.cause, self._tell(fault, exchange.usage.requests)
            finally:
                self._form = exchange.form
        raise Unanswered(cause, detail, exchange.usage)

    def close(self) -> None:
        """Abort the questions in flight, and ask no more. Safe to call again, and from any thread."""
        with self._lock:
            self._closed = True
            for loop, task in self._running:
                loop.call_soon_threadsafe(task.cancel)

    async def _within_limits(self, exchange: Exchange) -> Reply:
        closed = RequestFault(Cause.DOWN, "is no longer asked, since the service is ending")
        task = asyncio.current_task()
        assert task is not None
        running = (asyncio.get_running_loop(), task)
        with self._lock:
            if self._closed:
                raise closed
            self._running.add(running)
        total = _TOTAL * self._policy.timeout_s
        try:
            async with asyncio.timeout(total), self._client() as client:
                return await exchange.run(client)
        except TimeoutError:
            raise too_slow(f"didn't finish within {total:g} s") from None
        except asyncio.CancelledError:
            if self._closed:
                raise closed from None
            raise
        finally:
            with self._lock:
                self._running.discard(running)

    def _client(self) -> openai.AsyncOpenAI:
        """Return a client whose connections end with the question."""
        import openai

        # The exchange has its own time limit; a host that can't be reached is given up earlier.
        patience = openai.Timeout(None, connect=min(_CONNECT_S, self._policy.timeout_s))
        http_client = openai.DefaultAsyncHttpxClient(
            trust_env=False,
            follow_redirects=False,
            verify=_certificates(),
            timeout=patience,
            event_hooks={"request": [self._address.only_ours], "response": [stop_errors]},
        )
        return openai.AsyncOpenAI(
            base_url=self._address.url,
            api_key="set by Address.only_ours",
            timeout=patience,
            max_retries=0,
            http_client=http_client,
        )

    def _tell(self, fault: RequestFault, requests: int) -> str:
        """Return a fault as a sentence for people."""
        after = f" after {requests} requests" if requests > 1 else ""
        wait = f" It asks to wait {fault.wait:.0f} s." if fault.wait > LONGEST_WAIT_S else ""
        sentence = f"The endpoint {self._address.shown} {fault.detail}{after}.{wait} {fault.remedy}"
        return self._address.without_key(sentence.rstrip())
