"""What runs by the clock, and who started it last."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Now


class ScheduleLease(Model):
    """Which run has a place on the schedule, so that no other one starts the same until it ends."""

    __tablename__ = "schedule_leases"

    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    run_id: Mapped[str] = mapped_column(sa.String(50))
    taken_at: Mapped[Now]
