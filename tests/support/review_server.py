"""The service with the editors' page, for tests: a real server and store, and a stand-in for the model.

``python -m support.review_server DATABASE PORT`` in tests/ is a server in a process of its own, to be killed.
"""

from __future__ import annotations

import re
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from service.api.admission.wiring import build_admission
from service.api.app import create_app
from service.bootstrap import load_segmenter
from service.domain import (
    Analysis,
    Article,
    Quote,
    QuoteKind,
    Request,
    Span,
    Speaker,
    Summary,
    SummarySentence,
    Topic,
)
from service.ingest import Door
from service.ingest.door import Declared
from service.review.access import SESSION_COOKIE, PageAccess
from service.review.pages.mounting import ReviewPages
from service.review.review_service import ReviewService
from service.settings import Settings, SignIn
from service.store import Store
from service.store.accounts.records import Role
from service.topics.taxonomy import LEVEL_1
from support.fake_pipeline import PROVENANCE
from support.quick_store import QUICK

PASSWORD = "correct horse battery"
SECRET = "what the link of a page without accounts ends in"
_FILLER = (
    "Engineers say that the steel has carried far more weight than anybody planned for when the bridge was "
    "opened, and that each winter since has left its mark on the beams, on the bearings and on the roadway."
)
ARTICLE = "\n\n".join(
    (
        "Port Ellery will close its swing bridge for eleven months.",
        "The council voted 7 to 2 on Tuesday to spend $48 million on the repairs.",
        "“We have patched this bridge for thirty years,” said Dolores Quintana. “Either we mend it now, or "
        "one winter it will close itself.”",
        "“My whole week is on the other side of that water,” said Tom Beller, who drives a taxi.",
        "“Nobody asked us,” read a sign at the meeting.",
        *[_FILLER] * 4,
        "“The ferry will run every ten minutes,” said Ines Okafor.",
        "“It is the only way to the school,” wrote Carla Mendes in a letter to the paper.",
        "About 21,000 vehicles cross the bridge on a working day.",
    )
)
"""Three summary sentences, the last with low support; four quotes, the first in two parts, the third of
nobody; two topics. The quote from the letter is not found by the stand-in."""
_QUOTE = re.compile(r"“([^”]+)”( (said|told) ([A-Z]\w+ [A-Z]\w+)\.? ?(?:“([^”]+)”)?)?(?! wrote)")
_SENTENCES = 3
_LONGEST_SENTENCE = 150


class Standin:
    """Gives any article an analysis of every kind of piece, all of it sliced from the text."""

    provenance = PROVENANCE

    def analyse(self, article: Article, request: Request = Request()) -> Analysis:  # noqa: B008 - frozen
        """Short lines are the summary, what stands in quotation marks the quotes; two topics."""
        text = article.text
        lines = [Span(*found.span()) for found in re.finditer(r"\S.*", text)]
        plain = [line for line in lines if "“" not in line.of(text)]
        short = [line for line in plain if line.end - line.start <= _LONGEST_SENTENCE]
        summary = [
            SummarySentence(line.of(text), (line,), 0.5 if "21,000" in line.of(text) else 1.0)
            for line in (short or lines)[:_SENTENCES]
        ]
        topics = [
            Topic(topic.id, topic.label, (topic.id,), 0.8, (lines[0],))
            for topic in LEVEL_1.topics
            if topic.label in {"politics and government", "economy, business and finance"}
        ]
        return Analysis(
            article=article,
            summary=Summary(tuple(summary), request.format, request.length, "stand-in"),
            quotes=tuple(_quotes(text)),
            topics=tuple(topics),
            warnings=article.warnings,
            provenance=self.provenance,
        )


def _quotes(text: str) -> Iterator[Quote]:
    for rank, found in enumerate(_QUOTE.finditer(text), start=1):
        parts = tuple(Span(*found.span(group)) for group in (1, 5) if found[group])
        cue = Span(*found.span(3)) if found[2] else None
        speaker = Speaker(found[4], None, Span(*found.span(4))) if found[2] else None
        yield Quote(QuoteKind.DIRECT, parts, cue, speaker, 0.9, rank)


@dataclass
class Site:
    """A running service."""

    url: str
    reviews: ReviewService
    server: uvicorn.Server
    database: Path

    def clear(self) -> None:
        """Let the store be as it was at the start: empty, its numbers from 1 on."""
        # A window that was closed may have left the server something to finish.
        _wait(lambda: not self.server.server_state.tasks, "the server has not finished")
        _copy(_at_start(self.database), self.database)

    def submit(self, text: str = ARTICLE, source: str | None = "wire", **declared: str) -> int:
        """Put an article into the queue as the API does; return its item's key."""
        article = Door(200_000).from_text(text, Declared(**declared))
        return self.reviews.submit(Standin().analyse(article), source).key

    def session(self, name: str, role: Role = "editor") -> dict[str, str]:
        """The cookie of a signed-in user, whose account is made if there is none."""
        store, now = self.reviews.store, self.reviews.clock()
        if name.casefold() not in {user.name.casefold() for user in store.users()}:
            store.add_user(name, role, PASSWORD, now)
        token = store.open_session(name, now, timedelta(hours=1))
        return {"name": SESSION_COOKIE, "value": token, "url": f"{self.url}/review"}


@contextmanager
def running(database: Path, sign_in: SignIn = "accounts") -> Iterator[Site]:
    """Serve the page from a thread of this process."""
    listener = _listener(0)
    reviews, server = _server(database, sign_in)
    _copy(database, _at_start(database))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _wait(lambda: server.started or not thread.is_alive(), "the server has not come up")
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", reviews, server, database)
    finally:
        server.should_exit = True
        thread.join(20)
        reviews.store.close()


def _wait(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.005)


def _at_start(database: Path) -> Path:
    """A copy of the store as it was when the service came up."""
    return database.with_suffix(".start")


def _copy(source: Path, target: Path) -> None:
    """Copy a database, also one that is in use, over another, also one that is in use."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _server(database: Path, sign_in: SignIn) -> tuple[ReviewService, uvicorn.Server]:
    store = Store.open(f"sqlite:///{database}", QUICK)
    reviews = ReviewService(store, lambda article: load_segmenter().segment(article), LEVEL_1)
    door = Door(200_000)
    access = PageAccess(sign_in, store, reviews.clock, secret=SECRET)
    # Many tests ask one service; what a caller may send is for the tests of that.
    settings = Settings(sign_in=sign_in, calls_per_minute=0)
    app = create_app(
        settings, Standin, door, ReviewPages(reviews, access, door), build_admission(settings, store)
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=2)
    return reviews, uvicorn.Server(config)


def _listener(port: int) -> socket.socket:
    # With the protocol named, asyncio turns off the delay of small packets.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


if __name__ == "__main__":
    _server(Path(sys.argv[1]), "open")[1].run(sockets=[_listener(int(sys.argv[2]))])
