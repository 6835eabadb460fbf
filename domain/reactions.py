"""Reactions: the emoji that people put to messages."""

from dataclasses import dataclass
from uuid import UUID

from domain import conversations, emoji
from domain.facts import Fact
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import reactions as queries
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_KINDS = 20
"""The most different emoji that a message has."""


@dataclass(frozen=True, kw_only=True)
class ReactionChanged(Fact):
    """Somebody put an emoji to a message, or took it back."""

    conversation_id: UUID
    message_id: UUID
    reactor_id: UUID
    emoji: str
    is_added: bool

    @property
    def reaction(self) -> tuple[UUID, UUID]:
        """The message and who reacted to it."""
        return self.message_id, self.reactor_id


def emoji_of(text: str) -> str:
    """Give the full spelling of an emoji.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
    """
    whole = emoji.whole(text)
    if whole is None:
        raise InvalidInput.of("emoji", "emoji must be exactly one emoji.")
    return whole


async def react_to_message(tx: Transaction, viewer: Viewer, *, message_id: UUID, emoji: str) -> Row:
    """Put an emoji to a message; it is there once for each person, however often they do it.

    The message's row is locked until the commit, so that the number of its different emoji stays
    within bounds and nothing is put to what is deleted meanwhile.

    Returns:
        The message.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
        NotFound: there is no such message for the viewer.
        NotAllowed: the message is deleted.
        LimitReached: the message has 20 other emoji.
    """
    emoji = emoji_of(emoji)
    message = await _hold(tx, viewer, message_id)
    if message.deleted_at is not None:
        raise NotAllowed("MESSAGE_DELETED", "The message is deleted.")
    kinds = {row["emoji"] for row in await tx.fetch(queries.kinds_of, message_id=message_id)}
    if len(kinds | {emoji}) > MOST_KINDS:
        raise LimitReached(
            "REACTION_LIMIT_REACHED", f"A message has at most {MOST_KINDS} different emoji."
        )
    put = {"message_id": message_id, "emoji": emoji, "viewer_id": viewer.profile_id}
    if await tx.fetch(queries.add, **put):
        await _tell(tx, viewer, message, emoji, is_added=True)
    return message


async def remove_reaction(tx: Transaction, viewer: Viewer, *, message_id: UUID, emoji: str) -> Row:
    """Take an emoji back that the viewer put to a message; where there is none, nothing changes.

    Returns:
        The message.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
        NotFound: there is no such message for the viewer.
    """
    emoji = emoji_of(emoji)
    message = await _hold(tx, viewer, message_id)
    key = {"message_id": message_id, "profile_id": viewer.profile_id}
    if await tx.remove(models.Reaction, **key, emoji=emoji):
        await _tell(tx, viewer, message, emoji, is_added=False)
    return message


async def _hold(tx: Transaction, viewer: Viewer, message_id: UUID) -> Row:
    found = {"message_id": message_id, "viewer_id": viewer.profile_id}
    message = await tx.one(queries.hold_message, **found)
    if message is None:
        raise NotFound("Message")
    return message


async def _tell(
    tx: Transaction, viewer: Viewer, message: Row, emoji: str, *, is_added: bool
) -> None:
    tx.record(
        ReactionChanged(
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            reactor_id=viewer.profile_id,
            emoji=emoji,
            is_added=is_added,
            audience=await conversations.everyone_in(tx, message.conversation_id),
        )
    )
