"""Questions about how people want to be told."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_P = models.NotificationPreference
_viewer = visibility.viewer_id()

preferences_of = Statement(
    sa.select(_P).where(one_of(_P.profile_id, "profile_ids")).order_by(_P.kind, _P.channel), _P
)
"""What `profile_ids` have said about kinds and channels."""

_choices: Any = (
    sa.func.unnest(
        parameter("kinds", postgresql.ARRAY(sa.Text())),
        parameter("channels", postgresql.ARRAY(sa.Text())),
        parameter("defaults", postgresql.ARRAY(sa.Boolean())),
    )
    .table_valued(
        sa.column("kind", sa.Text()),
        sa.column("channel", sa.Text()),
        sa.column("is_enabled", sa.Boolean()),
        with_ordinality="place",
    )
    .render_derived(name="choice")
)

choices_of = Statement(
    sa.select(
        _choices.c.kind,
        _choices.c.channel,
        sa.func.coalesce(_P.is_enabled, _choices.c.is_enabled).label("is_enabled"),
    )
    .select_from(_choices)
    .outerjoin(
        _P,
        sa.and_(
            _P.profile_id == _viewer,
            _P.kind == _choices.c.kind,
            _P.channel == _choices.c.channel,
        ),
    )
    .order_by(_choices.c.place),
    _P,
)
"""What holds for `viewer_id`: for each of `kinds` with its of `channels`, or its of `defaults`."""

_said: Any = postgresql.insert(_P).from_select(
    ["profile_id", "kind", "channel", "is_enabled"],
    sa.select(_viewer, _choices.c.kind, _choices.c.channel, _choices.c.is_enabled).order_by(
        _choices.c.kind, _choices.c.channel
    ),
)

say = Statement(
    _said.on_conflict_do_update(
        index_elements=["profile_id", "kind", "channel"],
        set_={"is_enabled": _said.excluded.is_enabled},
    ).returning(_P.kind)
)
"""Keep what `viewer_id` says: for each of `kinds` with its of `channels`, its of `defaults`."""

_S = models.NotificationSettings
_table = sa.inspect(_S).local_table
_profile = models.Profile


def _or_default(name: str) -> Any:
    column = _table.c[name]
    default = column.server_default
    if default is None:
        return column
    return sa.func.coalesce(column, sa.cast(default.arg, column.type)).label(name)


settings_of = Statement(
    sa.select(
        _profile.profile_id,
        *(_or_default(column.name) for column in _table.c if column.name != "profile_id"),
    )
    .select_from(_profile)
    .outerjoin(_table, _table.c.profile_id == _profile.profile_id)
    .where(one_of(_profile.profile_id, "profile_ids")),
    _S,
)
"""The settings of `profile_ids`, the defaults for who has set nothing."""

_ensured = postgresql.insert(_S).values(profile_id=parameter("profile_id", _S.profile_id))

ensure_settings = Statement(
    _ensured.on_conflict_do_update(
        index_elements=["profile_id"], set_={"profile_id": _ensured.excluded.profile_id}
    ).returning(_S),
    _S,
)
"""The settings of `profile_id`, locked: those that everybody starts with unless there are some."""
