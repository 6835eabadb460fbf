"""Questions about who takes part in conversations, and what each of them wants of one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.queries.conversations import is_open, listed, mine
from persistence.statements import Statement, one_of, parameter

Conversation = models.Conversation
Member = models.ConversationMember
_conversation_id = parameter("conversation_id", Member.conversation_id)
_clear = parameter("clear", sa.Boolean())

hide = Statement(
    sa.update(Member)
    .where(
        mine,
        Conversation.conversation_id == _conversation_id,
        sa.or_(listed, sa.and_(_clear, Member.history_position < Conversation.last_position)),
    )
    .values(
        hidden_position=Conversation.last_position,
        history_position=sa.case(
            (_clear, Conversation.last_position), else_=Member.history_position
        ),
    )
    .returning(Member.hidden_position)
)
"""Take `conversation_id` off the list of `viewer_id`, with `clear` its messages too.

No row when it is off already, and there is nothing to clear.
"""

unhide = Statement(
    sa.update(Member)
    .where(
        Member.conversation_id == _conversation_id,
        Member.profile_id == visibility.viewer_id(),
        Member.hidden_position.is_not(None),
    )
    .values(hidden_position=None)
    .returning(Member.joined_at)
)
"""Put `conversation_id` back on the list of `viewer_id`; no row when it is there already."""

_muted_until = parameter("until", Member.muted_until)
_is_muted = parameter("is_muted", Member.is_muted)

mute = Statement(
    sa.update(Member)
    .where(
        Member.conversation_id == _conversation_id,
        Member.profile_id == visibility.viewer_id(),
        sa.or_(
            Member.is_muted != _is_muted,
            Member.muted_until.is_distinct_from(_muted_until),
        ),
    )
    .values(is_muted=_is_muted, muted_until=_muted_until)
    .returning(Member.joined_at)
)
"""Set whether `viewer_id` has muted `conversation_id`, and `until` when; no row when it is so."""

everyone_in = Statement(
    sa.select(Member.profile_id)
    .where(
        Member.conversation_id == _conversation_id,
        Member.status == "active",
    )
    .order_by(Member.profile_id)
)
"""The keys of all who take part in `conversation_id`, whoever may see whom: for facts only.

Who is asked for a conversation takes part once they have accepted.
"""

writers_of = Statement(
    sa.select(Member.conversation_id, Member.profile_id).where(
        one_of(Member.conversation_id, "conversation_ids"),
        Member.status == "active",
        is_open(Member.conversation_id),
        visibility.may_see(Member.profile_id),
    )
)
"""Whom of `everyone_in` these `conversation_ids`, open to them, `viewer_id` sees."""

# A request in which nothing is written is nobody's business.
_is_asked = sa.and_(
    Member.status == "requested",
    sa.or_(Member.hidden_position.is_(None), Member.hidden_position < Conversation.last_position),
)
finds_it = sa.or_(Member.status == "active", _is_asked)
"""Says that a member, joined to their conversation, finds it on one of their lists."""

everyone_who_sees = Statement(
    sa.select(Member.profile_id)
    .join(Conversation, Conversation.conversation_id == Member.conversation_id)
    .where(Member.conversation_id == _conversation_id, finds_it)
    .order_by(Member.profile_id)
)
"""The keys of those in `everyone_in`, and of whoever is asked for it and can know."""

_joined: Any = postgresql.insert(Member).from_select(
    ["conversation_id", "profile_id"],
    sa.select(
        _conversation_id,
        sa.func.unnest(sa.bindparam("profile_ids", type_=postgresql.ARRAY(sa.Uuid))),
    ),
)

join_direct = Statement(
    _joined.on_conflict_do_update(
        index_elements=["conversation_id", "profile_id"],
        set_={"status": "active", "hidden_position": None},
    )
)
"""Let `profile_ids` take part in `conversation_id`, back on their list whatever was before."""
