"""Where the models run: which device, how many processor cores, how much memory for compiled shapes."""

from __future__ import annotations

import os

import torch

from service.errors import ModelFailed

# oneDNN keeps what it compiles for up to 1,024 shapes. Every new length of an article is a new shape, and a
# process would grow by gigabytes. The variable is read when the first shape is compiled.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")


def use_threads(threads: int) -> None:
    """Let the models run on ``threads`` threads; 0 takes every core that this process may use."""
    torch.set_num_threads(threads or _usable_cores())


def choose_device(label: str, device: str) -> torch.device:
    """Resolve "auto": the first GPU, else the processor. Raises ModelFailed if there is no such device."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    remedy = "Set the device to auto, cpu, cuda, cuda:1 or mps (PULLQUOTE_DEVICE)."
    try:
        where = torch.device(device)
    except RuntimeError as error:  # its message lists all kinds of devices that torch knows
        raise ModelFailed(f"{label} can't run on {device!r}: there is no such device. {remedy}") from error
    try:
        torch.empty(1, device=where)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0].partition(". ")[0].rstrip(".")
        raise ModelFailed(f"{label} can't run on {device!r}: {reason}. {remedy}") from error
    return where


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: containers and taskset narrow it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
