"""Limits of one article, held from inside the process that analyses it: time and memory.

Either ends the process, whatever the article's code is doing, in a way that tells which; the engine starts a
new one and goes on without that article. Linux holds the memory limit; elsewhere there is none.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

EXIT_MEMORY = 86
# As ``multiprocessing`` reports it: ended by the timer's signal.
EXIT_TIME = -signal.SIGALRM


@dataclass(frozen=True, slots=True)
class Limits:
    """What one article may take: ``seconds`` of time, and MiB of memory beyond the loaded models'."""

    seconds: float = 300.0
    memory_mib: int = 2048


class Guard:
    """Holds the limits over a whole process: make it in a worker's main thread, once the models are in."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        # The kernel's own way to end a process: it also ends a regular expression that never comes back.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if sys.platform == "linux":
            limit = data_bytes() + limits.memory_mib * 1024 * 1024
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """End the process if the block takes too long, or finds no memory."""
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            yield
        except MemoryError:
            os._exit(EXIT_MEMORY)
        except RuntimeError as error:
            if is_out_of_memory(error):
                os._exit(EXIT_MEMORY)
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that there is no memory; torch says it in a RuntimeError."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "allocate memory" in str(error)
    )


def data_bytes() -> int:
    """Return what the memory limit counts: bytes of private, writable memory."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - no file of ours
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
