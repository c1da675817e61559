"""What a report on speed says, from seconds that are known; what a process of its own takes."""

from __future__ import annotations

import sys

import pytest

from eval import speed
from eval.speed import SpeedReport


def test_the_ratio_is_the_median_of_the_rounds_and_the_share_that_of_the_peak() -> None:
    report = SpeedReport(
        articles=10,
        product_s=(1.0, 2.0, 1.0),
        peer_s=(3.0, 2.0, 2.0),
        parts_s={},
        trunk_s=2.0,
        trunk_flops=6e9,
        peak=4e9,
    )
    assert report.ratios == [3.0, 1.0, 2.0]
    assert report.ratio == 2.0
    assert report.share_of_peak == 0.75


def test_a_process_tells_its_own_memory_not_its_parent_s() -> None:
    held = bytearray(300_000_000)
    code = "import pathlib, sys; sys.stderr.write(pathlib.Path('/proc/self/status').read_text())"
    seconds, megabytes = speed._child([sys.executable, "-c", code])
    assert seconds > 0
    assert 1 < megabytes < len(held) / 1e6
    assert speed._child([sys.executable, "-c", ""])[1] == 0
    with pytest.raises(Exception, match="exit status 3"):
        speed._child([sys.executable, "-c", "raise SystemExit(3)"])
