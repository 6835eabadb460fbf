"""Questions about the chats of events: conversations of who goes there."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries.conversations import is_open
from persistence.statements import Statement, one_of, parameter

_Conversation = models.Conversation
_event_id = parameter("event_id", _Conversation.event_id)

of_events = Statement(
    sa.select(_Conversation).where(
        one_of(_Conversation.event_id, "event_ids"), is_open(_Conversation.conversation_id)
    ),
    _Conversation,
)
"""The chats of `event_ids` that `viewer_id` takes part in."""

_opened: Any = postgresql.insert(_Conversation).values(
    kind="group", event_id=_event_id, title=parameter("title", _Conversation.title)
)

open_chat = Statement(
    _opened.on_conflict_do_nothing(index_elements=["event_id"]).returning(_Conversation),
    _Conversation,
)
"""Make the chat of `event_id` with a `title`; no row when it has one."""

hold = Statement(
    sa.select(_Conversation)
    .where(_Conversation.event_id == _event_id)
    .with_for_update(key_share=True),
    _Conversation,
)
"""The chat of `event_id`, held to the commit: whatever changes members holds it."""
