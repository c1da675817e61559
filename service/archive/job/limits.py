"""The limits of one article, time and memory, enforced by the process that analyses it.

An article beyond a limit ends the process, whatever its code is doing, and the exit status tells which limit
it was. The engine starts a new process and goes on without that article. The memory limit needs Linux.
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
# Ended by the timer's signal, as ``multiprocessing`` reports it.
EXIT_TIME = -signal.SIGALRM
_TORCH_OUT_OF_MEMORY = "allocate memory"


@dataclass(frozen=True, slots=True)
class ArticleLimits:
    """The most that one article may take: ``seconds``, and MiB of memory beyond that of the loaded models."""

    seconds: float = 300.0
    memory_mib: int = 2048


class LimitGuard:
    """Enforces the limits in a process. Create it in a worker's main thread, after the models are loaded."""

    def __init__(self, limits: ArticleLimits) -> None:
        self._seconds = limits.seconds
        # The default action, by the kernel, also ends a regular expression that never returns.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if sys.platform == "linux":
            limit = data_bytes() + limits.memory_mib * 1024 * 1024
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """End the process if the block takes too long or runs out of memory."""
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
    """Return whether memory has run out.

    On a CPU torch has no error of its own for that: its allocator raises a plain RuntimeError,
    "DefaultCPUAllocator: can't allocate memory". So this is the one place that goes by an error's message.
    """
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _TORCH_OUT_OF_MEMORY in str(error)
    )


def data_bytes() -> int:
    """Return the bytes of private, writable memory, which is what the limit counts."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - not a file on disk
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
