"""What posts and comments said before is forgotten in time.

Revision: 0029, after 0028
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLES = ("post_versions", "comment_versions")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(f"{table}_replaced_at_idx", table, ["replaced_at"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_index(f"{table}_replaced_at_idx", table)
