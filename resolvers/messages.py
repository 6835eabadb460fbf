"""Messages: what a client does with them."""

from typing import Any

from domain import messages
from resolvers import ids
from resolvers.context import Context


async def send_message(context: Context, *, conversation_id: str, text: str) -> dict[str, Any]:
    """Write a message to those who take part in a conversation."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        sent = await messages.send_message(tx, context.signed_in, conversation_id=key, text=text)
        return tx.answer({"sent_message": sent})
