"""Passes planned shards from the reading thread to an engine, with back-pressure.

The thread reads and plans ahead until the queue is full, then waits. So memory holds a few shards, whatever
the size of the archive. An engine that waits on pipes can also wait on ``wakeup``.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from service.archive.job.shard import Shard

_POLL_S = 0.2


class ShardFeed:
    """A bounded queue of shards, filled by a thread of its own."""

    def __init__(self, plan: Callable[[], Iterator[Shard]], ahead: int) -> None:
        """Run ``plan`` in a thread of its own, up to ``ahead`` shards ahead of the engine."""
        self._plan = plan
        self._queue: queue.Queue[Shard] = queue.Queue(maxsize=ahead)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._error: BaseException | None = None
        self._wake: Connection
        self.wakeup, self._wake = Pipe(duplex=False)
        self._thread = threading.Thread(target=self._fill, name="archive-reader", daemon=True)
        self._thread.start()

    def take(self) -> Shard | None:
        """Return a shard if one is ready.

        Raises what ``plan`` raised, once the shards before it are taken.
        """
        while self.wakeup.poll():
            self.wakeup.recv_bytes()
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            if self._ended.is_set() and self._queue.empty() and self._error:
                raise self._error from None
            return None

    @property
    def is_over(self) -> bool:
        """Whether no more shards will come."""
        return self._ended.is_set() and self._queue.empty() and self._error is None

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _fill(self) -> None:
        try:
            for shard in self._plan():
                while not self._stop.is_set():
                    try:
                        self._queue.put(shard, timeout=_POLL_S)
                        break
                    except queue.Full:
                        continue
                if self._stop.is_set():
                    return
                self._wake.send_bytes(b"\0")
        except BaseException as error:
            self._error = error
        finally:
            self._ended.set()
            self._wake.send_bytes(b"\0")
