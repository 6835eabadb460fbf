"""What the ranked feed keeps.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column, of in (
        ("authors_shown_less", "author_id", "profiles.profile_id"),
        ("topics_shown_less", "post_id", "posts.post_id"),
    ):
        op.create_table(
            table,
            sa.Column("viewer_id", sa.Uuid(), nullable=False),
            sa.Column(column, sa.Uuid(), nullable=False),
            sa.Column(
                "asked_at",
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            ),
            sa.ForeignKeyConstraint(
                ["viewer_id"],
                ["profiles.profile_id"],
                name=op.f(f"{table}_viewer_id_fkey"),
                ondelete="CASCADE",
            ),
            sa.ForeignKeyConstraint(
                [column], [of], name=op.f(f"{table}_{column}_fkey"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("viewer_id", column, name=op.f(f"{table}_pkey")),
        )
        op.create_index(op.f(f"{table}_{column}_idx"), table, [column])
    op.create_check_constraint(
        op.f("authors_shown_less_not_self_check"), "authors_shown_less", "viewer_id <> author_id"
    )


def downgrade() -> None:
    op.drop_table("topics_shown_less")
    op.drop_table("authors_shown_less")
