"""Signatures of Standard Webhooks: HMAC-SHA256 over the message's id, its time and its body.

See https://www.standardwebhooks.com.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret, ``whsec_`` and 32 random bytes in Base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed_headers(message_id: str, sent_at: int, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers that identify and sign a message; ``sent_at`` is in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{sent_at}.".encode("ascii") + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{signature}",
    }
