"""Posts: what a client asks and does with them."""

from typing import Annotated, Any

import strawberry

from domain import posts
from domain.posts import PostAudience
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def post(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The post.")],
) -> Row | None:
    """A post; null when it is missing or not for you."""
    return await nodes.of_type(context, id, "Post")


async def create_post(
    context: Context, *, content: str, audience: PostAudience | None = None
) -> dict[str, Any]:
    """Share a text with everybody who may see you, or with a circle of them."""
    async with context.write() as tx:
        circle = audience or PostAudience.EVERYONE
        viewer = context.signed_in
        post = await posts.create_post(tx, viewer, content=content, audience=circle)
        return tx.answer({"post": post})


async def edit_post(
    context: Context,
    *,
    post_id: str,
    content: str | None = None,
    audience: PostAudience | None = None,
) -> dict[str, Any]:
    """Change the text of one of your posts, or for whom it is; what you leave out stays."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        post = await posts.edit_post(
            tx, context.signed_in, post_id=key, content=content, audience=audience
        )
        return tx.answer({"post": post})


async def delete_post(context: Context, *, post_id: str) -> dict[str, Any]:
    """Take back one of your posts, with what was said to it."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        await posts.delete_post(tx, context.signed_in, post_id=key)
        return tx.answer({"deleted_post_id": post_id})
