"""Blocks in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, values_in_order
from execution.declarations import batch
from persistence.queries import blocks

of_blocker = connection(blocks.of_blocker, viewer_bound=False)


@batch
async def names_of_blocked(reader: Reader, profile_ids: Sequence[UUID]) -> list[str | None]:
    """The names of people whom the viewer blocks."""
    rows = await reader.database.fetch(
        blocks.names_of_blocked, profile_ids=list(profile_ids), viewer_id=reader.viewer_id
    )
    return values_in_order(profile_ids, rows, "profile_id", "display_name", None)
