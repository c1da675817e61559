"""Runs the model outside the event loop: threads load it and then work through a bounded queue.

One thread if everything runs on this machine, because an analysis uses every core already: two at once would
only delay each other. More if an analysis mostly waits for an endpoint. The threads are daemons of our own:
what can't be stopped must not keep the process alive. Not here: HTTP, and what a job does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

from service import time_budget
from service.api.logs import one_line, where
from service.api.queued import Abandoned, QueuedJob, QueueLimits
from service.api.retry_after import WaitEstimate
from service.errors import (
    AnalysisTooLong,
    ModelFailed,
    NotReady,
    Overloaded,
    PullquoteError,
    ShuttingDown,
)
from service.time_budget import TimeBudget
from service.timing import end

M = TypeVar("M")
R = TypeVar("R")

_log = logging.getLogger(__name__)
# How long a stopped analysis may take to come to its next check, and a thread to end.
_STOP_WITHIN_S, _JOIN_WITHIN_S = 2.0, 1.0
_POLL_S = 0.02


class Worker(Generic[M]):
    """Loads a model ``M`` once and runs jobs on it, first come, first served, in threads of its own."""

    def __init__(
        self, load: Callable[[], M], limits: QueueLimits, threads: int = 1, seconds_per_job: float = 0.0
    ) -> None:
        """Take the function that loads the model; a job that takes longer than its seconds is stopped."""
        self._load = load
        self._limits = limits
        self._threads = threads
        self._seconds_per_job = seconds_per_job
        self._loading: Future[M] = Future()
        self._lock = Condition()
        self._waiting: deque[QueuedJob[M]] = deque()
        self._running: set[QueuedJob[M]] = set()
        self._background: set[QueuedJob[M]] = set()
        self._wait = WaitEstimate(threads)
        self._started: list[Thread] = []
        self._is_draining = self._is_stopped = False

    def start(self) -> None:
        """Begin to load the model, in the background."""
        self._start(self._load_and_work)

    def begin_drain(self) -> None:
        """Take nothing on from now. Only sets a mark, so that a signal handler may call it."""
        self._is_draining = True

    @property
    def is_draining(self) -> bool:
        """Whether the service is about to end."""
        return self._is_draining

    async def drain(self, grace_s: float, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Refuse what waits, let what runs take ``grace_s``, then stop it; ``is_urgent`` cuts that short."""
        self.begin_drain()
        with self._lock:
            refused = list(self._waiting)
            self._waiting.clear()
        for job in refused:
            job.settle(error=self._shutting_down())
        await self._until_idle(grace_s, is_urgent)
        for job in self._copy_of_running():
            job.budget.stop(
                ShuttingDown("The service is shutting down; the analysis was stopped. Send it again.")
            )
        await self._until_idle(_STOP_WITHIN_S, is_urgent)
        for job in self._copy_of_running():
            _log.error(
                "an analysis didn't stop within %g s, its caller is answered without it", _STOP_WITHIN_S
            )
            job.settle(error=self._shutting_down())

    def stop(self) -> None:
        """End the threads as soon as they have finished what they do. Blocks for a second at most."""
        with self._lock:
            self._is_draining = self._is_stopped = True
            self._lock.notify_all()
        deadline = time.monotonic() + _JOIN_WITHIN_S
        for thread in self._started:
            thread.join(max(0.0, deadline - time.monotonic()))

    @property
    def depth(self) -> int:
        """How many jobs wait or run."""
        return len(self._waiting) + len(self._running)

    def model(self) -> M:
        """Return the loaded model.

        Raises ShuttingDown once the service was told to end, NotReady while the model loads, and ModelFailed
        if it could not be loaded.
        """
        if self._is_draining:
            raise self._shutting_down()
        if not self._loading.done():
            raise NotReady("The models are still loading. Try again in a few seconds.")
        if failure := self._loading.exception():
            # A new one, because an exception that is raised repeatedly collects tracebacks.
            raise ModelFailed(str(failure))
        return self._loading.result()

    def require_room(self, chars: int = 0) -> None:
        """Raise as ``model`` does, or Overloaded, if a job of so many characters would be refused now."""
        self.model()
        with self._lock:
            self._require_room(chars)

    async def run(self, job: Callable[[M], R], chars: int = 0) -> R:
        """Run ``job`` in a worker's thread, in the log context of the caller, and return its result.

        ``chars`` is about how long its article is. Cancelling takes a waiting job out of the queue, and stops
        one that runs. Raises what ``job`` raises on purpose (PullquoteError), AnalysisTooLong, ModelFailed
        for anything else, and what ``require_room`` raises.
        """
        self.model()
        entry: QueuedJob[M] = QueuedJob(job, chars, TimeBudget(self._seconds_per_job), copy_context())
        with self._lock:
            if self._is_draining:
                raise self._shutting_down()
            self._require_room(chars)
            self._waiting.append(entry)
            self._lock.notify()
        try:
            result: R = await asyncio.wrap_future(entry.answer)
        except asyncio.CancelledError:
            self._abandon(entry)
            raise
        return result

    def is_idle(self) -> bool:
        """Return whether the model is loaded and a thread has nothing to do."""
        with self._lock:
            return self._is_idle()

    def run_if_idle(self, job: Callable[[M], R]) -> Future[R] | None:
        """Run ``job`` if a thread has nothing to do, else return None: who waits for an answer comes first.

        It takes none of the queue's room; whoever comes next waits for it at most once. The future raises
        ShuttingDown where the service ends before the job does.
        """
        with self._lock:
            if not self._is_idle():
                return None
            entry: QueuedJob[M] = QueuedJob(job, 0, TimeBudget(self._seconds_per_job), copy_context())
            self._background.add(entry)
            self._waiting.append(entry)
            self._lock.notify()
        return entry.answer

    def _is_idle(self) -> bool:
        loaded = self._loading.done() and not self._loading.exception()
        return loaded and not self._is_draining and len(self._waiting) + len(self._running) < self._threads

    def _require_room(self, chars: int) -> None:
        taken = [job for job in (*self._waiting, *self._running) if job not in self._background]
        held = sum(job.chars for job in taken)
        if len(taken) >= self._limits.jobs:
            full = f"{len(taken)} analyses are waiting or running, the limit is {self._limits.jobs}"
            setting = "PULLQUOTE_QUEUE_LIMIT"
        elif taken and held + chars > self._limits.chars:
            full = (
                f"Articles of about {held} characters are waiting or running, with this one {held + chars}; "
                f"the limit is {self._limits.chars}"
            )
            setting = "PULLQUOTE_QUEUE_CHARS"
        else:
            return
        wait_s = self._wait.seconds(len(taken))
        raise Overloaded(
            f"{full}. Try again in {wait_s} s, send fewer at once, or raise {setting}.", retry_after_s=wait_s
        )

    def _abandon(self, job: QueuedJob[M]) -> None:
        with self._lock, suppress(ValueError):
            self._waiting.remove(job)
        job.budget.stop(Abandoned("Nobody waits for the analysis any longer."))

    def _copy_of_running(self) -> list[QueuedJob[M]]:
        with self._lock:
            return list(self._running)

    async def _until_idle(self, longest_s: float, is_urgent: Callable[[], bool]) -> None:
        deadline = time.monotonic() + longest_s
        while self._copy_of_running() and time.monotonic() < deadline and not is_urgent():
            await asyncio.sleep(_POLL_S)

    @staticmethod
    def _shutting_down() -> ShuttingDown:
        return ShuttingDown(
            "The service is shutting down and takes nothing on. Send it again in a few seconds."
        )

    # In the threads

    def _start(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, name=f"pullquote-model-{len(self._started)}", daemon=True)
        self._started.append(thread)
        thread.start()

    def _load_and_work(self) -> None:
        try:
            self._loading.set_result(self._load_model())
        except BaseException as error:
            self._loading.set_exception(error)
            return
        for _ in range(self._threads - 1):
            self._start(self._work)
        self._work()

    def _work(self) -> None:
        model = self._loading.result()
        while (job := self._next()) is not None:
            result, failure = None, None
            if job.answer.set_running_or_notify_cancel():
                try:
                    result = job.context.run(self._timed, job, model)
                except BaseException as error:
                    failure = error
            with self._lock:
                self._running.discard(job)
                self._background.discard(job)
            # Its place in the queue is free before its caller is answered.
            job.settle(result, failure)

    def _next(self) -> QueuedJob[M] | None:
        """Wait for the next job and take it out of the queue; None once the threads have to end."""
        with self._lock:
            while not self._waiting and not self._is_stopped:
                self._lock.wait()
            if self._is_stopped:
                return None
            job = self._waiting.popleft()
            self._running.add(job)
            return job

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

    def _timed(self, job: QueuedJob[M], model: M) -> Any:
        end(job.wait)
        started_s = time.perf_counter()
        try:
            with time_budget.within(job.budget):
                return job.work(model)
        except ModelFailed as error:
            _log.warning("model_failed: %s", one_line(error.detail))
            raise
        except AnalysisTooLong:
            _log.warning("an analysis was stopped after %g s, chars=%d", self._seconds_per_job, job.chars)
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
