"""What runs when, each once however many beats there are."""

import asyncio
import math
from itertools import pairwise
from typing import Any
from uuid import uuid4

import structlog
from celery import Task
from celery.schedules import crontab, schedule

from persistence.queries import schedules
from workers import (
    attendance,
    availability,
    contents,
    decks,
    deliveries,
    embeddings,
    events,
    housekeeping,
    learning,
    media,
    search,
)
from workers.celery_app import MOST_RETRIES, celery, runtime, try_again
from workers.resources import Resources

_log = structlog.get_logger("kith.schedule")

_TRY_AGAIN_SECONDS = 60.0

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
    "make the next events of series, hourly": {
        "task": events.make_next_events.name,
        "schedule": crontab(minute="47"),
    },
    "deliver what waits, every 5 minutes": {
        "task": deliveries.deliver_waiting.name,
        "schedule": crontab(minute="*/5"),
    },
    "remind who goes to events, every 5 minutes": {
        "task": attendance.remind_attendees.name,
        "schedule": crontab(minute="2-59/5"),
    },
    "look for the best pairs, daily": {
        "task": decks.pair_people.name,
        "schedule": crontab(hour="0", minute="5"),
    },
    "change the embedding model, every 15 seconds while it is wanted": {
        "task": embeddings.carry_on_embedding.name,
        "schedule": schedule(embeddings.EVERY_SECONDS),
    },
    "embed posts, events and places that were missed, daily": {
        "task": contents.index_missing_contents.name,
        "schedule": crontab(hour="2", minute="53"),
    },
    "tell the search engine everything anew, daily": {
        "task": search.mirror_in_engine.name,
        "schedule": crontab(hour="1", minute="37"),
    },
    "make decks ahead, daily": {
        "task": decks.build_decks_ahead.name,
        "schedule": crontab(hour="4", minute="23"),
    },
}

NOT_AT_START = {"make decks ahead, daily"}
"""What an embedded server leaves until its time: it would be busy just when people begin."""


def least_pause_seconds(times: crontab | schedule) -> float:
    """Give the shortest time between two runs of what runs at these times.

    Args:
        times: an interval, or the same times on every day.
    """
    if not isinstance(times, crontab):
        return float(times.run_every.total_seconds())
    minutes = sorted(hour * 60 + minute for hour in times.hour for minute in times.minute)
    return float(min(after - at for at, after in pairwise([*minutes, minutes[0] + 24 * 60])) * 60)


@celery.task(  # type: ignore[untyped-decorator]
    bind=True, name="kith.start_scheduled", max_retries=MOST_RETRIES
)
def start_scheduled(self: Task, name: str) -> None:
    """Start what is on the schedule by this name, unless another beat's run has started it.

    When it fails it is tried again under its own id, which holds the lease already.
    """
    try:
        runtime.run(_start, name, self.request.id)
    except Exception as error:  # noqa: BLE001 - it is raised again
        try_again(self, error)


async def _start(resources: Resources, name: str, run_id: str) -> None:
    # Half of the pause: clocks may differ by nearly as much, and the next run still finds it free.
    seconds = least_pause_seconds(SCHEDULE[name]["schedule"]) / 2
    async with resources.database.write() as tx:
        taken = await tx.one(schedules.take_lease, name=name, run_id=run_id, seconds=seconds)
    if taken is None:
        _log.info("scheduled task started elsewhere", name=name)
        return
    await asyncio.to_thread(celery.tasks[SCHEDULE[name]["task"]].delay)


celery.conf.beat_schedule = {
    name: {"task": start_scheduled.name, "args": (name,), "schedule": entry["schedule"]}
    for name, entry in SCHEDULE.items()
}


async def keep(stopping: asyncio.Event) -> None:
    """Start what is on the schedule from inside this process, as `kith beat` does from its own.

    Everything but `NOT_AT_START` runs once at the start too: such a process may never be up at
    the time.

    Args:
        stopping: set when nothing more is to start; what runs is finished.
    """
    await asyncio.gather(*(_keep(name, stopping) for name in SCHEDULE))


async def _keep(name: str, stopping: asyncio.Event) -> None:
    times = SCHEDULE[name]["schedule"]
    is_time = name not in NOT_AT_START
    run_id = str(uuid4())
    while not stopping.is_set():
        longest_pause = math.inf
        try:
            if is_time:
                await asyncio.to_thread(start_scheduled.apply_async, (name,), task_id=run_id)
                run_id = str(uuid4())
        except Exception:  # noqa: BLE001 - it is tried again, as the run that holds the lease
            _log.exception("scheduled task failed", name=name)
            longest_pause = _TRY_AGAIN_SECONDS
        is_time = True
        remaining = times.remaining_estimate(celery.now()).total_seconds()
        pause = min(longest_pause, max(1.0, remaining))
        try:
            await asyncio.wait_for(stopping.wait(), pause)
        except TimeoutError:
            continue
