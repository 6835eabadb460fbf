"""Meetings in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order
from execution.declarations import batch
from persistence.queries import meetings
from persistence.rows import Row


@batch
async def own_times_of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's own meeting times; nobody sees those of others."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(meetings.own_of_profiles, **asked)
    return in_order(profile_ids, rows, "profile_id")
