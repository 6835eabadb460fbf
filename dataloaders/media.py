"""Media in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order, lists_in_order
from execution.declarations import joint_batch
from persistence.queries import media
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The media with these keys that the viewer uploaded, or may see where they hang."""
    rows = await reader.database.fetch(media.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "media_id")


@joint_batch
async def of_messages(reader: Reader, message_ids: Sequence[UUID]) -> list[list[Row]]:
    """What is attached to each message that the viewer may read, in its order."""
    asked = {"message_ids": list(message_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(media.of_messages, **asked)
    return lists_in_order(message_ids, rows, "message_id")


@joint_batch
async def of_posts(reader: Reader, post_ids: Sequence[UUID]) -> list[list[Row]]:
    """The media of each post that the viewer may read, in its order."""
    asked = {"post_ids": list(post_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(media.of_posts, **asked)
    return lists_in_order(post_ids, rows, "post_id")


of_uploader = connection(media.of_uploader, viewer_bound=False)
