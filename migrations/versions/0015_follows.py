"""Who follows whom.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEXES = (
    ("follows_followers_idx", ["followed_id", "accepted_at", "follower_id"], "IS NOT NULL"),
    ("follows_following_idx", ["follower_id", "accepted_at", "followed_id"], "IS NOT NULL"),
    ("follows_requests_idx", ["followed_id", "asked_at", "follower_id"], "IS NULL"),
)


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid(), nullable=False),
        sa.Column("followed_id", sa.Uuid(), nullable=False),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("follower_id <> followed_id", name=op.f("follows_not_self_check")),
        *(
            sa.ForeignKeyConstraint(
                [side],
                ["profiles.profile_id"],
                name=op.f(f"follows_{side}_fkey"),
                ondelete="CASCADE",
            )
            for side in ("follower_id", "followed_id")
        ),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name=op.f("follows_pkey")),
    )
    op.create_index(op.f("follows_followed_id_idx"), "follows", ["followed_id"], unique=False)
    for name, columns, condition in _INDEXES:
        where = sa.text(f"accepted_at {condition}")
        op.create_index(name, "follows", columns, unique=False, postgresql_where=where)
    op.add_column(
        "preferences",
        sa.Column("approves_followers", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("preferences", "approves_followers")
    op.drop_table("follows")
