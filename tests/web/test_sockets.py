"""Sending at once, over a real socket: what a client gets, and when the server does not."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect

from commands.serving import OPTIONS
from execution.websocket import SENDS_AT_ONCE
from tests.execution.serving import serving

WEBSOCKETS = {name: OPTIONS[name] for name in OPTIONS if name == "http" or name.startswith("ws")}


class Held:
    """An application that accepts a socket and leaves it to the test."""

    def __init__(self):
        self.is_open, self.leave = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.extensions, self.send = scope["extensions"], send
        self.sends_before_accepting = self.at_once(b"too early")
        await receive()
        await send({"type": "websocket.accept"})
        self.is_open.set()
        await self.leave.wait()

    def at_once(self, *bodies, before=b"", after=b""):
        offered = self.extensions.get(SENDS_AT_ONCE)
        return offered is not None and offered["send"](before, after, bodies)


@asynccontextmanager
async def held(**options):
    """A socket, from both sides."""
    application = Held()
    async with serving(application, **{**WEBSOCKETS, **options}) as address:
        try:
            async with (
                asyncio.timeout(20),
                connect(f"ws://{address}/", max_queue=1, close_timeout=1) as client,
            ):
                await application.is_open.wait()
                yield application, client
        finally:
            application.leave.set()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
async def test_what_is_sent_at_once_arrives_as_it_was(size):
    async with held() as (application, client):
        text = "é" * (size // 2) + "x" * (size % 2)
        assert application.at_once(text.encode(), b"and more")
        await application.send({"type": "websocket.send", "text": "as usual"})
        assert application.at_once(b"ga", before=b"a", after=b"in")
        assert [await client.recv() for _ in range(4)] == [text, "and more", "as usual", "again"]
        assert not application.sends_before_accepting


async def test_who_does_not_read_is_sent_no_more_until_they_do():
    async with held() as (application, client):
        text, count = b"x" * 60_000, 0
        while application.at_once(text):
            count += 1
            await asyncio.sleep(0)
        waiting = asyncio.create_task(
            application.send({"type": "websocket.send", "text": "waited for"})
        )
        assert [len(await client.recv()) for _ in range(count)] == [60_000] * count
        await waiting
        assert await client.recv() == "waited for"
        assert application.at_once(b"at once again")
        assert await client.recv() == "at once again"


async def test_nothing_is_sent_once_the_socket_closes():
    async with held() as (application, client):
        await application.send({"type": "websocket.close", "code": 4403})
        assert not application.at_once(b"too late")
        with pytest.raises(Exception, match="4403"):
            await client.recv()


async def test_nothing_is_sent_at_once_where_messages_are_compressed():
    async with held(ws_per_message_deflate=True) as (application, client):
        assert SENDS_AT_ONCE not in application.extensions
        await application.send({"type": "websocket.send", "text": "as usual"})
        assert await client.recv() == "as usual"
