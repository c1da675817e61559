"""What keeps the promise of retention while the service runs: a purge at its start, and one each hour."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from service.errors import PullquoteError
from service.store import Store

_EVERY_S = 3_600
_log = logging.getLogger(__name__)


def purge(store: Store, keep_days: int) -> int:
    """Delete what is older than ``keep_days``, unless that is 0; return how many analyses. Blocking."""
    now = datetime.now(UTC)
    store.answers.prune(now)
    return store.analyses.purge(now - timedelta(days=keep_days)) if keep_days else 0


async def purge_hourly(store: Store, keep_days: int) -> None:
    """Purge now and each hour, until cancelled; a purge that fails is logged, and made up for by the next."""
    while True:
        try:
            number = await asyncio.to_thread(purge, store, keep_days)
        except PullquoteError as error:
            _log.warning("the purge of kept analyses failed: %s", error.code)
        else:
            if number:
                _log.info("purged analyses=%d keep_days=%d", number, keep_days)
        await asyncio.sleep(_EVERY_S)
