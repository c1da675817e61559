"""Hostile articles and their timing: the kinds are many and repeatable, and what is too much is marked."""

from __future__ import annotations

import time

import pytest
from support.fake_pipeline import FakePipeline
from typer.testing import CliRunner

from eval import __main__ as command
from eval.hostile.articles import KINDS, make, matching
from eval.hostile.measure import HostileTiming
from service.domain import Article

_RUNNER = CliRunner(env={"COLUMNS": "200"})


def test_there_are_some_eighty_kinds_each_the_same_every_time_and_of_the_length_asked_for() -> None:
    assert len(KINDS) >= 80
    for kind in KINDS:
        text = make(kind, 1_000)
        assert len(text) == 1_000
        assert text == make(kind, 1_000)
        assert make(kind, 2_000).startswith(text)
    assert len({make(kind, 1_000) for kind in KINDS}) == len(KINDS)


def test_kinds_are_chosen_by_a_word() -> None:
    assert "short quotes" in set(matching("Quotes"))
    assert list(matching("nothing of the kind")) == []


@pytest.mark.parametrize(
    ("timing", "slow", "steep"),
    [
        (HostileTiming("a", 7.0, 14.0, 2.0), False, False),
        (HostileTiming("a", 8.0, 16.0, 2.0), True, False),
        (HostileTiming("a", 2.0, 6.0, 3.0), False, True),
        (HostileTiming("a", 0.01, 0.03, 3.0), False, False),
    ],
)
def test_what_takes_too_long_or_grows_too_fast_is_marked(
    timing: HostileTiming, slow: bool, steep: bool
) -> None:
    assert (timing.is_slow, timing.is_steep) == (slow, steep)


def test_the_command_marks_a_kind_whose_time_grows_with_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(article: Article) -> None:
        end = time.process_time() + 0.8 * (len(article.text) / 2_000) ** 2
        while time.process_time() < end:
            pass

    monkeypatch.setattr(command, "build_pipeline", lambda settings: FakePipeline(work))
    chosen = ["hostile", "--lengths", "1000", "2000", "--only", "one-letter"]
    done = _RUNNER.invoke(command.app, chosen)
    assert done.exit_code == 1
    assert "over 2.3-fold" in done.stdout
    monkeypatch.setattr(command, "build_pipeline", lambda settings: FakePipeline())
    assert _RUNNER.invoke(command.app, chosen).exit_code == 0
    assert _RUNNER.invoke(command.app, ["hostile", "--only", "nothing"]).exit_code == 2
    assert _RUNNER.invoke(command.app, ["hostile", "--lengths", "2000", "1000"]).exit_code == 2
