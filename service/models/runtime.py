"""Limits the processor cores and the memory that the models use."""

from __future__ import annotations

import os

import torch

# oneDNN keeps what it compiles for up to 1,024 shapes. Every new length of an article is a new shape, and a
# process would grow by gigabytes. The variable is read when the first shape is compiled.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")


def use_threads(threads: int) -> None:
    """Let the models run on ``threads`` threads; 0 takes every core that this process may use."""
    torch.set_num_threads(threads or _usable_cores())


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: containers and taskset narrow it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
