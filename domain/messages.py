"""Messages: what people write to each other, change and take back, and how far they have read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain import conversations, media, notifications, texts
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import conversations as queries
from persistence.queries import media as media_queries
from persistence.queries import messages as message_queries
from persistence.rows import Row
from persistence.transaction import Transaction

TEXT_LENGTH = 4_000
"""The most characters of a message."""

ATTACHMENTS = 10
"""The most attachments of a message, unless the operator says otherwise."""


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """Somebody wrote a message; its position numbers it within the conversation."""

    conversation_id: UUID
    message_id: UUID
    sender_id: UUID
    position: int


@dataclass(frozen=True, kw_only=True)
class MessageEdited(Fact):
    """A sender changed the text of a message."""

    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(Fact):
    """A sender took a message back, for everybody."""

    conversation_id: UUID
    message_id: UUID
    position: int


@dataclass(frozen=True, kw_only=True)
class MessageRead(Fact):
    """Somebody has read a conversation up to a position."""

    conversation_id: UUID
    reader_id: UUID
    position: int


def text_of(text: str) -> str:
    """Give a message's text as it is kept.

    Raises:
        InvalidInput: nothing is left of it, or it is longer than 4,000 characters.
    """
    text = texts.clean(text, lines=True)
    if problems := texts.length_problems("text", text, least=1, most=TEXT_LENGTH):
        raise InvalidInput(problems)
    return text


def contents_of(
    text: str | None,
    sticker_key: str | None,
    media_ids: Sequence[UUID] = (),
    *,
    most_attachments: int = ATTACHMENTS,
) -> str | None:
    """Give the text of a new message as it is kept; None when it has none.

    Args:
        text: as it was written.
        sticker_key: a sticker.
        media_ids: what is attached.
        most_attachments: how many these may be.

    Raises:
        InvalidInput: there is no text, sticker or attachment, the text is empty or too long, or
            the attachments are too many or name one twice.
    """
    media.checked_choice(media_ids, most=most_attachments, noun="message")
    if text is None:
        if sticker_key is None and not media_ids:
            raise InvalidInput.of(
                "text",
                "A message needs a text, a sticker or attachments.",
                InvalidFieldCode.MISSING,
            )
        return None
    return text_of(text)


def may_edit(sent_at: datetime, now: datetime, *, within: timedelta) -> bool:
    """Say whether it is early enough to change the text of a message."""
    return now < sent_at + within


async def send_message(
    tx: Transaction,
    viewer: Viewer,
    *,
    conversation_id: UUID,
    text: str | None = None,
    sticker_key: str | None = None,
    media_ids: Sequence[UUID] = (),
    most_attachments: int = ATTACHMENTS,
    reply_to_id: UUID | None = None,
) -> Row:
    """Write a message.

    The conversation's row is locked until the commit, so positions have no gaps, follow the order
    of commits, and times never go back along them. What is replied to or attached is locked too.

    Args:
        tx: the transaction.
        viewer: the sender.
        conversation_id: where.
        text: 1 to 4,000 characters.
        sticker_key: a sticker of the catalogue.
        media_ids: what is attached, in this order: media that the viewer uses nowhere else.
        most_attachments: how many these may be.
        reply_to_id: a message of the same conversation.

    Returns:
        The message.

    Raises:
        InvalidInput: there is nothing in it, or the text or the attachments break their rules.
        NotFound: there is no such conversation, message to reply to, or usable medium of theirs.
        NotAllowed: the conversation waits for an answer to a request, or a medium is used already.
    """
    text = contents_of(text, sticker_key, media_ids, most_attachments=most_attachments)
    conversation, everyone = await conversations.take_position(tx, viewer, conversation_id)
    await _hold_for_reply(tx, viewer, conversation_id, reply_to_id)
    message = await tx.add(
        models.Message,
        conversation_id=conversation_id,
        position=conversation.last_position,
        sender_id=viewer.profile_id,
        text=text,
        sticker_key=sticker_key,
        reply_to_id=reply_to_id,
        sent_at=conversation.last_message_at,
    )
    await _attach(tx, viewer, message, media_ids)
    tx.record(_sent(message, everyone))
    return message


def _sent(message: Row, audience: tuple[UUID, ...]) -> MessageSent:
    return MessageSent(
        conversation_id=message.conversation_id,
        message_id=message.message_id,
        sender_id=message.sender_id,
        position=message.position,
        audience=audience,
    )


async def _attach(tx: Transaction, viewer: Viewer, message: Row, media_ids: Sequence[UUID]) -> None:
    if media_ids:
        await media.attach(tx, viewer, media_ids=media_ids, unused=True)
        key = {"message_id": message.message_id}
        await tx.fetch(media_queries.attach_to_message, **key, ids=list(media_ids))


async def _hold_for_reply(
    tx: Transaction, viewer: Viewer, conversation_id: UUID, reply_to_id: UUID | None
) -> None:
    if reply_to_id is None:
        return
    place = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    if not await tx.fetch(message_queries.hold_for_reply, message_id=reply_to_id, **place):
        raise NotFound("Message")


async def edit_message(
    tx: Transaction, viewer: Viewer, *, message_id: UUID, text: str, within: timedelta
) -> Row:
    """Change the text of one's own message.

    The message's row is locked until the commit; what it said before is kept for moderation. The
    same text again changes nothing.

    Args:
        tx: the transaction.
        viewer: the sender.
        message_id: the message.
        text: 1 to 4,000 characters.
        within: how long after sending this is possible.

    Returns:
        The message.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: there is no such message for the viewer.
        NotAllowed: somebody else wrote it, it is deleted, or it is too late.
    """
    text = text_of(text)
    message = await _hold_own(tx, viewer, message_id)
    if message.deleted_at is not None:
        raise NotAllowed("MESSAGE_DELETED", "The message is deleted.")
    if message.text == text:
        return message
    now = datetime.now(UTC)
    if not may_edit(message.sent_at, now, within=within):
        raise NotAllowed("TOO_LATE_TO_EDIT", "The message is too old to be edited.")
    await _keep_version(tx, message)
    edited = await tx.change(models.Message, {"message_id": message_id}, text=text, edited_at=now)
    place = {"conversation_id": message.conversation_id, "message_id": message_id}
    everyone = await conversations.everyone_who_sees(tx, message.conversation_id)
    tx.record(MessageEdited(**place, audience=everyone))
    return edited or message


async def delete_message(tx: Transaction, viewer: Viewer, *, message_id: UUID) -> Row:
    """Take one's own message back, for everybody; its place in the conversation stays.

    The message's row is locked until the commit; what it said is kept for moderation. Reactions
    to it go, and what is attached with its files. Deleting again changes nothing.

    Returns:
        What is left of the message.

    Raises:
        NotFound: there is no such message for the viewer.
        NotAllowed: somebody else wrote it.
    """
    message = await _hold_own(tx, viewer, message_id)
    if message.deleted_at is not None:
        return message
    await _keep_version(tx, message)
    await tx.remove(models.Reaction, message_id=message_id)
    attached = await tx.remove(models.MessageMedia, message_id=message_id)
    media.release(tx, media_ids=[each.media_id for each in attached])
    nothing = dict.fromkeys(("text", "sticker_key", "reply_to_id", "edited_at"))
    key = {"message_id": message_id}
    deleted = await tx.change(models.Message, key, **nothing, deleted_at=datetime.now(UTC))
    tx.record(
        MessageDeleted(
            conversation_id=message.conversation_id,
            message_id=message_id,
            position=message.position,
            audience=await conversations.everyone_who_sees(tx, message.conversation_id),
        )
    )
    return deleted or message


async def hold(tx: Transaction, viewer: Viewer, message_id: UUID) -> Row:
    """Lock a message that the viewer may read until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    found = {"message_id": message_id, "viewer_id": viewer.profile_id}
    message = await tx.one(message_queries.hold, **found)
    if message is None:
        raise NotFound("Message")
    return message


async def _hold_own(tx: Transaction, viewer: Viewer, message_id: UUID) -> Row:
    message = await hold(tx, viewer, message_id)
    if message.sender_id != viewer.profile_id:
        raise NotAllowed("NOT_THE_SENDER", "Only who sent the message may do this.")
    return message


async def _keep_version(tx: Transaction, message: Row) -> None:
    said = {"text": message.text, "sticker_key": message.sticker_key}
    await tx.add(models.MessageVersion, message_id=message.message_id, **said)


async def mark_read(tx: Transaction, viewer: Viewer, *, conversation_id: UUID, up_to: int) -> Row:
    """Say that the viewer has read a conversation up to a position.

    The mark only moves forward and never past the last message, also when several devices move
    it at once; where it is already, nothing changes.

    Args:
        tx: the transaction.
        viewer: the reader.
        conversation_id: what was read.
        up_to: the position of the last message read, at least 0.

    Returns:
        The conversation.

    Raises:
        InvalidInput: the position is negative.
        NotFound: the viewer takes part in no such conversation.
    """
    if up_to < 0:
        raise InvalidInput.of("upTo", "upTo must not be negative.", InvalidFieldCode.OUT_OF_RANGE)
    conversation = await conversations.open_to(tx, viewer, conversation_id)
    me, key = viewer.profile_id, {"conversation_id": conversation_id}
    position = await tx.value(queries.read_to, **key, viewer_id=me, position=up_to)
    if position is not None:
        everyone = await conversations.everyone_who_sees(tx, conversation_id)
        tx.record(MessageRead(**key, reader_id=me, position=position, audience=everyone))
        await notifications.recount_messages(tx, me, conversation_id, session_id=viewer.session_id)
    return conversation
