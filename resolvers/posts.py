"""Posts: what a client asks and does with them."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from dataloaders import posts as loading
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import posts, text_entities
from domain.posts import PostAudience, PostKind, PostMedia
from domain.refusals import InvalidInput
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


async def tagged(
    context: Context,
    *,
    hashtag: Annotated[
        str, strawberry.argument(description="A hashtag, with or without its sign, in any case.")
    ],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> PageOf:
    """Posts with a hashtag, by all whom you may see, as far as they are for you, newest first.

    `totalCount` counts to 1,000.
    """
    tag = text_entities.plain_tag(hashtag)
    if tag is None:
        raise InvalidInput.of("hashtag", "hashtag is none.")
    window = {"first": first, "after": after, "last": last, "before": before}
    page: PageOf = await context.load(loading.tagged, tag, **window)
    return page


async def reels(
    context: Context,
    *,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> PageOf:
    """Short videos by all whom you may see, as far as they are for you, newest first.

    `totalCount` counts to 1,000.
    """
    window = {"first": first, "after": after, "last": last, "before": before}
    page: PageOf = await context.load(loading.reels, context.viewer_id, **window)
    return page


async def create_post(
    context: Context,
    *,
    content: str | None = None,
    kind: PostKind | None = None,
    audience: PostAudience | None = None,
    media_ids: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Share a text, images and videos, or a reel, with all who may see you, or with a circle."""
    seconds = context.services.settings.reel_seconds
    async with context.write() as tx:
        keys = [ids.decode(media_id, "Media") for media_id in media_ids or ()]
        post = await posts.create_post(
            tx,
            context.signed_in,
            content=content or "",
            kind=kind or PostKind.POST,
            audience=audience or PostAudience.EVERYONE,
            attached=PostMedia(keys, reel_seconds=seconds),
        )
        return tx.answer({"post": post})


async def edit_post(
    context: Context,
    *,
    post_id: str,
    content: str | None = None,
    audience: PostAudience | None = None,
    media_ids: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Change the text or the media of one of your posts, or for whom it is.

    What you leave out stays. Media that you take off it are deleted.
    """
    seconds = context.services.settings.reel_seconds
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        attached = None
        if media_ids is not None:
            keys = [ids.decode(media_id, "Media") for media_id in media_ids]
            attached = PostMedia(keys, reel_seconds=seconds)
        post = await posts.edit_post(
            tx,
            context.signed_in,
            post_id=key,
            content=content,
            audience=audience,
            attached=attached,
        )
        return tx.answer({"post": post})


async def delete_post(context: Context, *, post_id: str) -> dict[str, Any]:
    """Take back one of your posts, with what was said to it."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        await posts.delete_post(tx, context.signed_in, post_id=key)
        return tx.answer({"deleted_post_id": post_id})
