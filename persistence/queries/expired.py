"""What is past its time: each statement deletes up to `limit` rows from `before` a moment."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from persistence import models
from persistence.statements import Statement, parameter


def _forget(
    model: Any,
    moment: sa.ColumnElement[Any] | InstrumentedAttribute[Any],
    *where: sa.ColumnElement[bool],
) -> Statement:
    key = sa.inspect(model).primary_key
    old = (
        sa.select(*key)
        .where(moment < parameter("before", sa.DateTime(timezone=True)), *where)
        # What is left of a live log must be its end, without holes.
        .order_by(moment)
        .limit(parameter("limit", sa.Integer()))
    )
    return Statement(sa.delete(model).where(sa.tuple_(*key).in_(old)).returning(key[0]))


finished_facts = _forget(models.Fact, models.Fact.finished_at)
"""Facts that were carried out; those that were not stay."""

answers = _forget(models.Answer, models.Answer.answered_at)
"""Answers that were kept for retries."""

one_time_codes = _forget(models.OneTimeCode, models.OneTimeCode.expires_at)
"""One-time codes that are good no more, used or not."""

lessons = _forget(models.Lesson, models.Lesson.decided_at, sa.not_(models.Lesson.is_counted))
"""What decisions taught that stand no more; of those that stand it stays."""

impressions = _forget(models.Impression, models.Impression.shown_on)
"""Who was shown to whom on which day."""

refits = _forget(
    models.MatchingModel,
    models.MatchingModel.created_at,
    models.MatchingModel.weights.is_(None),
)
"""What refits found whose weights were not kept; versions to return to stay."""

sessions = _forget(
    models.Session, sa.func.coalesce(models.Session.revoked_at, models.Session.expires_at)
)
"""Sessions that have ended."""

entries = _forget(models.TopicEntry, models.TopicEntry.recorded_at)
"""Entries of live logs."""

message_versions = _forget(models.MessageVersion, models.MessageVersion.replaced_at)
"""What messages said before they were edited or deleted."""

post_versions = _forget(models.PostVersion, models.PostVersion.replaced_at)
"""What posts said and showed before they were edited."""

comment_versions = _forget(models.CommentVersion, models.CommentVersion.replaced_at)
"""What comments said before they were edited."""

notifications = _forget(models.Notification, models.Notification.updated_at)
"""Notifications, read or not."""

searches = _forget(models.Search, models.Search.searched_at)
"""Who searched for what."""

told_likes = _forget(
    models.Notification,
    models.Notification.updated_at,
    models.Notification.kind.in_(
        [
            sa.literal_column(f"'{kind}'", sa.Text())
            for kind in ("like_received", "super_like_received")
        ]
    ),
)
"""Notifications of likes, where the app does not tell of likes any more."""
