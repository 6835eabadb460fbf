"""Questions about the feed: what the people around a viewer share."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import posts, visibility

_Match, _Follow = models.Match, models.Follow

# Any, because a parameter is the owner here, where other lists have a column.
_viewer: Any = visibility.viewer_id()


def _partners(mine: Any, theirs: Any) -> "sa.Select[Any]":
    return sa.select(theirs).where(mine == _viewer, _Match.ended_at.is_(None))


# Everybody once: one can follow whom one has matched with.
_around = sa.union(
    sa.select(_viewer.label("author_id")),
    sa.select(_Follow.followed_id).where(
        _Follow.follower_id == _viewer, _Follow.accepted_at.is_not(None)
    ),
    _partners(_Match.first_id, _Match.second_id),
    _partners(_Match.second_id, _Match.first_id),
).subquery("around")

of_viewer = Listing(
    "feed.of_viewer",
    sa.select(models.Post).where(posts.is_for_viewer(models.Post)),
    owner=models.Post.author_id,
    order=[models.Post.post_id],
    model=models.Post,
    shown_to=lambda owner: owner == _viewer,
    parts=sa.select(_around.c.author_id).where(visibility.may_see(_around.c.author_id)),
)
"""Posts for `viewer_id` by themself, by whom they follow and by their matches, newest first; empty
for everybody else."""
