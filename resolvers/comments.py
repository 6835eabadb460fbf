"""Comments: what a client does with them."""

from typing import Any

from domain import comments
from resolvers import ids
from resolvers.context import Context


async def add_comment(
    context: Context, *, post_id: str, content: str, reply_to_id: str | None = None
) -> dict[str, Any]:
    """Say something to a post, or to a comment to it."""
    async with context.write() as tx:
        comment = await comments.add_comment(
            tx,
            context.signed_in,
            post_id=ids.decode(post_id, "Post"),
            content=content,
            reply_to_id=None if reply_to_id is None else ids.decode(reply_to_id, "Comment"),
        )
        return tx.answer({"comment": comment})


async def edit_comment(context: Context, *, comment_id: str, content: str) -> dict[str, Any]:
    """Change a comment of yours."""
    async with context.write() as tx:
        key = ids.decode(comment_id, "Comment")
        viewer = context.signed_in
        comment = await comments.edit_comment(tx, viewer, comment_id=key, content=content)
        return tx.answer({"comment": comment})


async def delete_comment(context: Context, *, comment_id: str) -> dict[str, Any]:
    """Take back a comment of yours, or one to a post of yours, with the replies to it."""
    async with context.write() as tx:
        key = ids.decode(comment_id, "Comment")
        await comments.delete_comment(tx, context.signed_in, comment_id=key)
        return tx.answer({"deleted_comment_id": comment_id})
