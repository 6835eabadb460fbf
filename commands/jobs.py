"""`kith worker`, `kith beat` and `kith relay`: the jobs, apart from the API."""

import asyncio
import signal
from functools import partial

from commands.database import require_newest
from commands.failures import CommandFailed
from commands.stores import require_model, shared
from commands.terminal import console
from persistence import reaching
from persistence.database import Database
from settings import Settings
from web import logs
from web.jobs import nudged_by_redis
from web.opening import open_resources
from workers import celery_app, processes, subscribers
from workers.relay import Relay


def work(*, concurrency: int) -> None:
    """Work on jobs until Ctrl-C or SIGTERM, and finish those that have begun.

    Args:
        concurrency: how many processes run jobs, each one at a time.

    Raises:
        CommandFailed: a store is not set, or the database is not migrated.
        ModelUnavailable: the embedding model is missing.
        StoreUnavailable: a store does not answer.
    """
    settings = shared(processes=concurrency)
    require_model(settings)
    asyncio.run(_begin(settings))
    celery_app.open_in_workers(partial(open_resources, settings))
    console.print(f"Working on jobs by {concurrency} processes.")
    code = processes.work(processes=concurrency)
    if code:
        raise CommandFailed("The worker did not end well: the log above says why.")
    console.print("Stopped.")


def keep_time() -> None:
    """Hand out the jobs of the schedule until Ctrl-C or SIGTERM; each starts once, whoever runs it.

    Raises:
        CommandFailed: a store is not set, or the database is not migrated.
        StoreUnavailable: a store does not answer.
    """
    asyncio.run(_begin(shared()))
    console.print("Handing out the jobs of the schedule.")
    processes.keep_time()


def relay() -> None:
    """Hand facts to the jobs that follow from them, until Ctrl-C or SIGTERM; run any number.

    Raises:
        CommandFailed: a store is not set, or the database is not migrated.
        StoreUnavailable: a store does not answer.
    """
    settings = shared()
    asyncio.run(_relay(settings))
    console.print("Stopped.")


async def _relay(settings: Settings) -> None:
    await _begin(settings)
    database = await Database.connect(
        str(settings.database_url),
        read_connections=1,
        write_connections=1,
        statement_timeout_ms=settings.statement_timeout_ms,
    )
    try:
        relay = Relay(database, subscribers.carry)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, relay.stop)
        async with nudged_by_redis(relay, str(settings.redis_url)):
            console.print("Handing facts to jobs.")
            await relay.run()
    finally:
        await database.close()


async def _begin(settings: Settings) -> None:
    logs.configure(level=settings.log_level, json=settings.json_logs)
    await require_newest(str(settings.database_url))
    await reaching.redis(str(settings.redis_url))
    celery_app.use_broker(str(settings.redis_url))
