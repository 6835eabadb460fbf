"""Questions about reactions to messages."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.queries.conversations import may_read, takes_part
from persistence.statements import Statement, one_of, parameter

Message = models.Message
Reaction = models.Reaction
_message_id = parameter("message_id", Reaction.message_id)
_emoji = parameter("emoji", Reaction.emoji)
_since = sa.func.min(Reaction.reacted_at)

of_messages = Statement(
    sa.select(
        Reaction.message_id,
        Reaction.emoji,
        sa.func.bool_or(Reaction.profile_id == visibility.viewer_id()).label("viewer_reacted"),
        sa.func.array_agg(
            postgresql.aggregate_order_by(
                Reaction.profile_id, Reaction.reacted_at, Reaction.profile_id
            )
        ).label("people"),
    )
    .join(Message, Message.message_id == Reaction.message_id)
    .where(
        one_of(Reaction.message_id, "message_ids"),
        may_read(),
        visibility.may_see(Reaction.profile_id),
    )
    .group_by(Reaction.message_id, Reaction.emoji)
    .order_by(_since, Reaction.emoji)
)
"""How people whom `viewer_id` may see react to `message_ids`: a row for each emoji, with `people`,
the keys of who put it, the first ones first.
"""

_me = (
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id == visibility.viewer_id())
    .with_for_update(read=True, key_share=True)
    .cte("me")
)

hold_message = Statement(
    sa.select(Message)
    .where(
        # The person before the message: the order in which deleting an account takes them.
        sa.exists().where(_me.c.profile_id.is_not(None)),
        Message.message_id == _message_id,
        may_read(),
        takes_part(Message.conversation_id),
    )
    .with_for_update(of=Message, key_share=True),
    Message,
)
"""The message `message_id` that `viewer_id` may react to, held to the commit."""

kinds_of = Statement(sa.select(Reaction.emoji).where(Reaction.message_id == _message_id).distinct())
"""The emoji that `message_id` has, whoever put them."""

add = Statement(
    postgresql.insert(Reaction)
    .values(message_id=_message_id, emoji=_emoji, profile_id=visibility.viewer_id())
    .on_conflict_do_nothing()
    .returning(Reaction.emoji)
)
"""Let `viewer_id` put `emoji` to `message_id`; no row when it is there already."""
