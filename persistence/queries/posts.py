"""Questions about posts."""

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of

by_ids = Statement(
    sa.select(models.Post).where(
        one_of(models.Post.post_id, "ids"), visibility.may_see(models.Post.author_id)
    ),
    models.Post,
)
"""The posts with these `ids` that `viewer_id` may see."""

of_author = Listing(
    "posts.of_author",
    sa.select(models.Post),
    owner=models.Post.author_id,
    order=[models.Post.post_id],
    model=models.Post,
    shown_to=visibility.may_see,
)
"""An author's posts, newest first."""
