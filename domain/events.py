"""Events: where people meet, and who goes there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain.facts import Fact
from domain.refusals import LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import events as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class EventJoined(Fact):
    """Somebody goes to an event."""

    event_id: UUID
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventLeft(Fact):
    """Somebody does not go to an event any more."""

    event_id: UUID
    profile_id: UUID


def has_ended(ends_at: datetime, now: datetime) -> bool:
    """Say whether an event is over; at the moment of its end it is."""
    return ends_at <= now


def seats_left(*, capacity: int | None, attendee_count: int) -> int | None:
    """Say how many more people can join; None when any number can."""
    return None if capacity is None else max(0, capacity - attendee_count)


async def join_event(tx: Transaction, viewer: Viewer, *, event_id: UUID) -> Row:
    """Go to an event; joining again changes nothing.

    The event's row is locked until the commit: however many join at once, as many get in as there
    are seats, and the count equals the attendees.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event, or the viewer may not see its host.
        NotAllowed: it has ended.
        LimitReached: every seat is taken.
    """
    event = await _running(tx, viewer, event_id)
    me = viewer.profile_id
    if await tx.one(queries.add_attendee, event_id=event_id, viewer_id=me) is None:
        return event
    seated = await tx.one(queries.take_seat, event_id=event_id)
    if seated is None:
        raise LimitReached("EVENT_FULL", "Every seat of this event is taken.")
    tx.record(EventJoined(event_id=event_id, profile_id=me))
    return seated


async def leave_event(tx: Transaction, viewer: Viewer, *, event_id: UUID) -> Row:
    """Give one's seat back; leaving again, or without having joined, changes nothing.

    The event's row is locked until the commit.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event, or the viewer may not see its host.
        NotAllowed: it has ended.
    """
    event = await _running(tx, viewer, event_id)
    me = viewer.profile_id
    if not await tx.remove(models.EventAttendee, event_id=event_id, profile_id=me):
        return event
    tx.record(EventLeft(event_id=event_id, profile_id=me))
    return await tx.one(queries.free_seat, event_id=event_id) or event


async def _running(tx: Transaction, viewer: Viewer, event_id: UUID) -> Row:
    """Lock an event that the viewer may see and that is not over."""
    event = await tx.one(queries.hold, event_id=event_id, viewer_id=viewer.profile_id)
    if event is None:
        raise NotFound("Event")
    if has_ended(event.ends_at, datetime.now(UTC)):
        raise NotAllowed("EVENT_ENDED", "This event has ended.")
    return event
