"""Locations: what a client does with them, and what of them others may learn."""

from dataclasses import dataclass
from typing import Any

from dataloaders import profiles
from domain import locations
from domain.locations import DistanceUnit
from domain.told_places import GRID_KM
from matching.distance import distance_band, haversine_km, miles_of
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Band:
    """The bounds within which a distance lies, in a unit; without `at_most` it is far."""

    at_least: float
    at_most: float | None
    unit: DistanceUnit


def band_between(one: Any, other: Any, unit: DistanceUnit) -> Band | None:
    """Tell roughly how far two people are from each other, from their told places alone.

    Args:
        one: a profile.
        other: another profile.
        unit: of the answer.

    Returns:
        None when either has no location.
    """
    here, there = locations.told(one), locations.told(other)
    if here is None or there is None:
        return None
    distance, narrowest = haversine_km(*here, *there), GRID_KM
    if unit is DistanceUnit.MILES:
        distance, narrowest = miles_of(distance), miles_of(narrowest)
    return Band(*distance_band(distance, narrowest), unit)


async def distance_to(context: Context, profile: Any, unit: DistanceUnit) -> Band | None:
    """Tell the viewer roughly how far a person is; nothing about oneself."""
    viewer_id = context.viewer_id
    if viewer_id is None or viewer_id == profile.profile_id:
        return None
    mine = await context.load(profiles.by_ids, viewer_id)
    return band_between(mine, profile, unit) if mine else None


async def update_location(context: Context, *, location: Any, **named: Any) -> dict[str, Any]:
    """Say where you are; others only learn rough distances to a place near it."""
    async with context.write() as tx:
        profile = await locations.update_location(
            tx,
            context.signed_in,
            latitude=location.latitude,
            longitude=location.longitude,
            **named,
        )
        return tx.answer({"profile": profile})


async def clear_location(context: Context) -> dict[str, Any]:
    """Take back where you are, the city included."""
    async with context.write() as tx:
        profile = await locations.clear_location(tx, context.signed_in)
        return tx.answer({"profile": profile})
