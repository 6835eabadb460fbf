"""Nearby people: who is about here, in the bands in which distances are told."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry
import structlog

from dataloaders import profiles
from dataloaders.connections import DEFAULT_SIZE, MOST, After, First
from domain import locations
from domain.locations import DistanceUnit
from domain.numbers import count_problems
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput, NotAllowed
from matching.distance import BORDERS, bands_within, kilometres_of
from persistence.pages import MOST_COUNTED, BadCursor, Page
from persistence.rows import Row
from persistence.vectors import Vectors, VectorsUnavailable
from resolvers.context import Context

_log = structlog.get_logger("kith.nearby_people")

FARTHEST = BORDERS[-1]
"""The largest radius, in any unit: where the last band begins, which has no end."""

_LIST = "nearby_people"
_AT_ONCE = 120


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is in the list: a band, and within it the key, which tells no distance."""

    band: int = 0
    profile_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """The people around somebody.

    Attributes:
        context: of the operation.
        index: where people are looked for.
        here: the viewer's told place.
        bands_km: which are looked at, the nearest first.
    """

    context: Context
    index: Vectors
    here: tuple[float, float]
    bands_km: list[tuple[float, float]]

    async def seen(self, after: Spot, *, limit: int) -> list[tuple[Row, Spot]]:
        """Give the people whom the viewer may see, as many as `limit` or all that are left."""
        found: list[tuple[Row, Spot]] = []
        while len(found) < limit:
            spots = await self._next(after, _AT_ONCE)
            people = await self.context.load_many(
                profiles.by_ids, [spot.profile_id for spot in spots]
            )
            found += [
                (person, spot)
                for person, spot in zip(people, spots, strict=True)
                if person is not None and spot.profile_id != self.context.viewer_id
            ]
            if len(spots) < _AT_ONCE:
                break
            after = spots[-1]
        return found[:limit]

    async def _next(self, after: Spot, limit: int) -> list[Spot]:
        spots: list[Spot] = []
        last = after.profile_id
        for band in range(after.band, len(self.bands_km)):
            wanted, ring = limit - len(spots), self.bands_km[band]
            try:
                ids = await self.index.around(self.here, ring, limit=wanted, after=last)
            except VectorsUnavailable as error:
                # The database alone cannot look for told places.
                _log.warning("nobody nearby without the vector index", reason=str(error))
                message = "Who is nearby cannot be found out now: try again in some seconds."
                raise NotAllowed("NEARBY_PEOPLE_AWAY", message) from error
            spots += [Spot(band, key) for key in ids]
            if len(spots) == limit:
                break
            last = None
        return spots


@dataclass(frozen=True, slots=True)
class NearbyPage:
    """A page of the people around, as the GraphQL connection shows it."""

    around: Around
    rows: list[Row]
    spots: dict[UUID, Spot]
    page: Page

    def cursor_of(self, row: Row) -> str:
        """The cursor of a person: the band and the key."""
        spot = self.spots[row.profile_id]
        return self.around.context.cursors.encode(_LIST, (spot.band, spot.profile_id))

    async def total(self) -> int:
        """Count whom the viewer may see, up to 1,000."""
        return len(await self.around.seen(Spot(), limit=MOST_COUNTED))


async def nearby_people(
    context: Context,
    *,
    radius: Annotated[
        float,
        strawberry.argument(
            description="How far from you at most, up to 100; rounded up to where a band ends."
        ),
    ] = 10.0,
    unit: Annotated[
        DistanceUnit, strawberry.argument(description="The unit of the radius.")
    ] = DistanceUnit.KILOMETRES,
    first: First = None,
    after: After = None,
) -> NearbyPage | None:
    """People around you, those of the nearest band first.

    Null before you have completed onboarding, and while nothing says where you are. Distances are
    those of `Profile.distance`: bands, between places near you and near them. Within a band the
    order tells nothing of where people are. Who does not want to be found is left out.

    Raises:
        InvalidInput: a radius or number out of range, or a cursor of something else.
        NotAllowed: the index of people is away.
    """
    size = DEFAULT_SIZE if first is None else first
    problems = _problems(radius, size)
    start = _spot_of(context, after, problems)
    if problems:
        raise InvalidInput(problems)
    mine = await context.load(profiles.by_ids, context.viewer_id)
    here = locations.told(mine) if mine is not None and mine.onboarded_at is not None else None
    if here is None:
        return None
    around = Around(context, await context.services.builder.index(), here, _bands(radius, unit))
    found = await around.seen(start, limit=size + 1)
    shown = found[:size]
    page = Page(has_next=len(found) > size, has_previous=after is not None)
    rows = [person for person, _ in shown]
    return NearbyPage(around, rows, {row.profile_id: spot for row, spot in shown}, page)


def _bands(radius: float, unit: DistanceUnit) -> list[tuple[float, float]]:
    bands = bands_within(radius)
    if unit is DistanceUnit.MILES:
        return [(kilometres_of(low), kilometres_of(high)) for low, high in bands]
    return bands


def _problems(radius: float, size: int) -> list[InvalidField]:
    problems = []
    if not 0 < radius <= FARTHEST:
        sentence = f"radius must be more than 0, and at most {FARTHEST:.0f}."
        problems.append(InvalidField("radius", sentence, InvalidFieldCode.OUT_OF_RANGE))
    problems += count_problems("first", size, MOST)
    return problems


def _spot_of(context: Context, cursor: str | None, problems: list[InvalidField]) -> Spot:
    """Read a cursor, and add that it is none of this list."""
    if cursor is None:
        return Spot()
    try:
        values: list[Any] = context.cursors.decode(_LIST, cursor)
    except BadCursor:
        problems.append(
            InvalidField("after", "after is not a cursor of this list.", InvalidFieldCode.UNKNOWN)
        )
        return Spot()
    band, key = values
    return Spot(band, UUID(key))
