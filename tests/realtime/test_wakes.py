"""Wake-ups through Redis, and what is left of them when Redis is down, frozen or empty."""

import asyncio
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from persistence.database import Database
from realtime import topics
from realtime.following import Heartbeat
from realtime.listener import Listener
from realtime.wakes import Subscriber, connect
from tests.support.live import PATIENCE_SECONDS, Said, until

NEVER = 3600.0


def measured(name):
    return REGISTRY.get_sample_value(name) or 0.0


@asynccontextmanager
async def process(database_url, redis_url, **options):
    """What one server process has: its own pools and its own listener."""
    database = await Database.connect(database_url)
    async with Listener(database, redis_url, **options) as listener:
        database.wake_with(listener.wake)
        try:
            yield database, listener
        finally:
            await database.close()


@asynccontextmanager
async def hearing_another(migrated, valkey, inbox, *, poll_seconds=NEVER, wakes=True):
    """A listener and its stream of an inbox that another process writes to."""
    async with (
        process(migrated.database_url, valkey.url if wakes else None) as (sending, _),
        process(migrated.database_url, valkey.url, poll_seconds=poll_seconds) as (_, hearing),
    ):
        await until(lambda: measured("kith_live_redis_connected"))
        inbox.database = sending
        async with aclosing(hearing.follow(inbox.topic, None)) as stream:
            await anext(stream)
            yield hearing, stream


async def next_position(stream):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while isinstance(item := await anext(stream), Heartbeat):
            pass
    return item.position


async def test_a_commit_in_one_process_wakes_streams_in_another(migrated, valkey, inbox):
    async with hearing_another(migrated, valkey, inbox) as (_, stream):
        for position in range(1, 20):
            await inbox.say(position)
            assert await next_position(stream) == position


async def test_many_who_are_told_at_once_are_woken_by_one_message(migrated, valkey, inbox):
    async with hearing_another(migrated, valkey, inbox) as (hearing, stream):
        heard, hear = [], hearing._subscriber._hear

        def listen(message):
            heard.append((message["type"], message["channel"]))
            hear(message)

        hearing._subscriber._hear = listen
        async with inbox.database.write() as tx:
            tx.record(Said(1, (inbox.person, *(uuid4() for _ in range(40)))))
        assert await next_position(stream) == 1
        await until(lambda: ("message", "kith:live-together") in heard)
        assert [kind for kind, _ in heard].count("message") == 1


@pytest.mark.parametrize("listeners", [2, 20])
async def test_a_whisper_has_one_moment_for_all_who_hear_it(migrated, valkey, listeners):
    heard = []
    people = [uuid4() for _ in range(listeners)]
    async with (
        process(migrated.database_url, valkey.url, poll_seconds=NEVER) as (_, listener),
        AsyncExitStack() as stack,
    ):
        listener._subscriber._whispered = lambda topic, entry: heard.append((topic, entry))
        for person in people:
            await stack.enter_async_context(listener.following(topics.viewer(person), None))
        await channels_when(listener, listeners)
        listener.whisper(Said(1, tuple(people)))
        await until(lambda: len(heard) == listeners)
    assert {topic for topic, _ in heard} == {topics.viewer(person) for person in people}
    assert len({entry.recorded_at for _, entry in heard}) == 1


async def test_wake_ups_are_asked_for_only_while_somebody_follows(migrated, valkey, inbox):
    async with process(migrated.database_url, valkey.url, poll_seconds=NEVER) as (_, listener):
        async with aclosing(listener.follow(inbox.topic, None)) as stream:
            await anext(stream)
            channels = await channels_when(listener, 1)
            assert channels == [f"kith:live:{inbox.topic}"]
        await channels_when(listener, 0)


async def channels_when(listener, count):
    """The topics for which Redis has a subscriber, once there are so many."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await listener._redis.pubsub_channels("kith:live:viewer:*")
            if len(found) == count:
                return found


@pytest.mark.parametrize("harm", ["stop", "freeze"])
async def test_without_redis_streams_go_on_by_polling_and_recover(migrated, valkey, inbox, harm):
    async with hearing_another(migrated, valkey, inbox, poll_seconds=0.1) as (hearing, stream):
        await inbox.say(1)
        assert await next_position(stream) == 1

        getattr(valkey, harm)()
        dropped = measured("kith_live_wakes_dropped_total")
        await inbox.say(2, 3)
        assert [await next_position(stream) for _ in range(2)] == [2, 3]
        await until(lambda: measured("kith_live_wakes_dropped_total") > dropped)

        valkey.start() if harm == "stop" else valkey.thaw()
        sent = measured("kith_live_wakes_sent_total")

        async def keep_talking():
            while True:
                await inbox.say(0)
                await asyncio.sleep(0.05)

        talking = asyncio.create_task(keep_talking())
        await until(
            lambda: (
                measured("kith_live_redis_connected")
                and measured("kith_live_wakes_sent_total") > sent
            )
        )
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        head = await hearing.log.head(inbox.topic)
        assert [await next_position(stream) for _ in range(4, head + 1)] == [*range(4, head + 1)]


async def test_a_process_starts_and_delivers_without_redis(migrated, tmp_path, inbox):
    nowhere = f"unix://{tmp_path}/nobody.sock"
    async with process(migrated.database_url, nowhere, poll_seconds=0.1) as (database, listener):
        inbox.database = database
        async with aclosing(listener.follow(inbox.topic, 0)) as stream:
            await inbox.say(1)
            assert await next_position(stream) == 1


async def test_flushing_redis_changes_nothing(migrated, valkey, inbox):
    async with hearing_another(migrated, valkey, inbox) as (hearing, stream):
        await inbox.say(1)
        assert await next_position(stream) == 1
        await hearing._redis.flushall()
        await inbox.say(2)
        assert await next_position(stream) == 2


async def test_a_lost_connection_is_noticed_and_nothing_is_missed(migrated, valkey, inbox):
    """All connections are cut while nobody polls: resubscribing looks for what moved meanwhile."""
    async with hearing_another(migrated, valkey, inbox, wakes=False) as (hearing, stream):
        await inbox.say(1)
        await hearing._redis.client_kill_filter(_type="pubsub", skipme=False)
        assert await next_position(stream) == 1


async def test_a_failure_while_it_is_cancelled_keeps_nobody_listening(valkey):
    class Failing(Subscriber):
        async def _receive(self, _pubsub):
            try:
                await asyncio.Event().wait()
            finally:
                raise ConnectionError("Redis is gone, too.")

    redis = connect(valkey.url)
    nothing = {"wanted": set, "told": lambda *_: None, "subscribed": lambda _: None}
    listening = asyncio.create_task(Failing(redis, **nothing).run())
    await asyncio.sleep(0.2)
    listening.cancel()
    await asyncio.wait([listening], timeout=PATIENCE_SECONDS)
    assert listening.cancelled()
    await redis.aclose()
