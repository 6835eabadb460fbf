"""Devices in batches; everybody sees only their own."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from execution.declarations import batch
from persistence.queries import devices
from persistence.rows import Row


@batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """Of the devices with these keys, the viewer's own."""
    rows = await reader.database.fetch(
        devices.own_by_ids, ids=list(ids), viewer_id=reader.viewer_id
    )
    return in_order(ids, rows, "device_id")


of_person = connection(devices.of_person, viewer_bound=False)
