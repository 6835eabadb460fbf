"""Conversations: where people who have matched write to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.facts import Fact
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import conversations as queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact):
    """A conversation is on somebody's list, for the first time or again."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationHidden(Fact):
    """Somebody took a conversation off their list."""

    conversation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(Fact):
    """A conversation is gone for all who took part in it."""

    conversation_id: UUID


async def open_conversation(tx: Transaction, *, match_id: UUID, member_ids: Sequence[UUID]) -> Row:
    """Open the direct conversation of a new match; called by the verb that makes the match.

    Args:
        tx: the transaction of the match.
        match_id: the match, which has no conversation yet.
        member_ids: its two people.

    Returns:
        The conversation.

    Raises:
        asyncpg.UniqueViolationError: the match has a conversation.
    """
    conversation = await tx.add(models.Conversation, match_id=match_id)
    key = conversation.conversation_id
    for profile_id in member_ids:
        await tx.add(models.ConversationMember, conversation_id=key, profile_id=profile_id)
    tx.record(ConversationOpened(conversation_id=key, audience=tuple(member_ids)))
    return conversation


async def end_conversation(tx: Transaction, *, match_id: UUID) -> None:
    """End the conversation of a match; called by the verb that ends the match.

    From the commit on it is missing for everybody; a message that is being sent meanwhile waits
    for the conversation's row or is waited for. Ending again changes nothing.
    """
    conversation = await tx.one(queries.end, match_id=match_id)
    if conversation is not None:
        key = conversation.conversation_id
        tx.record(ConversationEnded(conversation_id=key, audience=await everyone_in(tx, key)))


async def start_conversation(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Give the conversation with a match, and put it back on the viewer's list if it was hidden.

    Returns:
        The conversation.

    Raises:
        NotFound: there is no such person, or the viewer may not see them.
        NotAllowed: they have not matched.
    """
    me = viewer.profile_id
    conversation = await tx.one(queries.between, profile_id=profile_id, viewer_id=me)
    if conversation is None:
        if await tx.one(profile_queries.by_ids, ids=[profile_id], viewer_id=me) is None:
            raise NotFound("Profile")
        raise NotAllowed("NO_MATCH", "You can write to people with whom you have matched.")
    key = conversation.conversation_id
    if await tx.one(queries.unhide, conversation_id=key, viewer_id=me):
        tx.record(ConversationOpened(conversation_id=key, audience=(me,)))
    return conversation


async def hide_conversation(tx: Transaction, viewer: Viewer, *, conversation_id: UUID) -> Row:
    """Take a conversation off the viewer's list until the next message in it.

    The other side notices nothing. Hiding again changes nothing.

    Returns:
        The conversation.

    Raises:
        NotFound: the viewer takes part in no such conversation.
    """
    conversation = await open_to(tx, viewer, conversation_id)
    mine = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    if await tx.one(queries.hide, **mine):
        audience = (viewer.profile_id,)
        tx.record(ConversationHidden(conversation_id=conversation_id, audience=audience))
    return conversation


async def open_to(tx: Transaction, viewer: Viewer, conversation_id: UUID) -> Row:
    """Give a conversation that the viewer takes part in, not ended, nobody blocked.

    Raises:
        NotFound: there is none.
    """
    key = {"ids": [conversation_id], "viewer_id": viewer.profile_id}
    conversation = await tx.one(queries.by_ids, **key)
    if conversation is None:
        raise NotFound("Conversation")
    return conversation


async def everyone_in(tx: Transaction, conversation_id: UUID) -> tuple[UUID, ...]:
    """Give the keys of all who take part, whoever may see whom: the audience of facts."""
    rows = await tx.fetch(queries.everyone_in, conversation_id=conversation_id)
    return tuple(row["profile_id"] for row in rows)
