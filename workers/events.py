"""Jobs about events: those that come again."""

from datetime import UTC, datetime
from uuid import UUID

from domain import series
from persistence.queries import series as queries
from workers.celery_app import task
from workers.resources import Resources

_AT_ONCE = 100


@task
async def make_next_events(resources: Resources) -> None:
    """Make the events of all series that are due to exist; safe to repeat."""
    last = UUID(int=0)
    while rows := await resources.database.fetch(
        queries.due, last=last, ahead=series.AHEAD, limit=_AT_ONCE
    ):
        for row in rows:
            async with resources.database.write() as tx:
                await series.make_next(tx, series_id=row.series_id, now=datetime.now(UTC))
        last = rows[-1].series_id
