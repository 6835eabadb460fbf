"""Questions about the feed: what the people around a viewer share."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import circles, follows, posts, preferences, visibility
from persistence.statements import Statement, one_of, parameter

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

_Post, _Comment, _Conversation = models.Post, models.Comment, models.Conversation
_Reaction = models.PostReaction
_AuthorLess, _TopicLess = models.AuthorShownLess, models.TopicShownLess
_MOST_TOUCHES = 500
_PER_WRITTEN_WITH = 3

_circle = (
    sa.select(_around.c.author_id)
    .where(visibility.may_see(_around.c.author_id))
    .cte("circle")
    # Left to itself, PostgreSQL may ask it again for each row.
    .prefix_with("MATERIALIZED")
)
_author: Any = _circle.c.author_id

_tied = (
    sa.select(
        _author.label("author_id"),
        (_author == _viewer).label("is_own"),
        circles.matched(_author, _viewer).label("is_match"),
        follows.follows(_viewer, _author).label("is_followed"),
        follows.follows(_author, _viewer).label("is_follower"),
    )
    .cte("tied")
    .prefix_with("MATERIALIZED")
)

_since_key = parameter("since_key", _Post.post_id)
_newest_of_each = (
    sa.select(_Post.post_id, _Post.author_id, _Post.created_at)
    .where(
        _Post.author_id == _tied.c.author_id,
        _Post.post_id > _since_key,
        posts.is_for_viewer(_Post),
    )
    .order_by(_Post.post_id.desc())
    .limit(parameter("per_author", sa.Integer()))
    .lateral("newest")
)

candidates = Statement(
    sa.select(
        _newest_of_each.c.post_id,
        _newest_of_each.c.author_id,
        _newest_of_each.c.created_at,
        _tied.c.is_own,
        _tied.c.is_match,
        _tied.c.is_followed,
        _tied.c.is_follower,
    )
    .join_from(_tied, _newest_of_each, sa.true())
    .order_by(_newest_of_each.c.post_id.desc())
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` newest posts after the key `since_key` for `viewer_id` by the people around them, at
most `per_author` by each; with what ties the two people."""

_known_strangers = sa.select(_around.c.author_id)

by_strangers = Statement(
    sa.select(_Post.post_id, _Post.author_id, _Post.created_at).where(
        one_of(_Post.post_id, "ids"),
        _Post.post_id > _since_key,
        _Post.audience == "everyone",
        visibility.may_see(_Post.author_id),
        preferences.is_discoverable(_Post.author_id),
        _Post.author_id.not_in(_known_strangers),
    )
)
"""Those of the posts `ids` after the key `since_key` that are for everybody, by people whom
`viewer_id` may see, who are not around them and let themselves be found."""

_conversed = [
    sa.select(theirs.label("author_id"), sa.literal(_PER_WRITTEN_WITH).label("count")).where(
        mine == _viewer,
        _Conversation.ended_at.is_(None),
        _Conversation.last_message_at > parameter("since", _Conversation.last_message_at),
    )
    for mine, theirs in (
        (_Conversation.first_id, _Conversation.second_id),
        (_Conversation.second_id, _Conversation.first_id),
    )
]
_said = (
    sa.select(_Comment.post_id)
    .where(
        _Comment.author_id == _viewer,
        _Comment.created_at > parameter("since", _Comment.created_at),
    )
    .order_by(_Comment.comment_id.desc())
    .limit(_MOST_TOUCHES)
    .subquery("said")
)
_commented = sa.select(_Post.author_id, sa.literal(1)).join_from(
    _said, _Post, _Post.post_id == _said.c.post_id
)
_reacted = (
    sa.select(_Reaction.post_id)
    .where(
        _Reaction.profile_id == _viewer,
        _Reaction.reacted_at > parameter("since", _Reaction.reacted_at),
    )
    .order_by(_Reaction.reacted_at.desc())
    .limit(_MOST_TOUCHES)
    .subquery("reacted")
)
_liked = sa.select(_Post.author_id, sa.literal(1)).join_from(
    _reacted, _Post, _Post.post_id == _reacted.c.post_id
)
_touches = sa.union_all(*_conversed, _commented, _liked).subquery("touches")

touches = Statement(
    sa.select(_touches.c.author_id, sa.func.sum(_touches.c["count"]).label("total"))
    .where(_touches.c.author_id != _viewer)
    .group_by(_touches.c.author_id)
)
"""With whom `viewer_id` has been in touch `since` a moment, and how much: comments and reactions on
their posts, and `_PER_WRITTEN_WITH` for a conversation of the two."""

authors_shown_less = Statement(
    sa.select(_AuthorLess.author_id).where(_AuthorLess.viewer_id == _viewer)
)
"""By whom `viewer_id` wants to see less."""

topics_shown_less = Statement(
    sa.select(_TopicLess.post_id)
    .where(_TopicLess.viewer_id == _viewer)
    .order_by(_TopicLess.asked_at.desc(), _TopicLess.post_id)
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` posts last named by `viewer_id` of whose topics they want to see less."""

_newest = (
    sa.select(_Post.post_id)
    .where(_Post.author_id == _author, posts.is_for_viewer(_Post))
    .order_by(_Post.post_id.desc())
    .limit(1)
    .lateral("newest")
)


def _hashes(column: Any, *where: Any) -> Any:
    """Give what tells one set of keys from another, in whatever order they come."""
    total = sa.func.sum(sa.func.hashtextextended(sa.cast(column, sa.Text), 0))
    return sa.func.coalesce(sa.select(total).where(*where).scalar_subquery(), 0)


_Settings = models.NotificationSettings

state = Statement(
    sa.select(
        sa.select(sa.func.max(sa.cast(_newest.c.post_id, sa.Text)))
        .join_from(_circle, _newest, sa.true())
        .scalar_subquery()
        .label("newest"),
        sa.select(_Post.post_id)
        .where(_Post.author_id == _viewer)
        .order_by(_Post.post_id.desc())
        .limit(1)
        .scalar_subquery()
        .label("own_newest"),
        sa.cast(_hashes(_author), sa.Text).label("circle"),
        sa.cast(_hashes(_AuthorLess.author_id, _AuthorLess.viewer_id == _viewer), sa.Text).label(
            "authors"
        ),
        sa.cast(_hashes(_TopicLess.post_id, _TopicLess.viewer_id == _viewer), sa.Text).label(
            "topics"
        ),
        sa.select(_Settings.language)
        .where(_Settings.profile_id == _viewer)
        .scalar_subquery()
        .label("language"),
    )
)
"""What a ranked feed of `viewer_id` depends on: the newest post for them around them; their own
newest, who is around them, what they want to see less of; and their language, None if unsaid."""


def _keeping(model: Any, subject: str) -> Statement:
    table = sa.inspect(model).local_table
    values = {name: parameter(name, table.c[name]) for name in ("viewer_id", subject)}
    clause = postgresql.insert(table).values(values).on_conflict_do_nothing().returning(table)
    return Statement(clause, model)


show_author_less = _keeping(_AuthorLess, "author_id")
"""Keep that `viewer_id` wants to see less by `author_id`; no row when that is kept already."""

show_topic_less = _keeping(_TopicLess, "post_id")
"""Keep that `viewer_id` wants to see less like `post_id`; no row when that is kept already."""
