"""Jobs that remove what has expired."""

from datetime import UTC, datetime, timedelta

import structlog

from domain.likes import LikesTold
from matching.refitting import LEARNED_FROM
from persistence.forgetting import forget
from persistence.queries import expired
from realtime.log import Log
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.housekeeping")

FACTS_KEPT = timedelta(days=7)
CODES_KEPT = FACTS_KEPT
"""A code that were gone before its fact could be made again from it, and would be good again."""

SESSIONS_KEPT = timedelta(days=30)

LESSONS_KEPT = LEARNED_FROM
"""An act that comes to stand again after that is measured anew."""

IMPRESSIONS_KEPT = timedelta(days=90)
"""As far back as insights and reports look; ranking needs less, by the sums of `exposures`."""

REFITS_KEPT = timedelta(days=365)


@task
async def forget_expired(resources: Resources) -> None:
    """Delete what nobody can use any more, in small steps; safe to repeat.

    Carried facts, answers kept for retries, one-time codes, ended sessions, lessons of what stands
    no more, impressions, refits that were not kept, what messages, posts and comments said before
    they were edited or deleted, notifications, searches, and live entries past their retention.
    """
    now, settings = datetime.now(UTC), resources.settings
    kept = [
        (expired.finished_facts, FACTS_KEPT),
        (expired.answers, timedelta(hours=settings.idempotency_hours)),
        (expired.one_time_codes, CODES_KEPT),
        (expired.sessions, SESSIONS_KEPT),
        (expired.lessons, LESSONS_KEPT),
        (expired.impressions, IMPRESSIONS_KEPT),
        (expired.refits, REFITS_KEPT),
        (expired.message_versions, timedelta(days=settings.message_history_days)),
        (expired.post_versions, timedelta(days=settings.message_history_days)),
        (expired.comment_versions, timedelta(days=settings.message_history_days)),
        (expired.notifications, timedelta(days=settings.notification_days)),
        (expired.searches, timedelta(days=settings.search_history_days)),
    ]
    if LikesTold(settings.likes_received) is LikesTold.HIDDEN:
        kept.append((expired.told_likes, timedelta(0)))
    rows = 0
    for statement, duration in kept:
        rows += await forget(resources.database, statement, now - duration)
    live_kept = timedelta(days=settings.live_retention_days)
    entries = await Log(resources.database).forget(now - live_kept)
    _log.info("expired things forgotten", rows=rows, live_entries=entries)
