"""When people reset what was learned of them, and which lessons do not count.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("learned", sa.Column("reset_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "lessons_not_counted_decided_at_idx",
        "lessons",
        ["decided_at"],
        unique=False,
        postgresql_where=sa.text("NOT is_counted"),
    )


def downgrade() -> None:
    op.drop_index("lessons_not_counted_decided_at_idx", table_name="lessons")
    op.drop_column("learned", "reset_at")
