"""Time the editors' queue as it grows: ``python -m eval.review_speed --items 1000 10000 100000``.

Makes queues of made-up articles (``made_up_queue``). At each size, times the store's queries behind the
editors' pages, and the pages themselves (the whole application but for the socket). Prints a table and draws
``--plot FILE.svg``.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from eval.review_speed.chart import Percentiles, draw
from eval.review_speed.made_up_queue import COMMON, EDITORS, NOW, RARE, TOPICS, fill
from service.api.app import create_app
from service.bootstrap import build_door, build_pipeline, load_segmenter
from service.review.access import PageAccess
from service.review.pages.mounting import ReviewPages
from service.review.review_service import ReviewService
from service.settings import Settings
from service.store import Store
from service.store.database import Database
from service.store.records import Filter, Order
from service.topics.taxonomy import LEVEL_1

_PAGE = 50
_SECRET = "opens the pages that are timed"


@dataclass(frozen=True, slots=True)
class EditorOperation:
    """Something that an editor does, with a function that does it once."""

    name: str
    run: Callable[[], object]


def operations(store: Store, size: int) -> Iterator[EditorOperation]:
    """Yield the operations to time: pages of the queue with the counts of all tabs, items, and HTTP pages."""
    deep = size // 2
    recent = (NOW - timedelta(minutes=5 * 200_000) + timedelta(minutes=5 * size * 0.9)).date()
    views: list[tuple[str, Filter, int]] = [
        ("first page", Filter(), 0),
        ("the middle", Filter(), deep),
        ("new", Filter(state="new"), 0),
        ("new, middle", Filter(state="new"), deep // 2),
        ("open", Filter(state="open"), 0),
        ("done", Filter(state="done"), 0),
        ("low support", Filter(low_support=True), 0),
        ("unknown speaker", Filter(unknown_speaker=True), 0),
        ("stale", Filter(stale=True), 0),
        ("mine", Filter(mine=EDITORS[0]), 0),
        ("source", Filter(source="desk"), 0),
        ("topic", Filter(topic=TOPICS[0]), 0),
        ("last days", Filter(since=recent), 0),
        ("common word", Filter(search=COMMON), 0),
        ("common word, middle", Filter(search=COMMON), deep // 2),
        ("common word, new", Filter(search=COMMON, state="new"), 0),
        ("rare word", Filter(search=RARE), 0),
    ]
    for name, wanted, offset in views:
        yield EditorOperation(name, partial(_view, store, wanted, offset))
    yield EditorOperation("by risk", partial(_view, store, Filter(), 0, "risk"))
    yield EditorOperation("next item", partial(store.next_item, Filter(state="new"), EDITORS[0], NOW))
    chance = random.Random(1)
    yield EditorOperation("an item", lambda: store.item(chance.randint(1, size)))
    site = _site(store)
    pages = {
        "page: queue": "/review?tab=all",
        "page: queue, middle": f"/review?tab=all&page={deep // _PAGE + 1}",
        "page: new, topic": f"/review?tab=new&topic={TOPICS[0]}",
        "page: search": f"/review?tab=all&q={COMMON}",
        "page: riskiest first": "/review?tab=new&order=risk",
    }
    for name, address in pages.items():
        yield EditorOperation(name, partial(_get, site, address))
    yield EditorOperation("page: item", lambda: _get(site, f"/review/items/{chance.randint(1, size)}"))
    yield EditorOperation(
        "page: history", lambda: _get(site, f"/review/items/{chance.randint(1, size)}/history")
    )
    yield EditorOperation("page: dashboard", partial(_get, site, "/review/dashboard"))


def _site(store: Store) -> TestClient:
    """Return a client of the service over ``store``, without a model, as the pages need none."""
    settings = Settings(store="", sign_in="open")
    door = build_door(settings)
    reviews = ReviewService(store, lambda article: load_segmenter().segment(article), LEVEL_1, lambda: NOW)
    access = PageAccess("open", store, reviews.clock, secret=_SECRET)
    pages = ReviewPages(reviews, access, door)
    app = create_app(settings, lambda: build_pipeline(settings), door, pages)
    return TestClient(app, base_url="http://127.0.0.1", cookies={access.secret_cookie: _SECRET})


def _get(site: TestClient, address: str) -> None:
    site.get(address).raise_for_status()


def _view(store: Store, wanted: Filter, offset: int, order: Order = "newest") -> None:
    store.queue(wanted, offset=offset, size=_PAGE, now=NOW, order=order)
    store.counts(wanted, EDITORS[0], NOW)
    store.sources()


def measure(operation: EditorOperation, rounds: int) -> Percentiles:
    """Return the times of ``rounds`` repetitions, after one to warm up."""
    operation.run()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        operation.run()
        taken.append((time.perf_counter() - start) * 1000)
    hundredths = quantiles(taken, n=100, method="inclusive")
    return Percentiles(hundredths[49], hundredths[94])


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="keep the databases here, and use those that are there")
    parser.add_argument("--plot", type=Path, help="draw the 95th percentiles into this SVG file")
    arguments = parser.parse_args()
    measured: dict[int, dict[str, Percentiles]] = {}
    with TemporaryDirectory() as temporary:
        for size in arguments.items:
            path = (arguments.folder or Path(temporary)) / f"queue-{size}.db"
            measured[size] = measure_size(path, size, arguments.rounds)
    if arguments.plot:
        arguments.plot.write_text(draw(measured))


def measure_size(path: Path, size: int, rounds: int) -> dict[str, Percentiles]:
    """Time every operation on the queue in a file, which is made if it isn't there, and print the times."""
    is_new = not path.exists()
    with Store.open(f"sqlite:///{path}") as store:
        if is_new:
            database = Database(f"sqlite:///{path}")
            fill(database, size)
            database.close()
        mebibytes = path.stat().st_size / 2**20
        print(f"\n{size:,} items, {mebibytes:,.0f} MiB; milliseconds: median, 95th percentile")
        times = {}
        for operation in operations(store, size):
            found = times[operation.name] = measure(operation, rounds)
            print(f"  {operation.name:22} {found.p50:8.1f} {found.p95:8.1f}", flush=True)
    return times


if __name__ == "__main__":
    main()
