"""Builds what admits callers from settings."""

from __future__ import annotations

from service.access.modes import needs_keys, sign_in_mode
from service.api.admission.admission import AdmissionPolicy, KeyAdmission
from service.settings import Settings
from service.store.store import Store


def build_admission(settings: Settings, store: Store | None) -> KeyAdmission:
    """Return what admits callers, by the keys in ``store``. Raises OpenToAll."""
    mode = sign_in_mode(settings)
    policy = AdmissionPolicy(
        needs_key=needs_keys(settings),
        # In the mode "proxy" it is the proxy that asks who somebody is.
        forwarded_needs_key=settings.api_keys == "auto" and mode != "proxy" and store is not None,
        review_needs_key=mode != "open",
        per_minute=settings.calls_per_minute,
        at_once=settings.calls_at_once,
        chars_per_day=settings.chars_per_day,
        queue_places=settings.queue_limit,
    )
    return KeyAdmission(policy, store)
