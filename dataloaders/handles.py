"""Handles in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, values_in_order
from execution.declarations import joint_batch
from persistence.queries import handles


@joint_batch
async def of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[str | None]:
    """The handle of each person whom the viewer may see."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(handles.of_profiles, **asked)
    return values_in_order(profile_ids, rows, "profile_id", "handle", None)
