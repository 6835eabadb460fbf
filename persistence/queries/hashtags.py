"""Questions about hashtags."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, parameter

_Tag = models.PostHashtag

add = Statement(
    sa.insert(_Tag)
    .from_select(
        ["tag", "post_id"],
        sa.select(
            sa.func.unnest(parameter("tags", postgresql.ARRAY(sa.Text()))),
            parameter("post_id", _Tag.post_id),
        ),
    )
    .returning(_Tag.tag)
)
"""Give `post_id` these `tags`, each named once."""
