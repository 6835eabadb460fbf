"""Which version of the embedding model is in use, and how far another one has come.

Revision: 0006, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

_NOBODY = "'00000000-0000-0000-0000-000000000000'"


def upgrade() -> None:
    op.create_table(
        "embedding_versions",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_profile_id", sa.Uuid(), server_default=sa.text(_NOBODY), nullable=False),
        sa.Column("compared_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("compared_overlap", sa.Float(), nullable=True),
        sa.Column("compared_rank_correlation", sa.Float(), nullable=True),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('active', 'next', 'previous', 'dropped')",
            name=op.f("embedding_versions_state_check"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("embedding_versions_pkey")),
    )
    op.create_index(
        "embedding_versions_active_key",
        "embedding_versions",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "embedding_versions_other_key",
        "embedding_versions",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("state IN ('next', 'previous')"),
    )


def downgrade() -> None:
    op.drop_table("embedding_versions")
