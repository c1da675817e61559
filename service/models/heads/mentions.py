"""The mention head: which words name a person, a body or a place."""

from __future__ import annotations

TAGS = ("O", "B-person", "I-person", "B-body", "I-body", "B-place", "I-place")
