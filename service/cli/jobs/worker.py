"""``pullquote worker``: loads the models, works through jobs until told to stop, and ends in good order."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from service.api.logs import configure
from service.bootstrap import build_door, build_pipeline, build_store
from service.cli.jobs.actions import say, store_settings
from service.errors import PullquoteError
from service.jobs.analysing import AnalysesArticles
from service.jobs.runner import OwnModel
from service.jobs.wiring import build_job_desk
from service.settings import Settings

_DONE, _FAILED = 0, 1


def run(
    store: str | None,
    concurrency: int,
    grace_s: float,
    load: Callable[[Settings], AnalysesArticles] = build_pipeline,
) -> int:
    """Work through jobs until SIGTERM or SIGINT; return the exit status."""
    settings = store_settings(store)
    configure(settings.log_level)
    told_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        opened = build_store(settings)
        desk = build_job_desk(settings, opened, build_door(settings))
        pipeline = load(settings)
    except PullquoteError as error:
        say(f"{error.detail.rstrip('.')}.")
        return _FAILED
    desk.start(OwnModel(pipeline), concurrency)
    print("Pullquote works through jobs (Ctrl+C stops it).", flush=True)
    told_to_stop.wait()
    ended = desk.stop(grace_s)
    opened.close()
    if not ended:
        # A thread is inside an analysis that was given back; waiting for it would outlast any patience.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_DONE)
    return _DONE
