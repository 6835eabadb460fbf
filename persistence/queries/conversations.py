"""Questions about conversations, and who may read what in them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from persistence import models
from persistence.pages import Listing
from persistence.queries import privacy, visibility
from persistence.statements import Statement, alias, one_of, parameter

Conversation = models.Conversation
Member = models.ConversationMember
Message = models.Message


def is_open(conversation_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer takes part in the conversation.

    An ended conversation is as good as missing for all, and a direct one for both when one has
    blocked the other. A group stays open whoever blocks whom: its members who may not see each
    other miss each other's rows and messages. A request that was declined is missing for whom
    it was made to.

    Args:
        conversation_id: the column that holds the conversation's key.
    """
    mine = alias(Member, "mine")
    theirs = alias(Member, "theirs")
    talk = alias(Conversation, "talk")
    viewer = visibility.viewer_id()
    return sa.and_(
        sa.exists().where(
            mine.c.conversation_id == conversation_id,
            mine.c.profile_id == viewer,
            mine.c.status != "declined",
        ),
        sa.exists().where(
            talk.c.conversation_id == conversation_id,
            talk.c.ended_at.is_(None),
            sa.or_(
                talk.c.kind == "group",
                ~sa.exists().where(
                    theirs.c.conversation_id == talk.c.conversation_id,
                    theirs.c.profile_id != viewer,
                    ~visibility.may_see(theirs.c.profile_id),
                ),
            ),
        ),
    )


def takes_part(conversation_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer has nothing to accept before they answer in the conversation.

    Args:
        conversation_id: the column that holds the conversation's key.
    """
    mine = alias(Member, "my_part")
    return sa.exists().where(
        mine.c.conversation_id == conversation_id,
        mine.c.profile_id == visibility.viewer_id(),
        mine.c.status == "active",
    )


def history_of(conversation_id: Any) -> "sa.ScalarSelect[int]":
    """Give the position after which the viewer sees messages of the conversation.

    Args:
        conversation_id: the column that holds the conversation's key.
    """
    mine = alias(Member, "whose_history")
    return (
        sa.select(mine.c.history_position)
        .where(
            mine.c.conversation_id == conversation_id,
            mine.c.profile_id == visibility.viewer_id(),
        )
        .scalar_subquery()
    )


def sender_is_seen(message: Any = Message, conversation_id: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer may see who sent a message of a conversation that is open to them.

    Args:
        message: the model, or an alias of it.
        conversation_id: the key of the conversation, where that of many messages is known: so its
            kind is asked once.
    """
    key = message.conversation_id if conversation_id is None else conversation_id
    talk = alias(Conversation, "sent_in")
    is_direct = (
        sa.exists()
        .where(talk.c.conversation_id == key, talk.c.kind == "direct")
        .correlate_except(talk)
    )
    # A direct one would not be open otherwise, and most are direct.
    return sa.or_(is_direct, visibility.may_see(message.sender_id))


def may_read(message: Any = Message) -> sa.ColumnElement[bool]:
    """Say that the viewer may read a message: the one predicate for messages.

    Args:
        message: the model, or an alias of it.
    """
    return sa.and_(
        is_open(message.conversation_id),
        message.position > history_of(message.conversation_id),
        sender_is_seen(message),
    )


def counts_as_unread() -> sa.ColumnElement[bool]:
    """Say that a `Message` is unread for the `Member` in its `Conversation`, who is the viewer.

    The one predicate for numbers of unread messages: nothing of one's own, nothing that one has
    read or does not see, nothing deleted, nothing of a request that one has not accepted.
    """
    seen = sa.func.greatest(Member.read_position, Member.history_position)
    return sa.and_(
        Member.status == "active",
        Message.conversation_id == Member.conversation_id,
        Message.position > seen,
        Message.sender_id != Member.profile_id,
        Message.deleted_at.is_(None),
        sa.or_(Conversation.kind == "direct", visibility.may_see(Message.sender_id)),
    )


_open = is_open(Conversation.conversation_id)
mine = sa.and_(
    Member.conversation_id == Conversation.conversation_id,
    Member.profile_id == visibility.viewer_id(),
)
"""Say that a `Member` is the viewer in its `Conversation`."""

_later = aliased(Message, name="later")
listed = sa.and_(
    Member.status == "active",
    sa.or_(
        Member.hidden_position.is_(None),
        sa.and_(
            Member.hidden_position < Conversation.last_position,
            sa.exists().where(
                _later.conversation_id == Conversation.conversation_id,
                _later.position > Member.hidden_position,
                sender_is_seen(_later),
            ),
        ),
    ),
)
"""Say that the viewer, who is the `Member`, has the `Conversation` on their list."""

by_ids = Statement(
    sa.select(Conversation).where(one_of(Conversation.conversation_id, "ids"), _open), Conversation
)
"""The conversations with these `ids` that are open to `viewer_id`."""

of_member = Listing(
    "conversations.of_member",
    sa.select(Conversation).join(Member, mine).where(_open, listed),
    owner=Member.profile_id,
    order=[Conversation.active_at, Conversation.conversation_id],
    model=Conversation,
)
"""A person's conversations, the most recently active first.

Without those they have hidden, and without requests to them.
"""

_shows_reading = privacy.told(Member.profile_id, "show_read_receipts")

members_of = Listing(
    "conversations.members_of",
    sa.select(
        *(
            sa.case((_shows_reading, column)).label(column.key)
            if column.key in {"read_position", "read_at"}
            else column
            for column in Member.__table__.c
        )
    ).where(is_open(Member.conversation_id), visibility.may_see(Member.profile_id)),
    owner=Member.conversation_id,
    order=[Member.joined_at, Member.profile_id],
    descending=False,
    model=Member,
)
"""Whom `viewer_id` sees in a conversation that is open to them; the longest members first.

How far they have read is null for those who hide it.
"""

_other_id = sa.case(
    (Conversation.first_id == visibility.viewer_id(), Conversation.second_id),
    else_=Conversation.first_id,
)

others_of = Statement(
    sa.select(models.Profile, Conversation.conversation_id)
    .join(models.Profile, models.Profile.profile_id == _other_id)
    .where(one_of(Conversation.conversation_id, "conversation_ids"), _open),
    models.Profile,
)
"""Whom `viewer_id` talks to in these direct `conversation_ids`, with the `conversation_id`."""

_unread = (
    sa.select(sa.func.count().label("unread"))
    .select_from(Message)
    .where(counts_as_unread())
    .correlate(Member, Conversation)
    .lateral("counted")
)

my_places_in = Statement(
    # Nothing of whose place it is: those who are at the same place get the same rows.
    sa.select(
        Member.conversation_id,
        Member.read_position,
        Member.is_muted,
        Member.muted_until,
        _unread.c.unread,
    )
    .select_from(Member)
    .join(Conversation, Conversation.conversation_id == Member.conversation_id)
    .join(_unread, sa.true())
    .where(
        one_of(Member.conversation_id, "conversation_ids"),
        Member.profile_id == visibility.viewer_id(),
    ),
)
"""How `viewer_id` takes part in these `conversation_ids`, and how many messages are `unread`."""

unread_total = Statement(
    sa.select(sa.func.coalesce(sa.func.sum(_unread.c.unread), 0).cast(sa.BigInteger))
    .select_from(Conversation)
    .join(Member, mine)
    .join(_unread, sa.true())
    .where(Conversation.last_position > Member.read_position, _open, listed)
)
"""How many messages of others `viewer_id` has not read, in all conversations of their list."""

_profile_id = parameter("profile_id", Member.profile_id)
_of_pair = sa.and_(
    Conversation.first_id == sa.func.least(_profile_id, visibility.viewer_id()),
    Conversation.second_id == sa.func.greatest(_profile_id, visibility.viewer_id()),
    Conversation.ended_at.is_(None),
)

between = Statement(
    sa.select(Conversation, Member.status)
    .join(Member, mine)
    .where(_of_pair, _profile_id != visibility.viewer_id(), _open),
    Conversation,
)
"""The open direct conversation of `viewer_id` with `profile_id`, and the viewer's `status`."""

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
        mine,
        Member.status == "active",
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

_first_id = parameter("first_id", Conversation.first_id)
_second_id = parameter("second_id", Conversation.second_id)
_opened: Any = postgresql.insert(Conversation).values(
    match_id=parameter("match_id", Conversation.match_id),
    first_id=_first_id,
    second_id=_second_id,
)

open_of_match = Statement(
    _opened.on_conflict_do_update(
        index_elements=["first_id", "second_id"],
        index_where=sa.text("ended_at IS NULL"),
        set_={
            "match_id": _opened.excluded.match_id,
            "accepted_at": sa.func.coalesce(Conversation.accepted_at, sa.func.now()),
            "active_at": sa.func.greatest(sa.func.now(), Conversation.active_at),
        },
    ).returning(Conversation),
    Conversation,
)
"""Make the direct conversation of the match `match_id` of `first_id` and `second_id`.

One that they have already, or that one has asked for, becomes that of the match.
"""

end = Statement(
    sa.update(Conversation)
    .where(
        Conversation.first_id == _first_id,
        Conversation.second_id == _second_id,
        Conversation.ended_at.is_(None),
    )
    .values(ended_at=sa.func.clock_timestamp())
    .returning(Conversation),
    Conversation,
)
"""End the direct conversation of `first_id` and `second_id`; no row when they have none."""
