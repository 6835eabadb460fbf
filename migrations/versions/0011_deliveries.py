"""Devices, and what was sent to them.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("device_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("token", sa.String(length=1000), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("devices_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("devices_session_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("devices_pkey")),
        sa.UniqueConstraint("session_id", name=op.f("devices_session_id_key")),
        sa.UniqueConstraint("token", name=op.f("devices_token_key")),
    )
    op.create_index(op.f("devices_profile_id_idx"), "devices", ["profile_id"])
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", sa.String(length=10), server_default=sa.text("'waiting'"), nullable=False
        ),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.device_id"],
            name=op.f("deliveries_device_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.notification_id"],
            name=op.f("deliveries_notification_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("deliveries_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("deliveries_pkey")),
        sa.UniqueConstraint(
            "notification_id", "device_id", name=op.f("deliveries_notification_id_device_id_key")
        ),
    )
    op.create_index("deliveries_decided_at_idx", "deliveries", ["decided_at"])
    op.create_index(
        "deliveries_mail_key",
        "deliveries",
        ["notification_id"],
        unique=True,
        postgresql_where=sa.text("channel = 'email'"),
    )
    op.create_index("deliveries_of_device_idx", "deliveries", ["device_id", "sent_at"])
    op.create_index(op.f("deliveries_profile_id_idx"), "deliveries", ["profile_id"])
    op.create_index(
        "deliveries_waiting_idx",
        "deliveries",
        ["available_at"],
        postgresql_where=sa.text("state IN ('waiting', 'clearing')"),
    )


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("devices")
