"""Companions in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order, lists_in_order
from execution.declarations import joint_batch
from persistence.queries import companions
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The companions with these keys that the viewer may see."""
    rows = await reader.database.fetch(companions.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "companion_id")


@joint_batch
async def of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[list[Row]]:
    """The companions of each profile that the viewer may see, in their order."""
    rows = await reader.database.fetch(
        companions.of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return lists_in_order(profile_ids, rows, "profile_id")
