"""Conversations: where people write to each other, and what each wants of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from domain import notifications
from domain.facts import Fact
from domain.notification_kinds import NotificationKind
from domain.refusals import InvalidFieldCode, InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence.queries import conversation_members as members
from persistence.queries import conversations as queries
from persistence.rows import Row
from persistence.transaction import Transaction


class ConversationKind(StrEnum):
    """For whom a conversation is."""

    DIRECT = "direct"
    GROUP = "group"


class MemberStatus(StrEnum):
    """How somebody stands to a conversation that they are a member of."""

    ACTIVE = "active"
    REQUESTED = "requested"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact):
    """A conversation is on somebody's list, for the first time or again."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationHidden(Fact):
    """Somebody took a conversation off their list, and maybe its messages with it."""

    conversation_id: UUID
    is_cleared: bool = False


@dataclass(frozen=True, kw_only=True)
class ConversationChanged(Fact):
    """A conversation has another title, owner or mute, or was accepted."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationRequested(Fact):
    """Somebody wrote to a person who has to accept it first."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(Fact):
    """A conversation is gone for those who are told: it ended, or they are not in it any more."""

    conversation_id: UUID


def is_muted(is_set: bool, until: datetime | None, now: datetime) -> bool:
    """Say whether a mute holds.

    Args:
        is_set: whether the conversation was muted.
        until: until when; None for ever.
        now: the moment, with its time zone.
    """
    return is_set and (until is None or until > now)


def may_write(conversation: Row, sender_id: UUID) -> None:
    """Check what a request allows, for a message that takes the conversation's last position.

    Raises:
        NotAllowed: it was asked of the sender, who has not accepted, or the sender asked and has
            written as much as is allowed before the answer.
    """
    if conversation.requested_by_id is None or conversation.accepted_at is not None:
        return
    if conversation.requested_by_id != sender_id:
        raise NotAllowed("REQUEST_NOT_ACCEPTED", "Accept the request to write back.")
    if conversation.last_position > conversation.request_end_position:
        sentence = "You can write more once your request is accepted."
        raise NotAllowed("REQUEST_NOT_ANSWERED", sentence)


async def open_conversation(tx: Transaction, *, match_id: UUID, member_ids: Sequence[UUID]) -> Row:
    """Open the direct conversation of a new match; called by the verb that makes the match.

    One that the two have already becomes that of the match, and a request is accepted.

    Args:
        tx: the transaction of the match.
        match_id: the match, which has no conversation yet.
        member_ids: its two people.

    Returns:
        The conversation.
    """
    first, second = sorted(member_ids)
    opened = {"match_id": match_id, "first_id": first, "second_id": second}
    (conversation,) = await tx.fetch(queries.open_of_match, **opened)
    key = conversation.conversation_id
    await tx.fetch(members.join_direct, conversation_id=key, profile_ids=list(member_ids))
    tx.record(ConversationOpened(conversation_id=key, audience=tuple(member_ids)))
    return conversation


async def end_conversation(tx: Transaction, *, first_id: UUID, second_id: UUID) -> None:
    """End the direct conversation of two people; called by the verb that parts them.

    From the commit on it is missing for everybody; a message that is being sent meanwhile waits
    for the conversation's row or is waited for. Ending again changes nothing.
    """
    conversation = await tx.one(queries.end, first_id=first_id, second_id=second_id)
    if conversation is not None:
        key = conversation.conversation_id
        audience = await everyone_who_sees(tx, key)
        tx.record(ConversationEnded(conversation_id=key, audience=audience))


async def hide_conversation(
    tx: Transaction, viewer: Viewer, *, conversation_id: UUID, clear: bool = False
) -> Row:
    """Take a conversation off the viewer's list until the next message in it.

    What the viewer was told of its messages is read. The others notice nothing. Hiding again
    changes nothing.

    Args:
        tx: the transaction.
        viewer: whose list it is.
        conversation_id: the conversation.
        clear: whether the messages so far are gone for the viewer, for good.

    Returns:
        The conversation.

    Raises:
        NotFound: the viewer takes part in no such conversation.
    """
    conversation = await open_to(tx, viewer, conversation_id)
    mine = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    if await tx.one(members.hide, **mine, clear=clear):
        key, me = conversation_id, (viewer.profile_id,)
        tx.record(ConversationHidden(conversation_id=key, is_cleared=clear, audience=me))
        about = (viewer.profile_id, NotificationKind.MESSAGE, key)
        await notifications.read_about(tx, *about, session_id=viewer.session_id)
    return conversation


async def mute_conversation(
    tx: Transaction,
    viewer: Viewer,
    *,
    conversation_id: UUID,
    is_muted: bool = True,
    until: datetime | None = None,
) -> Row:
    """Say whether the viewer wants no notifications of a conversation; it is listed and counted on.

    The others notice nothing. Doing it again changes nothing.

    Args:
        tx: the transaction.
        viewer: who wants quiet.
        conversation_id: the conversation.
        is_muted: whether to mute it, or to end that.
        until: when the mute ends, with its time zone; None for never.

    Returns:
        The conversation.

    Raises:
        InvalidInput: the mute would have ended already.
        NotFound: the viewer takes part in no such conversation.
    """
    if until is not None and until <= datetime.now(UTC):
        raise InvalidInput.of(
            "until", "until must lie in the future.", InvalidFieldCode.OUT_OF_RANGE
        )
    conversation = await open_to(tx, viewer, conversation_id)
    mine = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    if await tx.one(members.mute, **mine, is_muted=is_muted, until=until):
        audience = (viewer.profile_id,)
        tx.record(ConversationChanged(conversation_id=conversation_id, audience=audience))
    return conversation


async def open_to(tx: Transaction, viewer: Viewer, conversation_id: UUID) -> Row:
    """Give a conversation that the viewer takes part in and that `is_open` to them.

    Raises:
        NotFound: there is none.
    """
    key = {"ids": [conversation_id], "viewer_id": viewer.profile_id}
    conversation = await tx.one(queries.by_ids, **key)
    if conversation is None:
        raise NotFound("Conversation")
    return conversation


async def take_position(
    tx: Transaction, viewer: Viewer, conversation_id: UUID
) -> tuple[Row, tuple[UUID, ...]]:
    """Take the next position of a conversation for a message, and hold its row to the commit.

    Returns:
        The conversation, and the keys of all whom the message is told to.

    Raises:
        NotFound: the viewer takes part in no such conversation.
        NotAllowed: the viewer was asked for it and has not accepted, or waits for the answer.
    """
    me = viewer.profile_id
    conversation = await tx.one(queries.advance, conversation_id=conversation_id, viewer_id=me)
    if conversation is None:
        raise NotFound("Conversation")
    may_write(conversation, me)
    # Read once the row is held: somebody may have been removed while this waited.
    everyone = await everyone_in(tx, conversation_id)
    if me not in everyone:
        raise NotFound("Conversation")
    if conversation.requested_by_id is not None and conversation.accepted_at is None:
        asked = tuple(each for each in await everyone_who_sees(tx, conversation_id) if each != me)
        tx.record(ConversationRequested(conversation_id=conversation_id, audience=asked))
    return conversation, everyone


async def everyone_in(tx: Transaction, conversation_id: UUID) -> tuple[UUID, ...]:
    """Give the keys of all who take part, whoever may see whom: the audience of facts.

    Without whoever was asked for the conversation and has not accepted.
    """
    rows = await tx.fetch(members.everyone_in, conversation_id=conversation_id)
    return tuple(row["profile_id"] for row in rows)


async def everyone_who_sees(tx: Transaction, conversation_id: UUID) -> tuple[UUID, ...]:
    """Give the same with whoever was asked for the conversation and finds it among the requests."""
    rows = await tx.fetch(members.everyone_who_sees, conversation_id=conversation_id)
    return tuple(row["profile_id"] for row in rows)
