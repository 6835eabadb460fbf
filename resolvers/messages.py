"""Messages: what a client does with them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain import messages
from domain.refusals import RateLimited
from persistence.queries.messages import MATCH_BEGINS, MATCH_ENDS
from resolvers import ids
from resolvers.context import Context


async def send_message(
    context: Context,
    *,
    conversation_id: str,
    text: str | None = None,
    sticker_id: str | None = None,
    media_ids: list[str] | None = None,
    reply_to_id: str | None = None,
) -> dict[str, Any]:
    """Write a message to those who take part in a conversation; only so many a minute."""
    sticker_key = None
    if sticker_id is not None:
        sticker_key = context.services.stickers.key_of(ids.decode(sticker_id, "Sticker"))
    async with context.write() as tx:
        limit_messages(context)
        sent = await messages.send_message(
            tx,
            context.signed_in,
            conversation_id=ids.decode(conversation_id, "Conversation"),
            text=text,
            sticker_key=sticker_key,
            media_ids=[ids.decode(media_id, "Media") for media_id in media_ids or ()],
            most_attachments=context.services.settings.attachments_max,
            reply_to_id=None if reply_to_id is None else ids.decode(reply_to_id, "Message"),
        )
        return tx.answer({"sent_message": sent})


async def edit_message(context: Context, *, message_id: str, text: str) -> dict[str, Any]:
    """Change the text of a message that you sent a short while ago; counts as a message."""
    within = timedelta(minutes=context.services.settings.message_edit_minutes)
    async with context.write() as tx:
        limit_messages(context)
        key = ids.decode(message_id, "Message")
        edited = await messages.edit_message(
            tx, context.signed_in, message_id=key, text=text, within=within
        )
        return tx.answer({"edited_message": edited})


async def delete_message(context: Context, *, message_id: str) -> dict[str, Any]:
    """Take a message that you sent back, for everybody; only its place stays."""
    async with context.write() as tx:
        key = ids.decode(message_id, "Message")
        deleted = await messages.delete_message(tx, context.signed_in, message_id=key)
        return tx.answer({"deleted_message": deleted})


def limit_messages(context: Context) -> None:
    """Count one more of what all who take part in a conversation are told.

    Asked within `Context.write`, so that a retry neither counts nor is refused.

    Raises:
        RateLimited: the viewer has told too much within a minute.
    """
    most = context.services.settings.messages_per_minute
    key = f"messages:{context.signed_in.account_id}"
    if (wait := context.services.request_rates.hit(key, most)) is not None:
        raise RateLimited("TOO_MANY_MESSAGES", "Too many messages at once: wait.", wait)


def parts_of(excerpt: str) -> Iterator[tuple[str, bool]]:
    """Take an excerpt apart into texts, each with whether it is what was searched for."""
    for n, piece in enumerate(excerpt.split(MATCH_BEGINS)):
        match, ends, rest = piece.partition(MATCH_ENDS)
        for text, is_match in ((match, n > 0 and bool(ends)), (rest, False)):
            if text:
                yield text, is_match
