"""Told places: where others see a person, and never where the person is: pure."""

import hashlib
import math
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

GRID_KM = 1.0
"""The side of a cell in kilometres: nobody can find out where others are more finely than that.

One size for all that others see: from two grids of one person, their cells could be cut.
"""

# A grid needs the same number for ever, not the best one: with another, everybody would be told
# elsewhere once, and two told places of one true place tell more than one.
_KM_PER_DEGREE = 111.32


@lru_cache(maxsize=50_000)
def told_place(
    latitude: float, longitude: float, salt: UUID, grid_km: float = GRID_KM
) -> tuple[float, float]:
    """Give the place that stands for a person in all that others see or can measure.

    It is the middle of the person's grid cell, moved by the person's own offset: between the side
    and the diagonal of a cell in length, in any direction, the same wherever they are and whoever
    asks. So all that can be found out by asking, however often and from wherever, is this place;
    from it, the best guess of the true one is off by more than the side of a cell in most cases.

    Args:
        latitude: of the true place, in degrees north.
        longitude: of the true place, in degrees east.
        salt: the person's secret.
        grid_km: the side of a cell in kilometres; 0 tells the true place.

    Returns:
        Latitude and longitude in degrees, on Earth.
    """
    if grid_km <= 0:
        return latitude, longitude
    lots = _lots(salt)
    # As likely in any part of the ring between the two lengths as in any other.
    offset_km = grid_km * math.sqrt(1.0 + lots.length)
    middle = snapped(latitude, longitude, grid_km, salt)
    return _moved(*middle, math.tau * lots.bearing, offset_km)


def snapped(latitude: float, longitude: float, grid_km: float, salt: UUID) -> tuple[float, float]:
    """Give the middle of the grid cell a place lies in, which snaps to itself.

    The grid is shifted by an amount that depends on the salt alone: the same person's places
    always snap to the same grid, and the cells of two people do not line up. The answer is never
    farther from the place than the diagonal of a cell, up to 85 degrees north and south not even
    0.75 sides.

    Args:
        latitude: in degrees north.
        longitude: in degrees east.
        grid_km: the side of a cell in kilometres, more than 0.
        salt: the person's secret.

    Returns:
        Latitude and longitude in degrees, on Earth.
    """
    lots = _lots(salt)
    rise = grid_km / _KM_PER_DEGREE
    row = (math.floor(latitude / rise - lots.north) + 0.5 + lots.north) * rise
    row = max(-90.0, min(90.0, row))
    # Meridians meet at the poles: the fewer cells go round, in whole numbers so that the last one
    # ends where the first begins.
    turn = 360.0 / max(1, math.floor(360.0 / rise * math.cos(math.radians(row))))
    column = (math.floor(longitude / turn - lots.east) + 0.5 + lots.east) * turn
    return row, _around(column)


def _moved(
    latitude: float, longitude: float, bearing: float, length_km: float
) -> tuple[float, float]:
    """Go along a great circle: the direct problem on a sphere, also over a pole."""
    north, way = math.radians(latitude), math.radians(length_km / _KM_PER_DEGREE)
    rise = math.sin(north) * math.cos(way) + math.cos(north) * math.sin(way) * math.cos(bearing)
    # Rounding can push a pole a hair over 1, where asin is not defined.
    rise = max(-1.0, min(1.0, rise))
    turn = math.atan2(
        math.sin(bearing) * math.sin(way) * math.cos(north),
        math.cos(way) - math.sin(north) * rise,
    )
    return math.degrees(math.asin(rise)), _around(longitude + math.degrees(turn))


def _around(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0


class _Lots(NamedTuple):
    """What a salt decides, each in [0, 1): two shifts of the grid, and the offset from it."""

    north: float
    east: float
    bearing: float
    length: float


@lru_cache(maxsize=1_000)
def _lots(salt: UUID) -> _Lots:
    digest = hashlib.blake2b(salt.bytes, digest_size=16, person=b"kith-told").digest()
    return _Lots(*(int.from_bytes(digest[at : at + 4]) / 2**32 for at in range(0, 16, 4)))
