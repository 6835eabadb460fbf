"""What runs when."""

import asyncio
from typing import Any

import structlog
from celery.schedules import crontab, schedule

from workers import availability, decks, deliveries, embeddings, housekeeping, learning, media
from workers.celery_app import celery

_log = structlog.get_logger("kith.schedule")

SCHEDULE: dict[str, dict[str, Any]] = {
    "forget what has expired, hourly": {
        "task": housekeeping.forget_expired.name,
        "schedule": crontab(minute="17"),
    },
    "delete media that nobody needs, hourly": {
        "task": media.collect_media.name,
        "schedule": crontab(minute="29"),
    },
    "refit the weights of matching, daily": {
        "task": learning.refit_weights.name,
        "schedule": crontab(hour="3", minute="41"),
    },
    "learn decisions that were missed, every 15 minutes": {
        "task": learning.learn_missed.name,
        "schedule": crontab(minute="9-59/15"),
    },
    "tell the index what was learned, every 15 minutes": {
        "task": learning.index_receptions.name,
        "schedule": crontab(minute="*/15"),
    },
    "refresh the decks of who is here, every 15 minutes": {
        "task": decks.refresh_decks.name,
        "schedule": crontab(minute="3-59/15"),
    },
    "write down who was shown to whom, every minute": {
        "task": decks.write_showings_down.name,
        "schedule": crontab(),
    },
    "tell whose time has passed, every minute": {
        "task": availability.end_availability.name,
        "schedule": crontab(),
    },
    "deliver what waits, every 5 minutes": {
        "task": deliveries.deliver_waiting.name,
        "schedule": crontab(minute="*/5"),
    },
    "look for the best pairs, daily": {
        "task": decks.pair_people.name,
        "schedule": crontab(hour="0", minute="5"),
    },
    "change the embedding model, every 15 seconds while it is wanted": {
        "task": embeddings.carry_on_embedding.name,
        "schedule": schedule(embeddings.EVERY_SECONDS),
    },
    "make decks ahead, daily": {
        "task": decks.build_decks_ahead.name,
        "schedule": crontab(hour="4", minute="23"),
    },
}

NOT_AT_START = {"make decks ahead, daily"}
"""What an embedded server leaves until its time: it would be busy just when people begin."""

celery.conf.beat_schedule = SCHEDULE


async def keep(stopping: asyncio.Event) -> None:
    """Start what is on the schedule from inside this process, as `kith beat` does from its own.

    Everything but `NOT_AT_START` runs once at the start too: such a process may never be up at
    the time.

    Args:
        stopping: set when nothing more is to start; what runs is finished.
    """
    await asyncio.gather(*(_keep(name, stopping) for name in SCHEDULE))


async def _keep(name: str, stopping: asyncio.Event) -> None:
    task, times = celery.tasks[SCHEDULE[name]["task"]], SCHEDULE[name]["schedule"]
    is_time = name not in NOT_AT_START
    while not stopping.is_set():
        try:
            if is_time:
                await asyncio.to_thread(task.delay)
        except Exception:  # noqa: BLE001 - its next time is the next try
            _log.exception("scheduled task failed", name=name)
        is_time = True
        pause = max(1.0, times.remaining_estimate(celery.now()).total_seconds())
        try:
            await asyncio.wait_for(stopping.wait(), pause)
        except TimeoutError:
            continue
