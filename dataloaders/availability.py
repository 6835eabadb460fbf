"""Availability in batches: of whom the viewer is told when they have time."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader
from execution.declarations import joint_batch
from persistence.queries import availability


@joint_batch
async def partners(reader: Reader, profile_ids: Sequence[UUID]) -> list[UUID | None]:
    """The keys of those with whom the viewer has a direct conversation, and the viewer's own."""
    rows = await reader.database.fetch(
        availability.partners_among, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    found = {row["profile_id"] for row in rows}
    return [key if key in found else None for key in profile_ids]
