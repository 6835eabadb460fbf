"""Reactions: what a client does with them."""

from typing import Any

from domain import reactions
from resolvers import ids
from resolvers.context import Context


async def react_to_message(context: Context, *, message_id: str, emoji: str) -> dict[str, Any]:
    """Put an emoji to a message; it is there once, however often you do it."""
    async with context.write() as tx:
        key = ids.decode(message_id, "Message")
        await reactions.react_to_message(tx, context.signed_in, message_id=key, emoji=emoji)
        return tx.answer({"message_key": str(key)})


async def remove_reaction(context: Context, *, message_id: str, emoji: str) -> dict[str, Any]:
    """Take back an emoji that you put to a message."""
    async with context.write() as tx:
        key = ids.decode(message_id, "Message")
        await reactions.remove_reaction(tx, context.signed_in, message_id=key, emoji=emoji)
        return tx.answer({"message_key": str(key)})
