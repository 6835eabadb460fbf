"""Pacing, by a clock of the test's own, and on a real socket."""

import asyncio

import pytest

from execution import websocket
from execution.pacing import Pace
from execution.websocket import SocketLimits
from tests.execution import serving
from tests.execution.serving import socket


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_burst_of_a_second_passes_and_what_is_more_waits_its_turn():
    clock = Clock()
    pace = Pace(4, clock)
    assert [pace.delay() for _ in range(6)] == pytest.approx([0, 0, 0, 0, 0.25, 0.5])
    clock.now += 0.75
    assert pace.delay() == pytest.approx(0)
    clock.now += 60
    assert [pace.delay() for _ in range(5)] == pytest.approx([0, 0, 0, 0, 0.25])


def test_who_keeps_the_pace_never_waits():
    clock = Clock()
    pace = Pace(10, clock)
    for _ in range(1000):
        assert pace.delay() == pytest.approx(0, abs=1e-6)
        clock.now += 0.1


@pytest.fixture
def waits(monkeypatch):
    """The delays of a socket, which it does not really wait for."""
    found = []

    class Recorded(Pace):
        def delay(self):
            delay = super().delay()
            found.append(delay)
            return 0.0

    monkeypatch.setattr(websocket, "Pace", Recorded)
    return found


async def test_messages_that_come_too_fast_wait_and_are_all_answered(waits):
    sockets = serving.make_sockets(limits=SocketLimits(messages_per_second=5))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as client,
    ):
        for _ in range(20):
            await client.say(type="ping")
        for _ in range(20):
            assert await client.hear() == {"type": "pong"}
    assert sum(delay > 0 for delay in waits) >= 10
    assert waits == sorted(waits)


async def test_operations_that_come_too_fast_wait_and_are_all_answered(waits):
    sockets = serving.make_sockets(limits=SocketLimits(operations_per_second=2))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as client,
    ):
        for number in range(10):
            await client.subscribe(str(number), "{ hello }")
        heard = [await client.hear() for _ in range(20)]
    assert {message["id"] for message in heard} == {str(number) for number in range(10)}
    assert sum(delay > 0 for delay in waits) >= 5


async def test_who_has_to_wait_holds_up_nobody_else_and_can_be_closed():
    limits = SocketLimits(operations_per_second=2)
    sockets = serving.make_sockets(limits=limits)
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as fast,
        socket(address) as other,
    ):
        for number in range(3):
            await fast.subscribe(str(number), "{ hello }")
        await other.say(type="ping")
        assert await other.hear() == {"type": "pong"}
        async with asyncio.timeout(10):
            await sockets.shutdown()
            assert (await fast.closed())[0] == 1012
