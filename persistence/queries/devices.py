"""Questions about devices."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries.accounts import is_open
from persistence.queries.visibility import viewer_id
from persistence.statements import Statement, one_of, parameter

_D, _S = models.Device, models.Session
# "De", so that no other lock of this database is meant.
_LOCKS = 0x4465
_is_signed_in = sa.exists().where(_S.session_id == _D.session_id, is_open)

own_by_ids = Statement(
    sa.select(_D).where(one_of(_D.device_id, "ids"), _D.profile_id == viewer_id(), _is_signed_in),
    _D,
)
"""Of the devices with these `ids`, the viewer's own that are signed in."""

of_person = Listing(
    "devices.of_person",
    sa.select(_D).where(_is_signed_in),
    owner=_D.profile_id,
    order=[_D.device_id],
    model=_D,
)
"""A person's devices that are signed in, newest first."""

hold_token = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(_LOCKS, sa.func.hashtext(parameter("token", _D.token.type)))
    )
)
"""Wait until nobody else registers this `token`, and hold it until the commit."""

contended = Statement(
    sa.select(_D.device_id)
    .where(
        sa.or_(
            _D.session_id == parameter("session_id", _D.session_id),
            _D.token == parameter("token", _D.token),
        )
    )
    .order_by(_D.device_id)
    .with_for_update()
)
"""Lock what a registration will change, in one order for all, so that none waits for ever."""

_new = postgresql.insert(_D).values(
    {
        name: parameter(name, _D.__table__.c[name])
        for name in ("profile_id", "session_id", "platform", "provider", "token")
    }
)

register = Statement(
    _new.on_conflict_do_update(
        index_elements=["token"],
        set_={
            **{
                name: _new.excluded[name]
                for name in ("profile_id", "session_id", "platform", "provider")
            },
            "registered_at": sa.func.now(),
        },
    ).returning(_D.__table__),
    _D,
)
"""Give a token to a session; whoever had it has it no more."""

replace = Statement(
    sa.delete(_D)
    .where(
        _D.session_id == parameter("session_id", _D.session_id),
        _D.token != parameter("token", _D.token),
    )
    .returning(_D.device_id)
)
"""Forget the token that a session had before this `token`."""

forget_of_sessions = Statement(
    sa.delete(_D).where(one_of(_D.session_id, "session_ids")).returning(_D.device_id)
)
"""Forget the devices of these sessions."""

forget_gone = Statement(
    sa.delete(_D)
    .where(
        _D.token == parameter("token", _D.token),
        _D.registered_at <= parameter("since", sa.DateTime(timezone=True)),
    )
    .returning(_D.device_id)
)
"""Forget the device with a token that is good no more `since` a moment."""
