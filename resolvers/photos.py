"""Photos: what a client does with those of its profile."""

from typing import Any

from domain import photos
from domain.photos import Bounds
from resolvers import ids
from resolvers.context import Context


async def add_photo(context: Context, *, media_id: str) -> dict[str, Any]:
    """Put an image that you uploaded on your profile, after the others.

    You may do so while it is still being checked: others see it once it is ready.
    """
    async with context.write() as tx:
        key = ids.decode(media_id, "Media")
        profile = await photos.add_photo(
            tx, context.signed_in, media_id=key, bounds=_bounds(context)
        )
        return tx.answer({"profile": profile})


async def delete_photo(context: Context, *, media_id: str) -> dict[str, Any]:
    """Take a photo off your profile; its file is deleted, unless you use it elsewhere.

    A profile that others see keeps its last photo: to replace it, add the new one first.
    """
    async with context.write() as tx:
        key = ids.decode(media_id, "Media")
        profile = await photos.delete_photo(
            tx, context.signed_in, media_id=key, bounds=_bounds(context)
        )
        return tx.answer({"profile": profile})


async def reorder_photos(context: Context, *, media_ids: list[str]) -> dict[str, Any]:
    """Show your photos in another order; name each of them once."""
    async with context.write() as tx:
        keys = [ids.decode(media_id, "Media") for media_id in media_ids]
        profile = await photos.reorder_photos(tx, context.signed_in, media_ids=keys)
        return tx.answer({"profile": profile})


def _bounds(context: Context) -> Bounds:
    settings = context.services.settings
    return Bounds(least=settings.photos_min, most=settings.photos_max)
