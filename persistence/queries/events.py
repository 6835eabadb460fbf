"""Questions about events."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.models.events import POINT, WORDS
from persistence.pages import MOST_COUNTED, Listing
from persistence.queries import circles, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Event = models.Event


def is_for_viewer(event: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer is in the circle for which an event is.

    Whoever holds it, is invited, or has answered that they might come is in it, whatever its
    audience is by now. Whether the viewer may see the host is another question.

    Args:
        event: the table of events, or an alias of it.
    """
    viewer, host = visibility.viewer_id(), event.host_id
    return sa.or_(
        circles.includes(event.audience, owner=host, viewer=viewer),
        is_among(models.EventInvitation, event.event_id),
        is_among(models.EventCoHost, event.event_id),
        _has_answered(event.event_id),
    )


def is_among(people: Any, event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer is one of those who have to do with an event.

    Args:
        people: the model whose rows say who: `EventInvitation` or `EventCoHost`.
        event_id: the column that holds the event's key.
    """
    mine = alias(people, f"my_{people.__tablename__}")
    return sa.exists().where(
        mine.c.event_id == event_id, mine.c.profile_id == visibility.viewer_id()
    )


def may_see(event: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may see an event: may see its host, and it is for them.

    Args:
        event: the table of events, or an alias of it.
    """
    return sa.and_(visibility.may_see(event.host_id), is_for_viewer(event))


def is_visible(event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may see an event.

    Args:
        event_id: the column that holds the event's key.
    """
    event = alias(_Event, "seen_event")
    return sa.exists().where(event.c.event_id == event_id, may_see(event.c))


def is_held(event_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer holds an event, as its host or a co-host.

    Args:
        event_id: the column that holds the event's key.
    """
    held = alias(_Event, "held")
    return sa.or_(
        sa.exists().where(held.c.event_id == event_id, held.c.host_id == visibility.viewer_id()),
        is_among(models.EventCoHost, event_id),
    )


def _has_answered(event_id: Any) -> sa.ColumnElement[bool]:
    mine = alias(models.Attendance, "my_answer")
    return sa.exists().where(
        mine.c.event_id == event_id,
        mine.c.profile_id == visibility.viewer_id(),
        mine.c.state != "not_going",
    )


_visible = sa.select(_Event).where(may_see(_Event))
_event_id = parameter("event_id", _Event.event_id)
# Any, because a parameter is the owner here, where other lists have a column.
_viewer: Any = visibility.viewer_id()

by_ids = Statement(_visible.where(one_of(_Event.event_id, "ids")), _Event)
"""The events with these `ids` that `viewer_id` may see."""

_here: Any = sa.func.ll_to_earth(
    parameter("latitude", sa.Float()), parameter("longitude", sa.Float())
)
_radius_m = parameter("radius_m", sa.Float())
_going = alias(models.Attendance, "going")

_FILTERS: dict[str, sa.ColumnElement[bool]] = {
    "until": _Event.starts_at < parameter("until", _Event.starts_at),
    "city": sa.func.lower(_Event.city) == sa.func.lower(parameter("city", _Event.city)),
    # The box is what the index knows; its corners are farther away than the radius.
    "radius_m": sa.and_(
        sa.func.earth_box(_here, _radius_m).op("@>", is_comparison=True)(POINT),
        sa.func.earth_distance(_here, POINT) <= _radius_m,
    ),
    "tags": _Event.tags.op("&&", is_comparison=True)(parameter("tags", _Event.tags)),
    "host_id": _Event.host_id == parameter("host_id", _Event.host_id),
    "is_going": _Event.event_id.in_(
        sa.select(_going.c.event_id).where(
            _going.c.profile_id == _viewer, _going.c.state == "going"
        )
    ),
    "text": WORDS.op("@@", is_comparison=True)(
        sa.func.websearch_to_tsquery(
            sa.literal_column("'message_words'::regconfig"), parameter("text", sa.Text())
        )
    ),
    "ids": one_of(_Event.event_id, "ids"),
}
"""By the parameter that is given. One of many: so each choice of them has indexes to go by."""


@cache
def starting(given: frozenset[str]) -> Listing:
    """Give the list of events to come, the first to start first, that meet all of some conditions.

    Its parameters are `starts_from`, `viewer_id`, and those of the conditions.

    Args:
        given: names of conditions: `until` (starts before), `city` (in any case), `radius_m` (of
            `latitude` and `longitude`), `tags` (any of them), `host_id`, `is_going` (the viewer
            goes; cancelled ones too), `text` (its words), `ids` (among these).
    """
    conditions = [condition for name, condition in _FILTERS.items() if name in given]
    if "is_going" not in given:
        conditions.append(_Event.cancelled_at.is_(None))
    return Listing(
        "events.starting",
        _visible.where(_Event.starts_at >= parameter("starts_from", _Event.starts_at), *conditions),
        owner=_viewer,
        order=[_Event.starts_at, _Event.event_id],
        model=_Event,
        descending=False,
        counted_to=MOST_COUNTED,
    )


hold = Statement(
    _visible.where(_Event.event_id == _event_id).with_for_update(of=_Event, key_share=True), _Event
)
"""Lock the row of `event_id`, if `viewer_id` may see it, until the transaction ends."""

holds = Statement(sa.select(is_held(_event_id)))
"""Whether `viewer_id` is the host of `event_id` or one of its co-hosts."""

_Answer, _CoHost = models.Attendance, models.EventCoHost
_concerned: Any = sa.union(
    sa.select(_Answer.profile_id).where(
        _Answer.event_id == _event_id, _Answer.state != "not_going"
    ),
    sa.select(_CoHost.profile_id).where(_CoHost.event_id == _event_id),
    sa.select(_Event.host_id).where(_Event.event_id == _event_id),
).subquery("concerned")

concerned = Statement(
    sa.select(_concerned.c.profile_id)
    .where(
        _concerned.c.profile_id > parameter("after", _Event.host_id),
        _concerned.c.profile_id != parameter("editor_id", _Event.host_id),
    )
    .order_by(_concerned.c.profile_id)
    .limit(parameter("limit", sa.Integer()))
)
"""Up to `limit` people `after` a key who might come to `event_id` or hold it; not `editor_id`."""
