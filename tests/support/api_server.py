"""The HTTP service over real sockets, for tests: started, asked, and its refusals checked field by field."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx

from service.api.app import create_app
from service.api.callers import Admits
from service.api.edge.limits import EdgeLimits
from service.api.edge.server import build_server
from service.api.needs import AnalysisService, ReviewRoutes
from service.bootstrap import build_door
from service.settings import Settings
from service.store import Store

PLAIN = {"Content-Type": "text/plain"}
RAIN = "The mayor of the town said that it was raining, and that it would rain again."


@contextlib.contextmanager
def running(
    settings: Settings,
    load: Callable[[], AnalysisService],
    reviews: ReviewRoutes | None = None,
    admits: Admits | None = None,
    store: Store | None = None,
) -> Iterator[str]:
    """Serve from a thread of this process; yields the address."""
    app = create_app(settings, load, build_door(settings), reviews, admits, store)
    server = build_server(app, EdgeLimits.of(settings))
    # With the protocol named, asyncio turns off the delay of small packets: 40 ms an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
    assert not thread.is_alive(), "the server did not stop"


@contextlib.contextmanager
def ready(
    settings: Settings,
    load: Callable[[], AnalysisService],
    reviews: ReviewRoutes | None = None,
    admits: Admits | None = None,
    store: Store | None = None,
) -> Iterator[httpx.Client]:
    """Serve, and yield a client once the pipeline is loaded."""
    with running(settings, load, reviews, admits, store) as url, asking(url) as client:
        wait_until(lambda: client.get("/readyz").status_code == 200)
        yield client


def asking(url: str) -> httpx.Client:
    """A client of the service at ``url``."""
    # No TLS here, and reading its certificates takes longer than most of what is tested.
    return httpx.Client(base_url=url, timeout=30, verify=False)


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again until it is true."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


def assert_problem(response: httpx.Response, status: int, slug: str, code: str | None = None) -> str:
    """Check every field of a problem document and return its detail."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:pullquote:problem:{slug}"
    assert problem["code"] == (code or slug)
    assert problem["instance"] == response.request.url.raw_path.decode().split("?")[0]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"].endswith((".", "log says why."))
    return str(problem["detail"])


def post(client: httpx.Client, record: object, **params: str) -> httpx.Response:
    """Have a record analysed."""
    return client.post("/v1/analyses", json=record, params=params)
