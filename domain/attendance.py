"""Attendance: who goes to an event, with how many guests, and who waits for a seat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from domain.event_facts import EventLost
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import attendance as queries
from persistence.queries import events
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_GUESTS = 10
"""How many guests somebody may bring."""

MOST_TOLD = 50
"""Up to how many seats taken all who go are told live who comes and goes; then hosts alone are."""


class RsvpAnswer(StrEnum):
    """What somebody can answer to an event."""

    GOING = "going"
    INTERESTED = "interested"
    NOT_GOING = "not_going"


class AttendanceState(StrEnum):
    """How it stands with somebody and an event."""

    GOING = "going"
    WAITING = "waiting"
    INTERESTED = "interested"
    NOT_GOING = "not_going"


class AttendeesShownTo(StrEnum):
    """Who sees who goes to an event, besides its hosts."""

    EVERYONE = "everyone"
    ATTENDEES = "attendees"
    HOSTS = "hosts"


@dataclass(frozen=True, kw_only=True)
class AttendanceChanged(Fact):
    """Somebody answered an event in another way than before, or got a seat, or was checked in."""

    event_id: UUID
    profile_id: UUID
    attendance_id: UUID
    state: AttendanceState
    was_going: bool = False
    is_promoted: bool = False


def seats_left(*, capacity: int | None, attendee_count: int) -> int | None:
    """Say how many more people can go; None when any number can."""
    return None if capacity is None else max(0, capacity - attendee_count)


def has_ended(ends_at: datetime, now: datetime) -> bool:
    """Say whether an event is over; at the moment of its end it is."""
    return ends_at <= now


def check_open(event: Row) -> None:
    """Refuse what is done with events that are to take place, or take place.

    Raises:
        NotAllowed: it has ended or is cancelled.
    """
    if has_ended(event.ends_at, datetime.now(UTC)):
        raise NotAllowed("EVENT_ENDED", "This event has ended.")
    if event.cancelled_at is not None:
        raise NotAllowed("EVENT_CANCELLED", "This event is cancelled.")


def check_shown_to(event: Row, shown_to: str) -> None:
    """Refuse to show who goes to more people than they were told when they answered.

    Args:
        event: as it is.
        shown_to: who shall see who goes.

    Raises:
        NotAllowed: people go, and more would see them.
    """
    circles = [AttendeesShownTo.HOSTS, AttendeesShownTo.ATTENDEES, AttendeesShownTo.EVERYONE]
    is_wider = circles.index(AttendeesShownTo(shown_to)) > circles.index(
        AttendeesShownTo(event.attendees_shown_to)
    )
    if is_wider and event.attendee_count:
        raise NotAllowed("ATTENDEES_HIDDEN", "Who goes was told that fewer people see it.")


def checked_guests(answer: RsvpAnswer, guests: int) -> int:
    """Give the number of guests that come with an answer.

    Raises:
        InvalidInput: they are not 0 to 10, or come without who answers.
    """
    if not 0 <= guests <= MOST_GUESTS:
        raise InvalidInput.of(
            "guests", f"guests must be between 0 and {MOST_GUESTS}.", InvalidFieldCode.OUT_OF_RANGE
        )
    if guests and answer is not RsvpAnswer.GOING:
        raise InvalidInput.of(
            "guests", "guests come only with who goes.", InvalidFieldCode.CONFLICTING
        )
    return guests


def keeps_place(before: Row, guests: int) -> bool:
    """Say whether who waits stays where they are in the queue; with more guests they do not."""
    return bool(before.state == AttendanceState.WAITING and guests <= before.guest_count)


async def rsvp(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, answer: RsvpAnswer, guests: int = 0
) -> tuple[Row, Row]:
    """Answer an event; the same answer again changes nothing.

    Who goes takes a seat for themselves and each guest, or waits while these are not free. Seats
    that become free go to who has waited longest, of those whom they are enough for: no seat
    stays empty while somebody waits who fits. Who goes and wants more guests than there are free
    seats keeps what they have; who waits and wants more goes to the end of the queue.

    The event's row is locked until the commit: whatever changes answers or seats holds it.

    Args:
        tx: the transaction.
        viewer: who answers.
        event_id: the event.
        answer: what they answer.
        guests: how many people come with them, 0 to 10.

    Returns:
        The answer as it stands, and the event.

    Raises:
        InvalidInput: the guests are too many, or come alone.
        NotFound: there is no such event that the viewer may see.
        NotAllowed: it has ended or is cancelled.
        LimitReached: they are more than all seats, or than those that are free.
    """
    guests = checked_guests(answer, guests)
    event = await hold(tx, viewer, event_id)
    before = await _answer_of(tx, event_id, viewer.profile_id)
    if before is not None and _is_same(before, answer, guests):
        return before, event
    if event.capacity is not None and guests >= event.capacity:
        raise LimitReached("PARTY_TOO_LARGE", "The event has fewer seats than you need.")
    had_seat = before is not None and before.state == AttendanceState.GOING
    if before is not None and before.state == answer == RsvpAnswer.GOING:
        stands = await _bring(tx, before, guests, event)
    else:
        stands = await _answer(tx, viewer, before, event_id=event_id, answer=answer, guests=guests)
    # Others wait for the event's row: what cannot find anything is not asked under it.
    seated = await _seat(tx, event_id) if had_seat or _has_seats(event) else []
    stands = next((row for row in seated if row.profile_id == viewer.profile_id), stands)
    promoted = [row for row in seated if row.profile_id != viewer.profile_id]
    await tell(tx, promoted, has_moved=True, is_promoted=True)
    has_moved = had_seat or stands.state == AttendanceState.GOING
    await tell(tx, [stands], has_moved=has_moved, was_going=had_seat)
    if had_seat or seated:
        event = await tx.get(models.Event, event_id=event_id) or event
    return stands, event


async def promote(tx: Transaction, event_id: UUID) -> list[Row]:
    """Give the free seats of an event to those who wait; for whoever frees or adds some.

    The event's row must be locked by the transaction.

    Args:
        tx: the transaction.
        event_id: the event.

    Returns:
        The answers of those who have a seat now and did not before.
    """
    promoted = await _seat(tx, event_id)
    await tell(tx, promoted, has_moved=True, is_promoted=True)
    return promoted


async def leave_all(tx: Transaction, profile_id: UUID) -> list[Row]:
    """Give all seats of somebody back; called by the verb that deletes their account.

    Returns:
        The events that they host or have answered to, locked in one order.
    """
    held = await tx.fetch(queries.hold_events_of, profile_id=profile_id)
    gone = await tx.remove(models.Attendance, profile_id=profile_id)
    freed = {
        row.event_id: 1 + row.guest_count for row in gone if row.state == AttendanceState.GOING
    }
    for event in held:
        if seats := freed.get(event.event_id):
            await tx.fetch(queries.add_seats, event_id=event.event_id, seats=-seats)
            await promote(tx, event.event_id)
    return held


async def tell_of_loss(tx: Transaction, host_id: UUID) -> None:
    """Let those who go know that events are gone; called by the verb that deletes their host.

    After `leave_all`, which holds the events, so that nobody comes to them any more.
    """
    for row in await tx.fetch(queries.lost_with, profile_id=host_id):
        tx.record(EventLost(**dict(row)))


async def part(tx: Transaction, one: UUID, other: UUID) -> None:
    """Let neither of two people come to an event of the other; called by the verb that hides them.

    Neither could take their answer back any more. Their seats go to who waits.
    """
    for event in await tx.fetch(queries.hold_between, first_id=one, second_id=other):
        guest = other if event.host_id == one else one
        before = await _answer_of(tx, event.event_id, guest)
        if before is None or before.state == AttendanceState.NOT_GOING:
            continue
        key = {"event_id": event.event_id, "viewer_id": guest}
        answered = await tx.fetch(
            queries.answer, **key, state=AttendanceState.NOT_GOING, guest_count=0
        )
        had_seat = before.state == AttendanceState.GOING
        if had_seat:
            seats = 1 + before.guest_count
            await tx.fetch(queries.add_seats, event_id=event.event_id, seats=-seats)
            await promote(tx, event.event_id)
        await tell(tx, answered, has_moved=had_seat, was_going=had_seat)


async def hold(tx: Transaction, viewer: Viewer, event_id: UUID) -> Row:
    """Lock an event that takes answers until the commit, after the viewer themselves.

    Raises:
        NotFound: there is no such event that the viewer may see.
        NotAllowed: it has ended.
    """
    me = {"viewer_id": viewer.profile_id}
    if await tx.one(queries.hold_person, **me) is None:
        raise NotFound("Event")
    event = await tx.one(events.hold, event_id=event_id, **me)
    if event is None:
        raise NotFound("Event")
    check_open(event)
    return event


async def _answer_of(tx: Transaction, event_id: UUID, profile_id: UUID) -> Row | None:
    return await tx.get(models.Attendance, event_id=event_id, profile_id=profile_id)


def _is_same(before: Row, answer: RsvpAnswer, guests: int) -> bool:
    state = RsvpAnswer.GOING if before.state == AttendanceState.WAITING else before.state
    return state == answer and before.guest_count == guests


def _has_seats(event: Row) -> bool:
    left = seats_left(capacity=event.capacity, attendee_count=event.attendee_count)
    return left is None or left > 0


async def _seat(tx: Transaction, event_id: UUID) -> list[Row]:
    """Give free seats to those who wait, and give their answers."""
    seated: list[Row] = []
    # A larger party that did not fit leaves seats for smaller ones behind it.
    while rows := await tx.fetch(queries.seat, event_id=event_id):
        seated += rows
    return seated


async def _bring(tx: Transaction, before: Row, guests: int, event: Row) -> Row:
    """Change how many guests come with somebody who has a seat."""
    more = guests - before.guest_count
    left = seats_left(capacity=event.capacity, attendee_count=event.attendee_count)
    if left is not None and more > left:
        raise LimitReached("EVENT_FULL", f"Only {left} more seats are free.")
    key = {"attendance_id": before.attendance_id}
    await tx.fetch(queries.add_seats, event_id=event.event_id, seats=more)
    return await tx.change(models.Attendance, key, guest_count=guests) or before


async def _answer(
    tx: Transaction,
    viewer: Viewer,
    before: Row | None,
    *,
    event_id: UUID,
    answer: RsvpAnswer,
    guests: int,
) -> Row:
    """Write an answer down; who wants to go waits until they are found a seat."""
    if before is not None and answer is RsvpAnswer.GOING and keeps_place(before, guests):
        key = {"attendance_id": before.attendance_id}
        return await tx.change(models.Attendance, key, guest_count=guests) or before
    state = AttendanceState.WAITING if answer is RsvpAnswer.GOING else answer
    key = {"event_id": event_id, "viewer_id": viewer.profile_id}
    if before is not None and before.state == AttendanceState.GOING:
        await tx.fetch(queries.add_seats, event_id=event_id, seats=-(1 + before.guest_count))
    (stands,) = await tx.fetch(queries.answer, **key, state=state, guest_count=guests)
    return stands


async def tell(
    tx: Transaction,
    answers: Sequence[Row],
    *,
    has_moved: bool,
    was_going: bool = False,
    is_promoted: bool = False,
) -> None:
    """Record answers to one event, for them, its hosts, and sometimes for those who go.

    Args:
        tx: the transaction.
        answers: as they stand.
        has_moved: whether seats were taken or given back, which those who go are told too.
        was_going: whether they had seats before.
        is_promoted: whether they have waited for their seats.
    """
    if not answers:
        return
    most = MOST_TOLD if has_moved else 0
    rows = await tx.fetch(queries.told_of, event_id=answers[0].event_id, most=most)
    others = [row["profile_id"] for row in rows]
    for row in answers:
        tx.record(
            AttendanceChanged(
                event_id=row.event_id,
                profile_id=row.profile_id,
                attendance_id=row.attendance_id,
                state=AttendanceState(row.state),
                was_going=was_going,
                is_promoted=is_promoted,
                audience=tuple(dict.fromkeys((row.profile_id, *others))),
            )
        )
