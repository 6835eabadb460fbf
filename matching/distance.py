"""Distances on Earth, their units, and what of a place may be told to others: pure."""

import hashlib
import math
from collections.abc import Sequence
from uuid import UUID

EARTH_RADIUS_KM = 6378.168
"""The radius PostgreSQL's `earthdistance` uses in `earth()`, so SQL and Python answer alike.

It is the equator's, not the mean radius of 6371.0088 km that Qdrant uses: distances come out
0.11 % longer, which no filter on people can notice, while two disagreeing answers could be.
"""

KM_PER_MILE = 1.609344
"""The international mile, by definition."""

_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180.0
_WIDENINGS = ((10, 1), (50, 5), (250, 25), (math.inf, 100))


def haversine_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Give the great-circle distance of two places in kilometres, by the haversine formula.

    Args:
        latitude: of the first place, in degrees north.
        longitude: of the first place, in degrees east.
        other_latitude: of the second place, in degrees north.
        other_longitude: of the second place, in degrees east.
    """
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_rise = math.sin((other_north - north) / 2.0)
    half_turn = math.sin(math.radians(other_longitude - longitude) / 2.0)
    chord = half_rise * half_rise + math.cos(north) * math.cos(other_north) * half_turn * half_turn
    # Rounding can push antipodes a hair over 1, where asin is not defined.
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def miles_of(kilometres: float) -> float:
    """Give kilometres in miles; `kilometres_of` undoes it within 1e-9 of the value."""
    return kilometres / KM_PER_MILE


def kilometres_of(miles: float) -> float:
    """Give miles in kilometres; `miles_of` undoes it within 1e-9 of the value."""
    return miles * KM_PER_MILE


def snapped(
    latitude: float, longitude: float, grid_km: float, offset_key: UUID
) -> tuple[float, float]:
    """Give the middle of the grid cell a place lies in, the place that may be used for others.

    The grid is shifted by an amount that depends on the key alone: the same person's places
    always snap to the same grid, and the cells of two people do not line up. Up to 85 degrees
    north and south the answer lies within 0.75 `grid_km` of the place.

    Args:
        latitude: in degrees north.
        longitude: in degrees east.
        grid_km: the side of a cell in kilometres; 0 leaves the place as it is.
        offset_key: the person's own, best a secret salt.

    Returns:
        Latitude and longitude in degrees, on Earth.
    """
    if grid_km <= 0:
        return latitude, longitude
    shift_north, shift_east = _shifts(offset_key)
    rise = grid_km / _KM_PER_DEGREE
    row = (math.floor(latitude / rise - shift_north) + 0.5 + shift_north) * rise
    row = max(-90.0, min(90.0, row))
    # Meridians meet at the poles: the width of a cell in degrees grows, to the whole circle.
    turn = min(360.0, rise / max(math.cos(math.radians(row)), 1e-9))
    column = (math.floor(longitude / turn - shift_east) + 0.5 + shift_east) * turn
    return row, (column + 180.0) % 360.0 - 180.0


def distance_band_km(distance_km: float, grid_km: float) -> tuple[float, float]:
    """Give the band, in kilometres, in which a distance is told to others.

    Bands start one cell wide and widen with the distance: 5 cells from 10 cells on, 25 from 50
    on, 100 from 250 on.

    Args:
        distance_km: between the snapped places, not between the true ones.
        grid_km: the side of a cell in kilometres, more than 0.

    Returns:
        The band (low, high), low <= distance < high up to rounding.
    """
    cells = max(0.0, distance_km) / grid_km
    width = next(width for below, width in _WIDENINGS if cells < below)
    low = math.floor(cells / width) * width
    return low * grid_km, (low + width) * grid_km


def _shifts(offset_key: UUID) -> Sequence[float]:
    """Give two numbers in [0, 1) that depend on the key alone."""
    digest = hashlib.blake2b(offset_key.bytes, digest_size=8, person=b"kith-grid").digest()
    return [int.from_bytes(half) / 2**32 for half in (digest[:4], digest[4:])]
