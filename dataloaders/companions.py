"""Companions in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, lists_in_order
from execution.declarations import batch
from persistence.queries import companions
from persistence.rows import Row


@batch
async def of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[list[Row]]:
    """The companions of each profile that the viewer may see, in their order."""
    rows = await reader.database.fetch(
        companions.of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return lists_in_order(profile_ids, rows, "profile_id")
