"""Notifications, what people want to be told where, and who has a place on the schedule.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("notifications_count_check")),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["profiles.profile_id"],
            name=op.f("notifications_actor_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("notifications_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("notifications_pkey")),
        sa.UniqueConstraint(
            "profile_id",
            "kind",
            "subject_id",
            "fact_id",
            name=op.f("notifications_profile_id_kind_subject_id_fact_id_key"),
        ),
    )
    op.create_index(op.f("notifications_actor_id_idx"), "notifications", ["actor_id"])
    op.create_index("notifications_updated_at_idx", "notifications", ["updated_at"])
    op.create_index(
        "notifications_unread_key",
        "notifications",
        ["profile_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "notifications_listed_idx",
        "notifications",
        ["profile_id", "updated_at", "notification_id"],
        postgresql_where=sa.text("is_listed"),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("notification_preferences_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "profile_id", "kind", "channel", name=op.f("notification_preferences_pkey")
        ),
    )
    op.create_table(
        "notification_settings",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), server_default=sa.text("'en'"), nullable=False),
        sa.Column(
            "time_zone", sa.String(length=50), server_default=sa.text("'UTC'"), nullable=False
        ),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("digest", sa.String(length=10), server_default=sa.text("'off'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL)",
            name=op.f("notification_settings_quiet_whole_check"),
        ),
        sa.CheckConstraint(
            "quiet_from <> quiet_to", name=op.f("notification_settings_quiet_range_check")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("notification_settings_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("notification_settings_pkey")),
    )
    op.create_table(
        "schedule_leases",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("run_id", sa.String(length=50), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("schedule_leases_pkey")),
    )


def downgrade() -> None:
    op.drop_table("schedule_leases")
    op.drop_table("notification_settings")
    op.drop_table("notification_preferences")
    op.drop_table("notifications")
