"""When people have time to meet.

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_times",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.String(50), nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("meeting_times_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("meeting_times_pkey")),
    )


def downgrade() -> None:
    op.drop_table("meeting_times")
