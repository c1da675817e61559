"""The errors of the service's edge: what is refused before anything is analysed."""

from __future__ import annotations

from service.errors import ProblemType, PullquoteError


class BodyTooSlow(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """The body, or its next bytes, didn't come in time."""

    problem = ProblemType(408, "Body too slow", "body-too-slow")


class BodiesFull(PullquoteError):  # noqa: N818
    """The bodies of all requests together take more memory than they may."""

    problem = ProblemType(503, "Too many bodies", "bodies-full")


class MalformedHost(PullquoteError):  # noqa: N818
    """The header Host or Origin isn't what HTTP lets it be."""

    problem = ProblemType(400, "Malformed request", "malformed-request")


class ForeignHost(PullquoteError):  # noqa: N818
    """The request is for a host name that this service doesn't have."""

    problem = ProblemType(403, "Foreign host", "foreign-host")
