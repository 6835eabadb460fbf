"""Media in the history of posts, tags of posts from before there were tags, and indexes.

Revision: 0027, after 0026
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain import text_entities

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_STEP = 1_000
_POSTS = sa.text(
    "SELECT post_id, content FROM posts WHERE post_id > :after"
    " AND content ~ '[#\uff03]' ORDER BY post_id LIMIT :step"
)
# Those that are there already stay: so it may be repeated.
_KEEP = sa.text(
    "INSERT INTO post_hashtags (tag, post_id)"
    " SELECT tag, post_id FROM unnest(:tags, :ids) AS found (tag, post_id)"
    " ON CONFLICT DO NOTHING"
).bindparams(
    sa.bindparam("tags", type_=postgresql.ARRAY(sa.Text())),
    sa.bindparam("ids", type_=postgresql.ARRAY(sa.Uuid())),
)


def upgrade() -> None:
    op.add_column(
        "post_versions",
        sa.Column(
            "media_ids",
            postgresql.ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'::uuid[]"),
            nullable=False,
        ),
    )
    op.create_index(
        op.f("notifications_subject_id_idx"), "notifications", ["subject_id"], unique=False
    )
    op.execute('ALTER TABLE post_hashtags ALTER COLUMN tag TYPE text COLLATE "C"')
    _keep_tags()


def _keep_tags() -> None:
    connection, after = op.get_bind(), UUID(int=0)
    while True:
        posts = connection.execute(_POSTS, {"after": after, "step": _STEP}).all()
        found = {
            (entity.value, post.post_id)
            for post in posts
            for entity in text_entities.hashtags_in(post.content)
        }
        if found:
            tags, ids = zip(*sorted(found), strict=True)
            connection.execute(_KEEP, {"tags": list(tags), "ids": list(ids)})
        if len(posts) < _STEP:
            return
        after = posts[-1].post_id


def downgrade() -> None:
    op.execute('ALTER TABLE post_hashtags ALTER COLUMN tag TYPE text COLLATE "default"')
    op.drop_index(op.f("notifications_subject_id_idx"), table_name="notifications")
    op.drop_column("post_versions", "media_ids")
