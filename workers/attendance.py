"""Jobs about who goes to events."""

from datetime import UTC, datetime

from domain import reminders
from workers.celery_app import task
from workers.resources import Resources

_AT_ONCE = 500


@task
async def remind_attendees(resources: Resources) -> None:
    """Remind those who go to events that begin within a day or an hour; safe to repeat."""
    reminded = _AT_ONCE
    while reminded == _AT_ONCE:
        async with resources.database.write() as tx:
            reminded = await reminders.remind(tx, now=datetime.now(UTC), limit=_AT_ONCE)
