"""Places in batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from dataloaders.connections import After, Before, First, Last, PageOf, window_of
from dataloaders.reader import Reader, in_order, lists_in_order
from execution.declarations import batch, joint_batch
from persistence.queries import places
from persistence.rows import Row


@dataclass(frozen=True, slots=True)
class Near:
    """Which places are listed.

    Attributes:
        latitude: of the point, in degrees north.
        longitude: of the point, in degrees east.
        radius_m: how far from it at the most, in metres.
        name: with words like these in their names; None for all.
        category: of this kind; None for all.
    """

    latitude: float
    longitude: float
    radius_m: float
    name: str | None = None
    category: str | None = None


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The places with these keys."""
    rows = await reader.database.fetch(places.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "place_id")


@joint_batch
async def photos_of(reader: Reader, place_ids: Sequence[UUID]) -> list[list[Row]]:
    """The photos of each place that the viewer may see, as media, in their order."""
    asked = {"place_ids": list(place_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(places.photos_of_places, **asked)
    return lists_in_order(place_ids, rows, "place_id")


@batch
async def near(
    reader: Reader,
    wanted: Sequence[Near],
    *,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """The places near a point; one statement for each distinct choice of them."""
    listing = places.near
    window = window_of(listing, reader.cursors, first, after, last, before)

    async def page(choice: Near) -> PageOf:
        owners = [reader.viewer_id]
        asked = {**listing.parameters(owners, window), **asdict(choice)}
        statement = listing.page_statement(window)
        rows = await reader.database.fetch(statement, **asked, viewer_id=reader.viewer_id)
        (found,) = listing.pages(owners, rows, window)
        return PageOf(listing, choice, found, reader.cursors, near_counts)

    return await asyncio.gather(*(page(choice) for choice in wanted))


@batch
async def near_counts(reader: Reader, wanted: Sequence[Near]) -> list[int]:
    """How many places are near a point."""

    async def count(choice: Near) -> int:
        asked = {"owners": [reader.viewer_id], "viewer_id": reader.viewer_id, **asdict(choice)}
        rows = await reader.database.fetch(places.near.count_statement, **asked)
        return sum(row["total"] for row in rows)

    return await asyncio.gather(*(count(choice) for choice in wanted))
