"""Questions about events."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Event = models.Event

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


def is_visible(event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may see the host of an event.

    Args:
        event_id: the column that holds the event's key.
    """
    return sa.exists().where(_Event.event_id == event_id, visibility.may_see(_Event.host_id))


hold = Statement(
    _visible.where(_Event.event_id == _event_id).with_for_update(of=_Event, key_share=True), _Event
)
"""Lock the row of `event_id`, if `viewer_id` may see its host, until the transaction ends."""
