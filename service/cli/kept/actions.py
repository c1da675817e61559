"""The actions of ``pullquote analyses …``: from options to output and exit status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.cli.opened_store import opened, say, store_settings
from service.wire.formats.one_line import safe

_DONE, _WRONG = 0, 2
_AT_ONCE = 200


def list_analyses(store: str | None, article_id: str | None) -> int:
    """Print a line for each kept analysis."""
    with opened(store_settings(store)) as desk:
        before: int | None = None
        while True:
            page = desk.store.analyses.page(None, article_id=article_id, before=before, size=_AT_ONCE)
            for line in page.lines:
                told = (line.owner or "-", line.article_id, line.title or "")
                print(f"{line.id}  {line.made_at:%Y-%m-%d %H:%M}", *map(safe, told), sep="  ")
            if page.before is None:
                return _DONE
            before = page.before


def delete(store: str | None, analysis_id: str | None, article_id: str | None) -> int:
    """Delete an analysis, or all of an article."""
    with opened(store_settings(store)) as desk:
        if analysis_id is not None:
            desk.store.analyses.delete(None, analysis_id)
            print(f"Deleted {safe(analysis_id)}. Backups still hold it.")
        elif article_id is not None:
            number = desk.store.analyses.delete_article(None, article_id)
            print(f"Deleted {number:,} analyses of {safe(article_id)}. Backups still hold them.")
    return _DONE


def purge(store: str | None, days: int | None) -> int:
    """Delete what was made longer ago than ``days``, else than the setting says."""
    settings = store_settings(store)
    days = days or settings.keep_days
    if not days:
        say("PULLQUOTE_KEEP_DAYS is 0, which keeps analyses for good. Give --days.")
        return _WRONG
    with opened(settings) as desk:
        number = desk.store.analyses.purge(datetime.now(UTC) - timedelta(days=days))
    print(f"Deleted {number:,} analyses that were made more than {days} days ago.")
    return _DONE
