"""Files that people have uploaded, and the photos of profiles.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("media_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("uploader_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=30), nullable=False),
        sa.Column(
            "state", sa.String(length=20), server_default=sa.text("'awaiting'"), nullable=False
        ),
        sa.Column("refusal", sa.String(length=30), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("placeholder", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("upload_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size_bytes > 0", name=op.f("media_size_check")),
        sa.CheckConstraint("kind IN ('image', 'video')", name=op.f("media_kind_check")),
        sa.CheckConstraint(
            "state IN ('awaiting', 'processing', 'ready', 'refused')",
            name=op.f("media_state_check"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("media_refusal_check")
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR (width IS NOT NULL AND height IS NOT NULL)",
            name=op.f("media_dimensions_check"),
        ),
        sa.ForeignKeyConstraint(
            ["uploader_id"],
            ["profiles.profile_id"],
            name=op.f("media_uploader_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("media_pkey")),
    )
    op.create_index("media_uploader_id_media_id_idx", "media", ["uploader_id", "media_id"])
    op.create_index("media_created_at_idx", "media", ["created_at"])
    op.create_index(
        "media_gone_idx",
        "media",
        ["media_id"],
        postgresql_where=sa.text("uploader_id IS NULL OR deleted_at IS NOT NULL"),
    )
    op.create_table(
        "photos",
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.media_id"],
            name=op.f("photos_media_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("photos_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("photos_pkey")),
        sa.UniqueConstraint(
            "profile_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("photos_profile_id_position_key"),
        ),
    )


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_index(
        "media_gone_idx",
        table_name="media",
        postgresql_where=sa.text("uploader_id IS NULL OR deleted_at IS NOT NULL"),
    )
    op.drop_index("media_created_at_idx", table_name="media")
    op.drop_index("media_uploader_id_media_id_idx", table_name="media")
    op.drop_table("media")
