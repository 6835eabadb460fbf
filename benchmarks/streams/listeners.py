"""Listeners: sockets that note when they are told something, and do next to nothing else."""

import asyncio
import base64
import os
import time
from collections.abc import Sequence

import orjson

_HEAD = (
    "GET /graphql HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
_SHORT, _MEDIUM = 125, 0xFFFF
_TEXT, _CLOSE, _PING = 1, 8, 9
_STORM = 100
"""How many handshakes are under way at once."""


class Failed(Exception):
    """A socket was refused or closed, or told what it should not have been."""


class Audience:
    """Everybody who listens, and what the last event came to.

    Attributes:
        told_at: when each was told of the present event, by `time.perf_counter`.
        heard: what somebody was told last.
    """

    def __init__(self) -> None:
        self.told_at: list[float] = []
        self.heard = b""
        self._expected = 0
        self._failure: Failed | None = None
        self._all_told = asyncio.Event()
        self._listeners: list[Listener] = []

    async def connect(self, port: int, tokens: Sequence[str], query: str) -> float:
        """Connect a listener for each token, each with one subscription, all as fast as it goes.

        Returns:
            How many seconds it took until the last stream had begun.
        """
        loop, room = asyncio.get_running_loop(), asyncio.Semaphore(_STORM)

        async def one(token: str) -> Listener:
            async with room:
                _, listener = await loop.create_connection(
                    lambda: Listener(self, port, token, query), "127.0.0.1", port
                )
                await listener.has_begun
                return listener

        started = time.perf_counter()
        self._listeners = await asyncio.gather(*map(one, tokens))
        return time.perf_counter() - started

    def expect(self) -> None:
        """Begin to wait for an event that everybody is told of once."""
        self.told_at = []
        self._expected = len(self._listeners)
        self._all_told.clear()

    async def all_told(self) -> list[float]:
        """Wait until everybody was told, and say when each was."""
        async with asyncio.timeout(60):
            await self._all_told.wait()
        if self._failure is not None:
            raise self._failure
        return self.told_at

    def told(self, heard: bytes) -> None:
        """Note that somebody was told."""
        self.heard = heard
        self.told_at.append(time.perf_counter())
        if len(self.told_at) >= self._expected:
            self._all_told.set()

    def failed(self, failure: Failed) -> None:
        """Note that somebody was not told, or something else."""
        self._failure = failure
        self._all_told.set()

    def leave(self) -> None:
        """Close all."""
        for listener in self._listeners:
            listener.leave()


class Listener(asyncio.Protocol):
    """One socket with one subscription."""

    def __init__(self, audience: Audience, port: int, token: str, query: str) -> None:
        self.has_begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._audience = audience
        self._port, self._token, self._query = port, token, query
        self._received = bytearray()
        self._is_open = self._is_leaving = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(_HEAD.format(port=self._port, key=key).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        """Complain when it was not us who left."""
        if not self.has_begun.done():
            self.has_begun.set_exception(Failed(bytes(self._received[:200])))

    def data_received(self, data: bytes) -> None:
        """Take what the server says."""
        self._received += data
        if not self._is_open:
            head, found, rest = bytes(self._received).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.has_begun.set_exception(Failed(head.decode(errors="replace")))
                self.leave()
                return
            self._is_open, self._received = True, bytearray(rest)
            payload = {"Authorization": f"Bearer {self._token}"}
            self._say({"type": "connection_init", "payload": payload})
            self._say({"type": "subscribe", "id": "1", "payload": {"query": self._query}})
        self._read_frames()

    def leave(self) -> None:
        """Close the connection."""
        self._is_leaving = True
        if self._transport is not None:
            self._transport.close()

    def _read_frames(self) -> None:
        received = self._received
        while len(received) >= 2:
            length, start = received[1], 2
            if length > _SHORT:
                start = 4 if length == _SHORT + 1 else 10
                length = int.from_bytes(received[2:start])
            if len(received) < start + length:
                return
            self._take(received[0] & 0x0F, bytes(received[start : start + length]))
            del received[: start + length]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT and b'"MessageSent"' in payload:
            self._audience.told(payload)
        elif opcode == _TEXT and b'"Heartbeat"' in payload:
            if not self.has_begun.done():
                self.has_begun.set_result(None)
        elif opcode == _PING:
            self._send(10, payload)
        elif opcode != _TEXT or b'"connection_ack"' not in payload:
            failure = Failed(payload.decode(errors="replace"))
            if not self.has_begun.done():
                self.has_begun.set_exception(failure)
            elif not self._is_leaving:
                self._audience.failed(failure)

    def _say(self, message: object) -> None:
        self._send(_TEXT, orjson.dumps(message))

    def _send(self, opcode: int, payload: bytes) -> None:
        # Masked with zeros, which changes nothing: the server has to undo it all the same.
        size = len(payload)
        if size <= _SHORT:
            head = bytes([0x80 | opcode, 0x80 | size])
        else:
            head = bytes([0x80 | opcode, 0x80 | (_SHORT + 1)]) + size.to_bytes(2)
        assert self._transport is not None
        self._transport.write(head + bytes(4) + payload)
