"""How much of the machine this process may use: cores and memory, by affinity and by cgroup (v1 and v2)."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
# What a worker with the default models takes at most, as docs/scale.md measures it.
WORKER_MIB = 1024


def usable_cores(root: Path = _CGROUP, membership: Path = _MEMBERSHIP) -> int:
    """Whole cores: what the affinity allows, and no more than the cgroup's quota; at least 1."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = [quota for folder in _folders(root, membership, "cpu") if (quota := _quota(folder)) is not None]
    return max(1, int(min([affinity, *quotas])))


def usable_memory_mib(root: Path = _CGROUP, membership: Path = _MEMBERSHIP) -> int:
    """MiB of memory: the machine's, and no more than the cgroup's limit."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [
        limit
        for folder in _folders(root, membership, "memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        if (limit := _number(folder / name)) is not None
    ]
    return min([total, *limits]) // (1024 * 1024)


def default_workers() -> int:
    """One worker a core, as far as the memory reaches."""
    return max(1, min(usable_cores(), usable_memory_mib() // WORKER_MIB))


def _folders(root: Path, membership: Path, controller: str) -> list[Path]:
    """Return the cgroup's folders from its own up to the root: each may limit."""
    folders = [root, root / controller]
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return folders
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base = root
        elif controller in controllers.split(","):
            base = root / controller
        else:
            continue
        own = base / path.lstrip("/")
        folders += [own, *(parent for parent in own.parents if parent.is_relative_to(base))]
    return folders


def _quota(folder: Path) -> float | None:
    """Cores by the quota of a cgroup: ``cpu.max`` in v2, ``cpu.cfs_*`` in v1."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        pass
    cfs_quota, cfs_period = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
    return cfs_quota / cfs_period if cfs_quota and cfs_quota > 0 and cfs_period else None


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None
