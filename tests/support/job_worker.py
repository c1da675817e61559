"""``pullquote worker`` as a process of its own, with a pipeline that takes no time and obeys markers.

``python -m support.job_worker FILE|URL [GRACE]`` in tests/; the settings come from the environment.
"""

from __future__ import annotations

import sys

import support.quick_store  # noqa: F401 - no fsync
from service.cli.jobs.worker import run
from support.archive_pipelines import build


def main() -> None:
    """Work until told to stop."""
    store, *rest = sys.argv[1:]
    sys.exit(run(store, 1, float(rest[0]) if rest else 5.0, build))


if __name__ == "__main__":
    main()
