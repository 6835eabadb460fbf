"""Answers to events, with guests, a wait list and check-in; chats of events.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_CHECKS = {
    "state": "state IN ('going', 'waiting', 'interested', 'not_going')",
    "guest_count": "guest_count BETWEEN 0 AND 10",
    "guests_come": "guest_count = 0 OR state IN ('going', 'waiting')",
    "joined": "(state = 'going') = (joined_at IS NOT NULL)",
    "checked_in": "checked_in_at IS NULL OR state = 'going'",
}


def _of_event_and_profile(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{noun}_id"],
            [f"{noun}s.{noun}_id"],
            name=op.f(f"{table}_{noun}_id_fkey"),
            ondelete="CASCADE",
        )
        for noun in ("event", "profile")
    ]


def _moment(name: str, *, default: str | None = None, nullable: bool = True) -> sa.Column:
    server_default = sa.text(default) if default else None
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def _answers() -> None:
    op.create_table(
        "attendances",
        sa.Column("attendance_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("guest_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _moment("answered_at", default="clock_timestamp()", nullable=False),
        *map(_moment, ("joined_at", "checked_in_at", "day_reminded_at", "hour_reminded_at")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"attendances_{name}_check"))
            for name, condition in _CHECKS.items()
        ),
        *_of_event_and_profile("attendances"),
        sa.PrimaryKeyConstraint("attendance_id", name=op.f("attendances_pkey")),
        sa.UniqueConstraint(
            "event_id", "profile_id", name=op.f("attendances_event_id_profile_id_key")
        ),
    )
    op.create_index(
        "attendances_event_id_state_idx",
        "attendances",
        ["event_id", "state", "answered_at", "attendance_id"],
    )
    op.create_index(
        "attendances_event_id_joined_at_idx",
        "attendances",
        ["event_id", "joined_at", "profile_id"],
        postgresql_where=sa.text("joined_at IS NOT NULL"),
    )
    op.create_index(op.f("attendances_profile_id_idx"), "attendances", ["profile_id"])


def _of_events() -> list[sa.Column]:
    return [
        sa.Column(
            "attendees_shown_to",
            sa.String(length=10),
            server_default=sa.text("'everyone'"),
            nullable=False,
        ),
        sa.Column(
            "check_in_key", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False
        ),
    ]


_EVENT_CHECKS = {
    "attendee_count": "attendee_count >= 0",
    "attendees_shown_to": "attendees_shown_to IN ('everyone', 'attendees', 'hosts')",
}


def upgrade() -> None:
    _answers()
    op.execute(
        "INSERT INTO attendances (event_id, profile_id, state, answered_at, joined_at)"
        " SELECT event_id, profile_id, 'going', joined_at, joined_at FROM event_attendees"
    )
    op.drop_table("event_attendees")
    for column in _of_events():
        op.add_column("events", column)
    for name, condition in _EVENT_CHECKS.items():
        op.create_check_constraint(op.f(f"events_{name}_check"), "events", condition)
    op.add_column("conversations", sa.Column("event_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("conversations_event_id_fkey"),
        "conversations",
        "events",
        ["event_id"],
        ["event_id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(op.f("conversations_event_id_key"), "conversations", ["event_id"])
    op.create_check_constraint(
        op.f("conversations_event_check"), "conversations", "event_id IS NULL OR kind = 'group'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("conversations_event_check"), "conversations", type_="check")
    op.drop_constraint(op.f("conversations_event_id_key"), "conversations", type_="unique")
    op.drop_constraint(op.f("conversations_event_id_fkey"), "conversations", type_="foreignkey")
    op.drop_column("conversations", "event_id")
    for name in _EVENT_CHECKS:
        op.drop_constraint(op.f(f"events_{name}_check"), "events", type_="check")
    for column in _of_events():
        op.drop_column("events", column.name)
    op.create_table(
        "event_attendees",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        _moment("joined_at", default="now()", nullable=False),
        *_of_event_and_profile("event_attendees"),
        sa.PrimaryKeyConstraint("event_id", "profile_id", name=op.f("event_attendees_pkey")),
    )
    op.create_index(
        "event_attendees_event_id_joined_at_idx",
        "event_attendees",
        ["event_id", "joined_at", "profile_id"],
    )
    op.create_index(op.f("event_attendees_profile_id_idx"), "event_attendees", ["profile_id"])
    # By the older schema nobody brings guests: their seats are free again.
    op.execute(
        "INSERT INTO event_attendees (event_id, profile_id, joined_at)"
        " SELECT event_id, profile_id, joined_at FROM attendances WHERE state = 'going'"
    )
    op.execute(
        "UPDATE events SET attendee_count ="
        " (SELECT count(*) FROM event_attendees e WHERE e.event_id = events.event_id)"
    )
    op.drop_table("attendances")
