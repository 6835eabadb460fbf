"""Jobs that remove what has expired."""

from datetime import UTC, datetime, timedelta

from persistence.queries import facts
from realtime.log import Log
from workers.celery_app import task
from workers.resources import Resources

FACTS_KEPT = timedelta(days=7)


@task
async def forget_expired(resources: Resources) -> None:
    """Delete finished facts, answers kept for retries, and live entries past their retention."""
    now = datetime.now(UTC)
    answers_kept = timedelta(hours=resources.settings.idempotency_hours)
    async with resources.database.write() as tx:
        await tx.fetch(facts.forget_finished, before=now - FACTS_KEPT)
        await tx.fetch(facts.forget_answers, before=now - answers_kept)
    live_kept = timedelta(days=resources.settings.live_retention_days)
    await Log(resources.database).forget(now - live_kept)
