"""The actions of ``pullquote keys …``: from options to output and exit status."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from service.access.scopes import Scope
from service.cli.opened_store import WRONG, opened, say, store_settings
from service.store.accounts.keys import key_id_of
from service.store.accounts.records import ApiKey, KeyTerms
from service.wire.formats.one_line import safe

_DONE = 0


def add(
    store: str | None,
    name: str,
    scopes: frozenset[Scope],
    expires: str | None,
    per_minute: int | None,
    user: str | None,
) -> int:
    """Make a key; it alone goes to standard output."""
    match = re.fullmatch(r"([1-9]\d{0,4})d", (expires or "1d").strip())
    if not match:
        say(f"--expires is {expires!r}. Give days from 1d to 99999d, such as 90d.")
        return WRONG
    expires_at = _now() + timedelta(days=int(match[1])) if expires else None
    with opened(store_settings(store), make=True) as desk:
        made = desk.store.add_key(name, KeyTerms(scopes, expires_at, per_minute, user), _now())
    say(
        f"the key {key_id_of(made)} is good for {', '.join(sorted(scopes))}. Keep what follows, it is not "
        "shown again. Send it as the header Authorization: Bearer KEY."
    )
    print(made)
    return _DONE


def list_keys(store: str | None) -> int:
    """Print the keys."""
    with opened(store_settings(store)) as desk:
        now = _now()
        for key in desk.store.keys():  # noqa: SIM118 - a method of the store
            print(_line(key, now))
    return _DONE


def revoke(store: str | None, key_id: str) -> int:
    """Revoke a key."""
    with opened(store_settings(store)) as desk:
        revoked = desk.store.revoke_key(key_id.strip(), _now())
    print(f"Key {revoked.id} ({safe(revoked.name)}) opens nothing any more.")
    return _DONE


def _line(key: ApiKey, now: datetime) -> str:
    used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    ends = f"until {key.terms.expires_at:%Y-%m-%d}" if key.terms.expires_at else ""
    state = {
        "good": ends,
        "revoked": f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "",
        "expired": f"expired {key.terms.expires_at:%Y-%m-%d}" if key.terms.expires_at else "",
        "closed": "its account is closed",
    }[key.state(now)]
    rate = f"{key.terms.per_minute}/min" if key.terms.per_minute else ""
    owner = safe(key.terms.user) if key.terms.user else ""
    scopes = ",".join(sorted(key.terms.scopes))
    more = "  ".join(filter(None, (owner, rate, used, state)))
    return f"{key.id}  {safe(key.name):<24}  {scopes:<20}  {more}".rstrip()


def _now() -> datetime:
    return datetime.now(UTC)
