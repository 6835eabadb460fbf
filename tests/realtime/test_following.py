"""Following the live logs: nothing is lost, doubled or out of order, whatever happens between."""

import asyncio
import random
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from persistence import outbox
from realtime.following import Gap, GapReason, Heartbeat
from realtime.listener import Listener
from realtime.log import Entry, Log
from tests.support.live import PATIENCE_SECONDS, Inbox, Said, until


async def take(stream, count):
    """The next entries of a stream, heartbeats left out."""
    found = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            item = await anext(stream)
            if not isinstance(item, Heartbeat):
                found.append(item)
    return found


async def read(log, topic, after=0):
    return (await log.read([(topic, after)]))[topic, after]


def numbers(items):
    return [item.body["number"] for item in items]


@pytest.fixture
async def listener(logs):
    """Alone in its process: woken by its own commits only."""
    async with Listener(logs, poll_seconds=0.05, heartbeat_seconds=0.05) as listener:
        yield listener


async def test_a_stream_replays_and_then_goes_on_live(listener, inbox):
    await inbox.say(*range(250))
    async with aclosing(listener.follow(inbox.topic, 20)) as stream:
        replayed = await take(stream, 230)
        assert numbers(replayed) == list(range(20, 250))
        assert [entry.position for entry in replayed] == list(range(21, 251))
        await inbox.say(250, 251)
        assert numbers(await take(stream, 2)) == [250, 251]


async def test_a_stream_without_a_position_says_where_it_begins(listener, inbox):
    await inbox.say(1, 2)
    async with aclosing(listener.follow(inbox.topic, None)) as stream:
        assert await anext(stream) == Heartbeat(2)
        await inbox.say(3)
        (entry,) = await take(stream, 1)
        assert (entry.position, entry.kind, entry.body) == (3, "Said", {"number": 3})


async def test_silence_is_told_as_heartbeats(listener, inbox):
    async with aclosing(listener.follow(inbox.topic, 0)) as stream:
        assert await anext(stream) == Heartbeat(0)
        assert await anext(stream) == Heartbeat(0)
        await inbox.say(1)
        await take(stream, 1)
        assert await anext(stream) == Heartbeat(1)


async def test_what_is_forgotten_is_told_as_one_gap(listener, inbox, logs):
    await inbox.say(1, 2, 3)
    await Log(logs).forget(datetime.now(UTC) + timedelta(seconds=1))
    async with aclosing(listener.follow(inbox.topic, 1)) as stream:
        assert await take(stream, 1) == [Gap(3, 2, 3, GapReason.RETENTION)]
        await inbox.say(4)
        assert numbers(await take(stream, 1)) == [4]
    async with aclosing(listener.follow(inbox.topic, 0)) as stream:
        gap, entry = await take(stream, 2)
        assert gap == Gap(3, 1, 3, GapReason.RETENTION)
        assert entry.position == 4


async def test_forgetting_keeps_what_is_younger(inbox, logs):
    await inbox.say(1, 2)
    log = Log(logs)
    young = (await read(log, inbox.topic)).entries[1].recorded_at
    await log.forget(young)
    assert numbers((await read(log, inbox.topic)).entries) == [2]


async def test_a_position_that_never_was_is_told_as_a_gap(listener, inbox):
    await inbox.say(1, 2)
    async with aclosing(listener.follow(inbox.topic, 7)) as stream:
        assert await take(stream, 1) == [Gap(2, 3, 7, GapReason.RESET)]
        await inbox.say(3)
        assert numbers(await take(stream, 1)) == [3]


async def test_positions_follow_commits_while_a_transaction_is_held_open(listener, logs):
    first, second = Inbox(logs), Inbox(logs)
    holding, release = asyncio.Event(), asyncio.Event()

    async def hold():
        async with logs.write() as tx:
            tx.record(Said(1, (first.person, second.person)))
            holding.set()
            await release.wait()

    async with aclosing(listener.follow(first.topic, 0)) as stream:
        held = asyncio.create_task(hold())
        await holding.wait()
        await first.say(2, 3)
        assert numbers(await take(stream, 2)) == [2, 3]
        release.set()
        await held
        assert numbers(await take(stream, 1)) == [1]


async def test_a_transaction_that_waits_for_a_head_gets_the_next_position(listener, inbox, logs):
    """One transaction has written its entry and not committed; another must come after it."""
    async with aclosing(listener.follow(inbox.topic, 0)) as stream:
        async with logs._writing.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await outbox.store(connection, [Said(1, (inbox.person,))])
            waiting = asyncio.create_task(inbox.say(2))
            async with aclosing(listener.follow(inbox.topic, 0)) as other:
                assert await anext(other) == Heartbeat(0)
            assert not waiting.done()
            await transaction.commit()
        await waiting
        entries = await take(stream, 2)
        assert numbers(entries) == [1, 2]
        assert [entry.position for entry in entries] == [1, 2]
        assert entries[0].recorded_at <= entries[1].recorded_at


async def test_a_rolled_back_transaction_leaves_no_hole(listener, inbox, logs):
    await inbox.say(1)

    async def fail():
        async with logs.write() as tx:
            tx.record(Said(2, (inbox.person,)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await inbox.say(3)
    page = await read(listener.log, inbox.topic)
    assert [(e.position, e.body["number"]) for e in page.entries] == [(1, 1), (2, 3)]


async def write_at_random(logs, inboxes, sent, chance, writer):
    for n in range(20):
        told = chance.sample(inboxes, chance.randint(1, len(inboxes)))
        for inbox in told:
            sent[inbox.topic].append(writer * 100 + n)
        async with logs.write() as tx:
            tx.record(Said(writer * 100 + n, tuple(inbox.person for inbox in told)))
        await asyncio.sleep(chance.random() / 100)


async def read_with_cuts(listener, topic, heard, chance):
    """Follow, drop the stream after some items, and go on where it was dropped, for ever."""
    position = 0
    while True:
        left = chance.randint(1, 30)
        async with aclosing(listener.follow(topic, position)) as stream:
            async for item in stream:
                if isinstance(item, Entry):
                    assert item.position == position + 1
                    position = item.position
                    heard.append(item.body["number"])
                left -= 1
                if left == 0:
                    break


async def logged(listener, topic):
    found, position = [], 0
    while entries := (await read(listener.log, topic, position)).entries:
        found += numbers(entries)
        position = entries[-1].position
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_many_writers_and_random_cuts_lose_and_double_nothing(listener, logs, seed):
    """Twenty writers, facts for several people at once, and readers that drop and resume."""
    chance = random.Random(seed)
    inboxes = [Inbox(logs) for _ in range(4)]
    sent = {inbox.topic: [] for inbox in inboxes}
    heard = {inbox.topic: [] for inbox in inboxes}
    readers = [
        asyncio.create_task(read_with_cuts(listener, topic, found, chance))
        for topic, found in heard.items()
    ]
    try:
        writers = (write_at_random(logs, inboxes, sent, chance, n) for n in range(20))
        await asyncio.gather(*writers)
        await until(lambda: all(len(heard[topic]) >= len(sent[topic]) for topic in sent))
    finally:
        for reader in readers:
            reader.cancel()
        ends = await asyncio.gather(*readers, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 4
    for topic, found in heard.items():
        assert sorted(found) == sorted(sent[topic])
        assert found == await logged(listener, topic)


async def test_idle_streams_hold_no_connection_and_leave_at_once(listener, logs):
    inboxes = [Inbox(logs) for _ in range(200)]
    streams = [listener.follow(inbox.topic, 0) for inbox in inboxes]
    await asyncio.gather(*(anext(stream) for stream in streams))
    waiting = [asyncio.create_task(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    assert len(listener._followers.topics()) == 200
    await until(lambda: not logs.connections_in_use)  # the poll takes one for a moment
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert listener._followers.topics() == set()


async def test_streams_at_one_place_share_a_read(inbox, monkeypatch):
    async with Listener(inbox.database, poll_seconds=60, heartbeat_seconds=60) as listener:
        reads = []
        read = listener.log.read

        async def counted(places):
            pages = await read(places)
            reads.append(places)
            return pages

        monkeypatch.setattr(listener.log, "read", counted)
        streams = [listener.follow(inbox.topic, None) for _ in range(50)]
        await asyncio.gather(*(anext(stream) for stream in streams))
        waiting = [asyncio.create_task(anext(stream)) for stream in streams]
        await until(lambda: len(reads) == 5)  # who is not live yet is served by tens
        reads.clear()
        await inbox.say(1)
        await listener.wake({inbox.topic: 1})
        async with asyncio.timeout(PATIENCE_SECONDS):
            items = await asyncio.gather(*waiting)
        assert {item.position for item in items} == {1}
        assert len(reads) == 1
        for stream in streams:
            await stream.aclose()


async def test_a_false_head_wakes_but_tells_nothing(inbox):
    async with (
        Listener(inbox.database, poll_seconds=0.05, heartbeat_seconds=60) as listener,
        aclosing(listener.follow(inbox.topic, None)) as stream,
    ):
        await anext(stream)
        coming = asyncio.create_task(anext(stream))
        await asyncio.sleep(0.05)
        await listener.wake({inbox.topic: 1_000_000})
        await inbox.say(1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await coming).position == 1
