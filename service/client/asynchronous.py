"""The client for programs with an event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from service.client.errors import CallError
from service.client.many import ManyItem, ManyOutcome, arguments, progress_bar, require_concurrency
from service.client.request import ANALYSES_PATH, DEFAULT_URL, CallOptions, fixed_headers, prepare
from service.client.result import ReceivedAnalysis
from service.client.retried_call import RetriedCall
from service.client.retries import Retries


class AsyncPullquote:
    """A client of the service at ``url``, as ``Pullquote`` is. Close it, or use it in ``async with``."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        api_key: str | None = None,
        timeout_s: float = 120.0,
        retries: Retries = Retries(),  # noqa: B008 - frozen
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """``http`` is for proxies, certificates and the like; its address and headers are set here."""
        self._http = http or httpx.AsyncClient(timeout=httpx.Timeout(timeout_s, connect=10.0, pool=None))
        self._http.base_url = httpx.URL(url)
        self._http.headers.update(fixed_headers(api_key))
        self._retries = retries

    async def analyze(
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
                response = await self._http.post(
                    ANALYSES_PATH, content=sending.body, params=sending.query, headers=sending.headers
                )
                outcome = call.answered(response)
            except httpx.TransportError as error:
                outcome = call.broken(error)
            if isinstance(outcome, ReceivedAnalysis):
                return outcome
            await asyncio.sleep(outcome)

    def analyze_many(
        self,
        items: Iterable[ManyItem],
        *,
        concurrency: int = 4,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> AsyncGenerator[ManyOutcome, None]:
        """Yield what becomes of each article, in their order; an article that fails stops no other.

        ``items`` are texts, or mappings of ``analyze``'s arguments; they are taken as they are needed, so
        there may be any number. ``progress`` shows a bar on standard error if that is a terminal.
        """
        require_concurrency(concurrency)
        return self._many(items, concurrency, progress, options)

    async def _many(
        self, items: Iterable[ManyItem], concurrency: int, progress: bool, options: CallOptions
    ) -> AsyncGenerator[ManyOutcome, None]:
        at_once = asyncio.Semaphore(concurrency)
        waiting: deque[asyncio.Task[ManyOutcome]] = deque()
        try:
            with progress_bar(items, progress) as advance:
                for index, item in enumerate(items):
                    waiting.append(asyncio.create_task(self._one(index, item, options, at_once)))
                    # One that takes long must not idle the others, nor may results pile up.
                    if len(waiting) >= 4 * concurrency:
                        yield await waiting.popleft()
                        advance()
                while waiting:
                    yield await waiting.popleft()
                    advance()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _one(
        self, index: int, item: ManyItem, options: CallOptions, at_once: asyncio.Semaphore
    ) -> ManyOutcome:
        try:
            async with at_once:
                return ManyOutcome(index, item, await self.analyze(**arguments(item, options)))
        except CallError as error:
            return ManyOutcome(index, item, error=error)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
