"""Comments, posts for a circle, and what was edited in both.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_AUDIENCE = "audience IN ('everyone', 'followers', 'matches')"


def _key(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False)


def _now(name: str) -> sa.Column[object]:
    moment = sa.DateTime(timezone=True)
    return sa.Column(name, moment, server_default=sa.text("now()"), nullable=False)


def upgrade() -> None:
    circle = sa.text("'everyone'")
    op.add_column(
        "posts",
        sa.Column("audience", sa.String(length=10), server_default=circle, nullable=False),
    )
    op.add_column("posts", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("posts_audience_check"), "posts", _AUDIENCE)
    _create_comments()
    _create_versions("post")
    _create_versions("comment")


def _create_comments() -> None:
    op.create_table(
        "comments",
        _key("comment_id"),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reply_to_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        _now("created_at"),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "char_length(content) BETWEEN 1 AND 2000", name=op.f("comments_content_length_check")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["profiles.profile_id"],
            name=op.f("comments_author_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.post_id"], name=op.f("comments_post_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_to_id", "post_id"],
            ["comments.comment_id", "comments.post_id"],
            name=op.f("comments_reply_to_id_post_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("comments_pkey")),
        sa.UniqueConstraint("comment_id", "post_id", name=op.f("comments_comment_id_post_id_key")),
    )
    for column in ("post_id", "author_id"):
        op.create_index(op.f(f"comments_{column}_idx"), "comments", [column], unique=False)
    for name, column, condition in (
        ("comments_of_post_idx", "post_id", "IS NULL"),
        ("comments_replies_idx", "reply_to_id", "IS NOT NULL"),
    ):
        where = sa.text(f"reply_to_id {condition}")
        op.create_index(
            name, "comments", [column, "comment_id"], unique=False, postgresql_where=where
        )


def _create_versions(noun: str) -> None:
    table = f"{noun}_versions"
    op.create_table(
        table,
        _key(f"{noun}_version_id"),
        sa.Column(f"{noun}_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _now("replaced_at"),
        sa.ForeignKeyConstraint(
            [f"{noun}_id"],
            [f"{noun}s.{noun}_id"],
            name=op.f(f"{table}_{noun}_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(f"{noun}_version_id", name=op.f(f"{table}_pkey")),
    )
    op.create_index(op.f(f"{table}_{noun}_id_idx"), table, [f"{noun}_id"], unique=False)


def downgrade() -> None:
    op.drop_table("comment_versions")
    op.drop_table("post_versions")
    op.drop_table("comments")
    op.drop_constraint(op.f("posts_audience_check"), "posts")
    op.drop_column("posts", "edited_at")
    op.drop_column("posts", "audience")
