"""How many cores and how much memory this process may use, by affinity and by cgroup (v1 and v2)."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
# The most that a worker with the default models takes, as measured in docs/scale.md.
WORKER_MIB = 1024


def usable_cores(root: Path = _CGROUP, membership: Path = _MEMBERSHIP) -> int:
    """Return the whole cores that the affinity and the cgroup's quota allow; at least 1."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = [quota for folder in _folders(root, membership, "cpu") if (quota := _quota(folder)) is not None]
    return max(1, int(min([affinity, *quotas])))


def usable_memory_mib(root: Path = _CGROUP, membership: Path = _MEMBERSHIP) -> int:
    """Return the MiB of memory that the machine has and the cgroup's limit allows."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [
        limit
        for folder in _folders(root, membership, "memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        if (limit := _number(folder / name)) is not None
    ]
    return min([total, *limits]) // (1024 * 1024)


def default_workers() -> int:
    """Return one worker a core, or as many as the memory allows."""
    return max(1, min(usable_cores(), usable_memory_mib() // WORKER_MIB))


def _folders(root: Path, membership: Path, controller: str) -> list[Path]:
    """Return the folders of the cgroup and of its ancestors, as each may set a limit."""
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
    """Return the cores that a cgroup's quota allows: ``cpu.max`` in v2, ``cpu.cfs_*`` in v1."""
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
