"""What the settings mean together: how editors sign in, and whether callers need a key."""

from __future__ import annotations

from service.access.addresses import is_loopback
from service.access.refusals import OpenToAll
from service.settings import Settings, SignIn


def sign_in_mode(settings: Settings) -> SignIn:
    """Return how editors sign in. Raises OpenToAll."""
    local = is_loopback(settings.host)
    if settings.sign_in == "auto":
        return "open" if local else "accounts"
    if settings.sign_in == "open" and not local:
        raise OpenToAll(
            f'sign-in "open" would let everybody who reaches {settings.host} review. Listen on 127.0.0.1, '
            "or use --sign-in accounts or proxy."
        )
    return settings.sign_in


def needs_keys(settings: Settings) -> bool:
    """Return whether a caller of the API needs a key. Raises OpenToAll, also where none could be kept."""
    local = is_loopback(settings.host)
    if settings.api_keys == "off" and not local:
        raise OpenToAll(
            f"without API keys everybody who reaches {settings.host} could call. Listen on 127.0.0.1, leave "
            "PULLQUOTE_API_KEYS at auto, or say off-anywhere if a proxy or a network guards the service."
        )
    needed = settings.api_keys == "required" or (settings.api_keys == "auto" and not local)
    if needed and not settings.store:
        raise OpenToAll(
            "API keys are kept in the store, and there is none. Set PULLQUOTE_STORE, or "
            "PULLQUOTE_API_KEYS=off-anywhere if a proxy or a network guards the service."
        )
    return needed


def only_this_machine(settings: Settings) -> bool:
    """Return whether requests are answered only if they were made on this machine, for this machine.

    That is so where nobody has to say who they are: neither editors, nor, without a store, programs.
    """
    return sign_in_mode(settings) == "open" and (bool(settings.store) or not needs_keys(settings))
