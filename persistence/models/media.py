"""Media: files that people have uploaded, and what they hang on: profiles, messages, posts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile
from persistence.models.messages import OfMessage
from persistence.models.posts import OfPost


class Media(Model):
    """An uploaded file; its content is in the store of media, under keys made of its own key.

    The row outlives its uploader and its deletion until the files are gone.
    """

    __tablename__ = "media"
    __table_args__ = (
        sa.Index("media_uploader_id_media_id_idx", "uploader_id", "media_id"),
        sa.Index("media_created_at_idx", "created_at"),
        sa.Index(
            "media_gone_idx",
            "media_id",
            postgresql_where=sa.text("uploader_id IS NULL OR deleted_at IS NOT NULL"),
        ),
        sa.CheckConstraint("size_bytes > 0", name="size"),
        sa.CheckConstraint("kind IN ('image', 'video')", name="kind"),
        sa.CheckConstraint("state IN ('awaiting', 'processing', 'ready', 'refused')", name="state"),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        sa.CheckConstraint(
            "state <> 'ready' OR (width IS NOT NULL AND height IS NOT NULL)", name="dimensions"
        ),
    )

    media_id: Mapped[Key]
    uploader_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="SET NULL")
    )
    kind: Mapped[str] = mapped_column(sa.String(10))
    media_type: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(20), server_default=sa.text("'awaiting'"))
    refusal: Mapped[str | None] = mapped_column(sa.String(30))
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_seconds: Mapped[float | None]
    placeholder: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Now]
    upload_expires_at: Mapped[Moment]
    deleted_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class Photo(Model):
    """An image on a profile, in the order in which they are shown."""

    __tablename__ = "photos"
    __table_args__ = (
        sa.UniqueConstraint("profile_id", "position", deferrable=True, initially="DEFERRED"),
    )

    media_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("media.media_id", ondelete="CASCADE"), primary_key=True
    )
    profile_id: Mapped[OfProfile]
    position: Mapped[int]


class MessageMedia(Model):
    """A medium that is attached to a message, to one at the most; positions count from 1."""

    __tablename__ = "message_media"
    __table_args__ = (sa.UniqueConstraint("message_id", "position"),)

    media_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("media.media_id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[OfMessage]
    position: Mapped[int]


class PostMedia(Model):
    """A medium of a post, of one at the most; positions count from 1."""

    __tablename__ = "post_media"
    __table_args__ = (sa.UniqueConstraint("post_id", "position"),)

    media_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("media.media_id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[OfPost]
    position: Mapped[int]
