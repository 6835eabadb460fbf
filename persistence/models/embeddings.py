"""Versions of the embedding model: which one decks use, and how far another one has come."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Moment, Now


class EmbeddingVersion(Model):
    """A version whose vectors people have: one is active, one more may be coming or going.

    What was dropped stays until its vectors are gone. Counts are of people.
    """

    __tablename__ = "embedding_versions"
    __table_args__ = (
        sa.CheckConstraint("state IN ('active', 'next', 'previous', 'dropped')", name="state"),
        sa.Index(
            "embedding_versions_active_key",
            sa.text("(true)"),
            unique=True,
            postgresql_where=sa.text("state = 'active'"),
        ),
        sa.Index(
            "embedding_versions_other_key",
            sa.text("(true)"),
            unique=True,
            postgresql_where=sa.text("state IN ('next', 'previous')"),
        ),
    )

    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(20))
    dimensions: Mapped[int]
    done_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    total_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    last_profile_id: Mapped[UUID] = mapped_column(
        server_default=sa.text("'00000000-0000-0000-0000-000000000000'")
    )
    compared_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    compared_overlap: Mapped[float | None]
    compared_rank_correlation: Mapped[float | None]
    started_at: Mapped[Now]
    completed_at: Mapped[Moment | None]
    changed_at: Mapped[Now]
