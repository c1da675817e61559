"""Another process at a store, for tests.

``python -m support.store_worker`` in tests/ takes ``open URL``, or ``race URL KEY NAME THREADS GOAL``.
Each version that the store acknowledged is printed at once, with its author.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from service.store import Store
from service.store.errors import Conflict
from support.quick_store import QUICK
from support.store_samples import NOW, change

_FEWEST_SAVES = 5


def race(store: Store, key: int, name: str, goal: int, say: Callable[[str], None]) -> None:
    """Save again and again, from the version last heard of, until the item has reached ``goal``.

    Not before this thread has saved a few times and heard of another process, so that there is a race.
    """
    version, saved, has_met = 0, 0, False
    for number in range(goal * 100):
        if version >= goal and saved >= _FEWEST_SAVES and has_met:
            return
        try:
            version = store.save(
                key, version, change(name, f"{name} {number}", action=f"{name} {number}"), NOW
            )
            saved += 1
            say(f"{version} {name} {number}")
            time.sleep(0.001)  # lets others come first, who hear of it by a refusal
        except Conflict as refused:
            told = [line.version for line in refused.since]
            if told != list(range(version + 1, refused.current + 1)):
                raise AssertionError(f"told of {told} after {version} to {refused.current}") from refused
            version = refused.current
            has_met |= any(line.editor.partition("-")[0] != name.partition("-")[0] for line in refused.since)
            say("refused")
    raise AssertionError(f"{name} tried {goal * 100} times")


def _wait() -> None:
    """Say that this process is ready, and wait until the others are."""
    _say("ready")
    sys.stdin.readline()


def _say(line: str) -> None:
    """Print a line in one piece, whatever other threads print and whenever this process is killed."""
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Do what the command line says."""
    what, url, *rest = sys.argv[1:]
    if what == "open":
        _wait()
        with Store.open(url, QUICK) as store:
            print(store.has_users())
        return
    with Store.open(url, QUICK) as store:
        _wait()
        key, name, threads, goal = int(rest[0]), rest[1], int(rest[2]), int(rest[3])
        with ThreadPoolExecutor(threads) as pool:
            said = [
                pool.submit(race, store, key, f"{name}-{thread}", goal, _say) for thread in range(threads)
            ]
        for done in said:
            done.result()


if __name__ == "__main__":
    main()
