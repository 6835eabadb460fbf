"""Jobs in processes of their own: a real relay and a real Celery worker on a real queue."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from domain.accounts import AccountCreated
from persistence.database import Database
from realtime.listener import Listener
from tests.support.live import until
from web.jobs import nudged_by_redis
from workers.relay import Relay

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
NEVER = 3600.0
CHANNEL = "kith:live:relays"


@pytest.fixture
def start(services, mail_server, tmp_path):
    """Starts a command of `kith` as its users do, and ends it as they do."""
    settings = services.settings
    environment = {
        **os.environ,
        "APP_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "DATA_DIR": str(tmp_path),
        "EMAIL_BACKEND": "smtp",
        "SMTP_HOST": "localhost",
        "SMTP_PORT": str(mail_server.port),
        "SMTP_STARTTLS": "false",
    }

    @asynccontextmanager
    async def start(*words):
        script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import cli; cli.main()"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, *words, env=environment, cwd=tmp_path
        )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), PATIENCE_SECONDS) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return start


async def eventually(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.05)


async def test_a_worker_sends_the_mail_though_it_fails_and_dies_in_between(
    people, database, start, mail_server
):
    ada, bob = await people.join(), await people.join()
    mail_server.refusals = 1
    mail_server.goes_on.clear()
    async with start("relay"), start("worker", "--concurrency", "1") as worker:
        async with database.write() as tx:
            tx.record(AccountCreated(account_id=ada.key))
        await eventually(lambda: mail_server.received)
        assert mail_server.refusals == 0
        # The mail is out, and the process that sent it dies before it learns so.
        for process in psutil.Process(worker.pid).children():
            process.kill()
        mail_server.goes_on.set()
        await eventually(lambda: len(mail_server.received) == 2)
        async with database.write() as tx:
            tx.record(AccountCreated(account_id=bob.key))
        await eventually(lambda: len(mail_server.received) == 3)
    first, again, other = mail_server.received
    assert (first["To"], again["To"], other["To"]) == (ada.email, ada.email, bob.email)
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first.get_body().get_content() == again.get_body().get_content()


async def subscribed(listener):
    """Wait until a relay hears of commits."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await listener._redis.pubsub_channels(CHANNEL):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


async def test_a_commit_in_any_process_nudges_the_relay(stores, database):
    told = []

    async def carry(fact):
        told.append(fact.kind)

    relay = Relay(database, carry, poll_seconds=NEVER)
    committing = await Database.connect(stores.database_url)
    async with (
        Listener(committing, stores.redis_url) as listener,
        nudged_by_redis(relay, stores.redis_url),
    ):
        committing.wake_with(listener.wake)
        running = asyncio.create_task(relay.run())
        await until(lambda: relay._nudged._waiters)
        await subscribed(listener)
        async with committing.write() as tx:
            tx.record(AccountCreated(account_id=uuid4()))
        await until(lambda: told == ["AccountCreated"])
        relay.stop()
        await running
        await committing.close()
