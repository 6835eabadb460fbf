"""Reactions: the emoji that people put to messages, posts and comments, each once."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Now, OfProfile
from persistence.models.messages import OfMessage
from persistence.models.posts import OfComment, OfPost


class Reaction(Model):
    """An emoji that a person put to a message, once."""

    __tablename__ = "reactions"

    message_id: Mapped[OfMessage] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    reacted_at: Mapped[Now]


class PostReaction(Model):
    """An emoji that a person put to a post, once."""

    __tablename__ = "post_reactions"

    post_id: Mapped[OfPost] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    reacted_at: Mapped[Now]


class CommentReaction(Model):
    """An emoji that a person put to a comment, once."""

    __tablename__ = "comment_reactions"

    comment_id: Mapped[OfComment] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    reacted_at: Mapped[Now]
