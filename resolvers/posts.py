"""Posts: what a client asks and does with them."""

from typing import Annotated, Any

import strawberry

from domain import posts
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def post(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The post.")],
) -> Row | None:
    """A post; null when it is missing or its author hidden from you."""
    return await nodes.of_type(context, id, "Post")


async def create_post(context: Context, *, content: str) -> dict[str, Any]:
    """Share a text with everybody who may see you."""
    async with context.write() as tx:
        post = await posts.create_post(tx, context.signed_in, content=content)
        return tx.answer({"post": post})


async def delete_post(context: Context, *, post_id: str) -> dict[str, Any]:
    """Take back one of your posts."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        await posts.delete_post(tx, context.signed_in, post_id=key)
        return tx.answer({"deleted_post_id": post_id})
