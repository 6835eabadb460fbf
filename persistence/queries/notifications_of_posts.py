"""Questions about whom to tell of mentions and reactions, and of how many."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.queries import reactions, visibility
from persistence.statements import Statement, parameter

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

_read_at = (
    sa.select(sa.func.max(_N.read_at))
    .where(_N.profile_id == _viewer, _N.kind == _kind, _N.subject_id == _subject_id)
    .scalar_subquery()
)


def _reacted(found: sa.Select[Any]) -> Statement:
    person, reacted_at = found.selected_columns
    is_new = sa.or_(_read_at.is_(None), reacted_at > _read_at)
    return Statement(
        sa.select(sa.func.count()).select_from(
            found.where(is_new).with_only_columns(person).distinct().subquery()
        )
    )


new_reactions_to_post = _reacted(reactions.of_others(post_id=_subject_id))
"""How many people have reacted to the post `subject_id` whom its author `viewer_id` may see.

Those since the last notification of this `kind` that they have read.
"""

new_reactions_to_comment = _reacted(reactions.of_others(comment_id=_subject_id))
"""The same of reactions to the comment `subject_id`."""
