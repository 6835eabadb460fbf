"""Privacy: what people let others know of what they are doing."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Now, OfProfile


class Privacy(Model):
    """What a person shows; who has no row shows all of it."""

    __tablename__ = "privacy"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    show_online: Mapped[bool] = mapped_column(server_default=sa.true())
    show_last_active: Mapped[bool] = mapped_column(server_default=sa.true())
    show_read_receipts: Mapped[bool] = mapped_column(server_default=sa.true())
    show_typing: Mapped[bool] = mapped_column(server_default=sa.true())
    updated_at: Mapped[Now]
