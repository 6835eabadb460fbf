"""Matches with their conversations, made directly."""

from uuid import UUID

from domain import conversations
from persistence import models
from persistence.database import Database
from persistence.rows import Row
from resolvers import ids


async def matched(database: Database, one: UUID, other: UUID) -> Row:
    """Let two people match, and give their conversation."""
    first, second = sorted((one, other))
    async with database.write() as tx:
        match = await tx.add(models.Match, first_id=first, second_id=second)
        return await conversations.open_conversation(
            tx, match_id=match.match_id, member_ids=(one, other)
        )


def global_id(conversation: Row) -> str:
    """The id of a conversation as clients know it."""
    return ids.encode("Conversation", conversation.conversation_id)
