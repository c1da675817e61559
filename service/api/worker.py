"""Runs the model outside the event loop: threads load it and then work through a bounded queue.

One thread if everything runs on this machine, because an analysis uses every core already: two at once would
only delay each other. More if an analysis mostly waits for an endpoint. Not here: HTTP, and what a job does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import Generic, TypeVar

from service.api.logs import one_line, where
from service.api.retry_after import WaitEstimate
from service.errors import ModelFailed, NotReady, Overloaded, PullquoteError
from service.timing import Lap, Phase, end, now_ns

M = TypeVar("M")
R = TypeVar("R")

_log = logging.getLogger(__name__)


class Worker(Generic[M]):
    """Loads a model ``M`` once and runs jobs on it, first come, first served, in threads of its own."""

    def __init__(self, load: Callable[[], M], queue_limit: int, threads: int = 1) -> None:
        """Take the function that loads the model; ``queue_limit`` jobs may wait or run in ``threads``."""
        self._load = load
        self._queue_limit = queue_limit
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pullquote-model")
        self._loading: Future[M] | None = None
        self._waiting = 0
        self._wait = WaitEstimate(threads)
        self._lock = Lock()

    def start(self) -> None:
        """Begin to load the model, in the background."""
        self._loading = self._pool.submit(self._load_model)

    def stop(self) -> None:
        """Finish the jobs that run or wait, then end the threads. Blocks."""
        self._pool.shutdown(wait=True)

    @property
    def depth(self) -> int:
        """How many jobs wait or run."""
        return self._waiting

    def model(self) -> M:
        """Return the loaded model. Raises NotReady while it loads, ModelFailed if it could not be loaded."""
        if self._loading is None or not self._loading.done():
            raise NotReady("The models are still loading. Try again in a few seconds.")
        if failure := self._loading.exception():
            # A new one, because an exception that is raised repeatedly collects tracebacks.
            raise ModelFailed(str(failure))
        return self._loading.result()

    def require_room(self) -> None:
        """Raise NotReady, ModelFailed or Overloaded if a job would be refused now."""
        self.model()
        with self._lock:
            self._require_room()

    async def run(self, job: Callable[[M], R]) -> R:
        """Run ``job`` in the worker's thread, in the log context of the caller, and return its result.

        Cancelling takes a waiting job out of the queue. Raises what ``job`` raises on purpose
        (PullquoteError), ModelFailed for anything else, and what ``require_room`` raises.
        """
        model, context = self.model(), copy_context()
        with self._lock:
            self._require_room()
            wait = Lap(Phase.QUEUE, now_ns())
            future = self._pool.submit(lambda: context.run(self._timed, job, model, wait))
            self._waiting += 1
        # Outside the lock: a future that is already done calls back at once, in this thread.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def _require_room(self) -> None:
        if self._waiting >= self._queue_limit:
            wait_s = self._wait.seconds(self._waiting)
            raise Overloaded(
                f"{self._waiting} analyses are waiting or running, the limit is {self._queue_limit}. Try "
                f"again in {wait_s} s, send fewer at once, or raise PULLQUOTE_QUEUE_LIMIT.",
                retry_after_s=wait_s,
            )

    def _leave(self, _: Future[R]) -> None:
        with self._lock:
            self._waiting -= 1

    def _load_model(self) -> M:
        started_s = time.perf_counter()
        try:
            model = self._load()
        except ModelFailed as error:
            _log.error("the models could not be loaded: %s", error.detail)
            raise
        except Exception as error:
            # Nothing has been analysed yet, so the message can't quote an article.
            _log.exception("the models could not be loaded")
            raise ModelFailed("The models could not be loaded; the service's log says why.") from error
        _log.info("the models are loaded, seconds=%.1f", time.perf_counter() - started_s)
        return model

    def _timed(self, job: Callable[[M], R], model: M, wait: Lap) -> R:
        end(wait)
        started_s = time.perf_counter()
        try:
            return job(model)
        except ModelFailed as error:
            _log.warning("model_failed: %s", one_line(error.detail))
            raise
        except PullquoteError:
            raise
        except Exception as error:
            _log.error("the analysis broke: %s", where(error))
            raise ModelFailed(
                "The analysis broke unexpectedly. Other articles are not affected; report the request id."
            ) from error
        finally:
            elapsed_s = time.perf_counter() - started_s
            with self._lock:
                self._wait.note(elapsed_s)
