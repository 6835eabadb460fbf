"""Locations: where people are, known exactly to themselves alone."""

import math
from enum import StrEnum
from typing import Any

from domain import profiles
from domain.refusals import InvalidField, InvalidInput
from domain.viewer import Viewer
from persistence.rows import Row
from persistence.transaction import Transaction

# A centimetre: finer is noise, and the cube extension cannot compute with numbers next to zero.
_DECIMALS = 7


class DistanceUnit(StrEnum):
    """In what distances are told."""

    KILOMETRES = "KILOMETRES"
    MILES = "MILES"


def coordinate_problems(latitude: float, longitude: float) -> list[InvalidField]:
    """Say what is wrong with a point: coordinates that are not finite or not on Earth.

    Args:
        latitude: in degrees north, -90 to 90.
        longitude: in degrees east, -180 to 180.
    """
    # Comparisons with NaN are false, so it is refused as well.
    return [
        InvalidField(f"location.{name}", f"{name} must lie between -{most} and {most}.")
        for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180))
        if not (math.isfinite(value) and -most <= value <= most)
    ]


async def update_location(
    tx: Transaction, viewer: Viewer, *, latitude: float, longitude: float, **named: str | None
) -> Row:
    """Say where one is. Others learn bands of distances between snapped places, never the point.

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
    """
    city, city_problems = profiles.cleaned_city(named.get("city"))
    if problems := [*coordinate_problems(latitude, longitude), *city_problems]:
        raise InvalidInput(problems)
    values: dict[str, Any] = {
        "latitude": round(latitude, _DECIMALS),
        "longitude": round(longitude, _DECIMALS),
    }
    if "city" in named:
        values["city"] = city
    return await profiles.change(tx, await profiles.own(tx, viewer), **values)


async def clear_location(tx: Transaction, viewer: Viewer) -> Row:
    """Take back where one is, the city included.

    Returns:
        The profile.
    """
    profile = await profiles.own(tx, viewer)
    return await profiles.change(tx, profile, latitude=None, longitude=None, city=None)
