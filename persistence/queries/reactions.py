"""Questions about reactions to messages, posts and comments, the same of each."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from persistence import models
from persistence.queries import comments, posts, visibility
from persistence.queries.conversations import may_read, takes_part
from persistence.statements import Statement, alias, one_of, parameter

MOST_PEOPLE = 100
"""How many of those who put an emoji are named."""

_me = (
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id == visibility.viewer_id())
    .with_for_update(read=True, key_share=True)
    .cte("me")
)
_i_am_there = sa.exists().where(_me.c.profile_id.is_not(None))


class Reactions:
    """The questions about the reactions to one kind of thing, which is their subject.

    Args:
        model: the reactions.
        subject: the key of the things, in their own table.
        may_read: says that `viewer_id` may read a thing.
        may_react: says that they may react to it, besides.
    """

    def __init__(
        self,
        model: Any,
        subject: InstrumentedAttribute[Any],
        *,
        may_read: sa.ColumnElement[bool],
        may_react: sa.ColumnElement[bool] | None = None,
    ) -> None:
        thing: Any = subject.class_
        self.model = model
        self.key = subject.key
        column = getattr(model, subject.key)
        subject_id, emoji = parameter("subject_id", subject), parameter("emoji", model.emoji)
        self.of_subjects = _by_emoji(model, subject, column, may_read)
        """How people whom `viewer_id` may see react to `subject_ids`: a row for each emoji.

        `people` has the keys of who put it, the first ones first, `MOST_PEOPLE` at the most.
        """
        # The person before the thing: the order in which deleting an account takes them.
        held = sa.and_(_i_am_there, subject == subject_id, may_read)
        self.hold = Statement(
            sa.select(thing)
            .where(held if may_react is None else sa.and_(held, may_react))
            .with_for_update(of=thing, key_share=True),
            thing,
        )
        """The thing `subject_id` that `viewer_id` may react to, held to the commit."""
        self.kinds_of = _kinds(model, column, subject_id)
        """The emoji that people whom `viewer_id` may see put to `subject_id`, each once.

        `is_mine` says whether `viewer_id` is among them.
        """
        self.add = Statement(
            postgresql.insert(model)
            .values(
                {column: subject_id, model.emoji: emoji, model.profile_id: visibility.viewer_id()}
            )
            .on_conflict_do_nothing()
            .returning(model.emoji)
        )
        """Let `viewer_id` put `emoji` to `subject_id`; no row when it is there already."""


def _by_emoji(model: Any, subject: Any, column: Any, may_read: Any) -> Statement:
    everyone = postgresql.aggregate_order_by(model.profile_id, model.reacted_at, model.profile_id)
    people = sa.func.array_agg(everyone, type_=postgresql.ARRAY(sa.Uuid))
    return Statement(
        sa.select(
            column.label("subject_id"),
            model.emoji,
            sa.func.count().label("number"),
            sa.func.bool_or(model.profile_id == visibility.viewer_id()).label("viewer_reacted"),
            people[1:MOST_PEOPLE].label("people"),
        )
        .join(subject.class_, subject == column)
        .where(one_of(column, "subject_ids"), may_read, visibility.may_see(model.profile_id))
        .group_by(column, model.emoji)
        .order_by(sa.func.min(model.reacted_at), model.emoji)
    )


def _kinds(model: Any, column: Any, subject_id: Any) -> Statement:
    # From each emoji to the next one: what a million people put is looked at a few times.
    other, its = (alias(model, name) for name in ("other", "its"))
    kinds = (
        sa.select(sa.func.min(model.emoji).label("emoji"))
        .where(column == subject_id)
        .cte("kinds", recursive=True)
    )
    following = sa.select(sa.func.min(other.c.emoji)).where(
        other.c[column.key] == subject_id, other.c.emoji > kinds.c.emoji
    )
    kinds = kinds.union_all(
        sa.select(following.correlate(kinds).scalar_subquery()).where(kinds.c.emoji.is_not(None))
    )
    put = sa.exists().where(its.c[column.key] == subject_id, its.c.emoji == kinds.c.emoji)
    return Statement(
        sa.select(
            kinds.c.emoji,
            put.where(its.c.profile_id == visibility.viewer_id()).label("is_mine"),
        ).where(put.where(visibility.may_see(its.c.profile_id)))
    )


of_messages = Reactions(
    models.Reaction,
    models.Message.message_id,
    may_read=may_read(),
    may_react=takes_part(models.Message.conversation_id),
)
of_posts = Reactions(
    models.PostReaction, models.Post.post_id, may_read=posts.is_readable(models.Post.post_id)
)
of_comments = Reactions(
    models.CommentReaction, models.Comment.comment_id, may_read=comments.shown()
)

hold_post_of_comment = Statement(
    sa.select(models.Post)
    .join(models.Comment, models.Comment.post_id == models.Post.post_id)
    .where(
        _i_am_there,
        models.Comment.comment_id == parameter("comment_id", models.Comment.comment_id),
    )
    .with_for_update(of=models.Post, read=True),
    models.Post,
)
"""The post to which `comment_id` was said, held so that it neither goes nor is for others
meanwhile."""


def of_others(
    *, post_id: Any = None, comment_id: Any = None, reactor_id: Any = None
) -> sa.Select[Any]:
    """Who put emoji to a post or a comment besides the viewer, and when, of whom the viewer sees.

    Args:
        post_id: the column that holds the post's key.
        comment_id: the column that holds the comment's key, instead of the post's.
        reactor_id: the column that holds the key of whoever reacted, where that matters.
    """
    model: Any = models.PostReaction if comment_id is None else models.CommentReaction
    other = alias(model, "of_other")
    place = other.c.post_id == post_id if comment_id is None else other.c.comment_id == comment_id
    return sa.select(other.c.profile_id, other.c.reacted_at).where(
        place,
        sa.true() if reactor_id is None else other.c.profile_id == reactor_id,
        other.c.profile_id != visibility.viewer_id(),
        visibility.may_see(other.c.profile_id),
    )
