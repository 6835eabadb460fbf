"""Events: where people meet."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain import (
    attendance,
    event_chats,
    event_details,
    limits,
    media,
    profiles,
    recurrences,
    series,
)
from domain.event_facts import EventCancelled, EventChanged, EventCreated, EventDeleted
from domain.file_types import Kind
from domain.refusals import Conflict, InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import events as queries
from persistence.queries import favourite_places
from persistence.rows import Row
from persistence.transaction import Transaction

_TOLD = frozenset(
    {"title", "starts_at", "ends_at", "time_zone", "place_name", "address", "city", "online_url"}
)


def is_worth_telling(changes: Iterable[str]) -> bool:
    """Say whether who goes to an event has to know of a change: what, when or where it is.

    Args:
        changes: the columns that changed.
    """
    return not _TOLD.isdisjoint(changes)


async def create_event(
    tx: Transaction,
    viewer: Viewer,
    *,
    most_a_day: int,
    recurrence: str | None = None,
    **given: Any,
) -> Row:
    """Invite to an event, or to a series of them.

    Args:
        tx: the transaction.
        viewer: its host.
        most_a_day: how many events they may make within a day; a series counts once.
        recurrence: by which rule it comes again, as `recurrences.checked` takes it.
        given: title (1 to 150 characters), starts_at (within three years), ends_at (at most 31
            days later) and time_zone (of IANA); one of place_id, place_name (at most 150), address
            (at most 300) and online_url (at most 500); if there is more to say: description (at
            most 5,000), tags (at most 10), city (at most 100), latitude and longitude in degrees,
            capacity (1 to 100,000), cover_id (an image of the host), audience and
            attendees_shown_to.

    Returns:
        The event.

    Raises:
        InvalidInput: with all that is wrong.
        NotFound: there is no such place, or no such cover of the viewer.
        LimitReached: the viewer has made as many today as one may.
    """
    values = event_details.cleaned(await _placed(tx, given))
    now = datetime.now(UTC)
    if recurrence is not None:
        # Rules know no fractions of a second.
        values |= {name: values[name].replace(microsecond=0) for name in ("starts_at", "ends_at")}
    whole = {**dict.fromkeys(("place_name", "address", "online_url")), **values}
    event_details.check_whole(whole, now=now, changed=tuple(values))
    if recurrence is not None:
        clock = {"starts_at": values["starts_at"], "time_zone": values["time_zone"]}
        recurrence = recurrences.checked(recurrence, **clock)
    told = f"You have made {most_a_day} events within a day."
    await profiles.spend(tx, viewer, limits.EVENTS, most_a_day, told=told)
    await _cover(tx, viewer, values)
    event = await tx.add(models.Event, host_id=viewer.profile_id, **values)
    tx.record(EventCreated(event_id=event.event_id, host_id=viewer.profile_id))
    if recurrence is None:
        return event
    await series.begin(tx, event, recurrence, now=now)
    return await tx.get(models.Event, event_id=event.event_id) or event


async def edit_event(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, following: bool = False, **given: Any
) -> Row:
    """Change what is said of an event; what is not given stays.

    The event's row is locked until the commit, and only what differs is written: of two who
    change different things at once, both do. To say the same again changes nothing.

    Args:
        tx: the transaction.
        viewer: who holds it.
        event_id: the event.
        following: whether the later events of its series change too, but for their times.
        given: as for `create_event`; None takes back what can be empty.

    Returns:
        The event.

    Raises:
        InvalidInput: with all that is wrong.
        NotFound: there is no such event for the viewer, or no such place or cover.
        NotAllowed: the viewer does not hold it, it is over or cancelled, or who goes would be
            shown to more people than when they answered.
        Conflict: more people go than would have seats.
    """
    values = event_details.cleaned(await _placed(tx, given))
    # Before the event: the order in which a refused file is taken off it.
    await _cover(tx, viewer, values)
    event = await hold_own(tx, viewer, event_id)
    if following and not values.keys().isdisjoint({"starts_at", "ends_at", "time_zone"}):
        raise InvalidInput.of("following", "The times of a series stay as they are.")
    attendance.check_open(event)
    edited = await _edit(tx, viewer, event, values)
    for later in await series.hold_following(tx, event) if following else ():
        if later.cancelled_at is None:
            await _edit(tx, viewer, later, values)
    return edited


async def cancel_event(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, following: bool = False
) -> Row:
    """Say that an event does not take place; saying it again changes nothing.

    With `following`, neither do the later events of its series, and no more are made. What is
    cancelled stays where it is known, for those who go to see. Its rows are locked until the
    commit.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event for the viewer.
        NotAllowed: the viewer does not hold it, or it is over.
    """
    event = await hold_own(tx, viewer, event_id)
    if event.cancelled_at is None:
        attendance.check_open(event)
    cancelled = await _cancel(tx, viewer, event)
    if following:
        for later in await series.hold_following(tx, event):
            await _cancel(tx, viewer, later)
        await series.end(tx, event, now=datetime.now(UTC))
    return cancelled


async def delete_event(tx: Transaction, viewer: Viewer, *, event_id: UUID) -> None:
    """Take back an event to which nobody goes, or that is over or cancelled, with all of it.

    Raises:
        NotFound: there is no such event for the viewer.
        NotAllowed: the viewer is not its host, or people go to it: it has to be cancelled first,
            so that they are told.
    """
    event = await hold_own(tx, viewer, event_id)
    check_host(event, viewer)
    is_off = event.cancelled_at is not None or attendance.has_ended(
        event.ends_at, datetime.now(UTC)
    )
    if event.attendee_count and not is_off:
        raise NotAllowed("EVENT_HAS_ATTENDEES", "People go there: cancel it first.")
    await event_chats.end(tx, event_id=event_id)
    await tx.remove(models.Event, event_id=event_id)
    if event.cover_id is not None:
        media.release(tx, media_ids=[event.cover_id])
    tx.record(EventDeleted(event_id=event_id, host_id=viewer.profile_id))


async def hold_own(tx: Transaction, viewer: Viewer, event_id: UUID) -> Row:
    """Lock an event that the viewer holds, as its host or a co-host, until the commit.

    Raises:
        NotFound: there is no such event for the viewer.
        NotAllowed: the viewer does not hold it.
    """
    asked = {"event_id": event_id, "viewer_id": viewer.profile_id}
    event = await tx.one(queries.hold, **asked)
    if event is None:
        raise NotFound("Event")
    if not await tx.value(queries.holds, **asked):
        raise NotAllowed("NOT_A_HOST", "Only who holds the event may do this.")
    return event


async def _edit(tx: Transaction, viewer: Viewer, event: Row, values: dict[str, Any]) -> Row:
    """Change what differs of a locked event."""
    changes = {name: value for name, value in values.items() if event[name] != value}
    if not changes:
        return event
    now, whole = datetime.now(UTC), {**dict(event), **values}
    event_details.check_whole(whole, now=now, changed=tuple(changes))
    seats = whole["capacity"]
    if seats is not None and event.attendee_count > seats:
        raise Conflict("SEATS_TAKEN", "More people go than there would be seats.")
    if "attendees_shown_to" in changes:
        attendance.check_shown_to(event, changes["attendees_shown_to"])
    if event.cover_id is not None and "cover_id" in changes:
        media.release(tx, media_ids=[event.cover_id])
    key = {"event_id": event.event_id}
    tx.record(EventChanged(**key, editor_id=viewer.profile_id, changes=tuple(changes)))
    changed = await tx.change(models.Event, key, **changes, updated_at=now)
    if "capacity" in changes and await attendance.promote(tx, event.event_id):
        changed = await tx.get(models.Event, **key)
    return changed or event


async def _cancel(tx: Transaction, viewer: Viewer, event: Row) -> Row:
    if event.cancelled_at is not None:
        return event
    key, now = {"event_id": event.event_id}, datetime.now(UTC)
    tx.record(EventCancelled(**key, editor_id=viewer.profile_id))
    return await tx.change(models.Event, key, cancelled_at=now, updated_at=now) or event


async def _placed(tx: Transaction, given: dict[str, Any]) -> dict[str, Any]:
    """Say of an event in a known place what is known of the place, where the host does not."""
    if given.get("place_id") is None:
        return given
    # Not removed before the commit.
    place = await tx.one(favourite_places.keep, place_id=given["place_id"])
    if place is None:
        raise NotFound("Place")
    known = {"place_name": place.name, "address": place.address, "city": place.city}
    point = {"latitude": place.latitude, "longitude": place.longitude}
    return {**known, **point, **given}


async def _cover(tx: Transaction, viewer: Viewer, values: dict[str, Any]) -> None:
    if values.get("cover_id") is not None:
        await media.attach(
            tx, viewer, media_ids=[values["cover_id"]], kinds=[Kind.IMAGE], path="coverId"
        )


def check_host(event: Row, viewer: Viewer) -> None:
    """Refuse what only the host of an event may do.

    Raises:
        NotAllowed: the viewer is not its host.
    """
    if event.host_id != viewer.profile_id:
        raise NotAllowed("NOT_THE_HOST", "Only the host of the event may do this.")
