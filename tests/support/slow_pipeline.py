"""A pipeline whose analyses take as long as an article says, and the service with it as a process of its own.

``python -m support.slow_pipeline`` in tests/ serves with the settings of the environment on a free port.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service import time_budget
from service.api import logs
from service.api.app import create_app
from service.api.edge.limits import EdgeLimits
from service.api.edge.server import build_server
from service.bootstrap import build_door
from service.domain import Article
from service.settings import Settings
from support.fake_pipeline import FakePipeline

TESTS = Path(__file__).parents[1]
SLOW = "SLOW-FOR-{} "
"""An article with this is analysed for so many seconds, and asks for its time budget all the while."""
STUCK = "STUCK-FOR-A-MINUTE "
"""An article with this is analysed for a minute, and never asks."""
BEGUN = "analysing"
"""What the process prints when it begins with such an article."""
_SLOW = re.compile(r"SLOW-FOR-([\d.]+)")


def take_time(article: Article) -> None:
    """Take as long as the article says; one that takes long is told on standard output."""
    slow = _SLOW.search(article.text)
    if slow or STUCK in article.text:
        print(BEGUN, flush=True)
    if STUCK in article.text:
        time.sleep(60)
    end = time.monotonic() + (float(slow[1]) if slow else 0.0)
    while time.monotonic() < end:
        time_budget.check()
        time.sleep(0.005)


@contextmanager
def process(most_files: int = 0, **values: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service as a process; yields it and its address. Kills it at the end if it still runs.

    It may open ``most_files`` files, if any are named.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}",
        **{f"PULLQUOTE_{name.upper()}": str(value) for name, value in values.items()},
    }
    command = [sys.executable, "-m", "support.slow_pipeline"]
    if most_files:
        command = ["/bin/sh", "-c", f'ulimit -n {most_files}; exec "$@"', "sh", *command]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            yield running, running.stdout.readline().strip()
        finally:
            if running.poll() is None:
                running.kill()


def main() -> None:
    """Serve on a free port, and print the address."""
    settings = Settings(store="")
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    logs.configure("info")
    app = create_app(settings, lambda: FakePipeline(take_time), build_door(settings))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    build_server(app, EdgeLimits.of(settings)).run(sockets=[listener])


if __name__ == "__main__":
    main()
