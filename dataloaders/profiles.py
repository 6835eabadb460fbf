"""Profiles in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order
from execution.declarations import batch, joint_batch
from persistence.queries import profiles
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The profiles with these keys that the viewer may see."""
    rows = await reader.database.fetch(profiles.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "profile_id")


@batch
async def vector_of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """The vector that decks use of each profile that the viewer may see, else the latest."""
    rows = await reader.database.fetch(
        profiles.vector_of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return in_order(profile_ids, rows, "profile_id")
