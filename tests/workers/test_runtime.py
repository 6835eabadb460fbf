"""The runtime: coroutines of synchronous tasks on one loop, opened and closed once."""

import asyncio
import threading
from contextlib import asynccontextmanager

import pytest

from workers.celery_app import celery, use_broker
from workers.runtime import Runtime


def loop_threads():
    return [thread for thread in threading.enumerate() if thread.name == "jobs"]


async def seen(resources, *arguments):
    return resources, arguments, asyncio.get_running_loop()


def test_jobs_share_one_loop_and_what_was_opened_for_them():
    opened = []

    @asynccontextmanager
    async def opening():
        opened.append("open")
        yield "resources"
        opened.append("closed")

    runtime = Runtime()
    runtime.start(opening)
    (first, arguments, loop), (second, _, same_loop) = runtime.run(seen, 1, 2), runtime.run(seen)
    assert (first, second, arguments) == ("resources", "resources", (1, 2))
    assert loop is same_loop
    runtime.stop()
    assert opened == ["open", "closed"]
    assert loop.is_closed()
    assert loop_threads() == []
    runtime.stop()


def test_what_a_job_raises_reaches_who_runs_it():
    @asynccontextmanager
    async def opening():
        yield "resources"

    async def fail(_):
        raise OSError("away")

    runtime = Runtime()
    runtime.start(opening)
    with pytest.raises(OSError, match="away"):
        runtime.run(fail)
    runtime.stop()


def test_a_start_that_fails_leaves_nothing_behind():
    @asynccontextmanager
    async def opening():
        raise OSError("away")
        yield

    runtime = Runtime()
    with pytest.raises(OSError, match="away"):
        runtime.start(opening)
    assert loop_threads() == []
    runtime.stop()


def test_without_a_start_no_job_runs():
    with pytest.raises(RuntimeError, match="started"):
        Runtime().run(seen)


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("redis://:secret@host:6379/2", "redis://:secret@host:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
    ],
)
def test_a_broker_is_named_as_redis_is(redis_url, broker_url):
    before = dict(celery.conf.changes)
    use_broker(redis_url)
    assert celery.conf.broker_url == broker_url
    celery.conf.update(broker_url=before.get("broker_url"), task_always_eager=True)
