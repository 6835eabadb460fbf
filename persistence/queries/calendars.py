"""Questions about calendars: whose secret is which, and what is in them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import events, visibility
from persistence.statements import Statement, parameter

_Calendar, _Event = models.Calendar, models.Event
_viewer = visibility.viewer_id()

reset = Statement(
    postgresql.insert(_Calendar)
    .from_select(
        ["profile_id"],
        sa.select(models.Profile.profile_id).where(models.Profile.profile_id == _viewer),
    )
    .on_conflict_do_update(
        index_elements=["profile_id"], set_={"calendar_key": sa.func.gen_random_uuid()}
    )
    .returning(_Calendar),
    _Calendar,
)
"""Give the calendar of `viewer_id` a new key; no row when their account is gone."""

own = Statement(
    sa.select(_Calendar)
    .join(models.Account, models.Account.account_id == _Calendar.profile_id)
    .where(_Calendar.profile_id == _viewer, models.Account.is_active),
    _Calendar,
)
"""The calendar of `viewer_id`, while their account is active."""

events_of = Statement(
    sa.select(_Event)
    .where(
        _Event.ends_at > parameter("since", _Event.ends_at),
        events.may_see(_Event),
        sa.or_(
            events.is_held(_Event.event_id),
            _Event.event_id.in_(
                sa.select(models.Attendance.event_id).where(
                    models.Attendance.profile_id == _viewer, models.Attendance.state == "going"
                )
            ),
        ),
    )
    .order_by(_Event.ends_at, _Event.event_id)
    .limit(parameter("limit", sa.Integer())),
    _Event,
)
"""Up to `limit` events that end after `since`, which `viewer_id` holds or goes to, and may see."""
