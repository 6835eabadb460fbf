"""Questions about which events may be recommended to a viewer, and who of their circle goes."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.models.events import POINT
from persistence.queries import events, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Event, _Answer, _Profile = models.Event, models.Attendance, models.Profile
_Match, _Follow, _Settings = models.Match, models.Follow, models.NotificationSettings

_viewer: Any = visibility.viewer_id()
_limit = parameter("limit", sa.Integer())

_mine = alias(_Answer, "my_own_answer")


def _is_new(event: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        event.starts_at > parameter("now", _Event.starts_at),
        event.cancelled_at.is_(None),
        event.host_id != _viewer,
        ~events.is_among(models.EventCoHost, event.event_id),
        ~sa.exists().where(_mine.c.event_id == event.event_id, _mine.c.profile_id == _viewer),
        events.may_see(event),
    )


def _partners(mine: Any, theirs: Any) -> "sa.Select[Any]":
    return sa.select(theirs, sa.true()).where(mine == _viewer, _Match.ended_at.is_(None))


_known = sa.union_all(
    sa.select(_Follow.followed_id.label("profile_id"), sa.false().label("is_match")).where(
        _Follow.follower_id == _viewer, _Follow.accepted_at.is_not(None)
    ),
    _partners(_Match.first_id, _Match.second_id),
    _partners(_Match.second_id, _Match.first_id),
).subquery("known")

_circle = (
    sa.select(_known.c.profile_id, sa.func.bool_or(_known.c.is_match).label("is_match"))
    .where(visibility.may_see(_known.c.profile_id))
    .group_by(_known.c.profile_id)
    .cte("circle")
    # Left to itself, PostgreSQL may ask it again for each row.
    .prefix_with("MATERIALIZED")
)

# Who has no answer to an event is no attendee, so the other ways to show them do not matter here.
_company = (
    sa.select(
        _Event.event_id,
        _Event.starts_at,
        sa.func.count().filter(_circle.c.is_match).label("matches"),
        sa.func.count().filter(~_circle.c.is_match).label("followed"),
    )
    .join(_Answer, _Answer.event_id == _Event.event_id)
    .join(_circle, _circle.c.profile_id == _Answer.profile_id)
    .where(_Answer.joined_at.is_not(None), _Event.attendees_shown_to == "everyone", _is_new(_Event))
    .group_by(_Event.event_id)
    .cte("company")
    .prefix_with("MATERIALIZED")
)
_first_of_company = (
    sa.select(_company.c.event_id)
    .order_by(_company.c.starts_at, _company.c.event_id)
    .limit(_limit)
    .cte("first_of_company")
)

_here: Any = sa.func.ll_to_earth(
    parameter("latitude", sa.Float()), parameter("longitude", sa.Float())
)
_radius_m = parameter("radius_m", sa.Float())
# The index knows what is in the box around the circle. Only as many of these as it takes, the first
# to start first, are asked for how far they are and for all else, which costs far more: that is why
# the box is put in order by itself.
_boxed = (
    sa.select(
        _Event.event_id,
        _Event.starts_at,
        _Event.cancelled_at,
        _Event.host_id,
        _Event.audience,
        _Event.latitude,
        _Event.longitude,
    )
    .where(
        sa.func.earth_box(_here, _radius_m).op("@>", is_comparison=True)(POINT),
        _Event.starts_at > parameter("now", _Event.starts_at),
    )
    .order_by(_Event.starts_at, _Event.event_id)
    .offset(0)
    .subquery("boxed")
)
_point = sa.func.ll_to_earth(_boxed.c.latitude, _boxed.c.longitude)
_near = (
    sa.select(_boxed.c.event_id)
    .where(sa.func.earth_distance(_here, _point) <= _radius_m, _is_new(_boxed.c))
    .order_by(_boxed.c.starts_at, _boxed.c.event_id)
    .limit(_limit)
    .cte("near")
)

_alike = (
    sa.select(_Event.event_id).where(one_of(_Event.event_id, "ids"), _is_new(_Event)).cte("alike")
)
_chosen = sa.union(
    sa.select(_first_of_company.c.event_id),
    sa.select(_near.c.event_id),
    sa.select(_alike.c.event_id),
).subquery("chosen")

candidates = Statement(
    sa.select(
        _Event,
        sa.func.coalesce(_company.c.matches, 0).label("matches"),
        sa.func.coalesce(_company.c.followed, 0).label("followed"),
    )
    .join(_chosen, _chosen.c.event_id == _Event.event_id)
    .outerjoin(_company, _company.c.event_id == _Event.event_id),
    _Event,
)
"""The events after `now` that `viewer_id` may see, neither holds nor has answered, and that are not
cancelled: those of `ids`, the `limit` first ones within `radius_m` of `latitude` and `longitude`
(none where these are null), and the `limit` first ones to which somebody goes whom the viewer has
matched with or follows. Beside the columns of the event: how many `matches` go, and `followed` ones
who are no matches, counting nobody who is hidden from the viewer, or by the event."""

reader = Statement(
    sa.select(
        _Profile.latitude,
        _Profile.longitude,
        _Profile.location_salt,
        sa.select(_Settings.language)
        .where(_Settings.profile_id == _viewer)
        .scalar_subquery()
        .label("language"),
    ).where(_Profile.profile_id == _viewer)
)
"""Where `viewer_id` is, and in which language they read, None if unsaid; shown to nobody."""
