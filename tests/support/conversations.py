"""Matches with their conversations, made directly, and what is written there."""

from uuid import UUID

from domain import conversations, groups, messages, pairs
from domain.conversation_requests import FirstMessages, RequestRules, start_conversation
from domain.pairs import Act, DecisionKind
from persistence import models
from persistence.database import Database
from persistence.rows import Row
from resolvers import ids
from tests.support.people import Person


async def matched(database: Database, one: UUID, other: UUID) -> Row:
    """Let two people like each other and match, and give their conversation."""
    first, second = sorted((one, other))
    async with database.write() as tx:
        for me, them in ((one, other), (other, one)):
            pair = await pairs.hold(tx, me, them)
            assert pair is not None
            await pairs.decide(tx, pair, Act.LIKE, DecisionKind.LIKE)
        match = await tx.add(models.Match, first_id=first, second_id=second)
        return await conversations.open_conversation(
            tx, match_id=match.match_id, member_ids=(one, other)
        )


async def grouped(database: Database, owner: Person, *others: Person, title: str = "Walks") -> Row:
    """Let somebody make a group with their matches; it is muted for the owner."""
    async with database.write() as tx:
        keys = [other.key for other in others]
        group = await groups.create_group(
            tx, owner.viewer, title=title, profile_ids=keys, most=len(keys) + 1
        )
        key = group.conversation_id
        await conversations.mute_conversation(tx, owner.viewer, conversation_id=key)
        return group


async def requested(database: Database, one: Person, other: Person, text: str = "Hello") -> Row:
    """Let somebody ask a stranger for a conversation, with one message."""
    rules = RequestRules(first_messages=FirstMessages.REQUESTS, most_a_day=100)
    async with database.write() as tx:
        talk = await start_conversation(tx, one.viewer, profile_id=other.key, rules=rules)
        key = talk.conversation_id
        await messages.send_message(tx, one.viewer, conversation_id=key, text=text)
        return talk


def global_id(conversation: Row) -> str:
    """The id of a conversation as clients know it."""
    return ids.encode("Conversation", conversation.conversation_id)


async def write(person: Person, conversation_id: str, *texts: str) -> None:
    """Let somebody write messages, one after the other."""
    for text in texts:
        await person.api.done("sendMessage", conversationId=conversation_id, text=text)
