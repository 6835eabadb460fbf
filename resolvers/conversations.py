"""Conversations: what a client asks and does with them."""

from datetime import datetime
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


async def hide_conversation(
    context: Context, *, conversation_id: str, clear: bool = False
) -> dict[str, Any]:
    """Take a conversation off your list until the next message in it; the others are not told.

    With `clear` its messages so far are gone for you, for good; the others keep them.
    """
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        hidden = await conversations.hide_conversation(
            tx, context.signed_in, conversation_id=key, clear=clear
        )
        return tx.answer({"conversation": hidden})


async def mute_conversation(
    context: Context, *, conversation_id: str, until: datetime | None = None
) -> dict[str, Any]:
    """Get no notifications of a conversation, until a time or for ever; the others are not told.

    It stays on your list, and its unread messages are counted as before.
    """
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        muted = await conversations.mute_conversation(
            tx, context.signed_in, conversation_id=key, until=until
        )
        return tx.answer({"conversation": muted})


async def unmute_conversation(context: Context, *, conversation_id: str) -> dict[str, Any]:
    """Get notifications of a conversation again."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        heard = await conversations.mute_conversation(
            tx, context.signed_in, conversation_id=key, is_muted=False
        )
        return tx.answer({"conversation": heard})


async def mark_read(context: Context, *, conversation_id: str, up_to: int) -> dict[str, Any]:
    """Say up to where you have read; the mark never moves back, nor past the last message."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        read = await messages.mark_read(tx, context.signed_in, conversation_id=key, up_to=up_to)
        return tx.answer({"conversation": read})
