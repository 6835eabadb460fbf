"""Preferences: what a client does with them."""

from collections.abc import Mapping
from typing import Any

from domain import preferences
from domain.locations import DistanceUnit
from matching.distance import kilometres_of, miles_of
from resolvers.context import Context
from resolvers.words import keyed

_COLUMNS = {"goals": "goals_wanted", "languages": "languages_wanted"}


def columns_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give preferences, as a client inputs them, by their columns."""
    columns = {_COLUMNS.get(name, name): value for name, value in given.items()}
    if "max_distance" in columns:
        distance = columns.pop("max_distance")
        columns["max_distance_km"] = distance and _kilometres(distance.value, distance.unit)
    return keyed(columns)


def max_distance_of(row: Any, unit: DistanceUnit | None) -> float | None:
    """Give the greatest distance wanted, in a unit or in the one that the person prefers."""
    kilometres: float | None = row.max_distance_km
    if kilometres is None or (unit or row.distance_unit) == DistanceUnit.KILOMETRES:
        return kilometres
    # To the millimetre, so that what was set in miles comes back as it was.
    return round(miles_of(kilometres), 6)


def _kilometres(value: float, unit: DistanceUnit) -> float:
    return value if unit is DistanceUnit.KILOMETRES else kilometres_of(value)


async def set_preferences(context: Context, **given: Any) -> dict[str, Any]:
    """Say whom you want to meet; what you leave out stays, null and empty lists mean anybody."""
    async with context.write() as tx:
        row = await preferences.set_preferences(tx, context.signed_in, **columns_of(given))
        return tx.answer({"preferences": row})
