"""How long the editors' queue takes as it grows: ``python -m eval.review_speed --items 1000 10000 100000``.

Makes queues of made-up articles, measures each thing an editor does at each size, prints a table and draws
``--plot FILE.svg``. The times are of the store's calls; nothing here is about the quality of analyses.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import accumulate, islice
from math import log10
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from service.store import Store, search
from service.store.database import Database
from service.store.intake import day_of
from service.store.nouns import Filter, Order
from service.store.schema import analyses, articles, item_topics, items, log, outcomes, reviews

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
_LIMIT_MS = 100
"""What a page may take on the server at the 95th percentile."""
_PAGE = 50
_BATCH = 1000
_WORDS, _VOCABULARY = 350, 20_000
_SOURCES = ("desk", "foreign", "sport", "feed-a", "feed-b", "archive")
_TOPICS = tuple(f"medtop:{number:08}" for number in range(1, 18))
_EDITORS = tuple(f"editor{number}" for number in range(1, 21))
_COMMON, _RARE = "common", "seldom"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that an editor does, and how it is done once."""

    name: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds at the median and at the 95th percentile."""

    p50: float
    p95: float


def fill(database: Database, size: int) -> None:
    """Put ``size`` articles into an empty store, in bulk: a third done, some open, the rest new."""
    chance = random.Random(size)
    vocabulary = [f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}w{n}" for n in range(_VOCABULARY)]
    # Words are as unevenly frequent as in language: the n-th about 1/n as frequent as the first.
    weights = list(accumulate(1 / (rank + 2) for rank in range(_VOCABULARY)))
    numbers = iter(range(1, size + 1))
    while batch := list(islice(numbers, _BATCH)):
        with database.write() as connection:
            rows = [_rows(chance, number, vocabulary, weights) for number in batch]
            for table in (articles, analyses, items, item_topics, reviews, log, outcomes):
                found = [row for of_item in rows for row in of_item.get(table.name, ())]
                if found:
                    connection.execute(insert(table), found)
            for of_item in rows:
                article = of_item["articles"][0]
                search.index(
                    connection, article["key"], article["article_id"], article["title"], article["text"]
                )


_Rows = dict[str, list[dict[str, Any]]]


def _rows(chance: random.Random, key: int, vocabulary: Sequence[str], weights: Sequence[float]) -> _Rows:
    """One item's rows, by table."""
    words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(_WORDS // 2, _WORDS * 2))
    words += [_COMMON] * (chance.random() < 0.8) + [_RARE] * (chance.random() < 0.0005)
    text, title = " ".join(words) + ".", " ".join(words[:9])
    added = NOW - timedelta(minutes=5 * (200_000 - key))
    state = chance.choices(("new", "open", "done"), (60, 5, 35))[0]
    editor = chance.choice(_EDITORS) if state != "new" else None
    quotes = [{"kind": "direct", "rank": n, "parts": [{"start": 0, "end": 9}]} for n in range(1, 9)]
    content = json.dumps({"article": {"id": f"article-{key}"}, "quotes": quotes, "summary": text[:900]})
    article = {"key": key, "article_id": f"article-{key}", "added_at": added, "text": text, "title": title}
    article |= {"text_sha256": sha256(text.encode()).hexdigest(), "language": "en"}
    article |= {"published": added.date().isoformat()}
    analysis = {"key": key, "article_key": key, "digest": sha256(content.encode()).hexdigest()}
    analysis |= {"model": "sha256:m", "service": "0.1.0", "made_at": added, "content": content}
    item = {"key": key, "article_key": key, "analysis_key": key, "article_id": article["article_id"]}
    item |= {
        "state": state,
        "version": int(state != "new"),
        "stale": state != "new" and chance.random() < 0.1,
    }
    item |= {"low_support": chance.random() < 0.1, "unknown_speaker": chance.random() < 0.2, "pieces": 14}
    item |= {"decided": {"new": 0, "open": 6, "done": 14}[state], "dated": day_of(None, added)}
    item |= {"added_at": added, "changed_at": added, "claimed_by": None, "claimed_until": None}
    item |= {"last_editor": editor, "source": chance.choice(_SOURCES)}
    topics = chance.sample(_TOPICS, chance.randint(1, 3))
    rows: _Rows = {"articles": [article], "analyses": [analysis], "items": [item]}
    rows["item_topics"] = [{"item_key": key, "topic_id": topic} for topic in topics]
    if editor is not None:
        made = {"editor": editor, "item_key": key}
        review = made | {"version": 1, "parent": 0, "analysis_key": key, "made_at": added, "content": content}
        line = made | {"version": 1, "at": added, "seconds": 40.0, "action": "accept", "piece": "q1"}
        verdict = {"verdict": chance.choice(("accepted", "edited", "rejected"))}
        kept = {"piece": "q1", "kind": "quote", "edit_distance": None, "model": "sha256:m", "made_at": added}
        rows |= {"reviews": [review], "log": [line | verdict], "outcomes": [made | verdict | kept]}
    return rows


def operations(store: Store, size: int) -> Iterator[Operation]:
    """What is measured: each filter's page together with the counts of all tabs, and an item."""
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
        ("mine", Filter(mine=_EDITORS[0]), 0),
        ("source", Filter(source="desk"), 0),
        ("topic", Filter(topic=_TOPICS[0]), 0),
        ("last days", Filter(since=recent), 0),
        ("common word", Filter(search=_COMMON), 0),
        ("common word, middle", Filter(search=_COMMON), deep // 2),
        ("common word, new", Filter(search=_COMMON, state="new"), 0),
        ("rare word", Filter(search=_RARE), 0),
    ]
    for name, wanted, offset in views:
        yield Operation(name, partial(_view, store, wanted, offset))
    yield Operation("by risk", partial(_view, store, Filter(), 0, "risk"))
    yield Operation("next item", partial(store.next_item, Filter(state="new"), _EDITORS[0], NOW))
    chance = random.Random(1)
    yield Operation("an item", lambda: store.item(chance.randint(1, size)))


def _view(store: Store, wanted: Filter, offset: int, order: Order = "newest") -> None:
    store.queue(wanted, offset=offset, size=_PAGE, now=NOW, order=order)
    store.counts(wanted, _EDITORS[0], NOW)
    store.sources()


def measure(operation: Operation, rounds: int) -> Times:
    """Do it ``rounds`` times after once to warm up."""
    operation.run()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        operation.run()
        taken.append((time.perf_counter() - start) * 1000)
    hundredths = quantiles(taken, n=100, method="inclusive")
    return Times(hundredths[49], hundredths[94])


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="keep the databases here, and use those that are there")
    parser.add_argument("--plot", type=Path, help="draw the 95th percentiles into this SVG file")
    arguments = parser.parse_args()
    measured: dict[int, dict[str, Times]] = {}
    with TemporaryDirectory() as temporary:
        for size in arguments.items:
            path = (arguments.folder or Path(temporary)) / f"queue-{size}.db"
            measured[size] = measure_size(path, size, arguments.rounds)
    if arguments.plot:
        arguments.plot.write_text(draw(measured))


def measure_size(path: Path, size: int, rounds: int) -> dict[str, Times]:
    """Measure everything on the queue in a file, which is made if it isn't there; print it."""
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


_ROW, _TOP, _LEFT, _RIGHT, _WIDTH = 22, 54, 150, 24, 640
_MARKS = ("M-4 -4H4V4H-4Z", "M0 -5.5L5 4H-5Z", "M0 -5.5L5.5 0L0 5.5L-5.5 0Z")
_COLOURS = ("#7a9e9f", "#c08a2d", "#2a6f97")


def draw(measured: dict[int, dict[str, Times]]) -> str:
    """An SVG: a row for each operation, a mark for its 95th percentile at each size."""
    names = list(next(iter(measured.values())))
    bottom = _TOP + _ROW * len(names)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + 40}" width="{_WIDTH}" '
        f'height="{bottom + 40}" role="img" style="font: 12px system-ui, sans-serif">',
        "<title>95th percentile of the store's time, by what is done and how long the queue is</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for at in (0.1, 1, 10, _LIMIT_MS):
        x, stroke = _x(at), "#b3261e" if at == _LIMIT_MS else "#ddd"
        lines.append(f'<path d="M{x:.1f} {_TOP - 8}V{bottom}" stroke="{stroke}"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#444">{at:g} ms</text>')
    for number, size in enumerate(measured):
        x = _LEFT + number * 150
        lines.append(_mark(number, x, 22))
        lines.append(f'<text x="{x + 12}" y="26" fill="#222">{size:,} items</text>')
    for row, name in enumerate(names):
        y = _TOP + _ROW * row + _ROW / 2
        lines.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end" fill="#222">{name}</text>')
        lines.append(f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#f0f0f0"/>')
        for number, (size, times) in enumerate(measured.items()):
            lines.append(_mark(number, _x(times[name].p95), y, f"{size:,} items: {times[name].p95:.1f} ms"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _x(milliseconds: float) -> float:
    """Where a time stands: the axis goes from 0.1 ms to 200 ms, and what is outside stands at its end."""
    low, high = log10(0.1), log10(2 * _LIMIT_MS)
    share = (log10(max(milliseconds, 0.1)) - low) / (high - low)
    return _LEFT + min(share, 1.0) * (_WIDTH - _LEFT - _RIGHT)


def _mark(number: int, x: float, y: float, title: str = "") -> str:
    shape, colour = _MARKS[number % len(_MARKS)], _COLOURS[number % len(_COLOURS)]
    place = f'transform="translate({x:.1f} {y:.1f})"'
    return f'<path d="{shape}" {place} fill="{colour}"><title>{title}</title></path>'


if __name__ == "__main__":
    main()
