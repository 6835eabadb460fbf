"""By which version of the embeddings somebody was shown, and an index that nothing asks.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("impressions", sa.Column("embedding_version", sa.String(100), nullable=True))
    # No statement asks PostgreSQL who is near: the index of people does.
    op.drop_index("profiles_location_idx", table_name="profiles")


def downgrade() -> None:
    op.create_index(
        "profiles_location_idx",
        "profiles",
        [sa.literal_column("ll_to_earth(latitude, longitude)")],
        postgresql_using="gist",
        postgresql_where=sa.text("latitude IS NOT NULL"),
    )
    op.drop_column("impressions", "embedding_version")
