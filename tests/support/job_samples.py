"""What the tests of jobs are made of: jobs, outcomes, and a service that has a desk for them."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from service.api.app import create_app
from service.api.callers import Admits
from service.bootstrap import build_door
from service.jobs.desk import JobDesk
from service.jobs.wiring import build_job_desk
from service.settings import Settings
from service.store import Store
from service.store.jobs.records import ItemOutcome, JobChoices, NewJob, SentArticle, WebhookTarget
from support.api_server import RAIN, asking, wait_until
from support.quick_store import QUICK

NOW = datetime(2026, 11, 30, 20, 0, 0, tzinfo=UTC)
DONE = ItemOutcome("done", b'{"article": {"id": "a"}}')
FAILED = ItemOutcome("failed", b'{"code": "empty-article"}')
BROKEN = ItemOutcome("broken", b'{"code": "analysis-broke"}')


def record(text: str = RAIN, **more: str) -> dict[str, str]:
    """An article as a caller sends it."""
    return {"text": text, **more}


def new_job(articles: int = 1, name: str = "j1", owner: str | None = None, **more: Any) -> NewJob:
    """A job whose articles are named after their places; ``webhook`` is a URL."""
    webhook = more.get("webhook")
    sent = tuple(
        SentArticle("application/json", json.dumps(record(id=f"{name}-{number}")).encode())
        for number in range(articles)
    )
    target = WebhookTarget(webhook, more.get("secret")) if webhook else None
    return NewJob(name, owner, JobChoices(), more.get("sent", sent), target)


class JobService:
    """A service with jobs: a client of it, its store and its desk."""

    def __init__(self, client: httpx.Client, store: Store, desk: JobDesk) -> None:
        self.client = client
        self.store = store
        self.desk = desk

    def submit(self, *records: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Send a job and return what was answered."""
        answer = self.client.post("/v1/jobs", json={"articles": list(records) or [record()], **body})
        assert answer.status_code == 202, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def state(self, job_id: str) -> str:
        """Return the state of a job."""
        return str(self.client.get(f"/v1/jobs/{job_id}").json()["state"])

    def finished(self, job_id: str) -> dict[str, Any]:
        """Wait for the end of a job and return it with its first results."""
        wait_until(lambda: self.state(job_id) not in ("queued", "running"))
        shown: dict[str, Any] = self.client.get(f"/v1/jobs/{job_id}", params={"limit": 100}).json()
        return shown


@contextlib.contextmanager
def job_service(
    folder: Path, pipeline: Any, admits: Admits | None = None, **values: Any
) -> Iterator[JobService]:
    """Serve with a store in ``folder``, from a thread of this process."""
    settings = Settings(**{"store": str(folder / "jobs.db"), "webhook_private": True, **values})
    door = build_door(settings)
    store = Store.open(f"sqlite:///{folder / 'jobs.db'}", QUICK)
    desk = build_job_desk(settings, store, door)
    app = create_app(settings, lambda: pipeline, door, admits=admits, jobs=desk)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="on"))
    with socket.socket(proto=socket.IPPROTO_TCP) as listener, store:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with asking(f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
                wait_until(lambda: client.get("/readyz").status_code == 200)
                yield JobService(client, store, desk)
        finally:
            desk.drain()
            server.should_exit = True
            thread.join(30)
    assert not thread.is_alive(), "the server did not stop"
