"""Typing indicators: what a client tells while somebody writes."""

from datetime import UTC, datetime
from typing import Any

from dataloaders import conversations
from domain import typing_indicators
from domain.refusals import NotFound
from resolvers import ids
from resolvers.context import Context


async def set_typing(context: Context, *, conversation_id: str, is_typing: bool) -> dict[str, Any]:
    """Tell the others of a conversation that you are typing, or have stopped.

    Say it every few seconds while it is so: it ends by itself after 6. It is told to those who
    listen at that moment, and dropped rather than refused when it comes more than 60 times a
    minute. Nothing of it is kept, so a retry may tell it again.
    """
    key = ids.decode(conversation_id, "Conversation")
    conversation = await context.load(conversations.by_ids, key)
    if conversation is None:
        raise NotFound("Conversation")
    me = context.signed_in.profile_id
    most = typing_indicators.MOST_PER_MINUTE
    if context.services.request_rates.hit(f"typing:{me}", most) is None:
        # Who has not accepted a request neither tells nor is told.
        writing = await context.load(conversations.writers_of, key)
        context.services.listener.whisper(
            typing_indicators.typing(
                key,
                me,
                is_typing=is_typing,
                member_ids=writing if me in writing else (),
                now=datetime.now(UTC),
            )
        )
    return {"conversation": conversation}
