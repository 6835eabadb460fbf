"""Questions about events and who goes to them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Event, _Attendee, _Profile = models.Event, models.EventAttendee, models.Profile

_visible = sa.select(_Event).where(visibility.may_see(_Event.host_id))
_event_id = parameter("event_id", _Event.event_id)
_city = parameter("city", _Event.city)

# Any, because a parameter is the owner here, where other lists have a column.
_viewer: Any = visibility.viewer_id()

by_ids = Statement(_visible.where(one_of(_Event.event_id, "ids")), _Event)
"""The events with these `ids` whose host `viewer_id` may see."""

starting = Listing(
    "events.starting",
    _visible.where(
        _Event.starts_at >= parameter("starts_from", _Event.starts_at),
        sa.or_(_city.is_(None), sa.func.lower(_Event.city) == sa.func.lower(_city)),
    ),
    owner=_viewer,
    order=[_Event.starts_at, _Event.event_id],
    model=_Event,
    descending=False,
)
"""Events that start at `starts_from` or later, in `city` unless that is None, the first first."""

_seen_attendees: Any = (
    sa.select(_Profile, _Attendee.event_id, _Attendee.joined_at)
    .select_from(_Attendee)
    .join(_Profile, _Profile.profile_id == _Attendee.profile_id)
    .where(visibility.may_see(_Attendee.profile_id))
)


def is_visible(event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may see the host of an event.

    Args:
        event_id: the column that holds the event's key.
    """
    return sa.exists().where(_Event.event_id == event_id, visibility.may_see(_Event.host_id))


attendees_of = Listing(
    "events.attendees_of",
    _seen_attendees,
    owner=_Attendee.event_id,
    order=[_Attendee.joined_at, _Attendee.profile_id],
    model=_Profile,
    descending=False,
    shown_to=is_visible,
)
"""The people who go to an event and whom `viewer_id` may see, in the order in which they joined."""

attended = Statement(
    sa.select(_Attendee.event_id).where(
        one_of(_Attendee.event_id, "event_ids"), _Attendee.profile_id == _viewer
    )
)
"""Those of `event_ids` that `viewer_id` goes to."""

hold = Statement(
    _visible.where(_Event.event_id == _event_id).with_for_update(of=_Event, key_share=True), _Event
)
"""Lock the row of `event_id`, if `viewer_id` may see its host, until the transaction ends."""

add_attendee = Statement(
    postgresql.insert(_Attendee)
    .values(event_id=_event_id, profile_id=_viewer, joined_at=sa.func.clock_timestamp())
    .on_conflict_do_nothing()
    .returning(_Attendee),
    _Attendee,
)
"""Let `viewer_id` go to `event_id`; no row when they go already."""

take_seat = Statement(
    sa.update(_Event)
    .where(
        _Event.event_id == _event_id,
        sa.or_(_Event.capacity.is_(None), _Event.attendee_count < _Event.capacity),
    )
    .values(attendee_count=_Event.attendee_count + 1)
    .returning(_Event),
    _Event,
)
"""Count one more attendee of `event_id`; no row when every seat is taken."""

free_seat = Statement(
    sa.update(_Event)
    .where(_Event.event_id == _event_id)
    .values(attendee_count=_Event.attendee_count - 1)
    .returning(_Event),
    _Event,
)
"""Count one attendee of `event_id` less."""
