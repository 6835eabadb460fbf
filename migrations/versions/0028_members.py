"""The members of a conversation in pages, the longest first.

Revision: 0028, after 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "conversation_members_order_idx",
        "conversation_members",
        ["conversation_id", "joined_at", "profile_id"],
    )


def downgrade() -> None:
    op.drop_index("conversation_members_order_idx", "conversation_members")
