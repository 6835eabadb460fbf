"""Questions about availability: whose has passed, and who is told of it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.queries.conversations import is_open
from persistence.statements import Statement, alias, parameter

_Profile, _Member, _Conversation = models.Profile, models.ConversationMember, models.Conversation
_mine = alias(_Member, "mine_in")
_theirs = alias(_Member, "theirs_in")

passed = Statement(
    sa.select(_Profile)
    .where(_Profile.available_until <= sa.func.now())
    .order_by(_Profile.available_until)
    .limit(parameter("limit", sa.Integer()))
    .with_for_update(skip_locked=True),
    _Profile,
)
"""Up to `limit` profiles whose availability has ended, locked; without those locked by others."""


def _partners(whose: Any) -> "sa.Select[Any]":
    """The other person in each direct conversation of somebody that has not ended."""
    return (
        sa.select(_theirs.c.profile_id)
        .distinct()
        .select_from(_mine)
        .join(_Conversation, _Conversation.conversation_id == _mine.c.conversation_id)
        .join(_theirs, _theirs.c.conversation_id == _mine.c.conversation_id)
        .where(
            _mine.c.profile_id == whose,
            _theirs.c.profile_id != whose,
            _Conversation.ended_at.is_(None),
            _Conversation.kind == "direct",
            # Who has only asked to write, or was asked, is a stranger still.
            _mine.c.status == "active",
            _theirs.c.status == "active",
        )
    )


_whose = parameter("profile_id", _Profile.profile_id)

partners_of = Statement(
    _partners(_whose)
    .where(visibility.no_block_between(_theirs.c.profile_id, _whose))
    .order_by(_theirs.c.profile_id)
)
"""With whom `profile_id` has a direct conversation, nobody blocked: for facts only."""

_profile_ids = sa.bindparam("profile_ids", type_=postgresql.ARRAY(sa.Uuid()), required=True)

partners_among = Statement(
    _partners(visibility.viewer_id())
    .where(_theirs.c.profile_id == sa.any_(_profile_ids), is_open(_mine.c.conversation_id))
    .union_all(
        sa.select(_Profile.profile_id).where(
            _Profile.profile_id == visibility.viewer_id(),
            _Profile.profile_id == sa.any_(_profile_ids),
        )
    )
)
"""With whom of `profile_ids` `viewer_id` has a direct conversation that is open to them; and they
themselves."""
