"""Meetings: when people have time to meet, and how one match invites the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain import attendance, events, invitations, limits, matches, profiles, weekly_hours
from domain.attendance import RsvpAnswer
from domain.event_details import EventAudience
from domain.facts import Fact
from domain.refusals import InvalidInput, NotFound
from domain.time_zones import time_zone_problems
from domain.viewer import Viewer
from domain.weekly_hours import WeeklyHours
from persistence import models
from persistence.rows import Row
from persistence.transaction import Transaction

_SEATS = 2


@dataclass(frozen=True, kw_only=True)
class MeetingTimesSet(Fact):
    """Somebody said when they have time to meet."""

    profile_id: UUID


async def set_meeting_times(
    tx: Transaction, viewer: Viewer, *, time_zone: str, hours: Sequence[WeeklyHours]
) -> Row:
    """Say when one has time to meet, in place of what was said before; the same changes nothing.

    Settled under the lock of the profile.

    Args:
        tx: the transaction.
        viewer: whose time it is.
        time_zone: of IANA; by its clock the hours are.
        hours: of a week, at most 28; none takes them back.

    Returns:
        The meeting times.

    Raises:
        InvalidInput: with all that is wrong.
        LimitReached: the viewer has changed them as often today as one may.
    """
    if problems := [*weekly_hours.hours_problems("hours", hours), *time_zone_problems(time_zone)]:
        raise InvalidInput(problems)
    stored = [each.stored() for each in weekly_hours.in_order(hours)]
    await profiles.own(tx, viewer)
    key = {"profile_id": viewer.profile_id}
    before = await tx.get(models.MeetingTimes, profile_id=viewer.profile_id)
    if before is not None and (before.time_zone, before.hours) == (time_zone, stored):
        return before
    # Suggestions would tell when others have time, to whoever could try all hours.
    most = limits.MEETING_TIMES_PER_DAY
    told = f"You have changed when you have time {most} times within a day."
    await profiles.spend(tx, viewer, limits.MEETING_TIMES, most, told=told)
    tx.record(MeetingTimesSet(profile_id=viewer.profile_id))
    if before is None:
        return await tx.add(models.MeetingTimes, **key, time_zone=time_zone, hours=stored)
    now = datetime.now(UTC)
    changed = await tx.change(
        models.MeetingTimes, key, time_zone=time_zone, hours=stored, updated_at=now
    )
    return changed or before


async def invite_to_meeting(
    tx: Transaction,
    viewer: Viewer,
    *,
    match_id: UUID,
    place_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    most_a_day: int,
) -> Row:
    """Invite one's match to an event for the two, to which one goes.

    The other's hours are not looked at, so that inviting tells nothing of them.

    Args:
        tx: the transaction.
        viewer: who invites.
        match_id: whom.
        place_id: where, as suggested or not.
        starts_at: from when, with its time zone, in the future.
        ends_at: to when, with its time zone.
        most_a_day: how many events the viewer may make within a day.

    Returns:
        The event.

    Raises:
        InvalidInput: the times cannot be those of an event.
        NotFound: the viewer has no such match, or there is no such place.
        LimitReached: the viewer has made as many events today as one may.
    """
    other = await matches.partner_in(tx, viewer, match_id)
    place = await tx.get(models.Place, place_id=place_id)
    if place is None:
        raise NotFound("Place")
    event = await events.create_event(
        tx,
        viewer,
        most_a_day=most_a_day,
        title=place.name,
        place_id=place_id,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=place.time_zone or await _time_zone(tx, viewer),
        audience=EventAudience.INVITED,
        capacity=_SEATS,
    )
    key = {"event_id": event.event_id}
    await invitations.invite_to_event(tx, viewer, **key, profile_ids=[other])
    return (await attendance.rsvp(tx, viewer, **key, answer=RsvpAnswer.GOING))[1]


async def _time_zone(tx: Transaction, viewer: Viewer) -> str:
    mine = await tx.get(models.MeetingTimes, profile_id=viewer.profile_id)
    return mine.time_zone if mine else "UTC"
