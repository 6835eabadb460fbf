"""Rounds: who is served together, and whom a failure concerns."""

import asyncio
import gc
import weakref

import pytest

from realtime.following import Follower
from realtime.log import Page
from realtime.rounds import Rounds
from realtime.topics import Topic


class Heads:
    """A log of which only the heads matter."""

    def __init__(self, head=0):
        self.head = head
        self.read_at_once = []

    async def read(self, places):
        self.read_at_once.append(len(places))
        await asyncio.sleep(0)
        return {place: Page(self.head, []) for place in places}


def follower(rounds, name="topic", **others):
    return Follower(
        Topic(name), 0, want=rounds.want, heartbeat_seconds=60, listener=object(), **others
    )


async def settle():
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("is_live", "most"), [(True, 1_000), (False, 10)])
async def test_a_storm_is_served_in_rounds_of_a_limited_size(is_live, most):
    log = Heads(head=1)

    async def judge(waiting):
        return [items for _, items in waiting]

    rounds = Rounds(log, judge)
    many = [follower(rounds, f"topic {n}", is_live=is_live, told=1) for n in range(25 * most // 10)]
    waiting = [each.next() for each in many]
    async with asyncio.timeout(20):
        await asyncio.gather(*waiting)
    assert max(log.read_at_once) == most
    assert sum(log.read_at_once) == len(many)


async def test_those_who_come_back_do_not_hold_up_live_streams():
    gate = asyncio.Event()

    async def judge(waiting):
        if not waiting[0][0].topic.startswith("live"):
            await gate.wait()
        return [items for _, items in waiting]

    rounds = Rounds(Heads(head=1), judge)
    storm = [follower(rounds, f"behind {n}", told=1).next() for n in range(100)]
    await settle()
    async with asyncio.timeout(20):
        await follower(rounds, "live", is_live=True, told=1).next()
    assert not any(each.done() for each in storm)
    gate.set()
    async with asyncio.timeout(20):
        await asyncio.gather(*storm)


async def test_a_failure_ends_only_those_who_wait_for_this_round():
    gate = asyncio.Event()

    async def judge(waiting):
        await gate.wait()
        raise ZeroDivisionError

    log = Heads()
    rounds = Rounds(log, judge)
    nothing_new, behind = follower(rounds, "quiet"), follower(rounds, "moved")
    behind.position = 1  # further than the log: it is told of a gap
    quiet, failing = nothing_new.next(), behind.next()
    await settle()
    gate.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    assert nothing_new.is_live
    assert not quiet.done()
    nothing_new.leave()


@pytest.mark.parametrize("judge", ["cancelled", "too few"])
async def test_a_round_that_breaks_off_keeps_nobody_waiting(judge):
    async def cancelled(waiting):
        raise asyncio.CancelledError

    async def too_few(waiting):
        return []

    rounds = Rounds(Heads(head=1), cancelled if judge == "cancelled" else too_few)
    expected = ConnectionAbortedError if judge == "cancelled" else ValueError
    with pytest.raises(expected):
        async with asyncio.timeout(20):
            await follower(rounds).next()


async def test_silence_lasts_from_what_was_told_not_from_what_was_asked():
    rounds = Rounds(Heads())
    quiet = Follower(Topic("quiet"), 0, want=rounds.want, heartbeat_seconds=60)
    quiet.silent_since -= 60
    async with asyncio.timeout(20):
        (heartbeat,) = await quiet.next()
    assert heartbeat.position == 0
    quiet.leave()


async def test_a_follower_keeps_nothing_of_what_it_was_given():
    class Given:
        pass

    async def judge(waiting):
        return [Given() for _ in waiting]

    reader = follower(Rounds(Heads(head=1), judge))
    async with asyncio.timeout(20):
        given = weakref.ref(await reader.next())
    await settle()
    gc.collect()
    assert given() is None
