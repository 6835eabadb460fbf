"""Posts, what people say to them, and what was in both before."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile, Unselected

OfPost = Annotated[UUID, mapped_column(sa.ForeignKey("posts.post_id", ondelete="CASCADE"))]
"""The key of a post whose rows go when it goes."""

OfComment = Annotated[UUID, mapped_column(sa.ForeignKey("comments.comment_id", ondelete="CASCADE"))]
"""The key of a comment whose rows go when it goes."""


class Post(Model):
    """A short text by one author with media, or a reel, for those of a circle who may see them."""

    __tablename__ = "posts"
    __table_args__ = (
        sa.Index("posts_author_id_post_id_idx", "author_id", "post_id"),
        sa.Index("posts_reels_idx", "post_id", postgresql_where=sa.text("kind = 'reel'")),
        sa.CheckConstraint("char_length(content) <= 5000", name="content_length"),
        sa.CheckConstraint("kind IN ('post', 'reel')", name="kind"),
        sa.CheckConstraint("audience IN ('everyone', 'followers', 'matches')", name="audience"),
    )

    post_id: Mapped[Key]
    author_id: Mapped[OfProfile]
    kind: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'post'"))
    content: Mapped[str] = mapped_column(sa.Text)
    audience: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'everyone'"))
    created_at: Mapped[Now]
    updated_at: Mapped[Unselected]
    edited_at: Mapped[Moment | None]


class PostVersion(Model):
    """What a post said and showed before it was edited; for moderation, never for the API.

    Of media that were taken off it the keys are left; their files go.
    """

    __tablename__ = "post_versions"

    post_version_id: Mapped[Key]
    post_id: Mapped[OfPost] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(sa.Text)
    media_ids: Mapped[list[UUID]] = mapped_column(
        postgresql.ARRAY(sa.Uuid), server_default=sa.text("'{}'::uuid[]")
    )
    replaced_at: Mapped[Now] = mapped_column(index=True)


class Comment(Model):
    """What somebody says to a post, or to such a comment, which has one level of replies."""

    __tablename__ = "comments"
    __table_args__ = (
        sa.CheckConstraint("char_length(content) BETWEEN 1 AND 2000", name="content_length"),
        # A reply is to a comment of its own post.
        sa.UniqueConstraint("comment_id", "post_id"),
        sa.ForeignKeyConstraint(
            ["reply_to_id", "post_id"],
            ["comments.comment_id", "comments.post_id"],
            ondelete="CASCADE",
        ),
        sa.Index(
            "comments_of_post_idx",
            *("post_id", "comment_id"),
            postgresql_where=sa.text("reply_to_id IS NULL"),
        ),
        sa.Index(
            "comments_replies_idx",
            *("reply_to_id", "comment_id"),
            postgresql_where=sa.text("reply_to_id IS NOT NULL"),
        ),
    )

    comment_id: Mapped[Key]
    post_id: Mapped[OfPost] = mapped_column(index=True)
    author_id: Mapped[OfProfile] = mapped_column(index=True)
    reply_to_id: Mapped[UUID | None]
    content: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[Now]
    edited_at: Mapped[Moment | None]


class CommentVersion(Model):
    """What a comment said before it was edited; for moderation, never for the API."""

    __tablename__ = "comment_versions"

    comment_version_id: Mapped[Key]
    comment_id: Mapped[OfComment] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(sa.Text)
    replaced_at: Mapped[Now] = mapped_column(index=True)
