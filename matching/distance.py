"""Distances on Earth, their units, and the bands in which they are told: pure."""

import math

EARTH_RADIUS_KM = 6378.168
"""The radius PostgreSQL's `earthdistance` uses in `earth()`, so SQL and Python answer alike.

It is the equator's, not the mean radius of 6371.0088 km that Qdrant uses: distances come out
0.11 % longer, which no filter on people can notice, while two disagreeing answers could be.
"""

KM_PER_MILE = 1.609344
"""The international mile, by definition."""

BORDERS = (2.0, 5.0, 10.0, 25.0, 50.0, 100.0)
"""Where bands of distances meet: the same round numbers in every unit."""


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


def distance_band(distance: float, narrowest: float) -> tuple[float, float | None]:
    """Give the band in which a distance is told to others.

    Args:
        distance: between told places, not between the true ones, in any unit.
        narrowest: the least width of a band, in the same unit: the side of a grid cell.

    Returns:
        The band (low, high), low <= distance < high, or (low, None) beyond the last border.
    """
    low = 0.0
    for border in BORDERS:
        if border < narrowest:
            continue
        if distance < border:
            return low, border
        low = border
    return low, None


def bands_within(radius: float) -> list[tuple[float, float]]:
    """Give the bands that a radius reaches into, the nearest first: whole, whatever the radius.

    Args:
        radius: more than 0, in any unit.

    Returns:
        Pairs (low, high) that meet; those beyond the last border have no end and are left out.
    """
    bands = zip((0.0, *BORDERS), BORDERS, strict=False)
    return [(low, high) for low, high in bands if low < radius]


def midpoint(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Give the point halfway along the great circle between two places.

    Args:
        one: latitude and longitude in degrees.
        other: latitude and longitude in degrees; for antipodes any middle is as good.

    Returns:
        Latitude and longitude in degrees, as far from the one as from the other.
    """
    ends = [tuple(map(math.radians, place)) for place in (one, other)]
    x = sum(math.cos(north) * math.cos(east) for north, east in ends)
    y = sum(math.cos(north) * math.sin(east) for north, east in ends)
    z = sum(math.sin(north) for north, _ in ends)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
