"""Attendance in batches: who goes to events, who waits, and the viewer's own answers."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from dataloaders.connections import After, Before, First, Last, PageOf, connection
from dataloaders.reader import Reader, in_order, values_in_order
from domain.attendance import AttendanceState
from domain.check_ins import code_of
from execution.declarations import batch, joint_batch
from persistence.queries import attendance
from persistence.rows import Row

State = Annotated[AttendanceState, strawberry.argument(description="Of those who answered so.")]


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The answers with these keys: the viewer's own, and those to events that they host."""
    asked = {"ids": list(ids), "viewer_id": reader.viewer_id}
    return in_order(ids, await reader.database.fetch(attendance.by_ids, **asked), "attendance_id")


@joint_batch
async def own_to(reader: Reader, event_ids: Sequence[UUID]) -> list[Row | None]:
    """What the viewer answered to each event."""
    return in_order(event_ids, await _own(reader, event_ids), "event_id")


@joint_batch
async def are_attended(reader: Reader, event_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer goes to each event."""
    states = {row.event_id: row.state for row in await _own(reader, event_ids)}
    return [states.get(event_id) == AttendanceState.GOING for event_id in event_ids]


attendees_of = connection(attendance.attendees_of)

_answers_of = {
    AttendanceState(state): connection(listing) for state, listing in attendance.answers_of.items()
}


@batch
async def answers_of(
    reader: Reader,
    event_ids: Sequence[UUID],
    *,
    state: State = AttendanceState.GOING,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """Who answered each event so, the first to answer first; for its hosts."""
    window = {"first": first, "after": after, "last": last, "before": before}
    return list(await _answers_of[state].function(reader, event_ids, **window))


@joint_batch
async def places_in_queue(reader: Reader, ids: Sequence[UUID]) -> list[int | None]:
    """At which place of the queue each of these answers is, from 1 on; None if it does not wait."""
    rows = await reader.database.fetch(attendance.places_in_queue, ids=list(ids))
    return values_in_order(ids, rows, "attendance_id", "place", None)


@joint_batch
async def counts_of(reader: Reader, event_ids: Sequence[UUID]) -> list[dict[str, int]]:
    """How many people wait for a seat at each event, and how many are interested."""
    rows = await reader.database.fetch(attendance.counts_of, event_ids=list(event_ids))
    counts = {row["event_id"]: row for row in rows}
    return [
        {name: counts[key][name] if key in counts else 0 for name in ("waiting", "interested")}
        for key in event_ids
    ]


@joint_batch
async def waiting_counts(reader: Reader, event_ids: Sequence[UUID]) -> list[int]:
    """How many people wait for a seat at each event."""
    return [counts["waiting"] for counts in await reader.load_many(counts_of, event_ids)]


@joint_batch
async def interested_counts(reader: Reader, event_ids: Sequence[UUID]) -> list[int]:
    """How many people are interested in each event."""
    return [counts["interested"] for counts in await reader.load_many(counts_of, event_ids)]


@joint_batch
async def check_in_codes(reader: Reader, event_ids: Sequence[UUID]) -> list[str | None]:
    """The code of each event that the viewer holds."""
    asked = {"event_ids": list(event_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(attendance.check_in_keys, **asked)
    codes = {row["event_id"]: code_of(row["check_in_key"]) for row in rows}
    return [codes.get(event_id) for event_id in event_ids]


async def _own(reader: Reader, event_ids: Sequence[UUID]) -> list[Row]:
    asked = {"event_ids": list(event_ids), "viewer_id": reader.viewer_id}
    return await reader.database.fetch(attendance.own_to, **asked)
