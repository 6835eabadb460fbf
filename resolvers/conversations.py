"""Conversations: what a client asks and does with them."""

from typing import Annotated, Any

import strawberry

from domain import conversations, messages
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def conversation(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The conversation.")],
) -> Row | None:
    """A conversation that you take part in; null when it is missing, ended or hidden from you."""
    return await nodes.of_type(context, id, "Conversation")


async def start_conversation(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Get the conversation with a match, back on your list if you have hidden it."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        started = await conversations.start_conversation(tx, context.signed_in, profile_id=key)
        return tx.answer({"conversation": started})


async def hide_conversation(context: Context, *, conversation_id: str) -> dict[str, Any]:
    """Take a conversation off your list until the next message in it; the other is not told."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        hidden = await conversations.hide_conversation(tx, context.signed_in, conversation_id=key)
        return tx.answer({"conversation": hidden})


async def mark_read(context: Context, *, conversation_id: str, up_to: int) -> dict[str, Any]:
    """Say up to where you have read; the mark never moves back, nor past the last message."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        read = await messages.mark_read(tx, context.signed_in, conversation_id=key, up_to=up_to)
        return tx.answer({"conversation": read})
