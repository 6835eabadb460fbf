"""Locations: where people are, known exactly to themselves alone."""

import math
from enum import StrEnum
from typing import Any

from domain import limits, profiles
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.told_places import told_place
from domain.viewer import Viewer
from persistence.rows import Row
from persistence.transaction import Transaction

# A centimetre: finer is noise, and the cube extension cannot compute with numbers next to zero.
_DECIMALS = 7


class DistanceUnit(StrEnum):
    """In what distances are told."""

    KILOMETRES = "KILOMETRES"
    MILES = "MILES"


def coordinate_problems(
    latitude: float, longitude: float, path: str = "location"
) -> list[InvalidField]:
    """Say what is wrong with a point: coordinates that are not finite or not on Earth.

    Args:
        latitude: in degrees north, -90 to 90.
        longitude: in degrees east, -180 to 180.
        path: the field, in the schema's names.
    """
    # Comparisons with NaN are false, so it is refused as well.
    return [
        InvalidField(
            f"{path}.{name}",
            f"{name} must lie between -{most} and {most}.",
            InvalidFieldCode.OUT_OF_RANGE,
        )
        for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180))
        if not (math.isfinite(value) and -most <= value <= most)
    ]


def rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """Give a point as it is kept and computed with: to a centimetre."""
    return round(latitude, _DECIMALS), round(longitude, _DECIMALS)


def told(profile: Any) -> tuple[float, float] | None:
    """Give the place that stands for a person in all that others see; None without a location."""
    if profile.latitude is None:
        return None
    return told_place(profile.latitude, profile.longitude, profile.location_salt)


async def update_location(
    tx: Transaction, viewer: Viewer, *, latitude: float, longitude: float, **named: str | None
) -> Row:
    """Say where one is. Others learn bands of distances between told places, never the point.

    Looking at others from many places is how they are found: a move that changes one's own told
    place is counted. Moves within a cell are not, as from there everything looks the same.

    Args:
        tx: the transaction.
        viewer: whose location it is.
        latitude: in degrees north, -90 to 90.
        longitude: in degrees east, -180 to 180.
        named: `city`, what others may read; stays when not given.

    Returns:
        The profile.

    Raises:
        InvalidInput: the point is not on Earth, or the city's name is too long.
        LimitReached: no move is left.
    """
    city, city_problems = profiles.cleaned_city(named.get("city"))
    if problems := [*coordinate_problems(latitude, longitude), *city_problems]:
        raise InvalidInput(problems)
    place = rounded(latitude, longitude)
    values: dict[str, Any] = {"latitude": place[0], "longitude": place[1]}
    profile = await profiles.own(tx, viewer)
    if told(profile) != told_place(*place, profile.location_salt):
        sentence = "You have moved too often; you can say where you are again later."
        await profiles.spend(tx, viewer, limits.MOVES, limits.MOVES_PER_DAY, told=sentence)
    if "city" in named:
        values["city"] = city
    return await profiles.change(tx, profile, **values)


async def clear_location(tx: Transaction, viewer: Viewer) -> Row:
    """Take back where one is, the city included.

    Returns:
        The profile.
    """
    profile = await profiles.own(tx, viewer)
    return await profiles.change(tx, profile, latitude=None, longitude=None, city=None)
