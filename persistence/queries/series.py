"""Questions about events that come again."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import events
from persistence.statements import Statement, one_of, parameter

_Event, _Series, _Profile = models.Event, models.EventSeries, models.Profile
_event_id = parameter("event_id", _Event.event_id)
_series_id = parameter("series_id", _Series.series_id)
_now = parameter("now", _Event.starts_at)

hold_host = Statement(
    sa.select(_Profile.profile_id)
    .join(_Series, _Series.host_id == _Profile.profile_id)
    .where(_Series.series_id == _series_id)
    .with_for_update(read=True, key_share=True, of=_Profile)
)
"""Let the host of `series_id` not delete their account until the commit; no row when they have."""

last_of = Statement(
    sa.select(_Event)
    .where(_Event.series_id == _series_id)
    .order_by(_Event.original_starts_at.desc())
    .limit(1),
    _Event,
)
"""The last event of `series_id` that exists."""

count_coming = Statement(
    sa.select(sa.func.count()).where(_Event.series_id == _series_id, _Event.starts_at > _now)
)
"""How many events of `series_id` start after `now`."""

_moments = postgresql.ARRAY(sa.DateTime(timezone=True))
_times = (
    sa.func.unnest(parameter("starts", _moments), parameter("ends", _moments))
    .table_valued(
        sa.column("starts_at", sa.DateTime(timezone=True)),
        sa.column("ends_at", sa.DateTime(timezone=True)),
    )
    .render_derived(name="times")
)
_SAID = (
    *("host_id", "title", "description", "tags", "audience", "cover_id", "place_id"),
    *("place_name", "address", "city", "latitude", "longitude", "online_url", "capacity"),
    *("attendees_shown_to", "series_id"),
)
_said: Any = _Event.__table__.c

repeat = Statement(
    postgresql.insert(_Event)
    .from_select(
        ["starts_at", "original_starts_at", "ends_at", "time_zone", *_SAID],
        sa.select(
            _times.c.starts_at,
            _times.c.starts_at.label("original_starts_at"),
            _times.c.ends_at,
            parameter("time_zone", _Event.time_zone),
            *(_said[name] for name in _SAID),
        )
        .select_from(_Event.__table__.join(_times, sa.true()))
        .where(_Event.event_id == _event_id),
    )
    .on_conflict_do_nothing(index_elements=["series_id", "original_starts_at"])
    .returning(_Event),
    _Event,
)
"""Make events like `event_id` that its series does not have yet.

They are from `starts` to `ends`, by the clock of `time_zone`.
"""


def _repeat(people: Any, *columns: str) -> Statement:
    table = people.__table__
    ids = sa.func.unnest(parameter("ids", postgresql.ARRAY(sa.Uuid())))
    names = ["profile_id", *columns]
    copied = sa.select(ids, *(table.c[name] for name in names)).where(table.c.event_id == _event_id)
    made: Any = postgresql.insert(table).from_select(["event_id", *names], copied)
    return Statement(made.on_conflict_do_nothing().returning(table.c.event_id))


repeat_co_hosts = _repeat(models.EventCoHost)
"""Let the co-hosts of `event_id` hold the events with these `ids` too."""

repeat_invitations = _repeat(models.EventInvitation, "invited_by_id")
"""Let who is invited to `event_id` be invited to the events with these `ids` too."""

hold_following = Statement(
    sa.select(_Event)
    .where(
        _Event.series_id == _series_id,
        _Event.original_starts_at > parameter("after", _Event.starts_at),
    )
    .order_by(_Event.event_id)
    .with_for_update(key_share=True),
    _Event,
)
"""The events of `series_id` that come `after` a time by its rule, held to the commit."""

due = Statement(
    sa.select(_Series.series_id)
    .where(
        _Series.ended_at.is_(None),
        _Series.series_id > parameter("last", _Series.series_id),
        sa.select(sa.func.count())
        .where(_Event.series_id == _Series.series_id, _Event.starts_at > sa.func.now())
        .correlate(_Series)
        .scalar_subquery()
        < parameter("ahead", sa.Integer()),
    )
    .order_by(_Series.series_id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
"""Up to `limit` series beyond `last` with fewer than `ahead` events to come."""

rules_of = Statement(
    sa.select(_Series.series_id, _Series.rule).where(one_of(_Series.series_id, "series_ids"))
)
"""The rules of `series_ids`."""

of_series = Listing(
    "series.of_series",
    sa.select(_Event).where(
        events.may_see(_Event), _Event.cancelled_at.is_(None), _Event.ends_at > sa.func.now()
    ),
    owner=_Event.series_id,
    order=[_Event.starts_at, _Event.event_id],
    model=_Event,
    descending=False,
)
"""The events of a series that `viewer_id` may see, that are not over and not cancelled."""
