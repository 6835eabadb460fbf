"""Mentions in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, lists_in_order
from execution.declarations import joint_batch
from persistence.queries import mentions
from persistence.rows import Row


@joint_batch
async def of_posts(reader: Reader, post_ids: Sequence[UUID]) -> list[list[Row]]:
    """Who is mentioned in each post, of whom the viewer may see."""
    asked = {"post_ids": list(post_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(mentions.of_posts, **asked)
    return lists_in_order(post_ids, rows, "post_id")


@joint_batch
async def of_comments(reader: Reader, comment_ids: Sequence[UUID]) -> list[list[Row]]:
    """Who is mentioned in each comment, of whom the viewer may see."""
    asked = {"comment_ids": list(comment_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(mentions.of_comments, **asked)
    return lists_in_order(comment_ids, rows, "comment_id")
