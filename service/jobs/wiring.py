"""Builds the desk of jobs from settings."""

from __future__ import annotations

from service.ingest import Door
from service.jobs.desk import DeskLimits, JobDesk
from service.jobs.keeper import LeaseKeeper
from service.jobs.runner import JobRunner
from service.jobs.webhooks.dispatcher import WebhookDispatcher
from service.jobs.webhooks.sending import WebhookSender
from service.settings import Settings
from service.store import Store

_MIB = 1024 * 1024


def build_job_desk(settings: Settings, store: Store, door: Door) -> JobDesk:
    """Return the desk over a store, not started yet."""
    secret = settings.webhook_secret.get_secret_value()
    keeper = LeaseKeeper(
        store.jobs,
        lease_s=settings.job_lease_s,
        article_s=settings.job_article_s,
        most_attempts=settings.job_attempts,
        keep_days=settings.jobs_keep_days,
    )
    return JobDesk(
        store.jobs,
        JobRunner(store.jobs, door, keeper, most_attempts=settings.job_attempts),
        WebhookDispatcher(
            store.jobs,
            WebhookSender(
                private=settings.webhook_private, timeout_s=settings.webhook_timeout_s, secret=secret
            ),
            most_attempts=settings.webhook_attempts,
            timeout_s=settings.webhook_timeout_s,
        ),
        DeskLimits(settings.job_articles, settings.job_mib * _MIB, settings.jobs_limit),
        webhook_private=settings.webhook_private,
        has_secret=bool(secret),
    )
