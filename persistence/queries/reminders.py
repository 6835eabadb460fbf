"""Questions about who is to be reminded of events."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, one_of, parameter

_Event, _Answer = models.Event, models.Attendance


def _due(column: Any, lead: timedelta) -> Statement:
    found = (
        sa.select(_Answer.attendance_id)
        .join(_Event, _Event.event_id == _Answer.event_id)
        .where(
            _Event.starts_at > parameter("after", _Event.starts_at),
            _Event.starts_at <= parameter("until", _Event.starts_at),
            _Event.cancelled_at.is_(None),
            _Answer.state == "going",
            # Who joined later than that knows it anyway.
            _Answer.joined_at <= _Event.starts_at - sa.literal(lead, postgresql.INTERVAL()),
            column.is_(None),
        )
        .order_by(_Answer.attendance_id)
        .limit(parameter("limit", sa.Integer()))
        .with_for_update(of=_Answer, skip_locked=True, key_share=True)
        .cte("found")
    )
    return Statement(
        sa.update(_Answer)
        .where(_Answer.attendance_id == found.c.attendance_id)
        .values({column.key: parameter("now", _Answer.answered_at)})
        .returning(_Answer.event_id, _Answer.profile_id)
    )


due = {
    "day": _due(_Answer.day_reminded_at, timedelta(days=1)),
    "hour": _due(_Answer.hour_reminded_at, timedelta(hours=1)),
}
"""Write `now` down for up to `limit` people whose event begins `after` a moment, up to `until` one.

By how long before the start they are reminded; answers the `event_id` and `profile_id` of each.
"""

still_going = Statement(
    sa.select(_Answer.profile_id, _Event.host_id)
    .join(_Event, _Event.event_id == _Answer.event_id)
    .where(
        _Answer.event_id == parameter("event_id", _Answer.event_id),
        one_of(_Answer.profile_id, "profile_ids"),
        _Answer.state == "going",
        _Event.cancelled_at.is_(None),
        _Event.starts_at > sa.func.now(),
    )
)
"""Those of `profile_ids` who go to `event_id`, which has not begun, each with its `host_id`."""

told = Statement(
    sa.select(
        _Event.title,
        _Event.starts_at,
        _Event.time_zone,
        _Event.place_name,
        _Event.address,
        _Event.online_url,
        models.NotificationSettings.time_zone.label("own"),
    )
    .select_from(_Event)
    .outerjoin(
        models.NotificationSettings,
        models.NotificationSettings.profile_id == parameter("viewer_id", _Answer.profile_id),
    )
    .where(_Event.event_id == parameter("event_id", _Event.event_id))
)
"""What a letter to `viewer_id` tells of `event_id`; `own` is their time zone, None if unset."""
