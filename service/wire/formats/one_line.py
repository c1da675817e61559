"""Words of an article on one line, without what could steer a terminal or turn the reading order round."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")


def safe(text: str) -> str:
    """Return ``text`` on one line, with whatever could steer a terminal shown as U+FFFD."""
    return _UNSAFE.sub("\ufffd", _SPACES.sub(" ", text)).strip()
