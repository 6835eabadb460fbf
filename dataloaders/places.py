"""Places in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order, lists_in_order
from execution.declarations import batch
from persistence.queries import places
from persistence.rows import Row


@batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The places with these keys."""
    rows = await reader.database.fetch(places.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "place_id")


@batch
async def photos_of(reader: Reader, place_ids: Sequence[UUID]) -> list[list[Row]]:
    """The photos of each place that the viewer may see, as media, in their order."""
    asked = {"place_ids": list(place_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(places.photos_of_places, **asked)
    return lists_in_order(place_ids, rows, "place_id")
