"""The meaning of an endpoint's errors: cause, remedy, and whether asking again may help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from service.models.generating.backend import Cause

_AGAIN = frozenset((408, 409, 425, 429))


class StatusError(Exception):
    """The endpoint answered with a status that isn't success; ``body`` may be only its beginning."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


class RequestFault(Exception):  # noqa: N818 - as Cause
    """One request failed. If ``again``, it may succeed when sent again, after ``wait`` seconds if given."""

    def __init__(
        self, cause: Cause, detail: str, remedy: str = "", again: bool = True, wait: float = 0
    ) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail
        self.remedy = remedy
        self.again = again
        self.wait = wait


def fault_of(error: StatusError, said: str) -> RequestFault:
    """Return the fault that a status means; ``said`` is the endpoint's own message, fit to be shown."""
    status, headers = error.status, error.headers
    cause, remedy = _meaning(status)
    again = status >= 500 or status in _AGAIN
    if (told := headers.get("x-should-retry", "")) in ("true", "false"):
        again = told == "true" and status >= 400
    return RequestFault(cause, in_words(f"answered {status}", said), remedy, again, _wait(headers))


def in_words(detail: str, said: str) -> str:
    """Return what happened, with the endpoint's message if there is one."""
    return f"{detail} (“{said}”)" if said else detail


def _meaning(status: int) -> tuple[Cause, str]:
    if status < 400:
        return Cause.REJECTED, (
            "Redirects aren't followed, so that articles and key go nowhere else; set PULLQUOTE_ENDPOINT to "
            "where the endpoint is."
        )
    if status in (401, 402, 403):
        return Cause.DENIED, "Check PULLQUOTE_ENDPOINT_KEY and what it may use."
    if status in (409, 425, 429):
        return Cause.BUSY, "Ask for less at once with PULLQUOTE_ENDPOINT_PARALLEL, or for a higher limit."
    if status == 408:
        return Cause.SLOW, "Try again later."
    if status == 404:
        return Cause.REJECTED, "Check PULLQUOTE_ENDPOINT and the model's name in PULLQUOTE_SUMMARIZER."
    if status < 500:
        return Cause.REJECTED, (
            "Check the model's name in PULLQUOTE_SUMMARIZER, and that PULLQUOTE_ENDPOINT_CONTEXT and "
            "PULLQUOTE_ANSWER_TOKENS are within what the model takes."
        )
    return Cause.BROKEN, "See the endpoint's own log."


def _wait(headers: Mapping[str, str]) -> float:
    """Return the seconds that the endpoint asks to wait, by milliseconds, seconds or a date; 0 if none."""
    for name, unit in (("retry-after-ms", 1_000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        # The comparison also excludes NaN.
        return seconds if seconds >= 0 else 0
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return 0
