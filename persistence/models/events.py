"""Events: what people meet at."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile


class Event(Model):
    """A meeting in a place at a time, with a number of seats when it is limited."""

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="time_range"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
        sa.CheckConstraint("attendee_count <= capacity", name="seats"),
        sa.CheckConstraint("attendee_count >= 0", name="attendee_count"),
        sa.CheckConstraint(
            "attendees_shown_to IN ('everyone', 'attendees', 'hosts')", name="attendees_shown_to"
        ),
        sa.Index("events_starts_at_event_id_idx", "starts_at", "event_id"),
    )

    event_id: Mapped[Key]
    host_id: Mapped[OfProfile] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(sa.String(150))
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    place_name: Mapped[str] = mapped_column(sa.String(150))
    city: Mapped[str | None] = mapped_column(sa.String(100))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    capacity: Mapped[int | None]
    attendee_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    attendees_shown_to: Mapped[str] = mapped_column(
        sa.String(10), server_default=sa.text("'everyone'")
    )
    check_in_key: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
