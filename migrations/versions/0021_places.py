"""Places, their photos, and whose favourites they are.

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _add_places()
    _add_photos()
    _add_favourites()


def _add_places() -> None:
    op.create_table(
        "places",
        sa.Column("place_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(150), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("address", sa.String(200), nullable=True),
        sa.Column("city", sa.String(100), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("time_zone", sa.String(50), nullable=True),
        sa.Column("opening_hours", postgresql.JSONB(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(
                name,
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            )
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("places_latitude_check")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("places_longitude_check")),
        sa.CheckConstraint(
            "opening_hours IS NULL OR time_zone IS NOT NULL",
            name=op.f("places_opening_hours_check"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["profiles.profile_id"],
            name=op.f("places_added_by_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("places_pkey")),
    )
    op.create_index(op.f("places_added_by_id_idx"), "places", ["added_by_id"])
    op.create_index(
        "places_point_idx",
        "places",
        [sa.literal_column("ll_to_earth(latitude, longitude)")],
        postgresql_using="gist",
    )
    op.create_index(
        "places_name_idx",
        "places",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )


def _add_photos() -> None:
    op.create_table(
        "place_photos",
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.media_id"],
            name=op.f("place_photos_media_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["places.place_id"],
            name=op.f("place_photos_place_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("place_photos_pkey")),
        sa.UniqueConstraint(
            "place_id",
            "position",
            name=op.f("place_photos_place_id_position_key"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )


def _add_favourites() -> None:
    op.create_table(
        "favourite_places",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column(
            "favourited_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("favourite_places_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["places.place_id"],
            name=op.f("favourite_places_place_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "place_id", name=op.f("favourite_places_pkey")),
    )
    op.create_index(op.f("favourite_places_place_id_idx"), "favourite_places", ["place_id"])
    op.create_index(
        "favourite_places_newest_idx",
        "favourite_places",
        ["profile_id", "favourited_at", "place_id"],
    )


def downgrade() -> None:
    for table in ("favourite_places", "place_photos", "places"):
        op.drop_table(table)
