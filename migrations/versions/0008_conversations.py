"""Groups, requests, and what a member wants of a conversation.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHECKS = {
    "conversations": {
        "kind": "kind IN ('direct', 'group')",
        "direct": "(kind = 'direct') = (first_id IS NOT NULL)",
        "pair_whole": "(first_id IS NULL) = (second_id IS NULL)",
        "ordered": "first_id < second_id",
        "title": "(kind = 'group') = (title IS NOT NULL)",
        "requester": "requested_by_id IN (first_id, second_id)",
        "request_whole": "(requested_by_id IS NULL) = (requested_at IS NULL)"
        " AND (requested_by_id IS NULL) = (request_end_position IS NULL)",
    },
    "conversation_members": {
        "role": "role IN ('owner', 'member')",
        "status": "status IN ('active', 'requested', 'declined')",
        "muted": "is_muted OR muted_until IS NULL",
    },
    "preferences": {
        "first_messages": "first_messages IN ('matches', 'requests', 'everyone')",
    },
}
_SIDES = ("first_id", "second_id")


def upgrade() -> None:
    _add_columns()
    op.execute(
        "UPDATE conversations SET first_id = matches.first_id, second_id = matches.second_id "
        "FROM matches WHERE matches.match_id = conversations.match_id"
    )
    for table, checks in _CHECKS.items():
        for name, check in checks.items():
            op.create_check_constraint(op.f(f"{table}_{name}_check"), table, check)
    for side in _SIDES:
        op.create_foreign_key(
            op.f(f"conversations_{side}_fkey"),
            "conversations",
            "profiles",
            [side],
            ["profile_id"],
            ondelete="CASCADE",
        )
        op.create_index(op.f(f"conversations_{side}_idx"), "conversations", [side], unique=False)
    op.create_index(
        "conversations_pair_key",
        "conversations",
        ["first_id", "second_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "conversations_requested_by_id_requested_at_idx",
        "conversations",
        ["requested_by_id", "requested_at"],
        unique=False,
        postgresql_where=sa.text("requested_by_id IS NOT NULL"),
    )


def _add_columns() -> None:
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("kind", sa.String(10), server_default=sa.text("'direct'"), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(100), nullable=True),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", moment, nullable=True),
        sa.Column("request_end_position", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", moment, nullable=True),
    ):
        op.add_column("conversations", column)
    for column in (
        sa.Column("role", sa.String(10), server_default=sa.text("'member'"), nullable=False),
        sa.Column("status", sa.String(10), server_default=sa.text("'active'"), nullable=False),
        sa.Column("history_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_muted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("muted_until", moment, nullable=True),
    ):
        op.add_column("conversation_members", column)
    op.add_column(
        "preferences",
        sa.Column(
            "first_messages", sa.String(10), server_default=sa.text("'everyone'"), nullable=False
        ),
    )


def downgrade() -> None:
    # What the older version has no word for: groups, and conversations without a match.
    op.execute("DELETE FROM conversations WHERE match_id IS NULL")
    op.drop_constraint(op.f("preferences_first_messages_check"), "preferences", type_="check")
    op.drop_column("preferences", "first_messages")
    for name in _CHECKS["conversation_members"]:
        constraint = op.f(f"conversation_members_{name}_check")
        op.drop_constraint(constraint, "conversation_members", type_="check")
    for column in ("muted_until", "is_muted", "history_position", "status", "role"):
        op.drop_column("conversation_members", column)
    op.drop_index("conversations_requested_by_id_requested_at_idx", table_name="conversations")
    op.drop_index("conversations_pair_key", table_name="conversations")
    for name in _CHECKS["conversations"]:
        op.drop_constraint(op.f(f"conversations_{name}_check"), "conversations", type_="check")
    for side in _SIDES:
        op.drop_index(op.f(f"conversations_{side}_idx"), table_name="conversations")
        op.drop_constraint(op.f(f"conversations_{side}_fkey"), "conversations", type_="foreignkey")
    for column in (
        *("accepted_at", "request_end_position", "requested_at", "requested_by_id"),
        *("title", "second_id", "first_id", "kind"),
    ):
        op.drop_column("conversations", column)
