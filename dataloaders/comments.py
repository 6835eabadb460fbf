"""Comments in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order, values_in_order
from execution.declarations import joint_batch
from persistence.queries import comments
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The comments with these keys that the viewer may read."""
    rows = await reader.database.fetch(comments.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "comment_id")


of_post = connection(comments.of_post)

replies_to = connection(comments.replies_to)


@joint_batch
async def counts_of_posts(reader: Reader, post_ids: Sequence[UUID]) -> list[int]:
    """How many comments to each post the viewer may read, replies among them."""
    asked = {"post_ids": list(post_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(comments.counts_of_posts, **asked)
    return values_in_order(post_ids, rows, "post_id", "comment_count", 0)
