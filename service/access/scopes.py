"""What a key may be good for. Standard library only: the command line lists the scopes in its help."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What a key may be good for."""

    ANALYSE = "analyse"
    """Have articles analysed, at once, in batches and as jobs; see and cancel one's own jobs."""
    READ = "read"
    """Read kept analyses."""
    DELETE = "delete"
    """Delete kept analyses."""
    REVIEW = "review"
    """Put analyses into the editors' queue."""
    METRICS = "metrics"
    """Read what is measured while the service runs."""
