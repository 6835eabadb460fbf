"""Conversation requests: what a client does with them."""

from datetime import timedelta
from typing import Any

from domain import conversation_requests
from domain.conversation_requests import FirstMessages, RequestRules
from resolvers import ids
from resolvers.context import Context


async def start_conversation(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Get the conversation with somebody, back on your list if you have hidden it.

    With a match there is one. Without, you ask for one, where the app and the person allow it:
    you may write as much as a request holds, and they find it among `conversationRequests`.
    Starting a conversation that you are asked for accepts it.
    """
    settings = context.services.settings
    rules = RequestRules(
        first_messages=FirstMessages(settings.first_messages),
        most_messages=settings.request_messages,
        most_a_day=settings.conversation_requests_per_day,
        again_after=timedelta(days=settings.request_again_days),
    )
    async with context.write() as tx:
        started = await conversation_requests.start_conversation(
            tx, context.signed_in, profile_id=ids.decode(profile_id, "Profile"), rules=rules
        )
        return tx.answer({"conversation": started})


async def accept_conversation(context: Context, *, conversation_id: str) -> dict[str, Any]:
    """Accept a conversation that you are asked for: it is one of your `conversations` then."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        accepted = await conversation_requests.accept_conversation(
            tx, context.signed_in, conversation_id=key
        )
        return tx.answer({"conversation": accepted})


async def decline_conversation(context: Context, *, conversation_id: str) -> dict[str, Any]:
    """Decline a conversation that you are asked for; the other is not told."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        await conversation_requests.decline_conversation(tx, context.signed_in, conversation_id=key)
        return tx.answer({"declined_conversation_id": conversation_id})
