"""Preferences in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order
from execution.declarations import batch
from persistence.queries import preferences
from persistence.rows import Row


@batch
async def own_of_profiles(reader: Reader, profile_ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's own preferences; nobody sees those of others."""
    rows = await reader.database.fetch(
        preferences.own_of_profiles, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return in_order(profile_ids, rows, "profile_id")
