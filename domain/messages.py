"""Messages: what people write to each other, and how far they have read."""

from dataclasses import dataclass
from uuid import UUID

from domain import conversations, texts
from domain.facts import Fact
from domain.refusals import InvalidInput, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import conversations as queries
from persistence.rows import Row
from persistence.transaction import Transaction

TEXT_LENGTH = 4_000
"""The most characters of a message."""


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """Somebody wrote a message; its position numbers it within the conversation."""

    conversation_id: UUID
    message_id: UUID
    sender_id: UUID
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


async def send_message(tx: Transaction, viewer: Viewer, *, conversation_id: UUID, text: str) -> Row:
    """Write a message.

    The conversation's row is locked until the commit, so positions have no gaps, follow the order
    of commits, and times never go back along them.

    Args:
        tx: the transaction.
        viewer: the sender.
        conversation_id: where.
        text: 1 to 4,000 characters.

    Returns:
        The message.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: the viewer takes part in no such conversation.
    """
    text = text_of(text)
    me = viewer.profile_id
    conversation = await tx.one(queries.advance, conversation_id=conversation_id, viewer_id=me)
    if conversation is None:
        raise NotFound("Conversation")
    position = conversation.last_position
    message = await tx.add(
        models.Message,
        conversation_id=conversation_id,
        position=position,
        sender_id=me,
        text=text,
        sent_at=conversation.last_message_at,
    )
    tx.record(
        MessageSent(
            conversation_id=conversation_id,
            message_id=message.message_id,
            sender_id=me,
            position=position,
            audience=await conversations.everyone_in(tx, conversation_id),
        )
    )
    return message


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
        raise InvalidInput.of("upTo", "upTo must not be negative.")
    conversation = await conversations.open_to(tx, viewer, conversation_id)
    me, key = viewer.profile_id, {"conversation_id": conversation_id}
    position = await tx.value(queries.read_to, **key, viewer_id=me, position=up_to)
    if position is not None:
        everyone = await conversations.everyone_in(tx, conversation_id)
        tx.record(MessageRead(**key, reader_id=me, position=position, audience=everyone))
    return conversation
