"""Questions about whom to tell of comments, mentions and reactions, and of how many."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import comments, reactions, visibility
from persistence.statements import Statement, one_of, parameter

_N = models.Notification
_viewer = visibility.viewer_id()
_kind = parameter("kind", _N.kind)
_subject_id = parameter("subject_id", _N.subject_id)


def _untold(model: Any, key: Any) -> Statement:
    was_told = sa.exists().where(
        _N.profile_id == model.profile_id, _N.kind == _kind, _N.subject_id == _subject_id
    )
    return Statement(
        sa.select(model.profile_id)
        .where(key == _subject_id, model.profile_id != parameter("author_id", _N.actor_id))
        .where(~was_told)
        .distinct()
        .order_by(model.profile_id)
    )


mentioned_in_post = _untold(models.PostMention, models.PostMention.post_id)
"""Whom the post `subject_id` mentions besides `author_id`, without who was told so by a
notification of this `kind` before."""

mentioned_in_comment = _untold(models.CommentMention, models.CommentMention.comment_id)
"""The same of the comment `subject_id`."""

hold_readers = Statement(
    sa.select(models.Profile.profile_id)
    .where(one_of(models.Profile.profile_id, "ids"))
    .order_by(models.Profile.profile_id)
    .with_for_update(key_share=True)
)
"""Let nobody else count for `ids` what they are told of until the commit."""

_of_reader = sa.and_(_N.profile_id == _viewer, _N.kind == _kind, _N.subject_id == _subject_id)
_read_at = sa.select(sa.func.max(_N.read_at)).where(_of_reader).scalar_subquery()


def _counted(number: Any, latest: Any, found: sa.Select[Any]) -> Statement:
    return Statement(found.with_only_columns(number.label("number"), latest.label("actor_id")))


def _reacted(found: sa.Select[Any]) -> Statement:
    person, reacted_at = found.selected_columns
    latest = postgresql.aggregate_order_by(person, reacted_at.desc(), person.desc())
    return _counted(
        sa.func.count(person.distinct()),
        sa.func.array_agg(latest, type_=postgresql.ARRAY(sa.Uuid))[1],
        found.where(sa.or_(_read_at.is_(None), reacted_at > _read_at)),
    )


new_reactions_to_post = _reacted(reactions.of_others(post_id=_subject_id))
"""How many people have reacted to the post `subject_id` whom its author `viewer_id` may see, and
the `actor_id` of the latest.

Those since the last notification of this `kind` that they have read.
"""

new_reactions_to_comment = _reacted(reactions.of_others(comment_id=_subject_id))
"""The same of reactions to the comment `subject_id`."""

_told_to = (
    sa.select(_N.fact_id)
    .where(_of_reader, _N.read_at.is_not(None))
    .order_by(_N.fact_id.desc())
    .limit(1)
    .scalar_subquery()
)


def _said(found: sa.Select[Any]) -> Statement:
    # Keys of comments and facts are versions 7 of UUIDs: both grow with time.
    comment_id, author_id = found.selected_columns
    latest = postgresql.aggregate_order_by(author_id, comment_id.desc())
    return _counted(
        sa.func.count(),
        sa.func.array_agg(latest, type_=postgresql.ARRAY(sa.Uuid))[1],
        found.where(sa.or_(_told_to.is_(None), comment_id > _told_to)),
    )


new_comments = _said(comments.of_others(post_id=_subject_id))
"""How many comments to the post `subject_id` there are for its author `viewer_id` to be told of,
and the `actor_id` of the latest.

Those since the last of this `kind` that they were told of and have read.
"""

new_replies = _said(comments.of_others(comment_id=_subject_id))
"""The same of replies to the comment `subject_id`."""

_count, _actor_id = parameter("count", _N.count), parameter("actor_id", _N.actor_id)

set_unread = Statement(
    sa.update(_N)
    .where(
        _of_reader,
        _N.read_at.is_(None),
        sa.or_(_N.count != _count, _N.actor_id.is_distinct_from(_actor_id)),
    )
    .values(count=_count, actor_id=_actor_id)
    .returning(_N),
    _N,
)
"""Set of how many things the unread notification of `viewer_id` tells, and whose the latest is.

No row when it tells so already.
"""

MOST_TOLD = 500
"""How many notifications are told to be gone with one post."""

_Comment = models.Comment


def _told_of(subject_id: Any, *, below: Any) -> Statement:
    subjects = sa.union_all(sa.select(subject_id), sa.select(_Comment.comment_id).where(below))
    return Statement(
        sa.select(_N.profile_id, _N.notification_id)
        .where(_N.is_listed, _N.subject_id.in_(subjects))
        .order_by(_N.profile_id, _N.notification_id)
        .limit(sa.literal_column(str(MOST_TOLD)))
    )


told_of_post = _told_of(_subject_id, below=_Comment.post_id == _subject_id)
"""What people were told of the post `subject_id` and the comments to it, also what is hidden."""

told_of_comment = _told_of(_subject_id, below=_Comment.reply_to_id == _subject_id)
"""The same of the comment `subject_id` and the replies to it."""

told_to = Statement(
    sa.select(_N.profile_id, _N.notification_id)
    .where(
        _N.is_listed,
        one_of(_N.profile_id, "profile_ids"),
        _N.kind == _kind,
        _N.subject_id == _subject_id,
    )
    .order_by(_N.profile_id, _N.notification_id)
)
"""What `profile_ids` were told by this `kind` about `subject_id`, also what is hidden."""
