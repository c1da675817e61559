"""What becomes of an answer, the same for both clients: an analysis, a wait before a retry, or an error."""

from __future__ import annotations

import httpx

from service.client.errors import CallError, NoAnswer, ReceivedProblem, UnreadableAnswer, problem_error
from service.client.request import Sending
from service.client.result import ReceivedAnalysis
from service.client.retries import RETRIED_STATUSES, Retries, read_retry_after

_REQUEST_ID, _REVIEW_ITEM = "X-Request-ID", "Review-Item"
_SHOWN_CHARS = 200


class RetriedCall:
    """One call and its retries. After each sending, ``answered`` or ``broken`` says how it goes on."""

    def __init__(self, sending: Sending, retries: Retries) -> None:
        self._sending = sending
        self._retries = retries
        self._made = 0

    def answered(self, response: httpx.Response) -> ReceivedAnalysis | float:
        """Return the analysis, or the seconds after which to send again. Raises CallError."""
        if response.status_code == httpx.codes.OK:
            return self._analysis(response)
        error = problem_error(_problem(response))
        if response.status_code not in RETRIED_STATUSES:
            raise error
        return self._wait_s(error, error.problem.retry_after_s)

    def broken(self, error: httpx.TransportError) -> float:
        """Return the seconds after which to send again what got no answer. Raises NoAnswer."""
        what = str(error) or "the connection broke"
        failure = NoAnswer(
            f"No answer came ({type(error).__name__}: {what}). Is the service up at this address?"
        )
        failure.__cause__ = error
        if isinstance(error, httpx.ReadTimeout | httpx.UnsupportedProtocol):
            raise failure  # the service works on it; the same again would only add to that
        return self._wait_s(failure, None)

    def _wait_s(self, error: CallError, retry_after_s: float | None) -> float:
        wait_s = self._retries.wait_s(self._made, retry_after_s)
        if wait_s is None:
            raise error
        self._made += 1
        return wait_s

    def _analysis(self, response: httpx.Response) -> ReceivedAnalysis:
        try:
            return ReceivedAnalysis.received(
                response.content,
                sent_text=self._sending.text,
                request_id=response.headers.get(_REQUEST_ID),
                review_item=response.headers.get(_REVIEW_ITEM),
            )
        except ValueError as error:
            raise UnreadableAnswer(
                f"{response.request.url} answered 200 with something that is no analysis "
                f"({str(error)[:_SHOWN_CHARS]}). Is it a Pullquote, and not older than this client?"
            ) from error


def _problem(response: httpx.Response) -> ReceivedProblem:
    """Read a problem document; of what a proxy answers instead, the status."""
    status = response.status_code
    try:
        members = response.json()
    except ValueError:
        members = None
    members = members if isinstance(members, dict) else {}
    title = str(members.get("title") or response.reason_phrase)
    return ReceivedProblem(
        status=status,
        code=str(members.get("code") or f"http-{status}"),
        title=title,
        detail=str(members.get("detail") or f"{title}; the answer is no problem document."),
        request_id=members.get("request_id") or response.headers.get(_REQUEST_ID),
        members=members,
        retry_after_s=read_retry_after(response.headers.get("Retry-After")),
    )
