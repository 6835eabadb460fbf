"""Public places of the demo world: the spots of its cities, and where one sits down, invented."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from demo.keys import uuid7
from demo.places import CITIES, City
from domain.weekly_hours import Weekday

_AGE = timedelta(days=400)
_SQUARES = ("plaza", "square", "street", "platz", "promenade", "pier", "seafront")
# Name, kind, how far from the centre in degrees, and when it is open every day.
_INVENTED = (
    ("Morning Cup", "cafe", 0.004, -0.006, ("08:00", "19:00"), ("wifi", "step-free")),
    ("The Long Table", "restaurant", -0.007, 0.005, ("12:00", "23:00"), ("vegetarian",)),
    ("The Late Lantern", "bar", 0.009, 0.011, ("18:00", "02:00"), ("board games",)),
    ("The Climbing Snail", "playground", -0.012, -0.009, None, ("fenced", "shade")),
    ("City Reading Room", "library", 0.002, 0.008, ("10:00", "20:00"), ("quiet", "wifi")),
)


def public_places(now: datetime) -> list[dict[str, Any]]:
    """Give the places of all cities as rows: added by nobody, and older than the world.

    Args:
        now: when the world is looked at.
    """
    added_at = now - _AGE
    return [row for city in CITIES for row in _of_city(city, added_at)]


def _of_city(city: City, added_at: datetime) -> Iterator[dict[str, Any]]:
    for spot in city.spots:
        name = spot.name[0].upper() + spot.name[1:]
        is_green = not any(word in name.lower() for word in _SQUARES)
        yield {
            **_row(city, name, added_at),
            "category": "park" if is_green else "other",
            "latitude": spot.latitude,
            "longitude": spot.longitude,
        }
    for name, category, north, east, hours, attributes in _INVENTED:
        yield {
            **_row(city, name, added_at),
            "category": category,
            "latitude": round(city.latitude + north, 7),
            "longitude": round(city.longitude + east, 7),
            "opening_hours": hours and [_daily(day, *hours) for day in Weekday],
            "attributes": attributes,
        }


def _row(city: City, name: str, added_at: datetime) -> dict[str, Any]:
    return {
        "place_id": uuid7(added_at, "place", city.name, name),
        "name": name,
        "city": city.name,
        "time_zone": city.time_zone,
        "opening_hours": None,
        "attributes": (),
        "created_at": added_at,
        "updated_at": added_at,
    }


def _daily(day: Weekday, begin: str, end: str) -> dict[str, str]:
    return {"day": day.value, "begin": begin, "end": end}
