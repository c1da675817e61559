"""What can go wrong with jobs in the store, as branches of the one tree in ``service.errors``."""

from __future__ import annotations

from service.errors import ProblemType, PullquoteError


class NoSuchJob(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """There is no such job, or it is another caller's: the answer doesn't tell which."""

    problem = ProblemType(404, "No such job", "no-such-job")


class JobEnded(PullquoteError):  # noqa: N818
    """The job has come to its end, so that it can't be cancelled any more."""

    problem = ProblemType(409, "The job has ended", "job-ended")


class LeaseLost(PullquoteError):  # noqa: N818
    """The article was taken over, or its job cancelled, so this worker's result isn't wanted."""

    problem = ProblemType(409, "Lease lost", "lease-lost")


def no_such_job(job_id: str) -> NoSuchJob:
    """Return the error for a job that isn't there."""
    return NoSuchJob(
        f"There is no job {job_id[:60]!a} among yours. Its id is in the header Location of the answer that "
        "took it; jobs are deleted some days after their end (PULLQUOTE_JOBS_KEEP_DAYS)."
    )
