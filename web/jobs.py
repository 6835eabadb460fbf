"""Jobs inside the server process, as the embedded default runs them; and a relay's wake-up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from persistence.outbox import RELAYS_TOPIC
from realtime.topics import Topic
from realtime.wakes import Subscriber, connect
from resolvers.services import Services
from web.opening import open_resources
from workers import celery_app, schedule, subscribers
from workers.relay import Relay


@asynccontextmanager
async def running_inside(services: Services) -> AsyncIterator[Relay]:
    """Run the relay and the schedule in this loop, and what they start on a thread of its own.

    They share the index of people and the embedding model with the API: the index's local mode
    can be open only once. At the end, what waits is carried out first.
    """
    celery_app.run_eagerly()
    opening = partial(
        open_resources, services.settings, vectors=services.vectors, embedder=services.embedder
    )
    await asyncio.to_thread(celery_app.runtime.start, opening)
    relay, stopping = Relay(services.database, subscribers.carry), asyncio.Event()
    running = asyncio.gather(relay.run(), schedule.keep(stopping))
    try:
        yield relay
    finally:
        relay.stop()
        stopping.set()
        await running
        await asyncio.to_thread(celery_app.runtime.stop)


@asynccontextmanager
async def nudged_by_redis(relay: Relay, redis_url: str) -> AsyncIterator[None]:
    """Nudge a relay in a process of its own when any process commits a fact.

    Without Redis the relay's poll finds it.

    Args:
        relay: the relay.
        redis_url: where the processes wake each other.
    """
    redis = connect(redis_url)
    hearing = Subscriber(
        redis,
        wanted=lambda: {Topic(RELAYS_TOPIC)},
        told=lambda _topic, _head: relay.nudge(),
        subscribed=lambda _topic: relay.nudge(),
    )
    task = asyncio.create_task(hearing.run(), name="relay nudges")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await redis.aclose()
