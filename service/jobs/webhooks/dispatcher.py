"""Delivers the messages of the outbox: again after a failure, later each time, and at last never."""

from __future__ import annotations

import logging
import random
import threading
from datetime import UTC, datetime, timedelta

from service.errors import PullquoteError
from service.jobs.webhooks.sending import NotDelivered, WebhookSender
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import WebhookMessage

_POLL_S = 1.0
_AFTER_ERROR_S = 5.0
_FIRST_DELAY_S = 5.0
_GROWTH = 4
_MOST_GROWTHS = 20
_LONGEST_DELAY_S = 6 * 3600.0
_JITTER = 0.2
_SENDERS = 2
"""Threads that deliver, so that one slow receiver doesn't hold up all the others."""

_log = logging.getLogger(__name__)


class WebhookDispatcher:
    """Threads that deliver messages."""

    def __init__(
        self,
        store: JobStore,
        sender: WebhookSender,
        *,
        most_attempts: int,
        timeout_s: float,
        first_delay_s: float = _FIRST_DELAY_S,
    ) -> None:
        self._store = store
        self._sender = sender
        self._most_attempts = most_attempts
        # A sender that dies in the middle leaves its message to the others after this.
        self._put_off = timedelta(seconds=2 * timeout_s + 60)
        self._first_delay_s = first_delay_s
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to deliver."""
        for number in range(_SENDERS):
            thread = threading.Thread(target=self._run, name=f"pullquote-webhooks-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def drain(self) -> None:
        """Begin no delivery more. Returns at once."""
        self._stopped.set()

    def stop(self, grace_s: float) -> None:
        """Finish the deliveries at hand, within ``grace_s`` each; others go on with the rest."""
        self.drain()
        for thread in self._threads:
            thread.join(grace_s)

    def deliver_one(self) -> bool:
        """Try the message that is due longest; return whether there was one. Raises StoreFailed."""
        message = self._store.take_message(datetime.now(UTC), self._put_off)
        if message is None:
            return False
        try:
            self._sender.send(message)
        except NotDelivered as failed:
            self._after_failure(message, failed)
        else:
            self._store.settle_message(message)
            _log.info("webhook %s of job %s was delivered", message.id, message.job_id)
        return True

    def _after_failure(self, message: WebhookMessage, failed: NotDelivered) -> None:
        next_at = None
        if not failed.is_final and message.attempt < self._most_attempts:
            next_at = datetime.now(UTC) + timedelta(seconds=self._delay_s(message.attempt))
        self._store.settle_message(message, failed.reason, next_at)
        _log.warning(
            "webhook %s of job %s was not delivered (attempt %d of %d): %s",
            message.id,
            message.job_id,
            message.attempt,
            self._most_attempts,
            failed.reason,
        )

    def _delay_s(self, attempt: int) -> float:
        growth = float(_GROWTH ** min(attempt - 1, _MOST_GROWTHS))
        delay_s = min(self._first_delay_s * growth, _LONGEST_DELAY_S)
        # Jitter, so that messages that failed together aren't sent together again.
        return delay_s * random.uniform(1 - _JITTER, 1 + _JITTER)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if not self.deliver_one():
                    self._stopped.wait(_POLL_S)
            except PullquoteError as error:
                _log.warning("webhooks wait: %s", error.detail)
                self._stopped.wait(_AFTER_ERROR_S)
            except Exception as error:
                _log.error("a webhook's delivery broke: %s", type(error).__name__)
                self._stopped.wait(_AFTER_ERROR_S)
