"""Locations: what a client does with them, and what of them others may learn."""

import math
from dataclasses import dataclass
from typing import Any

from dataloaders import profiles
from domain import locations
from domain.locations import DistanceUnit
from matching.distance import KM_PER_MILE, distance_band_km, haversine_km, miles_of, snapped
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Band:
    """The bounds within which a distance lies, in a unit."""

    at_least: float
    at_most: float
    unit: DistanceUnit


def band_between(one: Any, other: Any, grid_km: float, unit: DistanceUnit) -> Band | None:
    """Tell roughly how far two people are from each other, from their snapped places alone.

    Args:
        one: a profile.
        other: another profile.
        grid_km: the side of a cell of the privacy grid, more than 0.
        unit: of the answer, in which bands are whole multiples of a cell.

    Returns:
        None when either has no location.
    """
    if one.latitude is None or other.latitude is None:
        return None
    distance_km = haversine_km(*_told_place(one, grid_km), *_told_place(other, grid_km))
    if unit is DistanceUnit.KILOMETRES:
        return Band(*distance_band_km(distance_km, grid_km), unit)
    step_miles = math.ceil(grid_km / KM_PER_MILE)
    low, high = distance_band_km(distance_km, step_miles * KM_PER_MILE)
    return Band(round(miles_of(low)), round(miles_of(high)), unit)


def _told_place(profile: Any, grid_km: float) -> tuple[float, float]:
    return snapped(profile.latitude, profile.longitude, grid_km, profile.location_salt)


async def distance_to(context: Context, profile: Any, unit: DistanceUnit) -> Band | None:
    """Tell the viewer roughly how far a person is; nothing about oneself."""
    viewer_id = context.viewer_id
    if viewer_id is None or viewer_id == profile.profile_id:
        return None
    mine = await context.load(profiles.by_ids, viewer_id)
    grid_km = context.services.settings.location_grid_km
    return band_between(mine, profile, grid_km, unit) if mine else None


async def update_location(context: Context, *, location: Any, **named: Any) -> dict[str, Any]:
    """Say where you are; others only learn bands of distances to a grid cell around it."""
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
