"""Questions about posts."""

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of

_visible = sa.select(models.Post).where(visibility.may_see(models.Post.author_id))

by_ids = Statement(_visible.where(one_of(models.Post.post_id, "ids")), models.Post)
"""The posts with these `ids` that `viewer_id` may see."""

of_author = Listing(
    "posts.of_author",
    _visible,
    owner=models.Post.author_id,
    order=[models.Post.post_id],
    model=models.Post,
)
"""An author's posts, newest first."""
