"""Presence among processes that share a Valkey, and what is left of it without one."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

from realtime import presence
from realtime.presence import ACTIVE_SECONDS, Presence
from tests.support.live import PATIENCE_SECONDS, until_so


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@asynccontextmanager
async def process(url, **options):
    async with Presence(url, **options) as here:
        yield here


async def test_who_listens_in_one_process_is_online_for_all_until_the_last_stream_ends(stores):
    ada, bob = uuid4(), uuid4()
    async with process(stores.redis_url) as one, process(stores.redis_url) as other:

        async def seen():
            return await other.online([ada, bob, ada])

        assert await seen() == [False, False, False]
        async with one.listening(ada):
            async with one.listening(ada), other.listening(ada):
                await until_so(seen, [True, False, True])
            await until_so(seen, [True, False, True])
        await until_so(seen, [False, False, False])
        assert await other.online([]) == []


async def test_a_process_that_ends_takes_its_people_with_it(stores):
    ada = uuid4()
    async with process(stores.redis_url, beats=False) as worker:
        async with process(stores.redis_url) as server, server.listening(ada):
            await until_so(lambda: worker.online([ada]), [True])
        assert await worker.online([ada]) == [False]


async def test_a_process_can_end_at_any_moment(stores, monkeypatch):
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.0)
    for turns in range(40):
        async with asyncio.timeout(PATIENCE_SECONDS), process(stores.redis_url):
            for _ in range(turns):
                await asyncio.sleep(0)


async def test_a_process_that_was_killed_is_forgotten(stores, monkeypatch):
    monkeypatch.setattr(presence, "KEPT_SECONDS", 1)
    ada = uuid4()
    async with (
        process(stores.redis_url) as server,
        process(stores.redis_url) as other,
        server.listening(ada),
    ):
        await until_so(lambda: other.online([ada]), [True])
        server._task.cancel()  # no more beats
        await until_so(lambda: other.online([ada]), [False])


async def test_who_is_looking_listens_and_did_something_lately(stores):
    ada, clock = uuid4(), Clock()
    async with (
        process(stores.redis_url, clock=clock) as server,
        process(stores.redis_url, beats=False, clock=clock) as worker,
    ):

        async def looking():
            return [await worker.is_present(ada)]

        async with server.listening(ada):
            await until_so(lambda: worker.online([ada]), [True])
            assert await worker.is_present(ada) is False
            server.note_active(ada)
            await until_so(looking, [True])
            clock.now += ACTIVE_SECONDS + 1
            assert await worker.is_present(ada) is False
            server.note_active(ada)
            await until_so(looking, [True])
        await until_so(looking, [False])


async def test_without_redis_nobody_knows_and_afterwards_all_are_told_again(valkey, monkeypatch):
    monkeypatch.setattr(presence, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.05)
    people = [uuid4() for _ in range(3)]
    async with process(valkey.url) as server, server.listening(people[0]):
        await until_so(lambda: server.online(people), [True, False, False])
        await asyncio.to_thread(valkey.stop)
        await until_so(lambda: server.online(people), None)
        assert await server.is_present(people[0]) is False
        async with server.listening(people[1]):
            await asyncio.to_thread(valkey.start)
            await until_so(lambda: server.online(people), [True, True, False])
        await until_so(lambda: server.online(people), [True, False, False])


async def test_an_emptied_redis_learns_again_who_is_here(valkey, monkeypatch):
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.05)
    ada = uuid4()
    async with process(valkey.url) as server, server.listening(ada):
        await until_so(lambda: server.online([ada]), [True])
        await server._redis.flushall()
        await until_so(lambda: server.online([ada]), [True])
