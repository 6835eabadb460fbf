"""Photos in batches, as the media that they are."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order, lists_in_order
from execution.declarations import joint_batch
from persistence.queries import photos
from persistence.rows import Row


@joint_batch
async def of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[list[Row]]:
    """The photos of each profile that the viewer may see, in their order."""
    rows = await reader.database.fetch(
        photos.of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return lists_in_order(profile_ids, rows, "profile_id")


@joint_batch
async def first_of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """The first photo of each profile that the viewer may see."""
    rows = await reader.database.fetch(
        photos.first_of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return in_order(profile_ids, rows, "profile_id")
