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

_OfOneOfTwo = Annotated[
    UUID | None,
    mapped_column(sa.ForeignKey("profiles.profile_id", ondelete="CASCADE"), index=True),
]


class Conversation(Model):
    """A place where its members write messages, numbered without gaps.

    A direct one belongs to two people, who have at most one that has not ended; a group has a
    title, and may be the chat of an event. Whoever begins a direct one without a match has asked
    for it; until it is accepted they may write up to a position.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('direct', 'group')", name="kind"),
        sa.CheckConstraint("(kind = 'direct') = (first_id IS NOT NULL)", name="direct"),
        sa.CheckConstraint("(first_id IS NULL) = (second_id IS NULL)", name="pair_whole"),
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.CheckConstraint("(kind = 'group') = (title IS NOT NULL)", name="title"),
        sa.CheckConstraint("event_id IS NULL OR kind = 'group'", name="event"),
        sa.CheckConstraint("requested_by_id IN (first_id, second_id)", name="requester"),
        sa.CheckConstraint(
            "(requested_by_id IS NULL) = (requested_at IS NULL)"
            " AND (requested_by_id IS NULL) = (request_end_position IS NULL)",
            name="request_whole",
        ),
        sa.Index(
            "conversations_pair_key",
            "first_id",
            "second_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "conversations_requested_by_id_requested_at_idx",
            "requested_by_id",
            "requested_at",
            postgresql_where=sa.text("requested_by_id IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'direct'"))
    match_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("matches.match_id", ondelete="CASCADE"), unique=True
    )
    event_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("events.event_id", ondelete="CASCADE"), unique=True
    )
    first_id: Mapped[_OfOneOfTwo]
    second_id: Mapped[_OfOneOfTwo]
    title: Mapped[str | None] = mapped_column(sa.String(100))
    requested_by_id: Mapped[UUID | None]
    requested_at: Mapped[Moment | None]
    request_end_position: Mapped[int | None] = mapped_column(sa.BigInteger)
    accepted_at: Mapped[Moment | None]
    last_position: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    last_message_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    active_at: Mapped[Now]
    ended_at: Mapped[Moment | None]


class ConversationMember(Model):
    """A person in a conversation: how far they have read, and what they want of it.

    They see the messages after `history_position`: where they joined a group, or cleared it. Who
    is asked for a conversation has the status `requested` until they accept or decline.
    """

    __tablename__ = "conversation_members"
    __table_args__ = (
        sa.CheckConstraint("role IN ('owner', 'member')", name="role"),
        sa.CheckConstraint("status IN ('active', 'requested', 'declined')", name="status"),
        sa.CheckConstraint("is_muted OR muted_until IS NULL", name="muted"),
        sa.Index("conversation_members_order_idx", "conversation_id", "joined_at", "profile_id"),
    )

    conversation_id: Mapped[OfConversation] = mapped_column(primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    role: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'member'"))
    status: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'active'"))
    read_position: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    read_at: Mapped[Moment | None]
    history_position: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    hidden_position: Mapped[int | None] = mapped_column(sa.BigInteger)
    is_muted: Mapped[bool] = mapped_column(server_default=sa.false())
    muted_until: Mapped[Moment | None]
    joined_at: Mapped[Now]
