"""Posts in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from execution.declarations import joint_batch
from persistence.queries import posts
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The posts with these keys that the viewer may see."""
    rows = await reader.database.fetch(posts.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "post_id")


of_author = connection(posts.of_author)

tagged = connection(posts.tagged)

reels = connection(posts.reels)
