"""Mentions: who is named in posts and comments, and where."""

from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, OfProfile
from persistence.models.posts import OfComment, OfPost


class PostMention(Model):
    """A person who is named in a post, from `start` on, in characters."""

    __tablename__ = "post_mentions"

    post_id: Mapped[OfPost] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    profile_id: Mapped[OfProfile] = mapped_column(index=True)


class CommentMention(Model):
    """A person who is named in a comment, from `start` on, in characters."""

    __tablename__ = "comment_mentions"

    comment_id: Mapped[OfComment] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
