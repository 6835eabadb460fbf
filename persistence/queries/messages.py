"""Questions about messages."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import privacy, visibility
from persistence.queries.conversations import history_of, is_open, may_read, sender_is_seen
from persistence.statements import Statement, one_of, parameter

Message = models.Message
_visible = sa.select(Message).where(may_read())
_message_id = parameter("message_id", Message.message_id)

by_ids = Statement(_visible.where(one_of(Message.message_id, "ids")), Message)
"""The messages with these `ids` that `viewer_id` may read."""

quoted = Statement(
    _visible.where(one_of(Message.message_id, "ids"), Message.deleted_at.is_(None)), Message
)
"""Those of the messages with these `ids` that a reply may show to `viewer_id`."""


def _readable(conversation_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may read a `Message` of this conversation, which is open to them."""
    return sa.and_(
        Message.position > history_of(conversation_id),
        sender_is_seen(conversation_id=conversation_id),
    )


of_conversation = Listing(
    "messages.of_conversation",
    sa.select(Message),
    owner=Message.conversation_id,
    order=[Message.position],
    model=Message,
    shown_to=is_open,
    within=_readable,
)
"""A conversation's messages that `viewer_id` may read, newest first."""

_member = models.ConversationMember
_newest = (
    sa.select(Message)
    .where(
        Message.conversation_id == _member.conversation_id,
        Message.position > _member.history_position,
        sender_is_seen(conversation_id=_member.conversation_id),
    )
    .order_by(Message.position.desc())
    .limit(1)
    .lateral("newest")
)

last_of = Statement(
    sa.select(_newest)
    .select_from(_member)
    .join(_newest, sa.true())
    .where(
        one_of(_member.conversation_id, "conversation_ids"),
        _member.profile_id == visibility.viewer_id(),
        is_open(_member.conversation_id),
    ),
    Message,
)
"""The newest message that `viewer_id` may read of each of these `conversation_ids`."""

read_by_all = Statement(
    sa.select(
        Message.message_id,
        (
            ~sa.exists().where(
                _member.conversation_id == Message.conversation_id,
                _member.profile_id != Message.sender_id,
                sa.or_(
                    _member.read_position < Message.position,
                    ~privacy.told(_member.profile_id, "show_read_receipts"),
                ),
                visibility.may_see(_member.profile_id),
            )
        ).label("is_read"),
    ).where(one_of(Message.message_id, "ids"), may_read())
)
"""Whether all whom `viewer_id` sees there have read each of these `ids`, besides the sender.

Who hides from `viewer_id` what they read counts as not having read.
"""

hold = Statement(
    _visible.where(Message.message_id == _message_id).with_for_update(of=Message, key_share=True),
    Message,
)
"""The message `message_id`, readable for `viewer_id`, held against every change to the commit."""

hold_for_reply = Statement(
    _visible.where(
        Message.message_id == _message_id,
        Message.conversation_id == parameter("conversation_id", Message.conversation_id),
        Message.deleted_at.is_(None),
    ).with_for_update(of=Message, read=True),
    Message,
)
"""The message `message_id` of `conversation_id`, held so that it is not deleted meanwhile."""

_WORDS: sa.ColumnElement[Any] = sa.literal_column("'message_words'::regconfig")
_wanted = sa.func.websearch_to_tsquery(_WORDS, parameter("query", sa.Text()))

is_searchable = Statement(sa.select(sa.func.querytree(_wanted) != "T"))
"""Whether the index can serve `query`, or every message would have to be read for it."""

# Marks that no text holds, for texts are cleaned of control characters.
MATCH_BEGINS, MATCH_ENDS = "\x01", "\x02"
_EXCERPT = f'StartSel="{MATCH_BEGINS}", StopSel="{MATCH_ENDS}", MinWords=10, MaxWords=30'

found_in = Listing(
    "messages.found_in",
    sa.select(
        Message.message_id,
        Message.position,
        sa.func.ts_headline(_WORDS, Message.text, _wanted, sa.literal(_EXCERPT)).label("excerpt"),
    ).where(
        sa.func.to_tsvector(_WORDS, Message.text).bool_op("@@")(_wanted),
        Message.deleted_at.is_(None),
    ),
    owner=Message.conversation_id,
    order=[Message.position],
    model=Message,
    shown_to=is_open,
    within=_readable,
)
"""The messages of a conversation whose words match `query`, newest first, each with an excerpt."""
