"""Events (what people meet at), who holds them, and who is invited."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile, TextList

POINT: sa.ColumnElement[Any] = sa.literal_column("ll_to_earth(events.latitude, events.longitude)")
"""Where an event is, as the index has it: a point on the sphere of `earthdistance`."""

WORDS: sa.ColumnElement[Any] = sa.literal_column(
    "to_tsvector('message_words'::regconfig, (((((title::text || ' '::text) || description)"
    " || ' '::text) || COALESCE(place_name, ''::character varying)::text) || ' '::text)"
    " || COALESCE(city, ''::character varying)::text)"
)
"""What an event says in words; as PostgreSQL spells it, so that Alembic knows the index again."""

OfEvent = Annotated[UUID, mapped_column(sa.ForeignKey("events.event_id", ondelete="CASCADE"))]
"""The key of an event whose rows go when it goes."""


class Event(Model):
    """A meeting at a time, in a place or online, with a number of seats when it is limited."""

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="time_range"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
        sa.CheckConstraint("attendee_count <= capacity", name="seats"),
        sa.CheckConstraint("attendee_count >= 0", name="attendee_count"),
        sa.CheckConstraint(
            "attendees_shown_to IN ('everyone', 'attendees', 'hosts')", name="attendees_shown_to"
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="location_whole"),
        sa.CheckConstraint("num_nonnulls(place_name, address, online_url) > 0", name="place"),
        sa.CheckConstraint(
            "audience IN ('everyone', 'followers', 'matches', 'invited')", name="audience"
        ),
        sa.Index("events_starts_at_event_id_idx", "starts_at", "event_id"),
        sa.Index(
            "events_point_idx",
            sa.literal_column("ll_to_earth(latitude, longitude)"),
            postgresql_using="gist",
        ),
        sa.Index("events_tags_idx", "tags", postgresql_using="gin"),
        sa.Index("events_words_idx", WORDS, postgresql_using="gin"),
    )

    event_id: Mapped[Key]
    host_id: Mapped[OfProfile] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(sa.String(150))
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    tags: Mapped[TextList]
    audience: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'everyone'"))
    cover_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("media.media_id", ondelete="SET NULL"), index=True
    )
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    place_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("places.place_id", ondelete="SET NULL"), index=True
    )
    place_name: Mapped[str | None] = mapped_column(sa.String(150))
    address: Mapped[str | None] = mapped_column(sa.String(300))
    city: Mapped[str | None] = mapped_column(sa.String(100))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online_url: Mapped[str | None] = mapped_column(sa.String(500))
    capacity: Mapped[int | None]
    attendee_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    attendees_shown_to: Mapped[str] = mapped_column(
        sa.String(10), server_default=sa.text("'everyone'")
    )
    check_in_key: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))
    cancelled_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class EventCoHost(Model):
    """A person who holds an event together with its host."""

    __tablename__ = "event_co_hosts"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    added_at: Mapped[Now]


class EventInvitation(Model):
    """A person who is invited to an event, and may see it for that."""

    __tablename__ = "event_invitations"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    invited_by_id: Mapped[OfProfile] = mapped_column(index=True)
    invited_at: Mapped[Now]
