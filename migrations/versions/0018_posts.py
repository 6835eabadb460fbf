"""Reactions, mentions, tags, links and media of posts.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _of(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    for noun in ("post", "comment"):
        _create_reactions(noun)


def _create_reactions(noun: str) -> None:
    table, key = f"{noun}_reactions", f"{noun}_id"
    op.create_table(
        table,
        sa.Column(key, sa.Uuid(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reacted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        _of(table, key, f"{noun}s", key),
        _of(table, "profile_id", "profiles", "profile_id"),
        sa.PrimaryKeyConstraint(key, "emoji", "profile_id", name=op.f(f"{table}_pkey")),
    )
    op.create_index(op.f(f"{table}_profile_id_idx"), table, ["profile_id"], unique=False)


def downgrade() -> None:
    for noun in ("comment", "post"):
        op.drop_table(f"{noun}_reactions")
