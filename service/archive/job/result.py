"""What a finished run of a job leaves."""

from __future__ import annotations

from dataclasses import dataclass

from service.archive.job.layout import Generation


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a finished run leaves: where, and how many articles were passed over or are gone."""

    generation: Generation
    passed_over: int
    lost: int
