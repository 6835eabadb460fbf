"""Favourite places: where people like to go, which they alone see."""

from dataclasses import dataclass
from uuid import UUID

from domain.facts import Fact
from domain.refusals import NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import favourite_places as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class PlaceFavourited(Fact):
    """Somebody likes to go to a place."""

    place_id: UUID
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceUnfavourited(Fact):
    """A place is not among somebody's favourites any more."""

    place_id: UUID
    profile_id: UUID


async def favourite_place(tx: Transaction, viewer: Viewer, *, place_id: UUID) -> Row:
    """Put a place among one's favourites; again changes nothing.

    Returns:
        The place.

    Raises:
        NotFound: there is no such place.
    """
    place = await _keep(tx, place_id)
    me = viewer.profile_id
    if await tx.fetch(queries.favourite, place_id=place_id, viewer_id=me):
        tx.record(PlaceFavourited(place_id=place_id, profile_id=me))
    return place


async def unfavourite_place(tx: Transaction, viewer: Viewer, *, place_id: UUID) -> Row:
    """Take a place off one's favourites; again changes nothing.

    Returns:
        The place.

    Raises:
        NotFound: there is no such place.
    """
    place = await _keep(tx, place_id)
    me = viewer.profile_id
    if await tx.remove(models.FavouritePlace, place_id=place_id, profile_id=me):
        tx.record(PlaceUnfavourited(place_id=place_id, profile_id=me))
    return place


async def _keep(tx: Transaction, place_id: UUID) -> Row:
    """Give a place that is not removed before the transaction ends."""
    place = await tx.one(queries.keep, place_id=place_id)
    if place is None:
        raise NotFound("Place")
    return place
