"""Questions about media: whose they are, on what they hang, and which are to go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from persistence import models
from persistence.pages import Listing
from persistence.queries import events, posts, visibility
from persistence.queries.conversation_members import finds_it
from persistence.queries.conversations import may_read
from persistence.statements import Statement, one_of, parameter

_Media, _Message, _Attached = models.Media, models.Message, models.MessageMedia
_OfPost = models.PostMedia


@dataclass(frozen=True)
class Home:
    """A table whose rows media hang on.

    Attributes:
        media_id: its column that holds the medium's key; NULL where none hangs.
        may_see: says that `viewer_id` may see a row of it.
        shows_state: whether others see them there before they are ready, and when they were
            refused: what they are, without a file to read.
    """

    media_id: InstrumentedAttribute[Any]
    may_see: Callable[[], sa.ColumnElement[bool]]
    shows_state: bool = False

    def seen(self) -> sa.ColumnElement[bool]:
        """Say that `viewer_id`, who has not uploaded it, may see a medium here."""
        hangs = sa.exists().where(self.media_id == _Media.media_id, self.may_see())
        return hangs if self.shows_state else sa.and_(_Media.state == "ready", hangs)


def _on_message() -> sa.ColumnElement[bool]:
    return sa.and_(_Message.message_id == _Attached.message_id, may_read())


HOMES = (
    Home(models.Photo.media_id, lambda: visibility.may_see(models.Photo.profile_id)),
    Home(_Attached.media_id, _on_message, shows_state=True),
    Home(_OfPost.media_id, lambda: posts.is_readable(_OfPost.post_id)),
    # Places are for everybody, and a photo is by somebody.
    Home(models.PlacePhoto.media_id, lambda: visibility.may_see(_Media.uploader_id)),
    Home(models.Event.cover_id, lambda: events.may_see(models.Event)),
)
"""All that media can hang on. Who sees one of these things sees its media, and what hangs on none
is collected in time."""

_hangs = sa.or_(*(sa.exists().where(home.media_id == _Media.media_id) for home in HOMES))
_hangs_where_seen = sa.or_(*(home.seen() for home in HOMES))
_is_there = _Media.deleted_at.is_(None)

by_ids = Statement(
    sa.select(_Media).where(
        one_of(_Media.media_id, "ids"),
        _is_there,
        sa.or_(
            _Media.uploader_id == visibility.viewer_id(),
            _hangs_where_seen,
        ),
    ),
    _Media,
)
"""The media with these `ids` that `viewer_id` has uploaded, or sees on a thing they may see."""

of_messages = Statement(
    sa.select(_Media, _Attached.message_id)
    .join(_Attached, _Attached.media_id == _Media.media_id)
    .join(_Message, _Message.message_id == _Attached.message_id)
    .where(one_of(_Attached.message_id, "message_ids"), _is_there, may_read())
    .order_by(_Attached.message_id, _Attached.position),
    _Media,
)
"""What is attached to `message_ids` that `viewer_id` may read, in the order of each message.

Beside the medium's columns: `message_id`.
"""

of_posts = Statement(
    sa.select(_Media, _OfPost.post_id)
    .join(_OfPost, _OfPost.media_id == _Media.media_id)
    .where(
        one_of(_OfPost.post_id, "post_ids"),
        _is_there,
        _Media.state == "ready",
        posts.is_readable(_OfPost.post_id),
    )
    .order_by(_OfPost.post_id, _OfPost.position),
    _Media,
)
"""The media of `post_ids` that `viewer_id` may read, in the order of each post.

Beside the medium's columns: `post_id`.
"""

is_awaited = Statement(
    sa.select(sa.true()).where(
        _Media.media_id == parameter("media_id", _Media.media_id),
        _is_there,
        _Media.state == "awaiting",
    )
)
"""Whether the file of `media_id` has still to come."""

of_uploader = Listing(
    "media.of_uploader",
    sa.select(_Media).where(_is_there),
    owner=_Media.uploader_id,
    order=[_Media.media_id],
    model=_Media,
)
"""What somebody has uploaded, newest first."""

count_loose = Statement(
    sa.select(sa.func.count()).where(
        _Media.uploader_id == parameter("uploader_id", _Media.uploader_id), _is_there, ~_hangs
    )
)
"""How many media of `uploader_id` hang on nothing."""

lock = Statement(
    sa.select(_Media)
    .where(one_of(_Media.media_id, "ids"), _is_there)
    .order_by(_Media.media_id)
    .with_for_update(),
    _Media,
)
"""The media with these `ids`, locked. Whoever hangs a medium on something holds its lock."""

hanging = Statement(sa.select(_Media.media_id).where(one_of(_Media.media_id, "ids"), _hangs))
"""Those of the media with these `ids` that hang on something; for whoever holds their locks.

It must be a statement of its own after `lock`: only then does it see what was hung meanwhile.
"""

_order = (
    sa.func.unnest(parameter("ids", postgresql.ARRAY(sa.Uuid)))
    .table_valued(sa.column("media_id", sa.Uuid), with_ordinality="place", name="wanted")
    .render_derived()
)


def _attaching(table: Any, column: InstrumentedAttribute[Any]) -> Statement:
    place = sa.cast(_order.c.place, sa.Integer)
    return Statement(
        sa.insert(table)
        .from_select(
            [column.key, "media_id", "position"],
            sa.select(parameter(column.key, column), _order.c.media_id, place),
        )
        .returning(table.media_id)
    )


attach_to_message = _attaching(_Attached, _Attached.message_id)
"""Attach the media with these `ids`, in this order, to `message_id`."""

attach_to_post = _attaching(_OfPost, _OfPost.post_id)
"""Attach the media with these `ids`, in this order, to `post_id`."""

_Conversation, _Member = models.Conversation, models.ConversationMember
_media_id = parameter("media_id", _Media.media_id)

concerned = Statement(
    sa.select(_Media.uploader_id.label("profile_id"), _Attached.message_id)
    .outerjoin(_Attached, _Attached.media_id == _Media.media_id)
    .where(_Media.media_id == _media_id, _Media.uploader_id.is_not(None))
    .union(
        sa.select(_Member.profile_id, _Attached.message_id)
        .join(_Conversation, _Conversation.conversation_id == _Member.conversation_id)
        .join(_Message, _Message.conversation_id == _Conversation.conversation_id)
        .join(_Attached, _Attached.message_id == _Message.message_id)
        .where(_Attached.media_id == _media_id, finds_it)
    )
)
"""Who uploaded `media_id` or finds the message that it hangs on, with the key of that message.

It must be a statement of its own after `lock`: only then does it see what was hung meanwhile.
"""

loose = Statement(
    sa.select(_Media.media_id)
    .where(
        _is_there,
        ~_hangs,
        _Media.created_at < parameter("before", _Media.created_at),
    )
    .order_by(_Media.created_at)
    .limit(parameter("limit", sa.Integer()))
)
"""Up to `limit` media from `before` a moment that hang on nothing."""

drop_loose = Statement(
    sa.update(_Media)
    .where(one_of(_Media.media_id, "ids"), _is_there, ~_hangs)
    .values(deleted_at=sa.func.now())
    .returning(_Media.media_id)
)
"""Delete those of the media with these `ids` that hang on nothing; for whoever holds their locks.

It must be a statement of its own after `lock`: only then does it see what was hung meanwhile.
"""

_is_gone = sa.or_(_Media.uploader_id.is_(None), _Media.deleted_at.is_not(None))

gone = Statement(
    sa.select(_Media.media_id)
    .where(_is_gone, _Media.media_id > parameter("after", _Media.media_id))
    .order_by(_Media.media_id)
    .limit(parameter("limit", sa.Integer()))
)
"""Up to `limit` media whose files are to go, `after` a key."""

gone_of = Statement(sa.select(_Media.media_id).where(one_of(_Media.media_id, "ids"), _is_gone))
"""Those of the media with these `ids` whose files are to go."""

forget = Statement(
    sa.delete(_Media)
    .where(
        one_of(_Media.media_id, "ids"),
        _is_gone,
        _Media.upload_expires_at < sa.func.now(),
    )
    .returning(_Media.media_id)
)
"""Forget those of the media with these `ids` that are gone and to which nothing can come any more.
"""

uploads_expired = Statement(
    sa.select(_Media.media_id).where(
        _Media.created_at >= parameter("since", _Media.created_at),
        _Media.upload_expires_at < sa.func.now(),
        sa.or_(_Media.state == "ready", _Media.state == "refused"),
    )
)
"""Media made `since` a moment that are settled and can no more be sent again."""
