"""The client for programs that wait: one call at a time, or several in threads."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from service.client.errors import CallError
from service.client.many import ManyItem, ManyOutcome, arguments, progress_bar, require_concurrency
from service.client.request import ANALYSES_PATH, DEFAULT_URL, CallOptions, fixed_headers, prepare
from service.client.result import ReceivedAnalysis
from service.client.retried_call import RetriedCall
from service.client.retries import Retries


class Pullquote:
    """A client of the service at ``url``; it may be used by several threads. Close it, or use it in ``with``.

    Without ``api_key`` the variable PULLQUOTE_API_KEY counts. ``timeout_s`` bounds the wait for one answer.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        api_key: str | None = None,
        timeout_s: float = 120.0,
        retries: Retries = Retries(),  # noqa: B008 - frozen
        http: httpx.Client | None = None,
    ) -> None:
        """``http`` is for proxies, certificates and the like; its address and headers are set here."""
        self._http = http or httpx.Client(timeout=httpx.Timeout(timeout_s, connect=10.0, pool=None))
        self._http.base_url = httpx.URL(url)
        self._http.headers.update(fixed_headers(api_key))
        self._retries = retries

    def analyze(
        self,
        *,
        text: str | None = None,
        html: str | None = None,
        ninjs: Mapping[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> ReceivedAnalysis:
        """Have one article analysed. Raises CallError."""
        sending = prepare(text, html, ninjs, options)
        call = RetriedCall(sending, self._retries)
        while True:
            try:
                response = self._http.post(
                    ANALYSES_PATH, content=sending.body, params=sending.query, headers=sending.headers
                )
                outcome = call.answered(response)
            except httpx.TransportError as error:
                outcome = call.broken(error)
            if isinstance(outcome, ReceivedAnalysis):
                return outcome
            time.sleep(outcome)

    def analyze_many(
        self,
        items: Iterable[ManyItem],
        *,
        concurrency: int = 4,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> Iterator[ManyOutcome]:
        """Yield what becomes of each article, in their order; an article that fails stops no other.

        ``items`` are texts, or mappings of ``analyze``'s arguments; they are taken as they are needed, so
        there may be any number. ``progress`` shows a bar on standard error if that is a terminal.
        """
        require_concurrency(concurrency)
        return self._many(items, concurrency, progress, options)

    def _many(
        self, items: Iterable[ManyItem], concurrency: int, progress: bool, options: CallOptions
    ) -> Iterator[ManyOutcome]:
        pool = ThreadPoolExecutor(concurrency, thread_name_prefix="pullquote-client")
        waiting: deque[Future[ManyOutcome]] = deque()
        try:
            with progress_bar(items, progress) as advance:
                for index, item in enumerate(items):
                    waiting.append(pool.submit(self._one, index, item, options))
                    # One that takes long must not idle the others, nor may results pile up.
                    if len(waiting) >= 4 * concurrency:
                        yield waiting.popleft().result()
                        advance()
                while waiting:
                    yield waiting.popleft().result()
                    advance()
        finally:
            pool.shutdown(cancel_futures=True)

    def _one(self, index: int, item: ManyItem, options: CallOptions) -> ManyOutcome:
        try:
            return ManyOutcome(index, item, self.analyze(**arguments(item, options)))
        except CallError as error:
            return ManyOutcome(index, item, error=error)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
