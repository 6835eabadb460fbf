"""Chats of events: groups of who goes there, who come and go with their seats."""

from uuid import UUID

from domain import conversations, groups
from domain.attendance import AttendanceState, AttendeesShownTo
from domain.conversations import ConversationChanged, ConversationEnded, ConversationOpened
from domain.groups import TITLE_LENGTH, MemberJoined, MemberRole
from persistence import models
from persistence.queries import event_chats as queries
from persistence.queries import groups as group_queries
from persistence.queries import notifications as notification_queries
from persistence.rows import Row
from persistence.transaction import Transaction


async def follow(tx: Transaction, *, event_id: UUID, profile_id: UUID, most: int) -> None:
    """Let somebody take part in the chat of an event exactly if they go there by now.

    The first who goes opens it; the host owns it. While nobody but the hosts is to see who goes,
    nobody is let in, as members see each other. All that changes members waits on the row of the
    conversation.

    Args:
        tx: the transaction.
        event_id: the event, which may be gone.
        profile_id: who came or went, and may be gone.
        most: how many members a chat may have; who comes later is not let in.
    """
    event = await tx.get(models.Event, event_id=event_id)
    if event is None:
        return
    # First of all, which is the order in which deleting an account takes rows.
    people = [event.host_id, profile_id]
    held = await tx.fetch(notification_queries.hold_readers_and_actor, ids=people)
    if {row["profile_id"] for row in held} != set(people):
        return
    is_closed = event.attendees_shown_to == AttendeesShownTo.HOSTS
    chat = await (tx.one(queries.hold, event_id=event_id) if is_closed else _chat(tx, event))
    if chat is None:
        return
    asked = {"conversation_id": chat.conversation_id, "viewer_id": profile_id}
    members = await tx.fetch(group_queries.members_of, **asked)
    answer = await tx.get(models.Attendance, event_id=event_id, profile_id=profile_id)
    goes = answer is not None and answer.state == AttendanceState.GOING
    takes_part = profile_id in {member.profile_id for member in members}
    if goes and not takes_part and not is_closed and len(members) < most:
        await _join(tx, chat, profile_id, tuple(member.profile_id for member in members))
    elif takes_part and not goes and profile_id != event.host_id:
        await groups.part(tx, chat, members, profile_id)


async def rename(tx: Transaction, *, event_id: UUID) -> None:
    """Give the chat of an event the title that the event has by now."""
    event = await tx.get(models.Event, event_id=event_id)
    chat = await tx.one(queries.hold, event_id=event_id)
    if event is None or chat is None or chat.title == event.title[:TITLE_LENGTH]:
        return
    key = {"conversation_id": chat.conversation_id}
    await tx.change(models.Conversation, key, title=event.title[:TITLE_LENGTH])
    audience = await conversations.everyone_in(tx, chat.conversation_id)
    tx.record(ConversationChanged(**key, audience=audience))


async def end(tx: Transaction, *, event_id: UUID) -> None:
    """Tell that the chat of an event is gone; called by the verb that deletes the event."""
    if (chat := await tx.one(queries.hold, event_id=event_id)) is not None:
        audience = await conversations.everyone_in(tx, chat.conversation_id)
        tx.record(ConversationEnded(conversation_id=chat.conversation_id, audience=audience))


async def _chat(tx: Transaction, event: Row) -> Row:
    """Hold the chat of an event, opened for its host if there is none."""
    key = {"event_id": event.event_id}
    opened = await tx.one(queries.open_chat, **key, title=event.title[:TITLE_LENGTH])
    if opened is not None:
        place = {"conversation_id": opened.conversation_id, "profile_id": event.host_id}
        await tx.add(models.ConversationMember, **place, role=MemberRole.OWNER.value)
        audience = (event.host_id,)
        tx.record(ConversationOpened(conversation_id=opened.conversation_id, audience=audience))
        return opened
    # It waited for whoever makes one at the same time, so there is one.
    (chat,) = await tx.fetch(queries.hold, **key)
    return chat


async def _join(tx: Transaction, chat: Row, profile_id: UUID, before: tuple[UUID, ...]) -> None:
    key = {"conversation_id": chat.conversation_id}
    joining = {**key, "position": chat.last_position, "profile_ids": [profile_id]}
    await tx.fetch(group_queries.join, **joining)
    tx.record(MemberJoined(**key, profile_id=profile_id, audience=before))
    tx.record(ConversationOpened(**key, audience=(profile_id,)))
