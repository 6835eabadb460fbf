"""Events in depth: for whom they are, who holds them too, who is invited, and where they are.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_CHECKS = {
    "latitude": "latitude BETWEEN -90 AND 90",
    "longitude": "longitude BETWEEN -180 AND 180",
    "location_whole": "(latitude IS NULL) = (longitude IS NULL)",
    "place": "num_nonnulls(place_name, address, online_url) > 0",
    "audience": "audience IN ('everyone', 'followers', 'matches', 'invited')",
}

_REFERRED = {"cover_id": ("media", "media_id"), "place_id": ("places", "place_id")}

_WORDS = (
    "to_tsvector('message_words'::regconfig, (((((title::text || ' '::text) || description)"
    " || ' '::text) || COALESCE(place_name, ''::character varying)::text) || ' '::text)"
    " || COALESCE(city, ''::character varying)::text)"
)
_SEARCHED = {
    "events_point_idx": ("ll_to_earth(latitude, longitude)", "gist"),
    "events_tags_idx": ("tags", "gin"),
    "events_words_idx": (_WORDS, "gin"),
}


def _details() -> list[sa.Column]:
    return [
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "audience", sa.String(length=10), server_default=sa.text("'everyone'"), nullable=False
        ),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("online_url", sa.String(length=500), nullable=True),
    ]


def _now(name: str) -> sa.Column:
    moment = sa.DateTime(timezone=True)
    return sa.Column(name, moment, server_default=sa.text("now()"), nullable=False)


def _add_series() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "event_series",
        sa.Column("series_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=False),
        sa.Column("made_until", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        _now("created_at"),
        sa.CheckConstraint("duration_seconds > 0", name=op.f("event_series_duration_check")),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["profiles.profile_id"],
            name=op.f("event_series_host_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("event_series_pkey")),
    )
    op.create_index(op.f("event_series_host_id_idx"), "event_series", ["host_id"], unique=False)
    op.create_index(
        "event_series_going_on_idx",
        "event_series",
        ["series_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("events", sa.Column("series_id", sa.Uuid(), nullable=True))
    op.add_column("events", sa.Column("original_starts_at", moment, nullable=True))
    op.create_foreign_key(
        op.f("events_series_id_fkey"),
        "events",
        "event_series",
        ["series_id"],
        ["series_id"],
        ondelete="SET NULL",
    )
    op.create_unique_constraint(
        op.f("events_series_id_original_starts_at_key"),
        "events",
        ["series_id", "original_starts_at"],
    )


def _people(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.event_id"],
            name=op.f(f"{table}_event_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f(f"{table}_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "profile_id", name=op.f(f"{table}_pkey")),
    )
    op.create_index(op.f(f"{table}_profile_id_idx"), table, ["profile_id"], unique=False)


def upgrade() -> None:
    for column in _details():
        op.add_column("events", column)
    op.add_column("events", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("events", "place_name", nullable=True)
    for name, condition in _CHECKS.items():
        op.create_check_constraint(op.f(f"events_{name}_check"), "events", condition)
    for column, (table, key) in _REFERRED.items():
        op.create_foreign_key(
            op.f(f"events_{column}_fkey"), "events", table, [column], [key], ondelete="SET NULL"
        )
        op.create_index(op.f(f"events_{column}_idx"), "events", [column], unique=False)
    for name, (expression, method) in _SEARCHED.items():
        op.create_index(name, "events", [sa.literal_column(expression)], postgresql_using=method)
    _add_series()
    op.create_table(
        "calendars",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column(
            "calendar_key",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("calendars_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("calendars_pkey")),
    )
    _people("event_co_hosts", _now("added_at"))
    invited_by = sa.Column("invited_by_id", sa.Uuid(), nullable=True)
    _people("event_invitations", invited_by, _now("invited_at"))
    op.create_foreign_key(
        op.f("event_invitations_invited_by_id_fkey"),
        "event_invitations",
        "profiles",
        ["invited_by_id"],
        ["profile_id"],
        ondelete="SET NULL",
    )
    op.create_index(
        op.f("event_invitations_invited_by_id_idx"), "event_invitations", ["invited_by_id"]
    )


def downgrade() -> None:
    op.drop_table("calendars")
    op.drop_table("event_invitations")
    op.drop_table("event_co_hosts")
    op.drop_constraint(op.f("events_series_id_original_starts_at_key"), "events", type_="unique")
    op.drop_constraint(op.f("events_series_id_fkey"), "events", type_="foreignkey")
    for name in ("original_starts_at", "series_id"):
        op.drop_column("events", name)
    op.drop_table("event_series")
    for name in _SEARCHED:
        op.drop_index(name, table_name="events")
    for column in _REFERRED:
        op.drop_index(op.f(f"events_{column}_idx"), table_name="events")
        op.drop_constraint(op.f(f"events_{column}_fkey"), "events", type_="foreignkey")
    for name in _CHECKS:
        op.drop_constraint(op.f(f"events_{name}_check"), "events", type_="check")
    # What is online alone has no place to tell by the older schema.
    op.execute(
        "UPDATE events SET place_name = coalesce(left(address, 150), 'Online')"
        " WHERE place_name IS NULL"
    )
    op.alter_column("events", "place_name", nullable=False)
    op.drop_column("events", "cancelled_at")
    for column in _details():
        op.drop_column("events", column.name)
