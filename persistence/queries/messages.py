"""Questions about messages."""

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries.conversations import is_open
from persistence.statements import Statement, one_of

Message = models.Message
_visible = sa.select(Message).where(is_open(Message.conversation_id))

by_ids = Statement(_visible.where(one_of(Message.message_id, "ids")), Message)
"""The messages with these `ids`, in conversations that are open to `viewer_id`."""

of_conversation = Listing(
    "messages.of_conversation",
    sa.select(Message),
    owner=Message.conversation_id,
    order=[Message.position],
    model=Message,
    shown_to=is_open,
)
"""A conversation's messages, newest first."""

last_of = Statement(
    _visible.join(
        models.Conversation,
        sa.and_(
            models.Conversation.conversation_id == Message.conversation_id,
            models.Conversation.last_position == Message.position,
        ),
    ).where(one_of(Message.conversation_id, "conversation_ids")),
    Message,
)
"""The newest message of each of these `conversation_ids` that are open to `viewer_id`."""

_member = models.ConversationMember

read_by_all = Statement(
    sa.select(
        Message.message_id,
        (
            ~sa.exists().where(
                _member.conversation_id == Message.conversation_id,
                _member.profile_id != Message.sender_id,
                _member.read_position < Message.position,
            )
        ).label("is_read"),
    ).where(one_of(Message.message_id, "ids"), is_open(Message.conversation_id))
)
"""Whether everybody but the sender has read each of the messages with these `ids`."""
