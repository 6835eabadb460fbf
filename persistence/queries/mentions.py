"""Questions about who is mentioned in posts and comments."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import comments, posts, visibility
from persistence.statements import Statement, alias, one_of, parameter

_Post, _Comment = models.PostMention, models.CommentMention
_Handle = models.Handle
_person: Any = alias(models.Profile, "person")
# By its name alone: subqueries that lie deeper would take the table for one of their own.
_person_id: Any = sa.literal_column("person.profile_id", sa.Uuid())

_named: Any = (
    sa.func.unnest(
        parameter("handles", postgresql.ARRAY(sa.Text())),
        parameter("starts", postgresql.ARRAY(sa.Integer())),
        parameter("lengths", postgresql.ARRAY(sa.Integer())),
    )
    .table_valued(
        sa.column("handle", sa.Text()),
        sa.column("start", sa.Integer()),
        sa.column("length", sa.Integer()),
        name="named",
    )
    .render_derived()
)


_concerned = sa.union(
    sa.select(visibility.viewer_id()),
    sa.select(models.Post.author_id).where(
        models.Post.post_id == parameter("post_id", models.Post.post_id)
    ),
    sa.select(_Handle.profile_id).where(
        _Handle.handle
        == sa.any_(
            sa.cast(
                parameter("handles", postgresql.ARRAY(sa.Text())),
                postgresql.ARRAY(postgresql.CITEXT()),
            )
        )
    ),
)
hold_people = Statement(
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id.in_(_concerned))
    .order_by(models.Profile.profile_id)
    .with_for_update(read=True, key_share=True)
)
"""Let neither `viewer_id`, nor who wrote `post_id`, nor who has one of the `handles` delete their
account until the commit.

Taken before the post and what hangs on it, which is the order in which deleting an account takes
them.
"""


def _adding(model: Any, key: Any, may_read: sa.ColumnElement[bool]) -> Statement:
    found = (
        sa.select(parameter(key.key, key), _named.c.start, _named.c.length, _person.c.profile_id)
        .join_from(_named, _Handle, _Handle.handle == sa.cast(_named.c.handle, postgresql.CITEXT))
        .join(_person, _person.c.profile_id == _Handle.profile_id)
        # Whom the author sees, and who sees what the author wrote.
        .where(visibility.may_see(_person.c.profile_id), may_read)
        .with_for_update(of=_person, read=True, key_share=True)
    )
    return Statement(
        sa.insert(model)
        .from_select([key.key, "start", "length", "profile_id"], found)
        .returning(model.profile_id)
    )


def _of(model: Any, key: Any, name: str, is_readable: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        sa.select(key, model.start.label("offset"), model.length, model.profile_id)
        .where(one_of(key, name), is_readable, visibility.may_see(model.profile_id))
        .order_by(key, model.start)
    )


add_to_post = _adding(
    _Post,
    _Post.post_id,
    posts.is_readable(parameter("post_id", _Post.post_id), viewer=_person_id),
)
"""Note in `post_id` those of the `handles`, at their `starts` and with their `lengths`, whose
people `viewer_id`, the author, may see, and who may read it."""

add_to_comment = _adding(
    _Comment,
    _Comment.comment_id,
    comments.is_readable_for(parameter("comment_id", _Comment.comment_id), viewer=_person_id),
)
"""The same in `comment_id`."""

of_posts = _of(_Post, _Post.post_id, "post_ids", posts.is_readable(_Post.post_id))
"""Who is mentioned in `post_ids`, of whom `viewer_id` may see, in the order of the text."""

of_comments = _of(
    _Comment,
    _Comment.comment_id,
    "comment_ids",
    comments.is_readable_for(_Comment.comment_id, viewer=visibility.viewer_id()),
)
"""The same of `comment_ids`."""


def of_viewer(*, post_id: Any = None, comment_id: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer is mentioned in a post or a comment.

    Args:
        post_id: the column that holds the post's key.
        comment_id: the column that holds the comment's key, instead of the post's.
    """
    me = visibility.viewer_id()
    if comment_id is None:
        return sa.exists().where(_Post.post_id == post_id, _Post.profile_id == me)
    return sa.exists().where(_Comment.comment_id == comment_id, _Comment.profile_id == me)
