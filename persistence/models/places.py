"""Places where people can meet, their photos, and whose favourites they are."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Now, OfProfile, TextList

OfPlace = Annotated[UUID, mapped_column(sa.ForeignKey("places.place_id", ondelete="CASCADE"))]
"""The key of a place whose rows go when it goes."""

POINT: sa.ColumnElement[Any] = sa.literal_column("ll_to_earth(latitude, longitude)")
"""Where a place is, as the index has it: a point on the sphere of `earthdistance`."""


class Place(Model):
    """A public place; it stays when the account of who added it goes."""

    __tablename__ = "places"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        sa.CheckConstraint("opening_hours IS NULL OR time_zone IS NOT NULL", name="opening_hours"),
        sa.Index("places_point_idx", POINT, postgresql_using="gist"),
        sa.Index(
            "places_name_idx",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
    )

    place_id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(150))
    category: Mapped[str] = mapped_column(sa.String(20))
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    address: Mapped[str | None] = mapped_column(sa.String(200))
    city: Mapped[str | None] = mapped_column(sa.String(100))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    latitude: Mapped[float]
    longitude: Mapped[float]
    time_zone: Mapped[str | None] = mapped_column(sa.String(50))
    opening_hours: Mapped[list[dict[str, str]] | None] = mapped_column(
        postgresql.JSONB(none_as_null=True)
    )
    attributes: Mapped[TextList]
    added_by_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class PlacePhoto(Model):
    """An image of a place, in the order in which they are shown; positions count from 1."""

    __tablename__ = "place_photos"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "position", deferrable=True, initially="DEFERRED"),
    )

    media_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("media.media_id", ondelete="CASCADE"), primary_key=True
    )
    place_id: Mapped[OfPlace]
    position: Mapped[int]


class FavouritePlace(Model):
    """A place that somebody likes to go to."""

    __tablename__ = "favourite_places"
    __table_args__ = (
        sa.Index("favourite_places_newest_idx", "profile_id", "favourited_at", "place_id"),
    )

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    place_id: Mapped[OfPlace] = mapped_column(primary_key=True, index=True)
    favourited_at: Mapped[Now]
