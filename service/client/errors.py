"""What a call can end in besides an analysis.

CallError
├── NoAnswer            the service can't be reached, or broke off, or took too long
├── UnreadableAnswer    something answered that is no Pullquote, or one of another age
└── ProblemAnswer       an RFC 9457 problem document
    ├── RequestRefused  400 to 422: change the article or the options
    ├── NotAllowed      401, 403: the key is missing, wrong or not good for this
    ├── ServiceBusy     429, 502, 503, 504: too much to do, or not up; retries did not help
    └── ServiceBroken   500: report the request id
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class CallError(Exception):
    """Base of every error that the client raises about a call."""


class NoAnswer(CallError):  # noqa: N818 - named by what happened
    """No answer came; the cause is the error of the connection."""


class UnreadableAnswer(CallError):  # noqa: N818
    """An answer came that isn't in the contract."""


@dataclass(frozen=True, slots=True)
class ReceivedProblem:
    """The members of a problem document; ``code`` is the exact reason, ``members`` holds all of them."""

    status: int
    code: str
    title: str
    detail: str
    request_id: str | None
    members: Mapping[str, Any]
    retry_after_s: float | None = None


class ProblemAnswer(CallError):  # noqa: N818
    """The service answered with a problem document."""

    def __init__(self, problem: ReceivedProblem) -> None:
        """Take the members of the document."""
        super().__init__(problem.detail)
        self.problem = problem

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def code(self) -> str:
        """The exact reason, such as ``empty-article``; stable."""
        return self.problem.code

    @property
    def detail(self) -> str:
        """What happened: the value, the limit and the remedy."""
        return self.problem.detail

    @property
    def request_id(self) -> str | None:
        """The id of the request in the service's log."""
        return self.problem.request_id

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail} (request {self.request_id or 'without id'})"


class RequestRefused(ProblemAnswer):
    """The article or an option can't be taken; the same call would be refused again."""


class NotAllowed(ProblemAnswer):
    """The caller may not do this."""


class ServiceBusy(ProblemAnswer):
    """The service has too much to do or isn't up, after all retries."""


class ServiceBroken(ProblemAnswer):
    """The service has a defect, or a model failed."""


def problem_error(problem: ReceivedProblem) -> ProblemAnswer:
    """Return the error for a problem document."""
    match problem.status:
        case 401 | 403:
            return NotAllowed(problem)
        case 429 | 502 | 503 | 504:
            return ServiceBusy(problem)
        case status if status < 500:
            return RequestRefused(problem)
        case _:
            return ServiceBroken(problem)
