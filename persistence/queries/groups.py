"""Questions about groups: conversations of more than two people."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.queries.conversations import is_open
from persistence.statements import Statement, one_of, parameter

_Conversation, _Member, _Match = models.Conversation, models.ConversationMember, models.Match
_conversation_id = parameter("conversation_id", _Conversation.conversation_id)

hold_people = Statement(
    sa.select(models.Profile.profile_id, visibility.may_see(models.Profile.profile_id))
    .where(one_of(models.Profile.profile_id, "profile_ids"))
    .with_for_update(read=True, key_share=True, of=models.Profile)
)
"""Those of `profile_ids` that there are, kept to the commit, and whether `viewer_id` sees them.

Before any conversation: the order in which deleting an account takes them.
"""

hold_matches = Statement(
    sa.select(
        sa.case(
            (_Match.first_id == visibility.viewer_id(), _Match.second_id), else_=_Match.first_id
        ).label("profile_id")
    )
    .where(
        _Match.ended_at.is_(None),
        sa.or_(
            sa.and_(
                _Match.first_id == visibility.viewer_id(), one_of(_Match.second_id, "profile_ids")
            ),
            sa.and_(
                _Match.second_id == visibility.viewer_id(), one_of(_Match.first_id, "profile_ids")
            ),
        ),
    )
    .order_by(_Match.match_id)
    .with_for_update(read=True)
)
"""With whom of `profile_ids` `viewer_id` has a match, which cannot end before the commit."""

hold = Statement(
    sa.select(_Conversation)
    .where(
        _Conversation.conversation_id == _conversation_id,
        _Conversation.ended_at.is_(None),
        is_open(_Conversation.conversation_id),
    )
    .with_for_update(key_share=True),
    _Conversation,
)
"""`conversation_id`, open to `viewer_id`, held to the commit: whatever changes members holds it."""

members_of = Statement(
    sa.select(_Member, visibility.may_see(_Member.profile_id).label("is_seen"))
    .where(_Member.conversation_id == _conversation_id)
    .order_by(_Member.joined_at, _Member.profile_id),
    _Member,
)
"""All members of `conversation_id`, the longest first, and whether `viewer_id` sees them."""

_joining = sa.func.unnest(sa.bindparam("profile_ids", type_=postgresql.ARRAY(sa.Uuid)))
_position = parameter("position", _Member.read_position)
_joined: Any = postgresql.insert(_Member).from_select(
    ["conversation_id", "profile_id", "read_position", "history_position"],
    sa.select(_conversation_id, _joining, _position, _position),
)

join = Statement(_joined.on_conflict_do_nothing().returning(_Member), _Member)
"""Let those of `profile_ids` take part in `conversation_id` who do not, after a `position`."""

of_member = Statement(
    sa.select(_Conversation)
    .join(_Member, _Member.conversation_id == _Conversation.conversation_id)
    .where(
        _Conversation.kind == "group",
        _Conversation.ended_at.is_(None),
        _Member.profile_id == parameter("profile_id", _Member.profile_id),
    )
    .order_by(_Conversation.conversation_id)
    .with_for_update(key_share=True, of=_Conversation),
    _Conversation,
)
"""The groups of `profile_id`, held to the commit."""

_other: Any = sa.orm.aliased(_Member)

shared_by = Statement(
    sa.select(_Member.conversation_id)
    .join(_other, _other.conversation_id == _Member.conversation_id)
    .join(_Conversation, _Conversation.conversation_id == _Member.conversation_id)
    .where(
        _Conversation.kind == "group",
        _Conversation.ended_at.is_(None),
        _Member.profile_id == parameter("one_id", _Member.profile_id),
        _other.profile_id == parameter("other_id", _Member.profile_id),
    )
    .order_by(_Member.conversation_id)
)
"""The groups in which both `one_id` and `other_id` take part."""

end = Statement(
    sa.update(_Conversation)
    .where(_Conversation.conversation_id == _conversation_id)
    .values(ended_at=sa.func.clock_timestamp())
)
"""End the group `conversation_id`, which nobody takes part in any more."""
