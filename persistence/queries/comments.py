"""Questions about comments; each is as visible as its author and its post together."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import posts, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Comment = models.Comment

_may_see = visibility.may_see(_Comment.author_id)


def _is_whole(comment: Any, *, viewer: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer may see whom a comment replies to, if it is a reply."""
    above = alias(models.Comment, "above")
    hidden = sa.exists().where(
        above.c.comment_id == comment.reply_to_id,
        ~visibility.may_see(above.c.author_id, viewer=viewer),
    )
    return sa.or_(comment.reply_to_id.is_(None), ~hidden)


_shown = sa.and_(_may_see, _is_whole(_Comment))


def shown() -> sa.ColumnElement[bool]:
    """Say that the viewer may read a comment: the one predicate for comments."""
    return sa.and_(_shown, posts.is_readable(_Comment.post_id))


def is_readable(comment_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may read a comment to a post itself, with the replies to it.

    Args:
        comment_id: the column that holds the comment's key.
    """
    comment = alias(models.Comment, "read_comment")
    return sa.exists().where(
        comment.c.comment_id == comment_id,
        visibility.may_see(comment.c.author_id),
        posts.is_readable(comment.c.post_id),
    )


def is_readable_for(comment_id: Any, *, viewer: Any) -> sa.ColumnElement[bool]:
    """Say that somebody may read a comment, be it to a post itself or a reply.

    Args:
        comment_id: the column that holds the comment's key.
        viewer: the column that holds who looks.
    """
    comment = alias(models.Comment, "any_comment")
    return sa.exists().where(
        comment.c.comment_id == comment_id,
        visibility.may_see(comment.c.author_id, viewer=viewer),
        _is_whole(comment.c, viewer=viewer),
        posts.is_readable(comment.c.post_id, viewer=viewer),
    )


def of_others(
    *, post_id: Any = None, comment_id: Any = None, author_id: Any = None
) -> sa.Select[Any]:
    """What others said to a post of the viewer's, or replied to a comment of theirs, and who did.

    The keys of the comments and of their authors. Of what was said to a post without the replies
    to the viewer, which are told as such.

    Args:
        post_id: the column that holds the post's key.
        comment_id: the column that holds the comment's key, instead of the post's.
        author_id: the column that holds the key of whoever said it, where that matters.
    """
    other, mine = (alias(models.Comment, name) for name in ("of_other", "mine"))
    viewer = visibility.viewer_id()
    to_viewer = sa.exists().where(
        mine.c.comment_id == other.c.reply_to_id, mine.c.author_id == viewer
    )
    if comment_id is not None:
        place = other.c.reply_to_id == comment_id
    else:
        place = sa.and_(other.c.post_id == post_id, ~to_viewer)
    return sa.select(other.c.comment_id, other.c.author_id).where(
        place,
        sa.true() if author_id is None else other.c.author_id == author_id,
        other.c.author_id != viewer,
        visibility.may_see(other.c.author_id),
        _is_whole(other.c),
    )


by_ids = Statement(
    sa.select(_Comment).where(one_of(_Comment.comment_id, "ids"), shown()),
    _Comment,
)
"""The comments with these `ids` that `viewer_id` may read."""

of_post = Listing(
    "comments.of_post",
    sa.select(_Comment).where(_Comment.reply_to_id.is_(None), _may_see),
    owner=_Comment.post_id,
    order=[_Comment.comment_id],
    model=_Comment,
    descending=False,
    shown_to=posts.is_readable,
)
"""The comments to a post itself that `viewer_id` may read, the oldest first."""

replies_to = Listing(
    "comments.replies_to",
    sa.select(_Comment).where(_Comment.reply_to_id.is_not(None), _may_see),
    owner=_Comment.reply_to_id,
    order=[_Comment.comment_id],
    model=_Comment,
    descending=False,
    shown_to=is_readable,
)
"""The replies to a comment that `viewer_id` may read, the oldest first."""

counts_of_posts = Statement(
    sa.select(_Comment.post_id, sa.func.count().label("comment_count"))
    .where(one_of(_Comment.post_id, "post_ids"), shown())
    .group_by(_Comment.post_id)
)
"""How many comments and replies to each of `post_ids` `viewer_id` may read; no row for none."""

hold = Statement(
    sa.select(_Comment)
    .where(_Comment.comment_id == parameter("comment_id", _Comment.comment_id), shown())
    .with_for_update(of=_Comment, key_share=True),
    _Comment,
)
"""The comment `comment_id`, readable for `viewer_id`, held against changes to the commit."""
