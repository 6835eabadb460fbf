"""Jobs about events: those that come again."""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from prometheus_client import Counter

from domain import series
from persistence.queries import series as queries
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.events")

_failures = Counter("kith_series_failures_total", "Series whose next events could not be made.")

_AT_ONCE = 100


@task
async def make_next_events(resources: Resources) -> None:
    """Make the events of all series that are due to exist; safe to repeat.

    A series that fails holds up no other.

    Raises:
        ExceptionGroup: some have failed, once all others are made.
    """
    last, failed = UUID(int=0), list[Exception]()
    while rows := await resources.database.fetch(
        queries.due, last=last, ahead=series.AHEAD, limit=_AT_ONCE
    ):
        for row in rows:
            try:
                async with resources.database.write() as tx:
                    await series.make_next(tx, series_id=row.series_id, now=datetime.now(UTC))
            except Exception as error:  # noqa: BLE001 - it is raised at the end
                _failures.inc()
                _log.error("series failed", series_id=str(row.series_id), exc_info=error)
                failed.append(error)
        last = rows[-1].series_id
    if failed:
        raise ExceptionGroup("series failed", failed)
