"""Devices, and what was sent to them and to whom by mail."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile


class Device(Model):
    """A device that gets pushes: one for each token, and one for each session."""

    __tablename__ = "devices"

    device_id: Mapped[Key]
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
    session_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("sessions.session_id", ondelete="CASCADE"), unique=True
    )
    platform: Mapped[str] = mapped_column(sa.String(10))
    provider: Mapped[str] = mapped_column(sa.String(10))
    token: Mapped[str] = mapped_column(sa.String(1000), unique=True)
    registered_at: Mapped[Now]


class Delivery(Model):
    """A notification on its way to one device, or by mail: decided once, then carried out.

    `fact_id` is the last fact of the notification that it tells; a later one makes it wait again.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "device_id"),
        sa.Index(
            "deliveries_mail_key",
            "notification_id",
            unique=True,
            postgresql_where=sa.text("channel = 'email'"),
        ),
        sa.Index(
            "deliveries_waiting_idx",
            "available_at",
            postgresql_where=sa.text("state IN ('waiting', 'clearing')"),
        ),
        sa.Index("deliveries_of_device_idx", "device_id", "sent_at"),
        sa.Index("deliveries_decided_at_idx", "decided_at"),
    )

    delivery_id: Mapped[Key]
    notification_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("notifications.notification_id", ondelete="CASCADE")
    )
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
    device_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("devices.device_id", ondelete="SET NULL")
    )
    kind: Mapped[str] = mapped_column(sa.String(30))
    channel: Mapped[str] = mapped_column(sa.String(10))
    fact_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'waiting'"))
    attempt_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    sent_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    decided_at: Mapped[Now]
    available_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
