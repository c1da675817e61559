"""Entity tags of answers, and the answer 304 to a caller who has what would be sent (RFC 9110, 13.1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.responses import Response

from service.api.body import JSON

REVALIDATED = "private, no-cache"
"""The caller may keep the answer, and asks each time whether it still stands."""
NOT_STORED = "private, no-store"
"""Nobody between may keep the answer: it holds words of an article."""
_TAG = re.compile(r'(?:W/)?"([!#-~]*)"')
_DIGITS = 32


def entity_tag(content: bytes) -> str:
    """Return the strong entity tag of ``content``: equal bytes have equal tags, in every process."""
    return f'"{sha256(content).hexdigest()[:_DIGITS]}"'


def is_known(headers: Headers, tag: str) -> bool:
    """Return whether If-None-Match names ``tag``."""
    known = ",".join(headers.getlist("if-none-match"))
    return known.strip() == "*" or tag.strip('"') in _TAG.findall(known)


def tagged(headers: Headers, content: bytes, more: Mapping[str, str] | None = None) -> Response:
    """Return JSON under its tag, or 304 to a request whose ``headers`` name it."""
    tag = entity_tag(content)
    answered = {"ETag": tag, "Cache-Control": REVALIDATED, **(more or {})}
    if is_known(headers, tag):
        return Response(status_code=304, headers=answered)
    return Response(content, headers=answered, media_type=JSON)
