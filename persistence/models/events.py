"""Events (what people meet at) and who goes to them."""

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
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class EventAttendee(Model):
    """A person who goes to an event."""

    __tablename__ = "event_attendees"
    __table_args__ = (
        sa.Index("event_attendees_event_id_joined_at_idx", "event_id", "joined_at", "profile_id"),
    )

    event_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("events.event_id", ondelete="CASCADE"), primary_key=True
    )
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    joined_at: Mapped[Now]
