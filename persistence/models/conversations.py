"""Conversations and who takes part in them."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile

OfConversation = Annotated[
    UUID, mapped_column(sa.ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
]
"""The key of a conversation whose rows go when it goes."""


class Conversation(Model):
    """A place where its members write messages, numbered without gaps."""

    __tablename__ = "conversations"

    conversation_id: Mapped[Key]
    match_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("matches.match_id", ondelete="CASCADE"), unique=True
    )
    last_position: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    last_message_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    active_at: Mapped[Now]
    ended_at: Mapped[Moment | None]


class ConversationMember(Model):
    """A person in a conversation, and up to which position they have read it."""

    __tablename__ = "conversation_members"

    conversation_id: Mapped[OfConversation] = mapped_column(primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    read_position: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    read_at: Mapped[Moment | None]
    hidden_position: Mapped[int | None] = mapped_column(sa.BigInteger)
    joined_at: Mapped[Now]
