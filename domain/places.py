"""Places: where people can meet, known to everybody who is signed in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import choices, limits, locations, media, profiles, texts, weekly_hours
from domain.facts import Fact
from domain.file_types import Kind
from domain.refusals import (
    DuplicatePlace,
    InvalidField,
    InvalidFieldCode,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from domain.time_zones import time_zone_problems
from domain.viewer import Viewer
from domain.weekly_hours import WeeklyHours
from persistence import models
from persistence.queries import places as queries
from persistence.rows import Row
from persistence.transaction import Transaction

PHOTOS = 10
"""The most photos of a place."""

DUPLICATES_WITHIN_METRES = 150.0
"""How near to a new place another one of about the same name may be the same."""

_DUPLICATES_TOLD = 5
# Bands of latitudes, over a kilometre high: what may be the same place touches two at the most.
_BANDS_PER_DEGREE = 100
_METRES_PER_DEGREE = 111_000.0


class PlaceCategory(StrEnum):
    """What kind of place it is."""

    PLAYGROUND = "playground"
    PARK = "park"
    DOG_PARK = "dog_park"
    CAFE = "cafe"
    RESTAURANT = "restaurant"
    BAR = "bar"
    MUSEUM = "museum"
    LIBRARY = "library"
    CINEMA = "cinema"
    SPORT = "sport"
    SWIMMING = "swimming"
    VIEWPOINT = "viewpoint"
    MARKET = "market"
    WORKSPACE = "workspace"
    COMMUNITY_CENTRE = "community_centre"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class PlaceAdded(Fact):
    """Somebody added a place."""

    place_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceEdited(Fact):
    """Somebody corrected what is said of a place."""

    place_id: UUID
    actor_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceRemoved(Fact):
    """A place is there no more."""

    place_id: UUID
    actor_id: UUID


def may_edit(place: Any, viewer: Viewer | None) -> bool:
    """Say whether somebody may correct and remove a place: who added it, and staff.

    Args:
        place: with its `added_by_id`, None once the account of who added it is gone.
        viewer: who asks.
    """
    if viewer is None:
        return False
    return viewer.is_staff or place.added_by_id == viewer.profile_id


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """Normalise and check facts about a place, each for itself.

    Args:
        given: any of name (1 to 150 characters), category, description (at most 2,000), address
            (at most 200), city (at most 100), country (ISO 3166-1 alpha-2), location (latitude
            and longitude in degrees), time_zone (IANA), opening_hours (at most 28 `WeeklyHours`),
            attributes (at most 30 words); None takes back what can be empty.

    Returns:
        The columns with their new values.

    Raises:
        InvalidInput: with all that is wrong.
        TypeError: something that people cannot set.
    """
    values: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for field, value in given.items():
        if field not in _CLEANING:
            raise TypeError(f"{field} is not for people to set")
        columns, found = _CLEANING[field](value)
        values |= columns
        problems += found
    if problems:
        raise InvalidInput(problems)
    return values


_Cleaned = tuple[dict[str, Any], list[InvalidField]]


def _text(field: str, least: int, most: int, *, lines: bool = False) -> Callable[[Any], _Cleaned]:
    def clean(value: str | None) -> _Cleaned:
        text = texts.clean(value or "", lines=lines)
        return {field: text}, texts.length_problems(field, text, least=least, most=most)

    return clean


def _address(value: str | None) -> _Cleaned:
    text = texts.clean(value or "") or None
    return {"address": text}, texts.length_problems("address", text or "", most=200)


def _category(value: Any) -> _Cleaned:
    if value is None:
        return {}, [
            InvalidField("category", "category must not be null.", InvalidFieldCode.MISSING)
        ]
    return {"category": PlaceCategory(value).value}, []


def _city(value: str | None) -> _Cleaned:
    city, problems = profiles.cleaned_city(value)
    return {"city": city}, problems


def _country(value: str | None) -> _Cleaned:
    code = texts.clean(value or "").upper() or None
    if code is None or _COUNTRY.fullmatch(code):
        return {"country": code}, []
    return {}, [InvalidField("country", "country is two letters, as in ISO 3166-1: DE.")]


def _location(value: tuple[float, float] | None) -> _Cleaned:
    if value is None:
        return {}, [
            InvalidField("location", "location must not be null.", InvalidFieldCode.MISSING)
        ]
    if problems := locations.coordinate_problems(*value):
        return {}, problems
    latitude, longitude = locations.rounded(*value)
    return {"latitude": latitude, "longitude": longitude}, []


def _time_zone(value: str | None) -> _Cleaned:
    return {"time_zone": value}, [] if value is None else time_zone_problems(value)


def _opening_hours(value: Sequence[WeeklyHours] | None) -> _Cleaned:
    if value is None:
        return {"opening_hours": None}, []
    stored = [each.stored() for each in weekly_hours.in_order(value)]
    return {"opening_hours": stored}, weekly_hours.hours_problems("openingHours", value)


def _attributes(value: Sequence[str] | None) -> _Cleaned:
    words, problems = choices.listed("attributes", value or ())
    return {"attributes": words}, problems


_COUNTRY = re.compile("[A-Z]{2}")

_CLEANING: dict[str, Callable[[Any], _Cleaned]] = {
    "name": _text("name", 1, 150),
    "category": _category,
    "description": _text("description", 0, 2_000, lines=True),
    "address": _address,
    "city": _city,
    "country": _country,
    "location": _location,
    "time_zone": _time_zone,
    "opening_hours": _opening_hours,
    "attributes": _attributes,
}


def whole_problems(place: Mapping[str, Any]) -> list[InvalidField]:
    """Say what is wrong with a place as a whole: opening hours without a clock.

    Args:
        place: its columns.
    """
    if place.get("opening_hours") is not None and place.get("time_zone") is None:
        sentence = "timeZone is needed to tell when openingHours are."
        return [InvalidField("timeZone", sentence, InvalidFieldCode.MISSING)]
    return []


async def add_place(
    tx: Transaction,
    viewer: Viewer,
    *,
    media_ids: Sequence[UUID] = (),
    is_new: bool = False,
    **given: Any,
) -> Row:
    """Add a place for everybody.

    Who adds places near each other at once waits for the other, so that of two who add the same
    the second is told of the first.

    Args:
        tx: the transaction.
        viewer: who adds it.
        media_ids: its photos in their order, at most 10 images that the viewer has uploaded.
        is_new: whether it is known to be none of the places near by.
        given: what `cleaned` takes, name, category and location at the least.

    Returns:
        The place.

    Raises:
        InvalidInput: with all that is wrong.
        NotFound: one of the media is not the viewer's.
        LimitReached: the viewer has added as many today as one may.
        DuplicatePlace: there are places of about this name within 150 m.
    """
    values = cleaned(given)
    if problems := [*whole_problems(values), *_photo_problems(media_ids)]:
        raise InvalidInput(problems)
    # Those that were removed count too.
    most = limits.PLACES_PER_DAY
    told = f"You have added {most} places within a day."
    await profiles.spend(tx, viewer, limits.PLACES, most, told=told)
    await _hold_bands(tx, values["latitude"])
    if not is_new:
        await _look_for_duplicates(tx, values)
    place = await tx.add(models.Place, added_by_id=viewer.profile_id, **values)
    await _show_photos(tx, viewer, place.place_id, media_ids)
    tx.record(PlaceAdded(place_id=place.place_id))
    return place


async def edit_place(
    tx: Transaction,
    viewer: Viewer,
    *,
    place_id: UUID,
    media_ids: Sequence[UUID] | None = None,
    **given: Any,
) -> Row:
    """Correct what is said of a place; what is not given stays.

    The place's row is locked until the commit.

    Args:
        tx: the transaction.
        viewer: who added it, or staff.
        place_id: the place.
        media_ids: its photos in their order, at most 10: those of them that stay, and images that
            the viewer has uploaded; None leaves them.
        given: what `cleaned` takes.

    Returns:
        The place.

    Raises:
        InvalidInput: with all that is wrong.
        NotFound: there is no such place, or one of the media is neither there nor the viewer's.
        NotAllowed: somebody else added it.
    """
    values = cleaned(given)
    place = await _hold(tx, viewer, place_id)
    problems = whole_problems({**dict(place), **values})
    if problems := [*problems, *_photo_problems(media_ids or ())]:
        raise InvalidInput(problems)
    differing = {name: value for name, value in values.items() if place[name] != value}
    has_new_photos = media_ids is not None and await _show_photos(tx, viewer, place_id, media_ids)
    if not (differing or has_new_photos):
        return place
    tx.record(PlaceEdited(place_id=place_id, actor_id=viewer.account_id))
    changed = await tx.change(
        models.Place, {"place_id": place_id}, **differing, updated_at=datetime.now(UTC)
    )
    return changed or place


async def remove_place(tx: Transaction, viewer: Viewer, *, place_id: UUID) -> None:
    """Remove a place, with its photos and from everybody's favourites.

    Raises:
        NotFound: there is no such place.
        NotAllowed: somebody else added it.
    """
    await _hold(tx, viewer, place_id)
    media.release(tx, media_ids=await _photos_of(tx, place_id))
    await tx.remove(models.Place, place_id=place_id)
    tx.record(PlaceRemoved(place_id=place_id, actor_id=viewer.account_id))


async def _hold(tx: Transaction, viewer: Viewer, place_id: UUID) -> Row:
    """Give a place that the viewer may edit, its row locked until the transaction ends."""
    place = await tx.one(queries.hold, place_id=place_id)
    if place is None:
        raise NotFound("Place")
    if not may_edit(place, viewer):
        raise NotAllowed("NOT_YOUR_PLACE", "Only who added the place may do this.")
    return place


async def _hold_bands(tx: Transaction, latitude: float) -> None:
    """Wait for whoever adds a place so near that it might be the same, and let others wait."""
    reach = DUPLICATES_WITHIN_METRES / _METRES_PER_DEGREE
    edges = (int((latitude + sign * reach + 90.0) * _BANDS_PER_DEGREE) for sign in (-1, 1))
    for band in sorted(set(edges)):
        await tx.fetch(queries.hold_band, band=band)


async def _look_for_duplicates(tx: Transaction, values: Mapping[str, Any]) -> None:
    found = await tx.fetch(
        queries.duplicates,
        name=values["name"],
        latitude=values["latitude"],
        longitude=values["longitude"],
        radius_m=DUPLICATES_WITHIN_METRES,
        limit=_DUPLICATES_TOLD,
    )
    if found:
        raise DuplicatePlace(found)


def _photo_problems(media_ids: Sequence[UUID]) -> list[InvalidField]:
    problems = []
    if len(media_ids) > PHOTOS:
        problems.append(
            InvalidField(
                "mediaIds", f"mediaIds has more than {PHOTOS} entries.", InvalidFieldCode.TOO_MANY
            )
        )
    if len(set(media_ids)) < len(media_ids):
        problems.append(
            InvalidField("mediaIds", "mediaIds names one twice.", InvalidFieldCode.DUPLICATE)
        )
    return problems


async def _photos_of(tx: Transaction, place_id: UUID) -> list[UUID]:
    return [row.media_id for row in await tx.fetch(queries.photos, place_id=place_id)]


async def _show_photos(
    tx: Transaction, viewer: Viewer, place_id: UUID, media_ids: Sequence[UUID]
) -> bool:
    """Show these photos of a held place and no others; say whether that changes anything."""
    before = await _photos_of(tx, place_id)
    if list(media_ids) == before:
        return False
    added = [media_id for media_id in media_ids if media_id not in before]
    await media.attach(
        tx, viewer, media_ids=added, kinds=[Kind.IMAGE], unused=True, path="mediaIds"
    )
    gone = [media_id for media_id in before if media_id not in media_ids]
    await tx.fetch(queries.take_photos, place_id=place_id)
    await tx.fetch(queries.put_photos, place_id=place_id, ids=list(media_ids))
    media.release(tx, media_ids=gone)
    return True
