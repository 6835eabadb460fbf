"""Places: what a client asks and does with them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import strawberry

from dataloaders import places as loading
from dataloaders import profiles
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import locations, places, texts, weekly_hours
from domain.locations import DistanceUnit
from domain.places import PlaceCategory
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.weekly_hours import WeeklyHours
from matching.distance import haversine_km, kilometres_of, miles_of
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context

if TYPE_CHECKING:
    from schema.locations import GeoPoint

Point = Annotated["GeoPoint", strawberry.lazy("schema.locations")]

FARTHEST_KM = 500.0
"""The largest radius within which places are looked for."""


async def place(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The place.")],
) -> Row | None:
    """A place; null when it is missing."""
    return await nodes.of_type(context, id, "Place")


async def listed(
    context: Context,
    *,
    near: Annotated[
        Point | None,
        strawberry.argument(description="Around which point; your location if unsaid."),
    ] = None,
    radius: Annotated[
        float,
        strawberry.argument(description="How far from it at most, up to 500 km or 310 miles."),
    ] = 10.0,
    unit: Annotated[
        DistanceUnit, strawberry.argument(description="The unit of the radius.")
    ] = DistanceUnit.KILOMETRES,
    name: Annotated[
        str | None,
        strawberry.argument(description="With words like these in their names; small slips pass."),
    ] = None,
    category: Annotated[
        PlaceCategory | None, strawberry.argument(description="Of this kind.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> PageOf:
    """Places near a point, the nearest first."""
    problems = radius_problems(radius, unit)
    words = None if name is None else texts.clean(name)
    if words is not None:
        problems += texts.length_problems("name", words, least=1, most=150)
    point = await _start(context, near, "near", problems)
    if problems:
        raise InvalidInput(problems)
    if point is None:
        raise InvalidInput.of(
            "near", "near is needed: nothing says where you are.", InvalidFieldCode.MISSING
        )
    wanted = loading.Near(
        *locations.rounded(*point),
        radius_m=kilometres(radius, unit) * 1_000,
        name=words,
        category=category and category.value,
    )
    page: PageOf = await context.load(
        loading.near, wanted, first=first, after=after, last=last, before=before
    )
    return page


def radius_problems(radius: float, unit: DistanceUnit) -> list[InvalidField]:
    """Say what is wrong with a radius: none, negative, or larger than 500 km."""
    if 0 < kilometres(radius, unit) <= FARTHEST_KM:
        return []
    return [
        InvalidField(
            "radius",
            "radius must be more than 0, and at most 500 km or 310 miles.",
            InvalidFieldCode.OUT_OF_RANGE,
        )
    ]


def kilometres(distance: float, unit: DistanceUnit) -> float:
    """Give a distance in kilometres."""
    return kilometres_of(distance) if unit is DistanceUnit.MILES else distance


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
    problems: list[InvalidField] = []
    point = await _start(context, start, "from", problems)
    if problems:
        raise InvalidInput(problems)
    if point is None:
        return None
    distance = haversine_km(*point, place.latitude, place.longitude)
    return miles_of(distance) if unit is DistanceUnit.MILES else distance


async def _start(
    context: Context, point: Any | None, path: str, problems: list[InvalidField]
) -> tuple[float, float] | None:
    """Give the coordinates of a point, or of the viewer's location, and add what is wrong."""
    if point is not None:
        problems += locations.coordinate_problems(point.latitude, point.longitude, path)
        return point.latitude, point.longitude
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
