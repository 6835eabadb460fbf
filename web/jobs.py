"""Jobs inside the server process, as the embedded default runs them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from resolvers.services import Services
from web.opening import open_resources
from workers import celery_app, subscribers
from workers.relay import Relay


@asynccontextmanager
async def running_inside(services: Services) -> AsyncIterator[Relay]:
    """Run the relay in this loop, and the jobs that it starts on a thread with a loop of its own.

    They share the index of people and the embedding model with the API: the index's local mode
    can be open only once.
    """
    celery_app.run_eagerly()
    opening = partial(
        open_resources, services.settings, vectors=services.vectors, embedder=services.embedder
    )
    await asyncio.to_thread(celery_app.runtime.start, opening)
    relay = Relay(services.database, subscribers.carry)
    task = asyncio.create_task(relay.run(), name="relay")
    try:
        yield relay
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(celery_app.runtime.stop)
