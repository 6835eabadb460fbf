"""Messages."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Now, OfProfile
from persistence.models.conversations import OfConversation


class Message(Model):
    """One message; its position numbers it within the conversation, from 1, without gaps."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "position"),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 4000", name="text_length"),
    )

    message_id: Mapped[Key]
    conversation_id: Mapped[OfConversation]
    position: Mapped[int] = mapped_column(sa.BigInteger)
    sender_id: Mapped[OfProfile] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    sent_at: Mapped[Now]
