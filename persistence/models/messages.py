"""Messages, and what was in them before."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile
from persistence.models.conversations import OfConversation

WORDS: sa.ColumnElement[Any] = sa.literal_column("to_tsvector('message_words'::regconfig, text)")
"""The words of a message, lower case and without accents, as the index of the search has them."""

OfMessage = Annotated[UUID, mapped_column(sa.ForeignKey("messages.message_id", ondelete="CASCADE"))]
"""The key of a message whose rows go when it goes."""


class Message(Model):
    """One message; its position numbers it within the conversation, from 1, without gaps.

    A deleted one keeps its place and nothing else.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "position"),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 4000", name="text_length"),
        sa.CheckConstraint(
            "deleted_at IS NULL OR (text IS NULL AND sticker_key IS NULL AND reply_to_id IS NULL"
            " AND edited_at IS NULL)",
            name="deleted_is_empty",
        ),
        sa.Index(
            "messages_reply_to_id_idx",
            "reply_to_id",
            postgresql_where=sa.text("reply_to_id IS NOT NULL"),
        ),
        sa.Index("messages_words_idx", "conversation_id", WORDS, postgresql_using="gin"),
    )

    message_id: Mapped[Key]
    conversation_id: Mapped[OfConversation]
    position: Mapped[int] = mapped_column(sa.BigInteger)
    sender_id: Mapped[OfProfile] = mapped_column(index=True)
    text: Mapped[str | None] = mapped_column(sa.Text)
    sent_at: Mapped[Now]
    sticker_key: Mapped[str | None] = mapped_column(sa.Text)
    reply_to_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("messages.message_id", ondelete="SET NULL")
    )
    edited_at: Mapped[Moment | None]
    deleted_at: Mapped[Moment | None]


class MessageVersion(Model):
    """What a message said before it was edited or deleted; for moderation, never for the API."""

    __tablename__ = "message_versions"

    message_version_id: Mapped[Key]
    message_id: Mapped[OfMessage] = mapped_column(index=True)
    text: Mapped[str | None] = mapped_column(sa.Text)
    sticker_key: Mapped[str | None] = mapped_column(sa.Text)
    replaced_at: Mapped[Now] = mapped_column(index=True)
