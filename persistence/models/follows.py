"""Follows: who wants to read what whom shares."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Moment, Now, OfProfile

_STANDS = sa.text("accepted_at IS NOT NULL")
_WAITS = sa.text("accepted_at IS NULL")


class Follow(Model):
    """One person follows another; as long as nobody has accepted it, it is a request."""

    __tablename__ = "follows"
    __table_args__ = (
        sa.CheckConstraint("follower_id <> followed_id", name="not_self"),
        sa.Index(
            "follows_followers_idx",
            *("followed_id", "accepted_at", "follower_id"),
            postgresql_where=_STANDS,
        ),
        sa.Index(
            "follows_following_idx",
            *("follower_id", "accepted_at", "followed_id"),
            postgresql_where=_STANDS,
        ),
        sa.Index(
            "follows_requests_idx",
            *("followed_id", "asked_at", "follower_id"),
            postgresql_where=_WAITS,
        ),
    )

    follower_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    followed_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    asked_at: Mapped[Now]
    accepted_at: Mapped[Moment | None]
