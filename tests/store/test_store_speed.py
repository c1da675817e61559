"""The measurement of the queue's speed: that it runs, and that the queue it makes is like a real one."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from eval.review_speed import __main__ as review_speed
from eval.review_speed import chart
from eval.review_speed.made_up_queue import NOW
from service.store import Store
from service.store.records import Filter


def test_the_measurement_runs_and_draws(tmp_path: Path) -> None:
    measured = {}
    for size in (60, 120):
        path = tmp_path / f"queue-{size}.db"
        measured[size] = review_speed.measure_size(path, size, rounds=2)
        with Store.open(f"sqlite:///{path}") as store:
            counts = store.counts(Filter(), "editor1", NOW)
            assert counts.all == size == counts.new + counts.open + counts.done
            assert min(counts.new, counts.done, counts.low_support, counts.unknown_speaker) > 0
            assert store.queue(Filter(search="common"), offset=0, size=1, now=NOW).total > size / 2
    svg = ET.fromstring(chart.draw(measured))
    texts = {element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"120 items", "100 ms", "rare word", "an item"} <= texts
    assert all(times.p95 >= times.p50 > 0 for size in measured.values() for times in size.values())
