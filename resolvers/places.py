"""Places: what a client asks and does with them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import strawberry

from dataloaders import profiles
from domain import locations, places, weekly_hours
from domain.locations import DistanceUnit
from domain.refusals import InvalidInput
from domain.weekly_hours import WeeklyHours
from matching.distance import haversine_km, miles_of
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def place(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The place.")],
) -> Row | None:
    """A place; null when it is missing."""
    return await nodes.of_type(context, id, "Place")


def hours_of(stored: Sequence[dict[str, str]] | None) -> list[WeeklyHours] | None:
    """Give opening hours as they are shown; None when nobody has said them."""
    return None if stored is None else weekly_hours.of_stored(stored)


def is_open(place: Any, at: datetime | None) -> bool | None:
    """Say whether a place is open at a moment, now unless given; None when nobody has said."""
    hours = hours_of(place.opening_hours)
    if hours is None:
        return None
    return weekly_hours.holds(hours, ZoneInfo(place.time_zone), at or datetime.now(UTC))


async def distance_to(
    context: Context, place: Any, start: Any | None, unit: DistanceUnit
) -> float | None:
    """Tell how far a place is from a point, or from the viewer's own location.

    Raises:
        InvalidInput: the point is not on Earth.
    """
    point = await _start(context, start)
    if point is None:
        return None
    distance = haversine_km(*point, place.latitude, place.longitude)
    return miles_of(distance) if unit is DistanceUnit.MILES else distance


async def _start(context: Context, start: Any | None) -> tuple[float, float] | None:
    if start is not None:
        if problems := locations.coordinate_problems(start.latitude, start.longitude, "from"):
            raise InvalidInput(problems)
        return start.latitude, start.longitude
    mine = await context.load(profiles.by_ids, context.viewer_id)
    if mine is None or mine.latitude is None:
        return None
    return mine.latitude, mine.longitude


async def add_place(
    context: Context, *, is_new: bool | None = None, **given: Any
) -> dict[str, Any]:
    """Add a place, for everybody to see. Nobody learns who added it.

    When there are places of about this name within 150 metres, they are told instead: look
    whether one of them is meant, and send `isNew: true` if not.
    """
    async with context.write() as tx:
        place = await places.add_place(
            tx, context.signed_in, is_new=is_new or False, **_unpacked(given)
        )
        return tx.answer({"place": place})


async def edit_place(context: Context, *, place_id: str, **given: Any) -> dict[str, Any]:
    """Correct a place that you added, or any if you are staff; what you leave out stays."""
    async with context.write() as tx:
        key = ids.decode(place_id, "Place")
        place = await places.edit_place(tx, context.signed_in, place_id=key, **_unpacked(given))
        return tx.answer({"place": place})


async def remove_place(context: Context, *, place_id: str) -> dict[str, Any]:
    """Remove a place that you added, or any if you are staff, for everybody.

    Nobody has it among their favourites any more.
    """
    async with context.write() as tx:
        key = ids.decode(place_id, "Place")
        await places.remove_place(tx, context.signed_in, place_id=key)
        return tx.answer({"removed_place_id": place_id})


def _unpacked(given: dict[str, Any]) -> dict[str, Any]:
    """Give an input as the domain takes it."""
    if (point := given.get("location")) is not None:
        given["location"] = (point.latitude, point.longitude)
    if (hours := given.get("opening_hours")) is not None:
        given["opening_hours"] = [WeeklyHours(each.day, each.begin, each.end) for each in hours]
    if "media_ids" in given:
        given["media_ids"] = [ids.decode(each, "Media") for each in given["media_ids"] or ()]
    return given
