"""Decks disturbed: what is unreadable, changed at the same time, or given up while it is built."""

import asyncio
from uuid import uuid4

import pytest
from redis.exceptions import RedisError

from persistence.decks import Deck, Decks, connect
from persistence.feeds import Feeds
from persistence.shelf import MOST
from tests.persistence.test_decks import NOWHERE, made, process
from tests.support.live import until

__all__ = ["process"]


GARBAGE = {
    "a byte": b"\x00",
    "text": b"{}",
    "ones": b"\xff" * 64,
    "cut": made(uuid4()).pack()[:-1],
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_what_cannot_be_read_is_no_deck_and_hides_no_other(process, garbage):
    decks, viewer = await process(hears=False), uuid4()
    with pytest.raises(ValueError, match="not a deck"):
        Deck.unpack(garbage)
    old = made(viewer)
    await decks.keep(old)
    await decks._redis.lpush(f"kith:deck:2:{viewer}", garbage)
    assert await decks.current(viewer) is None
    assert (await decks.by_id(viewer, old.deck_id)) is not None
    new = made(viewer)
    await decks.keep(new)
    assert (await decks.current(viewer)).deck_id == new.deck_id


async def test_a_message_that_nobody_understands_does_not_end_the_hearing(process):
    one, other, viewer = await process(), await process(), uuid4()
    await one.keep(made(viewer))
    assert one._near.sure(viewer) is not None
    await one._redis.publish("kith:decks", b"what?")
    await until(lambda: one._near.heard == 1)
    assert one._near.sure(viewer) is None
    newer = made(viewer)
    await other.keep(newer)
    await until(lambda: one._near.heard == 2)
    assert one._near.hears
    assert (await one.current(viewer)).deck_id == newer.deck_id


async def test_reading_leaves_nothing_behind_while_redis_is_away():
    async with connect(NOWHERE) as redis, Decks(redis, hears=False) as decks:
        for _ in range(5):
            assert await decks.current(uuid4()) is None
        assert decks._near._reading == {}


@pytest.mark.parametrize("kept", [Decks, Feeds])
async def test_what_redis_still_keeps_is_not_taken_for_cleared(kept):
    async with connect(NOWHERE) as redis, kept(redis, hears=False) as orders:
        for _ in range(2):
            with pytest.raises(RedisError):
                await orders.clear(uuid4())


async def test_what_is_near_is_what_redis_has_after_changes_at_the_same_time(process):
    decks = await process()
    for _ in range(10):
        viewer = uuid4()
        await decks.keep(made(viewer))
        await asyncio.gather(decks.forget(viewer), decks.keep(made(viewer)))
        near = await near_of(decks, viewer)
        decks._near.drop(viewer)
        assert near == await near_of(decks, viewer)


async def near_of(decks, viewer):
    """The names of a viewer's decks as this process has them, once it was asked."""
    await decks.current(viewer)
    return [deck and deck.deck_id for deck in decks._near.get(viewer)]


async def test_a_deck_given_up_while_it_is_built_is_not_the_newest(process):
    builder, other, viewer = await process(), await process(), uuid4()

    async def build():
        await other.forget(viewer)
        return made(viewer)

    deck = await builder.renewed(viewer, None, build=build, is_good=lambda deck: True)
    for decks in (builder, other):
        decks._near.drop(viewer)
        assert await decks.current(viewer) is None
        assert await decks.by_id(viewer, deck.deck_id) is not None


async def test_who_joins_a_build_whose_deck_is_not_good_gets_another(process):
    decks, viewer, built = await process(), uuid4(), []

    async def build():
        await asyncio.sleep(0.05)
        built.append(made(viewer))
        return built[-1]

    def ask(is_good):
        return decks.renewed(viewer, None, build=build, is_good=is_good)

    first, *others = await asyncio.gather(
        ask(lambda deck: True),
        *(ask(lambda deck: deck.deck_id != built[0].deck_id) for _ in range(3)),
    )
    assert first.deck_id == built[0].deck_id
    assert {deck.deck_id for deck in others} == {built[1].deck_id}
    assert len(built) == 2


async def test_giving_decks_up_takes_no_place_from_those_that_cursors_name(process):
    decks, viewer = await process(hears=False), uuid4()
    kept = [made(viewer) for _ in range(MOST)]
    for deck in kept:
        await decks.keep(deck)
        await decks.forget(viewer)
    decks._near.drop(viewer)
    for deck in kept:
        assert await decks.by_id(viewer, deck.deck_id) is not None


async def test_nothing_of_a_viewer_is_left_once_it_is_cleared(process):
    one, other, viewer = await process(), await process(), uuid4()
    deck = made(viewer)
    await one.keep(deck)
    await one.forget(viewer)
    assert await other.by_id(viewer, deck.deck_id) is not None
    heard = other._near.heard
    await one.clear(viewer)
    await until(lambda: other._near.heard > heard)
    for decks in (one, other):
        assert await decks.by_id(viewer, deck.deck_id) is None
    assert [key async for key in one._redis.scan_iter(f"*{viewer}*")] == []
