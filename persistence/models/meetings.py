"""Meetings: when people have time to meet."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Now, OfProfile


class MeetingTimes(Model):
    """The hours of a week in which somebody has time to meet, by their own clock."""

    __tablename__ = "meeting_times"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    hours: Mapped[list[dict[str, str]]] = mapped_column(postgresql.JSONB)
    updated_at: Mapped[Now]
