"""Events, made directly."""

from datetime import UTC, datetime, timedelta
from typing import Any

from persistence import models
from persistence.database import Database
from persistence.rows import Row
from resolvers import ids
from tests.support.people import Person


async def announced(
    database: Database, host: Person, *, starts_in_hours: float = 24, **columns: Any
) -> Row:
    """Let somebody invite to an event of two hours, with columns that differ from these."""
    starts_at = datetime.now(UTC) + timedelta(hours=starts_in_hours)
    values = {
        "title": "Board games",
        "description": "Bring a friend.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "time_zone": "Europe/Berlin",
        "place_name": "The corner cafe",
        "city": "Berlin",
        **columns,
    }
    async with database.write() as tx:
        return await tx.add(models.Event, host_id=host.key, **values)


def global_id(event: Row) -> str:
    """The id of an event as clients know it."""
    return ids.encode("Event", event.event_id)
