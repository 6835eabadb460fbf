"""Events in batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dataloaders.connections import After, Before, First, Last, PageOf, window_of
from dataloaders.reader import Reader, in_order
from execution.declarations import batch, joint_batch
from persistence.pages import Listing
from persistence.queries import events
from persistence.rows import Row


@dataclass(frozen=True, slots=True)
class Starting:
    """Which events are listed.

    Attributes:
        starts_from: those that start then or later.
        conditions: what else has to be so, as `events.starting` names it, in the order of names.
    """

    starts_from: datetime
    conditions: tuple[tuple[str, Any], ...] = ()

    @property
    def listing(self) -> Listing:
        """The list of these events."""
        return events.starting(frozenset(name for name, _ in self.conditions))


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The events with these keys that the viewer may see."""
    rows = await reader.database.fetch(events.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "event_id")


@batch
async def starting(
    reader: Reader,
    wanted: Sequence[Starting],
    *,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """The events that start from a moment on; one statement for each distinct choice of them."""

    async def page(choice: Starting) -> PageOf:
        listing = choice.listing
        window = window_of(listing, reader.cursors, first, after, last, before)
        asked = {**listing.parameters([reader.viewer_id], window), **_asked(reader, choice)}
        rows = await reader.database.fetch(listing.page_statement(window), **asked)
        (found,) = listing.pages([reader.viewer_id], rows, window)
        return PageOf(listing, choice, found, reader.cursors, starting_counts)

    return await asyncio.gather(*(page(choice) for choice in wanted))


@batch
async def starting_counts(reader: Reader, wanted: Sequence[Starting]) -> list[int]:
    """How many events start from a moment on."""

    async def count(choice: Starting) -> int:
        asked = {"owners": [reader.viewer_id], **_asked(reader, choice)}
        rows = await reader.database.fetch(choice.listing.count_statement, **asked)
        return sum(row["total"] for row in rows)

    return await asyncio.gather(*(count(choice) for choice in wanted))


def _asked(reader: Reader, choice: Starting) -> dict[str, Any]:
    # That the viewer goes needs no other parameter than who they are.
    given = {name: _unfrozen(value) for name, value in choice.conditions if name != "is_going"}
    return {"viewer_id": reader.viewer_id, "starts_from": choice.starts_from, **given}


def _unfrozen(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
