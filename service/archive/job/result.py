"""The result of a finished run of a job."""

from __future__ import annotations

from dataclasses import dataclass

from service.archive.job.layout import Generation


@dataclass(frozen=True, slots=True)
class JobResult:
    """Where the output is, how many articles were passed over, and how many are lost.

    The output holds those that were passed over already; ``lost`` ones were planned and are no longer in the
    inputs.
    """

    generation: Generation
    passed_over: int
    lost: int
