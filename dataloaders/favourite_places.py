"""Favourite places in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader
from execution.declarations import joint_batch
from persistence.queries import favourite_places

of_person = connection(favourite_places.of_person)


@joint_batch
async def are_favourites(reader: Reader, place_ids: Sequence[UUID]) -> list[bool]:
    """Whether each place is a favourite of the viewer."""
    asked = {"place_ids": list(place_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(favourite_places.marked, **asked)
    marked = {row["place_id"] for row in rows}
    return [place_id in marked for place_id in place_ids]
