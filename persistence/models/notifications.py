"""Notifications, and what people want to be told where and when."""

from datetime import time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile


class Notification(Model):
    """What a person is told of: at most one unread row for a subject and kind, which counts up.

    It keeps the last fact that it tells of, so that no fact is told twice. `actor_id` and the
    subject are checked again whenever it is shown.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("profile_id", "kind", "subject_id", "fact_id"),
        sa.CheckConstraint("count > 0", name="count"),
        sa.Index(
            "notifications_unread_key",
            "profile_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(
            "notifications_listed_idx",
            "profile_id",
            "updated_at",
            "notification_id",
            postgresql_where=sa.text("is_listed"),
        ),
        sa.Index("notifications_updated_at_idx", "updated_at"),
    )

    notification_id: Mapped[Key]
    profile_id: Mapped[OfProfile]
    kind: Mapped[str] = mapped_column(sa.String(30))
    actor_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="CASCADE"), index=True
    )
    subject_type: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(server_default=sa.text("1"))
    fact_id: Mapped[UUID]
    is_listed: Mapped[bool] = mapped_column(server_default=sa.true())
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    read_at: Mapped[Moment | None]


class NotificationPreference(Model):
    """Whether a person wants a kind by a channel; without a row as the kind says."""

    __tablename__ = "notification_preferences"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    is_enabled: Mapped[bool]


class NotificationSettings(Model):
    """In which language and when a person is told; a missing row is the defaults."""

    __tablename__ = "notification_settings"
    __table_args__ = (
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="quiet_whole"),
        sa.CheckConstraint("quiet_from <> quiet_to", name="quiet_range"),
    )

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(8), server_default=sa.text("'en'"))
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default=sa.text("'UTC'"))
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    digest: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'off'"))
    updated_at: Mapped[Now]
