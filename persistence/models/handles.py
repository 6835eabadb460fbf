"""Handles: the names by which people are mentioned."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model


class Handle(Model):
    """The name, public and unique in any case of letters, by which a person can be mentioned."""

    __tablename__ = "handles"

    handle: Mapped[str] = mapped_column(postgresql.CITEXT, primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="CASCADE"), unique=True
    )
