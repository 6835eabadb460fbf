"""Favourite places: what a client does with them."""

from typing import Any

from domain import favourite_places
from resolvers import ids
from resolvers.context import Context


async def favourite_place(context: Context, *, place_id: str) -> dict[str, Any]:
    """Put a place among your favourites, which you alone see. Again changes nothing."""
    async with context.write() as tx:
        key = ids.decode(place_id, "Place")
        place = await favourite_places.favourite_place(tx, context.signed_in, place_id=key)
        return tx.answer({"place": place})


async def unfavourite_place(context: Context, *, place_id: str) -> dict[str, Any]:
    """Take a place off your favourites. Again changes nothing."""
    async with context.write() as tx:
        key = ids.decode(place_id, "Place")
        place = await favourite_places.unfavourite_place(tx, context.signed_in, place_id=key)
        return tx.answer({"place": place})
