"""A service with a store, whose callers are told apart by a header."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
from starlette.requests import Request

from service.api.callers import Caller, Scope
from service.settings import Settings
from service.store import Store
from support.api_server import ready
from support.fake_pipeline import FakePipeline
from support.quick_store import QUICK

KEY_HEADER = "X-Key"


class ByHeader:
    """Lets everybody in under the key that a header names, and notes the scopes that were asked for."""

    def __init__(self) -> None:
        self.asked: list[Scope] = []

    async def require(self, request: Request, scope: Scope) -> Caller:
        self.asked.append(scope)
        key = request.headers.get(KEY_HEADER)
        return Caller(key or "anybody", key)


@contextlib.contextmanager
def keeping(
    url: str | Path, pipeline: FakePipeline | None = None, admits: ByHeader | None = None, **values: object
) -> Iterator[tuple[httpx.Client, Store]]:
    """Serve over the store at ``url``, or over a SQLite file at a path; yields a client and the store."""
    made = pipeline or FakePipeline()
    address = url if isinstance(url, str) else f"sqlite:///{url}"
    with (
        Store.open(address, QUICK) as store,
        ready(
            Settings(**values),  # type: ignore[arg-type]
            lambda: made,
            admits=admits or ByHeader(),
            store=store,
        ) as client,
    ):
        yield client, store
