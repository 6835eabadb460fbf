"""What runs by the clock runs once, however many beats there are and whoever of them dies."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from celery.beat import Scheduler
from celery.exceptions import Reject
from celery.schedules import crontab
from celery.schedules import schedule as every

from persistence.database import Database
from persistence.queries import schedules
from workers import celery_app, housekeeping, schedule
from workers.celery_app import celery

NAME = "forget what has expired, hourly"


async def taken(database, run_id, seconds=60.0):
    """Whether a run may start."""
    async with database.write() as tx:
        asked = {"name": NAME, "run_id": run_id, "seconds": seconds}
        return await tx.one(schedules.take_lease, **asked) is not None


async def time_passes(database, seconds):
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE schedule_leases SET taken_at = taken_at - make_interval(secs => $1)", seconds
        )


@pytest.fixture
async def jobs(settings, database):
    """Runs jobs on a thread of their own, with a database and nothing else."""

    @asynccontextmanager
    async def opening():
        own = await Database.connect(str(settings.database_url), write_connections=4)
        yield SimpleNamespace(database=own)
        await own.close()

    celery_app.run_eagerly()
    await asyncio.to_thread(celery_app.runtime.start, opening)
    yield
    await asyncio.to_thread(celery_app.runtime.stop)


async def test_two_beats_at_once_start_it_once(monkeypatch, jobs, database):
    runs = []
    monkeypatch.setattr(housekeeping.forget_expired, "delay", lambda: runs.append(1))
    beats = [Scheduler(app=celery) for _ in range(2)]

    async def tick():
        due = [(beat, beat.schedule[NAME]) for beat in beats]
        await asyncio.gather(*(asyncio.to_thread(beat.apply_entry, entry) for beat, entry in due))

    await tick()
    assert len(runs) == 1
    await tick()
    assert len(runs) == 1
    await time_passes(database, 3_600)
    await tick()
    assert len(runs) == 2


async def test_many_runs_at_once_are_one(database):
    runs = await asyncio.gather(*(taken(database, f"run {n}") for n in range(8)))
    assert sum(runs) == 1


async def test_a_run_whose_worker_died_starts_when_it_is_given_out_again(database):
    assert await taken(database, "run 1")
    assert not await taken(database, "run 2")
    assert await taken(database, "run 1")


async def test_nobody_waits_for_the_one_who_died_longer_than_for_the_next_run(database):
    assert await taken(database, "run 1")
    await time_passes(database, 59)
    assert not await taken(database, "run 2")
    await time_passes(database, 2)
    assert await taken(database, "run 2")
    assert not await taken(database, "run 1")


async def test_a_run_that_could_not_be_handed_over_is_tried_again(monkeypatch, jobs):
    """As a worker runs it, which has taken the lease when Redis fails."""
    runs, retries = [], []

    def hand_over():
        runs.append(1)
        if len(runs) == 1:
            raise ConnectionError

    def retry(*, exc, countdown):
        retries.append((type(exc), countdown))
        # What Celery raises when Redis does not take the task back either.
        raise Reject(exc, requeue=False)

    monkeypatch.setattr(housekeeping.forget_expired, "delay", hand_over)
    monkeypatch.setattr(schedule.start_scheduled, "retry", retry)

    def run():
        schedule.start_scheduled.push_request(id="run 1", is_eager=False, retries=0)
        try:
            schedule.start_scheduled.run(NAME)
        finally:
            schedule.start_scheduled.pop_request()

    with pytest.raises(Reject) as rejected:
        await asyncio.to_thread(run)
    assert rejected.value.requeue
    assert retries == [(ConnectionError, 5)]
    await asyncio.to_thread(run)
    assert len(runs) == 2


async def test_a_run_inside_this_process_that_fails_is_tried_again(monkeypatch, jobs):
    runs, stopping = [], asyncio.Event()
    loop = asyncio.get_running_loop()

    def hand_over():
        runs.append(1)
        if len(runs) == 1:
            raise ConnectionError
        loop.call_soon_threadsafe(stopping.set)

    monkeypatch.setattr(housekeeping.forget_expired, "delay", hand_over)
    monkeypatch.setattr(schedule, "_TRY_AGAIN_SECONDS", 0.0)
    async with asyncio.timeout(30):
        await schedule._keep(NAME, stopping)
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        (crontab(), 60),
        (crontab(minute="*/15"), 900),
        (crontab(minute="9-59/15"), 900),
        (crontab(minute="0,10,45"), 600),
        (crontab(minute="17"), 3_600),
        (crontab(hour="4", minute="23"), 86_400),
        (every(15.0), 15),
    ],
)
def test_the_pause_between_two_runs_is_known(times, seconds):
    assert schedule.least_pause_seconds(times) == seconds


def test_everything_on_the_schedule_runs_at_the_same_times_every_day():
    for entry in schedule.SCHEDULE.values():
        times = entry["schedule"]
        if isinstance(times, crontab):
            assert len(times.day_of_week) == 7
            assert len(times.day_of_month) == 31
            assert len(times.month_of_year) == 12
