"""What people have answered to events: whether they come, with how many, and since when."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, OfProfile


class Attendance(Model):
    """Somebody's answer to an event.

    Who goes has a seat, and one for each guest, all counted by the event. Who waits is in a queue
    by `answered_at`.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('going', 'waiting', 'interested', 'not_going')", name="state"
        ),
        sa.CheckConstraint("guest_count BETWEEN 0 AND 10", name="guest_count"),
        sa.CheckConstraint("guest_count = 0 OR state IN ('going', 'waiting')", name="guests_come"),
        sa.CheckConstraint("(state = 'going') = (joined_at IS NOT NULL)", name="joined"),
        sa.CheckConstraint("checked_in_at IS NULL OR state = 'going'", name="checked_in"),
        sa.UniqueConstraint("event_id", "profile_id"),
        sa.Index(
            "attendances_event_id_state_idx", "event_id", "state", "answered_at", "attendance_id"
        ),
        sa.Index(
            "attendances_event_id_joined_at_idx",
            "event_id",
            "joined_at",
            "profile_id",
            postgresql_where=sa.text("joined_at IS NOT NULL"),
        ),
    )

    attendance_id: Mapped[Key]
    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("events.event_id", ondelete="CASCADE"))
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(sa.String(10))
    guest_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    answered_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )
    joined_at: Mapped[Moment | None]
    checked_in_at: Mapped[Moment | None]
    day_reminded_at: Mapped[Moment | None]
    hour_reminded_at: Mapped[Moment | None]
