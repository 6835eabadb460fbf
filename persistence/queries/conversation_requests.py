"""Questions about conversations that one person asks another for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.queries.conversations import is_open
from persistence.statements import Statement, one_of, parameter

_Conversation, _Member = models.Conversation, models.ConversationMember
_conversation_id = parameter("conversation_id", _Conversation.conversation_id)
_viewer = visibility.viewer_id()
_is_pending = sa.and_(
    _Conversation.requested_by_id.is_not(None), _Conversation.accepted_at.is_(None)
)

of_recipient = Listing(
    "conversation_requests.of_recipient",
    sa.select(_Conversation)
    .join(
        _Member,
        sa.and_(
            _Member.conversation_id == _Conversation.conversation_id,
            _Member.profile_id == _viewer,
        ),
    )
    .where(
        _Member.status == "requested",
        # Hidden until somebody has written.
        _Member.hidden_position < _Conversation.last_position,
        is_open(_Conversation.conversation_id),
    ),
    owner=_Member.profile_id,
    order=[_Conversation.active_at, _Conversation.conversation_id],
    model=_Conversation,
)
"""The conversations that a person is asked for, the most recently active first."""

requesters_of = Statement(
    sa.select(models.Profile, _Conversation.conversation_id)
    .join(_Conversation, _Conversation.requested_by_id == models.Profile.profile_id)
    .where(
        one_of(_Conversation.conversation_id, "conversation_ids"),
        _is_pending,
        is_open(_Conversation.conversation_id),
    ),
    models.Profile,
)
"""Who asks for these `conversation_ids`, open to `viewer_id` and not accepted yet."""

wish_of = Statement(
    sa.select(models.Preferences.first_messages).where(
        models.Preferences.profile_id == parameter("profile_id", models.Preferences.profile_id)
    )
)
"""Who may write to `profile_id` first, as they wish."""

_first_id = parameter("first_id", _Conversation.first_id)
_second_id = parameter("second_id", _Conversation.second_id)
_of_pair = sa.and_(_Conversation.first_id == _first_id, _Conversation.second_id == _second_id)

of_pair = Statement(
    sa.select(_Conversation)
    .where(_of_pair, _Conversation.ended_at.is_(None))
    .with_for_update(key_share=True),
    _Conversation,
)
"""The direct conversation of `first_id` and `second_id` that has not ended, held to the commit."""

last_asked = Statement(
    sa.select(sa.func.max(_Conversation.requested_at)).where(
        _of_pair, _Conversation.requested_by_id == _viewer, _Conversation.accepted_at.is_(None)
    )
)
"""When `viewer_id` last asked the other of `first_id` and `second_id` without being accepted."""

asked_today = Statement(
    sa.select(_Conversation.requested_at)
    .where(
        _Conversation.requested_by_id == _viewer,
        _Conversation.requested_at > sa.func.now() - sa.text("interval '24 hours'"),
    )
    .order_by(_Conversation.requested_at.desc())
    .limit(parameter("limit", sa.Integer()))
)
"""When `viewer_id` wrote first to the `limit` latest people of the last 24 hours."""

_end_position = parameter("end_position", _Conversation.request_end_position)
_is_accepted = parameter("is_accepted", sa.Boolean())
_made: Any = postgresql.insert(_Conversation).values(
    first_id=_first_id,
    second_id=_second_id,
    requested_by_id=_viewer,
    requested_at=sa.func.now(),
    request_end_position=_end_position,
    accepted_at=sa.case((_is_accepted, sa.func.now())),
)

make = Statement(
    _made.on_conflict_do_nothing(
        index_elements=["first_id", "second_id"], index_where=sa.text("ended_at IS NULL")
    ).returning(_Conversation),
    _Conversation,
)
"""Make the conversation that `viewer_id` asks for, `is_accepted` or not; no row where one is."""

again = Statement(
    sa.update(_Conversation)
    .where(_Conversation.conversation_id == _conversation_id)
    .values(requested_at=sa.func.now(), request_end_position=_end_position)
    .returning(_Conversation),
    _Conversation,
)
"""Ask for `conversation_id` again: more may be written, until `end_position`."""

accept = Statement(
    sa.update(_Conversation)
    .where(_Conversation.conversation_id == _conversation_id)
    .values(accepted_at=sa.func.now(), active_at=sa.func.now())
    .returning(_Conversation),
    _Conversation,
)
"""Make `conversation_id` one as if the two had matched."""

hold = Statement(
    sa.select(_Conversation, _Member.status)
    .join(_Member, _Member.conversation_id == _Conversation.conversation_id)
    .where(
        _Conversation.conversation_id == _conversation_id,
        _Member.profile_id == _viewer,
        is_open(_Conversation.conversation_id),
    )
    .with_for_update(key_share=True),
    _Conversation,
)
"""`conversation_id`, open to `viewer_id`, held to the commit, and the viewer's `status` in it."""
