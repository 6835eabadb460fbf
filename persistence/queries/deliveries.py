"""Questions about deliveries: what is to be sent to whom, and what became of it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries.accounts import is_open
from persistence.statements import Statement, alias, one_of, parameter

_L, _N, _D, _S = models.Delivery, models.Notification, models.Device, models.Session
_moment = sa.DateTime(timezone=True)
_now, _at = parameter("now", _moment), parameter("available_at", _moment)
_window, _burst = parameter("window", sa.Interval()), parameter("burst", sa.Integer())
_lease = parameter("lease", sa.Interval())
_sent: Any = alias(_L, "sent")
_TO_DO = ("waiting", "clearing")
# Until when who took it may still be sending. A pause before the next attempt may be far longer.
_perhaps_taken_until = sa.case(
    (_L.attempt_count > 0, sa.func.least(_L.available_at, _now + _lease)), else_=_now
)


def _states(*states: str) -> list[sa.ColumnElement[str]]:
    return [sa.literal_column(f"'{state}'") for state in states]


_signed_in = sa.exists().where(
    _S.session_id == _D.session_id,
    is_open,
    models.Account.account_id == _S.account_id,
    models.Account.is_active,
)
_sent_lately = (
    sa.select(sa.func.count())
    .where(_sent.c.device_id == _D.device_id, _sent.c.sent_at > _now - _window)
    .scalar_subquery()
)
_pushes: Any = (
    sa.select(
        _N.notification_id,
        _N.profile_id,
        _D.device_id,
        _N.kind,
        sa.literal_column("'push'").label("channel"),
        _N.fact_id,
        _now.label("decided_at"),
        sa.case(
            (
                _sent_lately >= _burst,
                sa.func.greatest(_at, _now + _window),
            ),
            else_=_at,
        ).label("available_at"),
    )
    .join(_D, _D.profile_id == _N.profile_id)
    .where(
        _N.notification_id == parameter("notification_id", _N.notification_id),
        _N.read_at.is_(None),
        _signed_in,
    )
    # So that two at once lock the rows in one order.
    .order_by(_D.device_id)
)
_new_push: Any = postgresql.insert(_L).from_select(
    [column.key for column in _pushes.selected_columns], _pushes
)

decide_pushes = Statement(
    _new_push.on_conflict_do_update(
        index_elements=["notification_id", "device_id"],
        set_={
            "fact_id": _new_push.excluded.fact_id,
            "state": sa.literal_column("'waiting'"),
            # One that is on its way counts, so that reading takes it away from the device too.
            "attempt_count": sa.func.least(_L.attempt_count, 1),
            "decided_at": _new_push.excluded.decided_at,
            "available_at": sa.func.greatest(
                _new_push.excluded.available_at,
                # Two of one place must not overtake each other.
                _perhaps_taken_until,
                # Who was just told of this hears the rest of it together.
                sa.case((_L.sent_at > _now - _lease, _L.sent_at + _window)),
            ),
        },
        where=_L.fact_id < _new_push.excluded.fact_id,
    ).returning(_L.__table__),
    _L,
)
"""Decide the pushes of an unread `notification_id`, one for each device of its reader.

Each is decided once for what the notification tells: again only when it tells a later fact. They
are due `available_at`, later by `window` for a device that got `burst` pushes within it or was
told of this within a `lease`, and not before the `lease` of who may be sending the fact before.
Answers those that are new or wait again.
"""

_mails: Any = sa.select(
    _N.notification_id,
    _N.profile_id,
    _N.kind,
    sa.literal_column("'email'").label("channel"),
    _N.fact_id,
    _now.label("decided_at"),
    _at.label("available_at"),
).where(
    _N.notification_id == parameter("notification_id", _N.notification_id),
    _N.read_at.is_(None),
    sa.exists().where(
        models.Account.account_id == _N.profile_id,
        models.Account.is_active,
        # Whoever gave somebody else's address must not bring mails upon them.
        models.Account.is_verified,
    ),
)

decide_mail = Statement(
    postgresql.insert(_L)
    .from_select([column.key for column in _mails.selected_columns], _mails)
    .on_conflict_do_nothing()
    .returning(_L.__table__),
    _L,
)
"""Decide the mail of an unread `notification_id`, due `available_at`, to a verified address."""

due = Statement(
    sa.select(_L.profile_id, _L.device_id, _L.channel)
    .where(_L.state.in_(_states(*_TO_DO)), _L.available_at <= _now)
    .group_by(_L.profile_id, _L.device_id, _L.channel)
    .order_by(sa.func.min(_L.available_at))
    .limit(parameter("limit", sa.Integer()))
)
"""To whom, by which channel and to which device something is due `now`, the oldest first."""

_taken = (
    sa.select(_L.delivery_id)
    .where(
        _L.profile_id == parameter("profile_id", _L.profile_id),
        _L.channel == parameter("channel", _L.channel),
        _L.device_id.is_not_distinct_from(parameter("device_id", sa.Uuid())),
        _L.state.in_(_states(*_TO_DO)),
        _L.available_at <= _now,
    )
    .order_by(_L.delivery_id)
    .limit(parameter("limit", sa.Integer()))
    .with_for_update(skip_locked=True)
)

claim = Statement(
    sa.update(_L)
    .where(_L.delivery_id.in_(_taken))
    .values(attempt_count=_L.attempt_count + 1, available_at=parameter("until", _moment))
    .returning(_L.__table__),
    _L,
)
"""Take what is due `now` for one target; nobody else takes it `until` a moment."""

_ids = parameter("ids", postgresql.ARRAY(sa.Uuid()))
_key: Any = (
    sa.func.unnest(
        _ids,
        parameter("fact_ids", postgresql.ARRAY(sa.Uuid())),
        parameter("attempt_counts", postgresql.ARRAY(sa.Integer())),
    )
    .table_valued(
        sa.column("delivery_id", sa.Uuid()),
        sa.column("fact_id", sa.Uuid()),
        sa.column("attempt_count", sa.Integer()),
    )
    .render_derived(name="told")
)


def _held(*which: Any) -> Any:
    # Locked in one order, so that who reads and who sends do not wait for each other.
    found = sa.select(_L.delivery_id).where(*which).order_by(_L.delivery_id)
    return found.with_for_update().cte("held")


_taken_ones = _held(_L.delivery_id == sa.any_(_ids))
_is_one = sa.and_(_L.delivery_id == _taken_ones.c.delivery_id, _L.delivery_id == _key.c.delivery_id)
_is_unchanged = sa.and_(
    _L.fact_id == _key.c.fact_id,
    _L.state == parameter("was", _L.state),
    _L.attempt_count == _key.c.attempt_count,
)
_was_sent = parameter("sent", sa.Integer()) > 0

finish = Statement(
    sa.update(_L)
    .where(_is_one, sa.or_(_is_unchanged, _was_sent))
    .values(
        state=sa.case((_is_unchanged, parameter("state", _L.state)), else_=_L.state),
        attempt_count=sa.case((_is_unchanged, 0), else_=_L.attempt_count),
        sent_count=_L.sent_count + sa.cast(parameter("sent", sa.Integer()), sa.Integer()),
        sent_at=sa.case((_was_sent, _now), else_=_L.sent_at),
        # Who was just told of this hears the rest of it together.
        available_at=sa.case(
            (
                sa.and_(~_is_unchanged, _L.state == "waiting"),
                sa.func.greatest(_L.available_at, _now + _window),
            ),
            else_=_L.available_at,
        ),
    )
    .returning(_L.delivery_id)
)
"""Say what became of deliveries, taken in the state `was` with their `attempt_counts`.

Of those that tell more by now, were read or were taken by somebody else it keeps no more than
that they were `sent`; what they tell since then waits for another `window`.
"""

put_off = Statement(
    sa.update(_L)
    .where(_is_one, _is_unchanged)
    .values(
        available_at=_at,
        attempt_count=_L.attempt_count - sa.cast(parameter("forgiven", sa.Integer()), sa.Integer()),
    )
    .returning(_L.delivery_id)
)
"""Keep deliveries that were taken from everybody until `available_at`.

`forgiven` attempts do not count. Answers those that tell no more by now, were not read and were
taken by nobody else.
"""

_read_ones = _held(
    one_of(_L.notification_id, "notification_ids"),
    # A mail that has gone out is nowhere to be taken away from.
    sa.or_(_L.state == "waiting", sa.and_(_L.state == "sent", _L.device_id.is_not(None))),
)

_device_read_on = (
    sa.select(_D.device_id)
    .where(_D.session_id == parameter("session_id", _D.session_id))
    .scalar_subquery()
)
_shows_it = sa.or_(
    _L.attempt_count > 0,
    sa.and_(_L.sent_count > 0, _L.device_id.is_distinct_from(_device_read_on)),
)

read = Statement(
    sa.update(_L)
    .where(_L.delivery_id == _read_ones.c.delivery_id)
    .values(
        state=sa.case(
            (sa.and_(_L.device_id.is_not(None), _shows_it), sa.literal_column("'clearing'")),
            (_L.state == "sent", sa.literal_column("'sent'")),
            else_=sa.literal_column("'skipped'"),
        ),
        # One that is on its way must arrive before it is taken away.
        available_at=sa.func.greatest(_perhaps_taken_until, _now),
        attempt_count=0,
    )
    .returning(_L.__table__),
    _L,
)
"""Take notifications that were read away from devices that show them, and off the queue.

Not from the device of the session `session_id`, in which they were read: the app there knows.
What somebody may be sending is taken away after their `lease`, there too.
"""

device_of = Statement(
    sa.select(_D).where(
        _D.device_id == parameter("device_id", _D.device_id),
        _D.profile_id == parameter("profile_id", _D.profile_id),
        _signed_in,
    ),
    _D,
)
"""A device, as long as it is signed in for the person whom a delivery is for."""

names = Statement(
    sa.select(_N.notification_id, models.Profile.display_name)
    .join(models.Profile, models.Profile.profile_id == _N.actor_id)
    .where(one_of(_N.notification_id, "ids"))
)
"""The names of those whose doing these notifications tell."""

_day = sa.cast(sa.func.timezone("UTC", _L.decided_at), sa.Date())

counts = Statement(
    sa.select(
        _day.label("day"),
        _L.kind,
        _L.channel,
        _L.state,
        sa.func.count().label("count"),
        sa.func.sum(_L.sent_count).label("sent_count"),
    )
    .where(_L.decided_at >= parameter("since", _moment))
    .group_by(_day, _L.kind, _L.channel, _L.state)
    .order_by(_day.desc(), _L.kind, _L.channel, _L.state)
)
"""How many deliveries were decided on which day in UTC `since` a moment, and what came of them."""

_P = models.NotificationPreference
_unwanted: Any = postgresql.insert(_P).from_select(
    ["profile_id", "kind", "channel", "is_enabled"],
    sa.select(
        models.Profile.profile_id,
        sa.func.unnest(parameter("kinds", postgresql.ARRAY(sa.Text()))).label("kind"),
        parameter("channel", _P.channel),
        sa.false(),
    )
    .where(models.Profile.profile_id == parameter("profile_id", models.Profile.profile_id))
    .order_by(sa.text("kind")),
)

unsubscribe = Statement(
    _unwanted.on_conflict_do_update(
        index_elements=["profile_id", "kind", "channel"], set_={"is_enabled": sa.false()}
    ).returning(_P.kind)
)
"""Want these `kinds` no more by a `channel`; nothing where there is no such person."""
