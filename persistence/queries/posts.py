"""Questions about posts."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import MOST_COUNTED, Listing
from persistence.queries import circles, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Post = models.Post


def is_for_viewer(post: Any, *, viewer: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer is in the circle for which a post was written.

    Whether the viewer may see the author is another question.

    Args:
        post: the table of posts, or an alias of it.
        viewer: the column that holds who looks, where that is not `viewer_id`.
    """
    viewer, author = visibility.viewer_id() if viewer is None else viewer, post.author_id
    return circles.includes(post.audience, owner=author, viewer=viewer)


def is_readable(post_id: Any, *, viewer: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer may read a post: may see its author, and it was written for them.

    Args:
        post_id: the column that holds the post's key.
        viewer: the column that holds who looks, where that is not `viewer_id`.
    """
    post = alias(models.Post, "read_post")
    may_see = visibility.may_see(post.c.author_id, viewer=viewer)
    is_for = is_for_viewer(post.c, viewer=viewer)
    return sa.exists().where(post.c.post_id == post_id, may_see, is_for)


_post_id = parameter("post_id", _Post.post_id)
_readable = sa.and_(visibility.may_see(_Post.author_id), is_for_viewer(_Post))

by_ids = Statement(sa.select(_Post).where(one_of(_Post.post_id, "ids"), _readable), _Post)
"""The posts with these `ids` that `viewer_id` may read."""

of_author = Listing(
    "posts.of_author",
    sa.select(_Post).where(is_for_viewer(_Post)),
    owner=_Post.author_id,
    order=[_Post.post_id],
    model=_Post,
    shown_to=visibility.may_see,
)
"""An author's posts that `viewer_id` may read, newest first."""

hold = Statement(
    sa.select(_Post)
    .where(_Post.post_id == _post_id, _readable)
    .with_for_update(of=_Post, key_share=True),
    _Post,
)
"""The post `post_id`, readable for `viewer_id`, held against changes to the commit."""

hold_for_comment = Statement(
    sa.select(_Post)
    .where(_Post.post_id == _post_id, _readable)
    .with_for_update(of=_Post, read=True),
    _Post,
)
"""The post `post_id`, readable for `viewer_id`, held so that it neither goes nor is for others
meanwhile."""

media_of = Statement(
    sa.select(models.PostMedia.media_id)
    .where(models.PostMedia.post_id == _post_id)
    .order_by(models.PostMedia.position)
)
"""The media of `post_id` in their order; for whoever holds it."""

# Any, because a parameter is the owner here, where other lists have a column.
_viewer: Any = visibility.viewer_id()

tagged = Listing(
    "posts.tagged",
    sa.select(_Post)
    .join(models.PostHashtag, models.PostHashtag.post_id == _Post.post_id)
    .where(_readable),
    owner=models.PostHashtag.tag,
    order=[models.PostHashtag.post_id],
    model=_Post,
    counted_to=MOST_COUNTED,
)
"""The posts with a tag that `viewer_id` may read, newest first; the owner is the tag."""

# Not a parameter: a plan that serves any argument has no use for the index of reels.
_REEL: sa.ColumnElement[Any] = sa.literal_column("'reel'", sa.Text())

reels = Listing(
    "posts.reels",
    sa.select(_Post).where(_Post.kind == _REEL, _readable),
    owner=_viewer,
    order=[_Post.post_id],
    model=_Post,
    counted_to=MOST_COUNTED,
)
"""The reels that `viewer_id` may see, newest first; the owner is `viewer_id` too."""


def _is_others(person: Any) -> sa.ColumnElement[bool]:
    others: sa.ColumnElement[bool] = person != visibility.viewer_id()
    return others


answered_by_others = Statement(
    sa.select(
        sa.or_(
            sa.exists().where(
                models.Comment.post_id == _post_id, _is_others(models.Comment.author_id)
            ),
            sa.exists().where(
                models.PostReaction.post_id == _post_id, _is_others(models.PostReaction.profile_id)
            ),
            sa.exists().where(
                models.Comment.post_id == _post_id,
                models.CommentReaction.comment_id == models.Comment.comment_id,
                _is_others(models.CommentReaction.profile_id),
            ),
        )
    )
)
"""Whether somebody besides `viewer_id` has commented `post_id`, or reacted to it or to a comment
to it, whoever may see them."""
