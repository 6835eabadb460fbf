"""Replies, edits, deletions, stickers, reactions, and the words by which messages are found.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _words()
    _messages()
    op.create_table(
        "message_versions",
        sa.Column(
            "message_version_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False
        ),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sticker_key", sa.Text(), nullable=True),
        sa.Column(
            "replaced_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.message_id"],
            name="message_versions_message_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_version_id", name="message_versions_pkey"),
    )
    for column in ("message_id", "replaced_at"):
        op.create_index(f"message_versions_{column}_idx", "message_versions", [column])
    op.create_table(
        "reactions",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reacted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.message_id"],
            name="reactions_message_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name="reactions_profile_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "emoji", "profile_id", name="reactions_pkey"),
    )
    op.create_index("reactions_profile_id_idx", "reactions", ["profile_id"])


def _words() -> None:
    for extension in ("btree_gin", "unaccent"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute("CREATE TEXT SEARCH CONFIGURATION message_words (COPY = pg_catalog.simple)")
    op.execute(
        "ALTER TEXT SEARCH CONFIGURATION message_words ALTER MAPPING FOR"
        " word, numword, hword, numhword, hword_part, hword_numpart WITH unaccent, simple"
    )


def _messages() -> None:
    op.alter_column("messages", "text", existing_type=sa.Text(), nullable=True)
    op.add_column("messages", sa.Column("sticker_key", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("reply_to_id", sa.Uuid(), nullable=True))
    for name in ("edited_at", "deleted_at"):
        op.add_column("messages", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        "messages_reply_to_id_fkey",
        "messages",
        "messages",
        ["reply_to_id"],
        ["message_id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("messages_deleted_is_empty_check"),
        "messages",
        "deleted_at IS NULL OR (text IS NULL AND sticker_key IS NULL AND reply_to_id IS NULL"
        " AND edited_at IS NULL)",
    )
    op.create_index(
        "messages_reply_to_id_idx",
        "messages",
        ["reply_to_id"],
        postgresql_where=sa.text("reply_to_id IS NOT NULL"),
    )
    op.create_index(
        "messages_words_idx",
        "messages",
        ["conversation_id", sa.literal_column("to_tsvector('message_words'::regconfig, text)")],
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_table("reactions")
    op.drop_table("message_versions")
    op.drop_index("messages_words_idx", table_name="messages")
    op.execute("DROP TEXT SEARCH CONFIGURATION message_words")
    op.drop_index("messages_reply_to_id_idx", table_name="messages")
    op.drop_constraint(op.f("messages_deleted_is_empty_check"), "messages", type_="check")
    op.drop_constraint("messages_reply_to_id_fkey", "messages", type_="foreignkey")
    # What has no text cannot stay in a table of texts.
    op.execute("DELETE FROM messages WHERE text IS NULL")
    for name in ("deleted_at", "edited_at", "reply_to_id", "sticker_key"):
        op.drop_column("messages", name)
    op.alter_column("messages", "text", existing_type=sa.Text(), nullable=False)
