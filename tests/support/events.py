"""Events, made directly."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from persistence import models
from persistence.database import Database
from persistence.rows import Row
from resolvers import ids
from tests.support.people import Person

CHECK_IN_KEY = UUID("2b0aa5e4-2fd1-4f0e-9c37-0d6a4c6d7f11")
"""The key of the check-in code of events that `going_to` makes."""


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


async def going_to(database: Database, host: Person, guest: Person) -> Row:
    """Let somebody go to an event of somebody that begins in an hour, and give their answer."""
    place = {"attendee_count": 1, "check_in_key": CHECK_IN_KEY}
    event = await announced(database, host, starts_in_hours=1, **place)
    answer = {"event_id": event.event_id, "profile_id": guest.key, "state": "going"}
    async with database.write() as tx:
        return await tx.add(models.Attendance, **answer, joined_at=event.created_at)
