"""Questions about who is invited to an event, and who holds it with its host."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import circles, events, follows, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Event, _CoHost, _Invitation = models.Event, models.EventCoHost, models.EventInvitation
_Profile = models.Profile
_viewer = visibility.viewer_id()
_event_id = parameter("event_id", _Event.event_id)

hold_people = Statement(
    sa.select(
        _Profile.profile_id,
        visibility.may_see(_Profile.profile_id).label("is_seen"),
        sa.or_(
            circles.matched(_Profile.profile_id, _viewer),
            follows.follows(_Profile.profile_id, _viewer),
        ).label("is_close"),
    )
    .where(one_of(_Profile.profile_id, "profile_ids"))
    .order_by(_Profile.profile_id)
    .with_for_update(read=True, key_share=True, of=_Profile)
)
"""Those of `profile_ids` that there are, kept to the commit; whether `viewer_id` sees them, and
whether they have matched with or follow `viewer_id`.

Before any event: the order in which deleting an account takes them.
"""

_inviting = sa.func.unnest(sa.bindparam("profile_ids", type_=postgresql.ARRAY(sa.Uuid)))
_invited: Any = postgresql.insert(_Invitation).from_select(
    ["event_id", "profile_id", "invited_by_id"], sa.select(_event_id, _inviting, _viewer)
)

invite = Statement(_invited.on_conflict_do_nothing().returning(_Invitation), _Invitation)
"""Invite those of `profile_ids` to `event_id`, by `viewer_id`, who are not invited yet."""

count_invited = Statement(sa.select(sa.func.count()).where(_Invitation.event_id == _event_id))
"""How many people are invited to `event_id`."""

count_co_hosts = Statement(sa.select(sa.func.count()).where(_CoHost.event_id == _event_id))
"""How many co-hosts `event_id` has."""

co_hosts_of = Statement(
    sa.select(_Profile, _CoHost.event_id)
    .join(_CoHost, _CoHost.profile_id == _Profile.profile_id)
    .where(
        one_of(_CoHost.event_id, "event_ids"),
        events.is_visible(_CoHost.event_id),
        visibility.may_see(_CoHost.profile_id),
    )
    .order_by(_CoHost.added_at, _CoHost.profile_id),
    _Profile,
)
"""Who holds `event_ids` with their hosts, as far as `viewer_id` sees them, the longest first.

Beside the profile's columns: `event_id`.
"""


def _may_list(event_id: Any) -> sa.ColumnElement[bool]:
    event = alias(_Event, "own_event")
    is_own = sa.or_(event.c.host_id == _viewer, events.is_among(_CoHost, event_id))
    return sa.exists().where(event.c.event_id == event_id, is_own, events.may_see(event.c))


_with_place: Any = (
    sa.select(_Profile, _Invitation.event_id, _Invitation.invited_at)
    .join(_Invitation, _Invitation.profile_id == _Profile.profile_id)
    .where(visibility.may_see(_Invitation.profile_id))
)

invited_to = Listing(
    "invitations.invited_to",
    _with_place,
    owner=_Invitation.event_id,
    order=[_Invitation.invited_at, _Invitation.profile_id],
    model=_Profile,
    shown_to=_may_list,
)
"""Who is invited to an event that `viewer_id` holds, the latest first; empty for all others."""

standing_of = Statement(
    sa.select(
        _Event.event_id,
        sa.or_(_Event.host_id == _viewer, events.is_among(_CoHost, _Event.event_id)).label(
            "is_hosting"
        ),
        events.is_among(_Invitation, _Event.event_id).label("is_invited"),
    ).where(one_of(_Event.event_id, "event_ids"))
)
"""Whether `viewer_id` holds each of `event_ids`, and is invited to it."""

still_invited = Statement(
    sa.select(_Invitation.profile_id).where(
        _Invitation.event_id == _event_id,
        one_of(_Invitation.profile_id, "profile_ids"),
        sa.exists().where(_Event.event_id == _event_id, _Event.cancelled_at.is_(None)),
    )
)
"""Those of `profile_ids` who are invited to `event_id`, unless it is cancelled."""
