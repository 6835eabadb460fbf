"""Questions about notifications; each is shown to nobody but its reader."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import events, matches, visibility
from persistence.queries.conversations import is_open
from persistence.statements import Statement, one_of, parameter

_N = models.Notification
_P = models.NotificationPreference
_viewer = visibility.viewer_id()

# What a notification is about must be there for its reader now, by the predicate of its own noun.
_subject_is_seen = sa.or_(
    sa.and_(_N.subject_type == "Match", matches.is_open(_N.subject_id)),
    sa.and_(_N.subject_type == "Conversation", is_open(_N.subject_id)),
    sa.and_(_N.subject_type == "Profile", visibility.may_see(_N.subject_id)),
    sa.and_(_N.subject_type == "Event", events.is_visible(_N.subject_id)),
)
_shown = sa.and_(
    _N.profile_id == _viewer,
    sa.or_(_N.actor_id.is_(None), visibility.may_see(_N.actor_id)),
    _subject_is_seen,
)

by_ids = Statement(sa.select(_N).where(one_of(_N.notification_id, "ids"), _N.is_listed, _shown), _N)
"""The notifications with these `ids` that the app shows to `viewer_id`."""

tellable = Statement(
    sa.select(_N).where(one_of(_N.notification_id, "ids"), _N.read_at.is_(None), _shown), _N
)
"""Those of `ids` that may still be told to `viewer_id` by some channel: unread, and all seen."""

_readers: Any = (
    sa.func.unnest(
        parameter("profile_ids", postgresql.ARRAY(sa.Uuid())),
        parameter("counts", postgresql.ARRAY(sa.Integer())),
    )
    .table_valued(sa.column("profile_id", sa.Uuid()), sa.column("count", sa.Integer()))
    .render_derived(name="reader")
)
_kind = parameter("kind", _N.kind)
_actor_id = parameter("actor_id", _N.actor_id)
_subject_id = parameter("subject_id", _N.subject_id)
_fact_id = parameter("fact_id", _N.fact_id)
_reader: Any = models.Profile.__table__.alias("reader_profile")
_actor: Any = models.Profile.__table__.alias("actor_profile")
_told: Any = _N.__table__.alias("told")


def _wants(channel: str) -> Any:
    said = sa.select(_P.is_enabled).where(
        _P.profile_id == _readers.c.profile_id, _P.kind == _kind, _P.channel == channel
    )
    defaults = parameter("channels", postgresql.ARRAY(sa.Text()))
    return sa.func.coalesce(said.scalar_subquery(), sa.literal(channel) == sa.any_(defaults))


_wanted: Any = (
    sa.select(
        _readers.c.profile_id,
        _kind.label("kind"),
        _actor_id.label("actor_id"),
        parameter("subject_type", _N.subject_type).label("subject_type"),
        _subject_id.label("subject_id"),
        _readers.c.count,
        _fact_id.label("fact_id"),
        _wants("in_app").label("is_listed"),
        sa.func.clock_timestamp().label("created_at"),
        sa.func.clock_timestamp().label("updated_at"),
    )
    .join(_reader, _reader.c.profile_id == _readers.c.profile_id)
    .where(
        # Who has left since is told nothing, and nobody is told of them.
        sa.or_(_actor_id.is_(None), sa.exists().where(_actor.c.profile_id == _actor_id)),
        sa.or_(*map(_wants, ("in_app", "push", "email"))),
        ~sa.exists().where(
            _told.c.profile_id == _readers.c.profile_id,
            _told.c.kind == _kind,
            _told.c.subject_id == _subject_id,
            _told.c.fact_id >= _fact_id,
        ),
    )
    # So that two at once lock the rows of many readers in one order.
    .order_by(_readers.c.profile_id)
)
_new: Any = postgresql.insert(_N).from_select([c.key for c in _wanted.selected_columns], _wanted)

notify = Statement(
    _new.on_conflict_do_update(
        index_elements=["profile_id", "kind", "subject_id"],
        index_where=_N.read_at.is_(None),
        set_={
            name: _new.excluded[name]
            for name in ("actor_id", "count", "fact_id", "is_listed", "updated_at")
        },
        where=_N.fact_id < _new.excluded.fact_id,
    ).returning(_N),
    _N,
)
"""Tell `profile_ids`, each with its of `counts`, of `fact_id`, unless they were told of it before.

An unread notification of the same `kind` about the same subject becomes this one. Answers the
rows of those who are told something new and want it by some channel; `channels` are the kind's
defaults.
"""

preferences_of = Statement(
    sa.select(_P).where(one_of(_P.profile_id, "profile_ids")).order_by(_P.kind, _P.channel), _P
)
"""What `profile_ids` have said about kinds and channels."""

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
