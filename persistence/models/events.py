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


class EventSeries(Model):
    """Events that come again by a rule of RFC 5545; the next ones are there as events.

    The rule goes by the clock of the time zone from `starts_at` on; up to `made_until` its times
    have become events, whatever has become of these.
    """

    __tablename__ = "event_series"
    __table_args__ = (
        sa.CheckConstraint("duration_seconds > 0", name="duration"),
        sa.Index(
            "event_series_going_on_idx",
            "series_id",
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    series_id: Mapped[Key]
    host_id: Mapped[OfProfile] = mapped_column(index=True)
    rule: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[Moment]
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    duration_seconds: Mapped[int]
    made_until: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    created_at: Mapped[Now]


class Event(Model):
    """A meeting at a time, in a place or online, with a number of seats when it is limited."""

    __tablename__ = "events"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "original_starts_at"),
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
            "events_city_idx", sa.literal_column("lower(city::text)"), "starts_at", "event_id"
        ),
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
    series_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("event_series.series_id", ondelete="SET NULL")
    )
    original_starts_at: Mapped[Moment | None]
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
    # Of the event rather than of who invites: it stays when they go.
    invited_by_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="SET NULL"), index=True
    )
    invited_at: Mapped[Now]


class Calendar(Model):
    """What makes the address secret at which somebody's events are read as a calendar."""

    __tablename__ = "calendars"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    calendar_key: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))
