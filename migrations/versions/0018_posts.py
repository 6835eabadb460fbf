"""Reactions, mentions, tags, links and media of posts.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
        _create_mentions(noun)
    _create_handles()
    _create_hashtags()
    _create_media()
    _create_kinds()


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


def _create_mentions(noun: str) -> None:
    table, key = f"{noun}_mentions", f"{noun}_id"
    op.create_table(
        table,
        sa.Column(key, sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        _of(table, key, f"{noun}s", key),
        _of(table, "profile_id", "profiles", "profile_id"),
        sa.PrimaryKeyConstraint(key, "start", name=op.f(f"{table}_pkey")),
    )
    op.create_index(op.f(f"{table}_profile_id_idx"), table, ["profile_id"], unique=False)


def _create_handles() -> None:
    op.create_table(
        "handles",
        sa.Column("handle", postgresql.CITEXT(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        _of("handles", "profile_id", "profiles", "profile_id"),
        sa.PrimaryKeyConstraint("handle", name=op.f("handles_pkey")),
        sa.UniqueConstraint("profile_id", name=op.f("handles_profile_id_key")),
    )


def _create_hashtags() -> None:
    op.create_table(
        "post_hashtags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        _of("post_hashtags", "post_id", "posts", "post_id"),
        sa.PrimaryKeyConstraint("tag", "post_id", name=op.f("post_hashtags_pkey")),
    )
    op.create_index("post_hashtags_post_id_idx", "post_hashtags", ["post_id"], unique=False)


def _create_media() -> None:
    op.create_table(
        "post_media",
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _of("post_media", "media_id", "media", "media_id"),
        _of("post_media", "post_id", "posts", "post_id"),
        sa.PrimaryKeyConstraint("media_id", name=op.f("post_media_pkey")),
        sa.UniqueConstraint("post_id", "position", name=op.f("post_media_post_id_position_key")),
    )


def _create_kinds() -> None:
    kind = sa.text("'post'")
    op.add_column(
        "posts", sa.Column("kind", sa.String(length=10), server_default=kind, nullable=False)
    )
    op.create_check_constraint(op.f("posts_kind_check"), "posts", "kind IN ('post', 'reel')")
    op.create_index(
        "posts_reels_idx",
        "posts",
        ["post_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'reel'"),
    )
    op.drop_constraint(op.f("posts_content_length_check"), "posts", type_="check")
    op.create_check_constraint(
        op.f("posts_content_length_check"), "posts", "char_length(content) <= 5000"
    )


def downgrade() -> None:
    # What has no text cannot stay in a table of texts.
    op.execute("DELETE FROM posts WHERE content = ''")
    op.drop_constraint(op.f("posts_content_length_check"), "posts", type_="check")
    op.create_check_constraint(
        op.f("posts_content_length_check"), "posts", "char_length(content) BETWEEN 1 AND 5000"
    )
    op.drop_index("posts_reels_idx", table_name="posts")
    op.drop_constraint(op.f("posts_kind_check"), "posts", type_="check")
    op.drop_column("posts", "kind")
    # Of kinds that older code does not know, it would show nobody anything.
    for table in ("notifications", "notification_preferences"):
        op.execute(
            f"DELETE FROM {table} WHERE kind IN ('mentioned_in_post', 'mentioned_in_comment',"  # noqa: S608
            " 'reaction_to_post', 'reaction_to_comment')"
        )
    for table in ("post_media", "post_hashtags", "handles", "comment_mentions", "post_mentions"):
        op.drop_table(table)
    for noun in ("comment", "post"):
        op.drop_table(f"{noun}_reactions")
