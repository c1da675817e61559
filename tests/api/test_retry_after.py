"""How long a client is told to wait: the rule alone, without a service."""

from __future__ import annotations

import pytest

from service.api.retry_after import WaitEstimate, retry_after_s
from service.errors import ERRORS, NotReady, Overloaded, PullquoteError, ShuttingDown


@pytest.mark.parametrize(("waiting", "seconds"), [(0, 1), (1, 2), (3, 6), (5, 9)])
def test_the_wait_grows_with_the_queue_and_with_the_time_of_recent_jobs(waiting: int, seconds: int) -> None:
    estimate = WaitEstimate(threads=1)
    for _ in range(50):
        estimate.note(1.8)
    assert estimate.seconds(waiting) == seconds


def test_the_wait_is_shared_out_among_the_threads() -> None:
    one, four = WaitEstimate(threads=1), WaitEstimate(threads=4)
    assert (one.seconds(32), four.seconds(32)) == (16, 4)


def test_only_what_passes_by_itself_is_worth_another_try() -> None:
    assert retry_after_s(Overloaded("full", retry_after_s=7)) == 7
    others: list[type[PullquoteError]] = [error for error in ERRORS if error is not Overloaded]
    assert [error for error in others if retry_after_s(error("why")) is not None] == [
        NotReady,
        ShuttingDown,
    ]
