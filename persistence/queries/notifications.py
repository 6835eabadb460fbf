"""Questions about notifications; each is shown to nobody but its reader."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import (
    comments,
    events,
    follows,
    matches,
    mentions,
    posts,
    reactions,
    visibility,
)
from persistence.queries.conversations import is_open
from persistence.statements import Statement, alias, one_of, parameter

_N = models.Notification
_P = models.NotificationPreference
_viewer = visibility.viewer_id()

# What a notification is about must be there for its reader now, by the predicate of its own noun,
# and what is said to be done there must not have been taken back.
_about: dict[str, Any] = {"post_id": _N.subject_id}
_below: dict[str, Any] = {"comment_id": _N.subject_id}
_subject_is_seen = sa.or_(
    sa.and_(_N.subject_type == "Match", matches.is_open(_N.subject_id)),
    sa.and_(_N.subject_type == "Conversation", is_open(_N.subject_id)),
    sa.and_(_N.subject_type == "Profile", visibility.may_see(_N.subject_id)),
    sa.and_(_N.subject_type == "Event", events.is_visible(_N.subject_id)),
    sa.and_(
        _N.subject_type == "Post",
        posts.is_readable(_N.subject_id),
        sa.case(
            (_N.kind == "mentioned_in_post", mentions.of_viewer(**_about)),
            (
                _N.kind == "reaction_to_post",
                reactions.of_others(**_about, reactor_id=_N.actor_id).exists(),
            ),
            else_=comments.of_others(**_about, author_id=_N.actor_id).exists(),
        ),
    ),
    sa.and_(
        _N.subject_type == "Comment",
        comments.is_readable_for(_N.subject_id, viewer=_viewer),
        sa.case(
            (_N.kind == "mentioned_in_comment", mentions.of_viewer(**_below)),
            (
                _N.kind == "reaction_to_comment",
                reactions.of_others(**_below, reactor_id=_N.actor_id).exists(),
            ),
            else_=comments.of_others(**_below, author_id=_N.actor_id).exists(),
        ),
    ),
)
_Pair = models.Pair


def _words(*words: str) -> list[sa.ColumnElement[str]]:
    # Written into the statement, as lists of parameters would change its text.
    return [sa.literal_column(f"'{word}'", sa.Text()) for word in words]


_actors_decision = sa.case(
    (_Pair.first_id == _N.actor_id, _Pair.first_decision), else_=_Pair.second_decision
)
# A like that was taken back is told no more.
_like_stands = sa.or_(
    _N.kind.not_in(_words("like_received", "super_like_received")),
    sa.exists().where(
        _Pair.first_id == sa.func.least(_N.actor_id, _viewer),
        _Pair.second_id == sa.func.greatest(_N.actor_id, _viewer),
        _actors_decision.in_(_words("like", "super_like")),
    ),
)
_asks = sa.exists().where(
    models.Follow.follower_id == _N.actor_id, models.Follow.followed_id == _viewer
)
# Nor is who does not follow any more, or asks to.
_follow_stands = sa.or_(
    _N.kind.not_in(_words("follow_requested", "follow_accepted", "followed")),
    sa.and_(_N.kind == "follow_requested", _asks),
    sa.and_(_N.kind == "follow_accepted", follows.follows(_viewer, _N.actor_id)),
    sa.and_(_N.kind == "followed", follows.follows(_N.actor_id, _viewer)),
)
_goes = sa.exists().where(
    models.Attendance.event_id == _N.subject_id,
    models.Attendance.profile_id == _viewer,
    models.Attendance.state == "going",
)
# Nor are seats that one has given back.
_seat_stands = sa.or_(_N.kind.not_in(_words("event_promoted", "event_reminder")), _goes)
_begins = sa.exists().where(
    models.Event.event_id == _N.subject_id,
    models.Event.cancelled_at.is_(None),
    models.Event.starts_at > sa.func.now(),
)
_is_in_time = sa.or_(_N.kind != "event_reminder", _begins)
_shown = sa.and_(
    _N.profile_id == _viewer,
    _like_stands,
    _follow_stands,
    _seat_stands,
    sa.or_(_N.actor_id.is_(None), visibility.may_see(_N.actor_id)),
    _subject_is_seen,
)

by_ids = Statement(sa.select(_N).where(one_of(_N.notification_id, "ids"), _N.is_listed, _shown), _N)
"""The notifications with these `ids` that the app shows to `viewer_id`."""

_listed = sa.select(_N).where(_N.is_listed, _shown)
_order = [_N.updated_at, _N.notification_id]

of_reader = Listing("notifications.of_reader", _listed, owner=_N.profile_id, order=_order, model=_N)
"""What a person was told, the latest first; empty for everybody but `viewer_id`."""

unread_of_reader = Listing(
    "notifications.unread_of_reader",
    _listed.where(_N.read_at.is_(None)),
    owner=_N.profile_id,
    order=_order,
    model=_N,
)
"""What a person was told and has not read, the latest first; of nobody but `viewer_id`."""

unread_count = Statement(
    sa.select(sa.func.count()).where(_N.is_listed, _N.read_at.is_(None), _shown)
)
"""How many notifications `viewer_id` has not read, of those that the app shows; an icon's too."""

tellable = Statement(
    sa.select(_N).where(
        one_of(_N.notification_id, "ids"), _N.read_at.is_(None), _shown, _is_in_time
    ),
    _N,
)
"""Those of `ids` that may still be told to `viewer_id` by some channel: unread, and all seen.

Of an event that has begun nobody is reminded.
"""

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
_reader: Any = alias(models.Profile, "reader_profile")
_actor: Any = alias(models.Profile, "actor_profile")
_told: Any = alias(_N, "told")


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

hold_readers_and_actor = Statement(
    sa.select(models.Profile.profile_id)
    .where(one_of(models.Profile.profile_id, "ids"))
    .order_by(models.Profile.profile_id)
    .with_for_update(read=True, key_share=True)
)
"""Let nobody of `ids` delete their account until the commit."""

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


def _reading(whose: Any, *which: Any, told: Sequence[Any] = ()) -> Statement:
    # Locked in one order, so that two devices that read all at once do not wait for each other.
    found = (
        sa.select(_N.notification_id)
        .where(whose, _N.read_at.is_(None), *which)
        .order_by(_N.notification_id)
        .with_for_update()
        .cte("found")
    )
    return Statement(
        sa.update(_N)
        .where(_N.notification_id == found.c.notification_id)
        .values(read_at=sa.func.clock_timestamp())
        .returning(_N, *told),
        _N,
    )


_mine = _N.profile_id == _viewer

read = _reading(_mine, one_of(_N.notification_id, "ids"))
"""Mark those of `ids` as read that `viewer_id` has not read; answers these."""

read_all = _reading(
    _mine,
    sa.or_(
        parameter("up_to", _N.updated_at).is_(None),
        _N.updated_at <= parameter("up_to", _N.updated_at),
    ),
    told=[sa.and_(_N.is_listed, _shown).label("is_shown")],
)
"""Mark as read what `viewer_id` was told up to the moment `up_to`, all when None; answers these.

`is_shown` says whether it was among what `unread_count` counts.
"""

read_about = _reading(
    one_of(_N.profile_id, "profile_ids"), _N.kind == _kind, _N.subject_id == _subject_id
)
"""Mark as read what `profile_ids` were told of this `kind` about `subject_id`."""

_one, _other = parameter("one_id", _N.profile_id), parameter("other_id", _N.actor_id)

told_between = Statement(
    sa.select(_N.profile_id, _N.notification_id)
    .where(
        _N.is_listed,
        sa.or_(
            sa.and_(_N.profile_id == _one, _N.actor_id == _other),
            sa.and_(_N.profile_id == _other, _N.actor_id == _one),
        ),
        one_of(_N.kind, "kinds"),
    )
    .order_by(_N.profile_id, _N.notification_id)
)
"""What `one_id` and `other_id` were told of each other by these `kinds`, also what is hidden."""

count_about = Statement(
    sa.update(_N)
    .where(
        _N.profile_id == _readers.c.profile_id,
        _N.read_at.is_(None),
        _N.kind == _kind,
        _N.subject_id == _subject_id,
        _N.count != _readers.c.count,
    )
    .values(count=_readers.c.count)
    .returning(_N),
    _N,
)
"""Set, each to its of `counts`, of how many things tell the unread notifications of `profile_ids`.

Those about `subject_id`; no row of who is told of so many already.
"""

_M = models.ConversationMember

_place = parameter("conversation_id", _M.conversation_id)

hold_people = Statement(
    sa.select(models.Profile.profile_id)
    .where(
        sa.exists().where(_M.conversation_id == _place, _M.profile_id == models.Profile.profile_id)
    )
    .order_by(models.Profile.profile_id)
    .with_for_update(read=True, key_share=True)
)
"""Let nobody who takes part in `conversation_id` delete their account until the commit.

Taken before their places are, which is the order in which deleting an account takes them.
"""

_is_muted = sa.and_(
    _M.is_muted, sa.or_(_M.muted_until.is_(None), _M.muted_until > sa.func.clock_timestamp())
)

_sender_id = parameter("sender_id", _M.profile_id)

hold_readers = Statement(
    sa.select(
        _M.profile_id,
        # What was taken off the list is not told of late.
        sa.func.greatest(_M.read_position, _M.hidden_position).label("seen_position"),
        sa.and_(
            _M.status == "active",
            ~_is_muted,
            visibility.may_see(_sender_id, viewer=_M.profile_id),
        ).label("is_told"),
    )
    .where(_M.conversation_id == _place, _M.profile_id.is_distinct_from(_sender_id))
    .order_by(_M.profile_id)
    .with_for_update(key_share=True)
)
"""Who takes part in `conversation_id` besides `sender_id`; none of them reads until the commit.

`is_told` says whether they have accepted it, have not muted it, and may see `sender_id`.
"""

asked_in = Statement(
    sa.select(_M.profile_id, models.Conversation.requested_by_id)
    .join(models.Conversation, models.Conversation.conversation_id == _M.conversation_id)
    .where(_M.conversation_id == _place, _M.status == "requested")
)
"""Who has been asked for `conversation_id` and has not answered, and by whom."""

_author: Any = alias(models.Profile, "author")
_settings: Any = alias(models.NotificationSettings, "settings")

told = Statement(
    sa.select(
        _N.notification_id,
        _N.kind,
        _N.count,
        _author.c.display_name.label("actor_name"),
        _settings.c.language,
    )
    .select_from(_N)
    .outerjoin(_author, _author.c.profile_id == _N.actor_id)
    .outerjoin(_settings, _settings.c.profile_id == _N.profile_id)
    .where(one_of(_N.notification_id, "ids"), _N.profile_id == _viewer)
)
"""What the sentences of `viewer_id`'s notifications with these `ids` are made of.

The `language` is None for who has set none, and `actor_name` where nobody acted.
"""
