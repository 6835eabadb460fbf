"""Questions about conversations and their members."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import privacy, visibility
from persistence.statements import Statement, one_of, parameter

Conversation = models.Conversation
Member = models.ConversationMember


def is_open(conversation_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer takes part in the conversation and may see everybody else in it.

    So an ended conversation, and one in which one side has blocked the other, is as good as
    missing for both.

    Args:
        conversation_id: the column that holds the conversation's key.
    """
    mine = Member.__table__.alias("mine")
    theirs = Member.__table__.alias("theirs")
    ended = Conversation.__table__.alias("ended")
    viewer = visibility.viewer_id()
    return sa.and_(
        sa.exists().where(mine.c.conversation_id == conversation_id, mine.c.profile_id == viewer),
        ~sa.exists().where(
            ended.c.conversation_id == conversation_id, ended.c.ended_at.is_not(None)
        ),
        ~sa.exists().where(
            theirs.c.conversation_id == conversation_id,
            theirs.c.profile_id != viewer,
            ~visibility.may_see(theirs.c.profile_id),
        ),
    )


_open = is_open(Conversation.conversation_id)
_others = sa.and_(
    Member.conversation_id == Conversation.conversation_id,
    Member.profile_id != visibility.viewer_id(),
)
_mine = sa.and_(
    Member.conversation_id == Conversation.conversation_id,
    Member.profile_id == visibility.viewer_id(),
)
_listed = sa.or_(
    Member.hidden_position.is_(None), Member.hidden_position < Conversation.last_position
)

by_ids = Statement(
    sa.select(Conversation).where(one_of(Conversation.conversation_id, "ids"), _open), Conversation
)
"""The conversations with these `ids` that are open to `viewer_id`."""

of_member = Listing(
    "conversations.of_member",
    sa.select(Conversation).join(Member, _mine).where(_open, _listed),
    owner=Member.profile_id,
    order=[Conversation.active_at, Conversation.conversation_id],
    model=Conversation,
)
"""A person's conversations, the most recently active first, without those they have hidden."""

_shows_reading = privacy.told(Member.profile_id, "show_read_receipts")

members_of = Statement(
    sa.select(
        *(
            sa.case((_shows_reading, column)).label(column.key)
            if column.key in {"read_position", "read_at"}
            else column
            for column in Member.__table__.c
        )
    )
    .where(one_of(Member.conversation_id, "conversation_ids"), is_open(Member.conversation_id))
    .order_by(Member.joined_at, Member.profile_id),
    Member,
)
"""Who takes part in these `conversation_ids`, open to `viewer_id`.

How far they have read is null for those who hide it.
"""

others_of = Statement(
    sa.select(models.Profile, Conversation.conversation_id)
    .select_from(Conversation)
    .join(Member, _others)
    .join(models.Profile, models.Profile.profile_id == Member.profile_id)
    .where(one_of(Conversation.conversation_id, "conversation_ids"), _open)
    .ext(postgresql.distinct_on(Conversation.conversation_id))
    .order_by(Conversation.conversation_id, Member.joined_at, Member.profile_id),
    models.Profile,
)
"""Whom `viewer_id` talks to in these `conversation_ids`, with the `conversation_id`."""

_unread = (
    sa.select(sa.func.count().label("unread"))
    .select_from(models.Message)
    .where(
        models.Message.conversation_id == Member.conversation_id,
        models.Message.position > Member.read_position,
        models.Message.sender_id != Member.profile_id,
        models.Message.deleted_at.is_(None),
    )
    .lateral("counted")
)

my_places_in = Statement(
    sa.select(Member.conversation_id, Member.read_position, _unread.c.unread)
    .select_from(Member)
    .join(_unread, sa.true())
    .where(
        one_of(Member.conversation_id, "conversation_ids"),
        Member.profile_id == visibility.viewer_id(),
    )
)
"""How far `viewer_id` has read these `conversation_ids`, and how many messages of others follow."""

unread_total = Statement(
    sa.select(sa.func.coalesce(sa.func.sum(_unread.c.unread), 0).cast(sa.BigInteger))
    .select_from(Conversation)
    .join(Member, _mine)
    .join(_unread, sa.true())
    .where(Conversation.last_position > Member.read_position, _open, _listed)
)
"""How many messages of others `viewer_id` has not read, in all conversations of their list."""

_theirs = Member.__table__.alias("their_membership")

between = Statement(
    sa.select(Conversation)
    .join(Member, _mine)
    .join(_theirs, _theirs.c.conversation_id == Conversation.conversation_id)
    .where(
        Conversation.match_id.is_not(None),
        _theirs.c.profile_id == parameter("profile_id", Member.profile_id),
        _theirs.c.profile_id != Member.profile_id,
        _open,
    ),
    Conversation,
)
"""The open direct conversation of `viewer_id` with `profile_id`."""

_me = (
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id == visibility.viewer_id())
    .with_for_update(read=True, key_share=True)
    .cte("me")
)
# The writer before the conversation: the order in which deleting an account takes them.
_still_here = sa.exists().where(_me.c.profile_id.is_not(None))

advance = Statement(
    sa.update(Conversation)
    .where(
        _still_here,
        Conversation.conversation_id == parameter("conversation_id", Conversation.conversation_id),
        Conversation.ended_at.is_(None),
        _open,
    )
    .values(
        last_position=Conversation.last_position + 1,
        # Not the beginning of the transaction: who waited for the row speaks later.
        last_message_at=sa.func.greatest(sa.func.clock_timestamp(), Conversation.last_message_at),
        active_at=sa.func.greatest(sa.func.clock_timestamp(), Conversation.last_message_at),
    )
    .returning(Conversation),
    Conversation,
)
"""Take the next position of `conversation_id`, open to `viewer_id`, and hold it to the commit."""

read_to = Statement(
    sa.update(Member)
    .where(
        _mine,
        Conversation.conversation_id == parameter("conversation_id", Conversation.conversation_id),
        Member.read_position
        < sa.func.least(parameter("position", sa.BigInteger()), Conversation.last_position),
    )
    .values(
        read_position=sa.func.least(
            parameter("position", sa.BigInteger()), Conversation.last_position
        ),
        read_at=sa.func.clock_timestamp(),
    )
    .returning(Member.read_position)
)
"""Move the mark of `viewer_id` in `conversation_id` forward; no row when it is there already."""

hide = Statement(
    sa.update(Member)
    .where(
        _mine,
        Conversation.conversation_id == parameter("conversation_id", Conversation.conversation_id),
        _listed,
    )
    .values(hidden_position=Conversation.last_position)
    .returning(Member.hidden_position)
)
"""Take `conversation_id` off the list of `viewer_id`; no row when it is off already."""

unhide = Statement(
    sa.update(Member)
    .where(
        Member.conversation_id == parameter("conversation_id", Member.conversation_id),
        Member.profile_id == visibility.viewer_id(),
        Member.hidden_position.is_not(None),
    )
    .values(hidden_position=None)
    .returning(Member.joined_at)
)
"""Put `conversation_id` back on the list of `viewer_id`; no row when it is there already."""

everyone_in = Statement(
    sa.select(Member.profile_id)
    .where(Member.conversation_id == parameter("conversation_id", Member.conversation_id))
    .order_by(Member.profile_id)
)
"""The keys of all who take part in `conversation_id`, whoever may see whom: for facts only."""

end = Statement(
    sa.update(Conversation)
    .where(
        Conversation.match_id == parameter("match_id", Conversation.match_id),
        Conversation.ended_at.is_(None),
    )
    .values(ended_at=sa.func.clock_timestamp())
    .returning(Conversation),
    Conversation,
)
"""End the conversation of `match_id`; no row when it has ended or never was."""
