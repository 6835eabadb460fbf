"""Questions about who goes to events, who waits for a seat, and who hosts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import events, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Event, _Answer, _Profile = models.Event, models.Attendance, models.Profile
_event_id = parameter("event_id", _Event.event_id)
_profile_id = parameter("profile_id", _Profile.profile_id)

_KEYS = postgresql.ARRAY(sa.Uuid())

# Any, because a parameter is the owner here, where other lists have a column.
_viewer: Any = visibility.viewer_id()


def shows_attendees(event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may see an event, and who goes to it.

    Args:
        event_id: the column that holds the event's key.
    """
    asked = alias(_Event, "asked")
    mine = alias(_Answer, "mine")
    goes = sa.exists().where(
        mine.c.event_id == asked.c.event_id, mine.c.profile_id == _viewer, mine.c.state == "going"
    )
    told = sa.exists().where(
        asked.c.event_id == event_id,
        sa.or_(
            asked.c.attendees_shown_to == "everyone",
            sa.and_(asked.c.attendees_shown_to == "attendees", goes),
        ),
    )
    return sa.and_(events.is_visible(event_id), sa.or_(told, events.is_held(event_id)))


_hosts_see = sa.and_(events.is_held(_Answer.event_id), visibility.may_see(_Answer.profile_id))

by_ids = Statement(
    sa.select(_Answer).where(
        one_of(_Answer.attendance_id, "ids"),
        events.is_visible(_Answer.event_id),
        sa.or_(_Answer.profile_id == _viewer, _hosts_see),
    ),
    _Answer,
)
"""The answers with these `ids` that `viewer_id` gave, or to events of theirs."""

own_to = Statement(
    sa.select(_Answer).where(
        one_of(_Answer.event_id, "event_ids"),
        events.is_visible(_Answer.event_id),
        _Answer.profile_id == _viewer,
    ),
    _Answer,
)
"""What `viewer_id` answered to those of `event_ids` that they may see."""

_seen_attendees: Any = (
    sa.select(_Profile, _Answer.event_id, _Answer.joined_at)
    .select_from(_Answer)
    .join(_Profile, _Profile.profile_id == _Answer.profile_id)
    .where(_Answer.joined_at.is_not(None), visibility.may_see(_Answer.profile_id))
)

attendees_of = Listing(
    "attendance.attendees_of",
    _seen_attendees,
    owner=_Answer.event_id,
    order=[_Answer.joined_at, _Answer.profile_id],
    model=_Profile,
    descending=False,
    shown_to=shows_attendees,
)
"""The people who go to an event and whom `viewer_id` may see, in the order in which they joined."""


def _answers(state: str) -> Listing:
    return Listing(
        f"attendance.{state}",
        sa.select(_Answer).where(_Answer.state == state, visibility.may_see(_Answer.profile_id)),
        owner=_Answer.event_id,
        order=[_Answer.answered_at, _Answer.attendance_id],
        model=_Answer,
        descending=False,
        shown_to=lambda event_id: sa.and_(events.is_visible(event_id), events.is_held(event_id)),
    )


answers_of = {state: _answers(state) for state in ("going", "waiting", "interested", "not_going")}
"""The answers to an event by state, the first to answer first; of nobody but its hosts."""

_asked = (
    sa.select(_Answer.event_id, sa.func.max(_Answer.answered_at).label("answered_at"))
    .where(one_of(_Answer.attendance_id, "ids"), _Answer.state == "waiting")
    .group_by(_Answer.event_id)
    .subquery("asked")
)
_ahead = alias(_Answer, "ahead")
_queue = (
    sa.select(
        _ahead.c.attendance_id,
        sa.func.row_number()
        .over(order_by=[_ahead.c.answered_at, _ahead.c.attendance_id])
        .label("place"),
    )
    .where(
        _ahead.c.event_id == _asked.c.event_id,
        _ahead.c.state == "waiting",
        _ahead.c.answered_at <= _asked.c.answered_at,
    )
    .lateral("queue")
)

places_in_queue = Statement(
    sa.select(_queue.c.attendance_id, _queue.c.place)
    .select_from(_asked.join(_queue, sa.true()))
    .where(_queue.c.attendance_id == sa.any_(parameter("ids", _KEYS)))
)
"""At which place of the queue those of these answers are that wait, from 1 on.

Each queue is read once, up to the last of them.
"""

counts_of = Statement(
    sa.select(
        _Answer.event_id,
        sa.func.count().filter(_Answer.state == "waiting").label("waiting"),
        sa.func.count().filter(_Answer.state == "interested").label("interested"),
    )
    .where(
        one_of(_Answer.event_id, "event_ids"),
        sa.or_(_Answer.state == "waiting", _Answer.state == "interested"),
    )
    .group_by(_Answer.event_id)
)
"""How many people wait for a seat at each of `event_ids`, and how many are interested."""

check_in_keys = Statement(
    sa.select(_Event.event_id, _Event.check_in_key).where(
        one_of(_Event.event_id, "event_ids"),
        events.is_visible(_Event.event_id),
        events.is_held(_Event.event_id),
    )
)
"""What the check-in codes of those of `event_ids` are made of that `viewer_id` holds."""

hold_person = Statement(
    sa.select(_Profile.profile_id)
    .where(_Profile.profile_id == _viewer)
    .with_for_update(read=True, key_share=True)
)
"""Let `viewer_id` not delete their account until the commit; no row when they have.

Before any event: the order in which deleting an account takes them.
"""

answer = Statement(
    postgresql.insert(_Answer)
    .values(
        event_id=_event_id,
        profile_id=_viewer,
        state=parameter("state", _Answer.state),
        guest_count=parameter("guest_count", _Answer.guest_count),
        answered_at=sa.func.clock_timestamp(),
    )
    .on_conflict_do_update(
        index_elements=["event_id", "profile_id"],
        set_={
            "state": parameter("state", _Answer.state),
            "guest_count": parameter("guest_count", _Answer.guest_count),
            "answered_at": sa.func.clock_timestamp(),
            "joined_at": None,
            "checked_in_at": None,
        },
    )
    .returning(_Answer),
    _Answer,
)
"""Write down that `viewer_id` answers `event_id` from now on with a `state` other than going."""

add_seats = Statement(
    sa.update(_Event)
    .where(_Event.event_id == _event_id)
    .values(attendee_count=_Event.attendee_count + parameter("seats", sa.Integer()))
)
"""Count so many more `seats` of `event_id` as taken, or less when negative."""

_open = (
    sa.select(_Event.host_id, (_Event.capacity - _Event.attendee_count).label("seats"))
    .where(
        _Event.event_id == _event_id,
        _Event.ends_at > sa.func.now(),
        _Event.cancelled_at.is_(None),
    )
    .cte("open")
)
_in_order = (_Answer.answered_at, _Answer.attendance_id)
_fitting = (
    sa.select(
        _Answer.attendance_id,
        _open.c.seats,
        sa.func.sum(1 + _Answer.guest_count).over(order_by=_in_order).label("taken"),
    )
    .select_from(_Answer)
    .join(_open, sa.true())
    .where(
        _Answer.event_id == _event_id,
        _Answer.state == "waiting",
        visibility.may_see(_Answer.profile_id, viewer=_open.c.host_id),
        sa.or_(_open.c.seats.is_(None), 1 + _Answer.guest_count <= _open.c.seats),
    )
    .order_by(*_in_order)
    .limit(sa.select(_open.c.seats).scalar_subquery())
    .cte("fitting")
)
_seated = (
    sa.update(_Answer)
    .where(
        _Answer.attendance_id == _fitting.c.attendance_id,
        sa.or_(_fitting.c.seats.is_(None), _fitting.c.taken <= _fitting.c.seats),
    )
    .values(state="going", joined_at=sa.func.clock_timestamp())
    .returning(_Answer)
    .cte("seated")
)
_counted = (
    sa.update(_Event)
    .where(_Event.event_id == _event_id, sa.exists().select_from(_seated))
    .values(
        attendee_count=_Event.attendee_count
        + sa.select(sa.func.sum(1 + _seated.c.guest_count).cast(sa.Integer)).scalar_subquery()
    )
    .returning(_Event.event_id)
    .cte("counted")
)

seat = Statement(
    sa.select(_seated).order_by(_seated.c.answered_at, _seated.c.attendance_id).add_cte(_counted),
    _Answer,
)
"""Give free seats of `event_id` to those who wait, the first first, and count them.

Of those who fit by themselves, and whom the host may see, it takes as many from the front as fit
together. Nobody while nobody who waits fits, or when the event is over or cancelled. The event's
row must be held.
"""

hold_events_of = Statement(
    sa.select(_Event)
    .where(
        sa.or_(
            _Event.host_id == _profile_id,
            _Event.event_id.in_(
                sa.select(_Answer.event_id).where(_Answer.profile_id == _profile_id)
            ),
        )
    )
    .order_by(_Event.event_id)
    .with_for_update(),
    _Event,
)
"""Hold the events that `profile_id` hosts or has answered to, in one order."""

lost_with = Statement(
    sa.select(_Event.event_id, _Event.title, _Event.starts_at, _Event.time_zone, _Answer.profile_id)
    .join(_Answer, _Answer.event_id == _Event.event_id)
    .where(
        _Event.host_id == _profile_id,
        _Event.ends_at > sa.func.now(),
        _Event.cancelled_at.is_(None),
        _Answer.state == sa.any_(sa.literal(["going", "waiting"], postgresql.ARRAY(sa.Text()))),
    )
    .order_by(_Event.event_id, _Answer.profile_id)
)
"""Who goes to the events to come that `profile_id` hosts, or waits for a seat, and to which."""

_first_id = parameter("first_id", _Profile.profile_id)
_second_id = parameter("second_id", _Profile.profile_id)


def _answered(host_id: Any, guest_id: Any) -> sa.ColumnElement[bool]:
    mine = sa.select(_Answer.event_id).where(
        _Answer.profile_id == guest_id, _Answer.state != "not_going"
    )
    return sa.and_(_Event.host_id == host_id, _Event.event_id.in_(mine))


hold_between = Statement(
    sa.select(_Event)
    .where(
        _Event.ends_at > sa.func.now(),
        sa.or_(_answered(_first_id, _second_id), _answered(_second_id, _first_id)),
    )
    .order_by(_Event.event_id)
    .with_for_update(),
    _Event,
)
"""Hold the events of one of `first_id` and `second_id` to which the other might come, in order."""

told_of = Statement(
    sa.select(_Event.host_id.label("profile_id"))
    .where(_Event.event_id == _event_id)
    .union(
        sa.select(models.EventCoHost.profile_id).where(models.EventCoHost.event_id == _event_id),
        sa.select(_Answer.profile_id).where(
            _Answer.event_id == _event_id,
            _Answer.state == "going",
            sa.exists().where(
                _Event.event_id == _event_id,
                _Event.attendee_count <= parameter("most", sa.Integer()),
            ),
        ),
    )
)
"""Who is told live of answers to `event_id`: its hosts, and up to `most` who go all of them."""
