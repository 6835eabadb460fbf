"""What people show of what they are doing, and when what they said of their time ends.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    switches = ("show_online", "show_last_active", "show_read_receipts", "show_typing")
    op.create_table(
        "privacy",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Boolean(), server_default=sa.text("true"), nullable=False)
            for name in switches
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("privacy_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("privacy_pkey")),
    )
    op.create_index(
        "profiles_available_until_idx",
        "profiles",
        ["available_until"],
        postgresql_where=sa.text("available_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("profiles_available_until_idx", table_name="profiles")
    op.drop_table("privacy")
