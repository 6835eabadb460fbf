"""Decks kept: the same in all processes, near at hand in each, and with Redis away."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from persistence.decks import Deck, Decks, Source, connect, new_deck_id
from persistence.frozen import found_in
from persistence.near import Near
from persistence.pairs_of_day import PairsOfDay
from persistence.shelf import MOST, SLOTS
from persistence.showings import Showing, Showings
from tests.support.live import until

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
NOWHERE = "redis://localhost:1"


def made(viewer_id, size=3, availability=None):
    floats = np.arange(size, dtype=np.float32)
    return Deck(
        deck_id=new_deck_id(),
        viewer_id=viewer_id,
        availability=availability,
        built_at=NOW,
        good_until=NOW + timedelta(minutes=15),
        built_for="somebody",
        embedding_version="model@1",
        model={"version": "prior@1"},
        keys=b"".join(uuid4().bytes for _ in range(size)),
        similarities=np.where(floats == 1, np.nan, floats / 10),
        experiences=floats - 1,
        chances=floats / 100,
    )


@pytest.fixture
async def process(stores):
    """Makes what several processes have; each hears what the others change."""
    async with AsyncExitStack() as stack:

        async def make(url=stores.redis_url, *, hears=True):
            redis = await stack.enter_async_context(connect(url))
            decks = await stack.enter_async_context(Decks(redis, hears=hears))
            if hears and url != NOWHERE:
                await until(lambda: decks._near.hears)
            return decks

        yield make


@pytest.fixture
async def redis(stores):
    async with connect(stores.redis_url) as redis:
        yield redis


@pytest.fixture
async def nothing():
    async with connect(NOWHERE) as redis:
        yield redis


async def seen(asked):
    """What was asked for, and where it was found."""
    sources = {}
    token = found_in.set(sources)
    try:
        deck = await asked
        return deck and deck.deck_id, list(sources.values())
    finally:
        found_in.reset(token)


@pytest.mark.parametrize("size", [0, 1, 300])
def test_a_deck_is_read_as_it_was_written(size):
    deck = made(uuid4(), size, availability="evenings")
    read = Deck.unpack(deck.pack())
    assert (read.ids, read.deck_id, read.viewer_id) == (deck.ids, deck.deck_id, deck.viewer_id)
    assert (read.built_at, read.good_until) == (deck.built_at, deck.good_until)
    assert (read.built_for, read.model_version) == ("somebody", "prior@1")
    assert read.embedding_version == "model@1"
    assert read.availability == "evenings"
    for name in ("similarities", "experiences", "chances"):
        assert np.array_equal(getattr(read, name), getattr(deck, name), equal_nan=True)
    assert len(deck.pack()) <= 400 + 28 * size
    assert read.size == len(read.ids) == size
    assert read.part(1, 3) == deck.ids[1:3]


async def test_a_new_deck_is_the_newest_in_all_processes_at_once(process):
    one, other = await process(), await process()
    viewer = uuid4()
    assert await seen(one.current(viewer)) == (None, [])
    first, second = made(viewer), made(viewer)
    await one.keep(first)
    assert await seen(one.current(viewer)) == (first.deck_id, [Source.NEAR])
    assert await seen(other.current(viewer)) == (first.deck_id, [Source.REDIS])
    assert await seen(other.current(viewer)) == (first.deck_id, [Source.NEAR])
    await other.keep(second)
    await until(lambda: one._near.get(viewer) is None)
    assert await seen(one.current(viewer)) == (second.deck_id, [Source.REDIS])
    assert await seen(one.by_id(viewer, first.deck_id)) == (first.deck_id, [Source.NEAR])


async def test_who_does_not_hear_asks_redis_each_time(process):
    deaf, other = await process(hears=False), await process()
    viewer = uuid4()
    for deck in (made(viewer), made(viewer)):
        await other.keep(deck)
        assert await seen(deaf.current(viewer)) == (deck.deck_id, [Source.REDIS])


async def test_a_deck_that_was_given_up_can_be_paged_to_its_end(process):
    one, other = await process(), await process()
    viewer = uuid4()
    deck = made(viewer)
    await one.keep(deck)
    assert await other.current(viewer) is not None
    for _ in range(2 * MOST):
        await one.forget(viewer)
    await until(lambda: other._near.get(viewer) is None)
    for each in (one, other):
        assert await each.current(viewer) is None
        assert (await each.by_id(viewer, deck.deck_id)).ids == deck.ids
    await one.forget(uuid4())


async def test_only_the_newest_decks_are_kept_for_some_time(process):
    decks = await process(hears=False)
    viewer = uuid4()
    kept = [made(viewer) for _ in range(SLOTS + 2)]
    for deck in kept:
        await decks.keep(deck)
    fresh = await process(hears=False)
    found = [await fresh.by_id(viewer, deck.deck_id) for deck in kept]
    assert [deck is not None for deck in found] == [False] * 2 + [True] * SLOTS
    assert 0 < await decks._redis.ttl(f"kith:deck:2:{viewer}") <= 26 * 3600


async def test_decks_of_different_availability_stand_beside_each_other(process):
    decks = await process()
    viewer = uuid4()
    everybody, some = made(viewer), made(viewer, availability="evenings")
    await decks.keep(everybody)
    await decks.keep(some)
    assert (await decks.current(viewer)).deck_id == everybody.deck_id
    assert (await decks.current(viewer, "evenings")).deck_id == some.deck_id
    assert await decks.current(viewer, "mornings") is None


async def test_one_process_builds_and_all_who_ask_meanwhile_get_that_deck(process):
    stores = [await process(), await process(), await process(hears=False)]
    viewer, built = uuid4(), []

    async def build():
        await asyncio.sleep(0.1)
        built.append(made(viewer))
        return built[-1]

    asked = [
        store.renewed(viewer, None, build=build, is_good=lambda deck: True)
        for store in stores
        for _ in range(5)
    ]
    decks = await asyncio.gather(*asked)
    assert {deck.deck_id for deck in decks} == {deck.deck_id for deck in built}
    assert len(built) == 1
    await stores[0].renewed(viewer, None, build=build, is_good=lambda deck: False)
    assert len(built) == 2


async def test_who_gives_up_does_not_take_the_deck_from_the_others(process):
    store, viewer, begun = await process(), uuid4(), asyncio.Event()

    async def build():
        begun.set()
        await asyncio.sleep(0.05)
        return made(viewer)

    def ask():
        return store.renewed(viewer, None, build=build, is_good=lambda deck: True)

    impatient = asyncio.create_task(ask())
    await begun.wait()
    patient = asyncio.create_task(ask())
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).viewer_id == viewer


async def test_a_failed_build_fails_all_who_waited_and_the_next_may_build(process):
    store, viewer = await process(), uuid4()

    async def fail():
        raise LookupError("no database")

    async def build():
        return made(viewer)

    good = {"is_good": lambda deck: True}
    asked = [store.renewed(viewer, None, build=fail, **good) for _ in range(2)]
    failed = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in failed] == [LookupError, LookupError]
    assert (await store.renewed(viewer, None, build=build, **good)).viewer_id == viewer


async def test_without_redis_each_process_has_decks_of_its_own(process):
    one, other = await process(NOWHERE), await process(NOWHERE)
    viewer = uuid4()

    async def build():
        return made(viewer)

    deck = await one.renewed(viewer, None, build=build, is_good=lambda deck: True)
    again = await one.renewed(viewer, None, build=build, is_good=lambda deck: True)
    assert (await one.current(viewer)).deck_id == again.deck_id == deck.deck_id
    assert await other.current(viewer) is None
    await one.forget(viewer)
    assert await one.current(viewer) is None
    assert (await one.by_id(viewer, deck.deck_id)).ids == deck.ids


async def test_a_redis_that_comes_back_serves_all_processes_again(process, valkey):
    one, other = await process(valkey.url), await process(valkey.url)
    viewer = uuid4()
    first, second, third = (made(viewer) for _ in range(3))
    await one.keep(first)
    valkey.stop()
    await until(lambda: not one._near.hears)
    await one.keep(second)
    assert (await one.current(viewer)).deck_id == second.deck_id
    valkey.start()
    await until(lambda: one._near.hears and other._near.hears)
    one._shelf._paused_until = 0.0
    await one.keep(third)
    assert (await other.current(viewer)).deck_id == third.deck_id


async def test_what_was_read_before_a_change_is_not_kept(redis):
    near, key = Near(redis, "test", size=2), uuid4()
    ticket = near.begin_reading(key)
    near.drop(key)
    assert not near.end_reading(key, ticket)
    ticket = near.begin_reading(key)
    near.put(key, "new")
    assert not near.end_reading(key, ticket)
    assert near.end_reading(key, near.begin_reading(key))
    assert near._reading == {}
    assert near.get(key) == "new"
    assert near.sure(key) is None
    near.hears = True
    assert near.sure(key) == "new"


async def test_what_was_used_longest_ago_goes_first(redis):
    near, keys = Near(redis, "test", size=2), [uuid4() for _ in range(3)]
    near.put(keys[0], 0)
    near.put(keys[1], 1)
    assert near.get(keys[0]) == 0
    near.put(keys[2], 2)
    assert [near.get(key) for key in keys] == [0, None, 2]


async def test_pairs_of_a_day_are_told_from_both_sides_and_forgotten_in_time(redis):
    pairs, day = PairsOfDay(redis), NOW.date()
    one, other, alone = uuid4(), uuid4(), uuid4()
    await pairs.add(day, [])
    await pairs.add(day, [(one, other)])
    assert await pairs.partner_of(one, day) == other
    assert await pairs.partners_of([one, other, alone], day) == {one: other, other: one}
    assert await pairs.partners_of([], day) == {}
    assert await pairs.partner_of(alone, day) is None
    assert await pairs.partner_of(one, day + timedelta(days=1)) is None
    assert 0 < await redis.ttl(f"kith:pairs:{day}") <= 8 * 86_400


async def test_without_redis_nobody_has_a_partner(nothing):
    assert await PairsOfDay(nothing).partner_of(uuid4(), NOW.date()) is None


async def test_showings_are_written_down_in_order_and_once(redis):
    await redis.delete("kith:showings:2", "kith:decks:asked")
    showings, written = Showings(redis), []

    async def write(batch):
        written.extend(batch)

    async def fail(_batch):
        raise LookupError("no database")

    noted = [
        Showing(uuid4(), NOW + timedelta(seconds=n), (uuid4(),) * n, version)
        for n, version in ((1, "model@1"), (2, None), (0, None))
    ]
    for each in noted:
        showings.note(each)
    await showings.sent()
    with pytest.raises(LookupError):
        await showings.write_down(fail)
    assert await showings.write_down(write) == 2
    assert await showings.write_down(write) == 0
    assert written == noted[:2]
    assert await showings.askers(NOW, 2) == [noted[1].viewer_id, noted[0].viewer_id]
    assert await showings.askers(NOW + timedelta(seconds=3), 9) == []


async def test_a_slow_writer_neither_loses_pages_nor_takes_the_lock_of_another(redis):
    for key in ("kith:showings:2", "kith:showings:2:writing", "kith:showings:2:lock"):
        await redis.delete(key)
    showings, written = Showings(redis), []
    first, later = (Showing(uuid4(), NOW, (uuid4(),)) for _ in range(2))

    async def write(batch):
        written.extend(batch)

    async def slow(batch):
        # Meanwhile the lock runs out, all that waits is pushed out, and another one has begun.
        await write(batch)
        await redis.set("kith:showings:2:lock", b"another")
        await redis.delete("kith:showings:2")
        showings.note(later)
        await showings.sent()
        batches.append(batch)
        if len(batches) > 1:
            raise LookupError("killed")

    batches = []
    showings.note(first)
    await showings.sent()
    with pytest.raises(LookupError):
        await showings.write_down(slow)
    assert written == [first, later]
    assert await redis.get("kith:showings:2:lock") == b"another"
    assert await showings.write_down(write) == 0
    await redis.delete("kith:showings:2:lock")
    assert await showings.write_down(write) == 2
    assert written == [first, later, later, later]
    await showings.forget(first.viewer_id)
    assert first.viewer_id not in await showings.askers(NOW, 9)


async def test_without_redis_showings_are_dropped_and_nobody_waits(nothing):
    showings = Showings(nothing)
    for _ in range(2):
        showings.note(Showing(uuid4(), NOW, (uuid4(),)))
        await showings.sent()
    assert showings._waiting == []
