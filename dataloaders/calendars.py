"""Calendars in batches."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from dataloaders.reader import Reader, in_order
from domain import calendars
from execution.declarations import batch
from persistence.queries import events


@batch
async def ics_of(reader: Reader, event_ids: Sequence[UUID]) -> list[str | None]:
    """Each event as a file of iCalendar, as far as the viewer may see it."""
    asked = {"ids": list(event_ids), "viewer_id": reader.viewer_id}
    rows = in_order(event_ids, await reader.database.fetch(events.by_ids, **asked), "event_id")
    now = datetime.now(UTC)

    def written() -> list[str | None]:
        return [None if row is None else calendars.ics_of([row], now=now) for row in rows]

    return await asyncio.to_thread(written)
