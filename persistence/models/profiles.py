"""Profiles and what hangs on them: prompts, companions, preferences, and their vectors."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile, TextList, Unselected


class Profile(Model):
    """How a person shows themselves to others; shares its key with the account."""

    __tablename__ = "profiles"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="location_whole"),
        sa.Index(
            "profiles_available_until_idx",
            "available_until",
            postgresql_where=sa.text("available_until IS NOT NULL"),
        ),
    )

    profile_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    display_name: Mapped[str] = mapped_column(sa.String(50))
    bio: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    gender: Mapped[str | None] = mapped_column(sa.String(30))
    pronouns: Mapped[str | None] = mapped_column(sa.String(30))
    birth_date: Mapped[date | None]
    city: Mapped[str | None] = mapped_column(sa.String(100))
    skills: Mapped[TextList]
    interests: Mapped[TextList]
    goals: Mapped[TextList]
    languages: Mapped[TextList]
    availability: Mapped[str | None] = mapped_column(sa.String(20))
    available_until: Mapped[Moment | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    location_salt: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))
    moves_regained_at: Mapped[Moment | None]
    places_regained_at: Mapped[Moment | None]
    events_regained_at: Mapped[Moment | None]
    meeting_times_regained_at: Mapped[Moment | None]
    onboarded_at: Mapped[Moment | None]
    last_active_at: Mapped[Now]
    created_at: Mapped[Unselected]
    updated_at: Mapped[Unselected]


class Prompt(Model):
    """A question and the person's answer, in the order in which they are shown."""

    __tablename__ = "prompts"
    __table_args__ = (
        sa.UniqueConstraint("profile_id", "position", deferrable=True, initially="DEFERRED"),
    )

    prompt_id: Mapped[Key]
    profile_id: Mapped[OfProfile]
    position: Mapped[int]
    question: Mapped[str] = mapped_column(sa.String(150))
    answer: Mapped[str] = mapped_column(sa.String(500))


class Companion(Model):
    """An animal that lives with the person, for apps where it is part of meeting."""

    __tablename__ = "companions"

    companion_id: Mapped[Key]
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str] = mapped_column(sa.String(50))
    breed: Mapped[str | None] = mapped_column(sa.String(50))
    birth_date: Mapped[date | None]
    temperament: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[Unselected]


class Preferences(Model):
    """Whom the person wants to meet; empty lists mean anybody."""

    __tablename__ = "preferences"
    __table_args__ = (
        sa.CheckConstraint("age_min <= age_max", name="age_range"),
        sa.CheckConstraint(
            "first_messages IN ('matches', 'requests', 'everyone')", name="first_messages"
        ),
    )

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    age_min: Mapped[int] = mapped_column(server_default=sa.text("18"))
    age_max: Mapped[int] = mapped_column(server_default=sa.text("120"))
    max_distance_km: Mapped[float | None]
    genders: Mapped[TextList]
    goals_wanted: Mapped[TextList]
    languages_wanted: Mapped[TextList]
    active_within_days: Mapped[int | None]
    distance_unit: Mapped[str] = mapped_column(
        sa.String(10), server_default=sa.text("'KILOMETRES'")
    )
    is_discoverable: Mapped[bool] = mapped_column(server_default=sa.true())
    approves_followers: Mapped[bool] = mapped_column(server_default=sa.false())
    first_messages: Mapped[str] = mapped_column(sa.String(10), server_default=sa.text("'everyone'"))
    updated_at: Mapped[Now]


class ProfileVector(Model):
    """A profile's text as embedded by one version of a model; Qdrant can be rebuilt from it."""

    __tablename__ = "profile_vectors"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    vector: Mapped[list[float]] = mapped_column(postgresql.ARRAY(sa.REAL))
    embedded_at: Mapped[Now]


class Block(Model):
    """One person blocks another: neither is shown to the other any more."""

    __tablename__ = "blocks"
    __table_args__ = (sa.CheckConstraint("blocker_id <> blocked_id", name="not_self"),)

    blocker_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    blocked_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    blocked_at: Mapped[Now]
