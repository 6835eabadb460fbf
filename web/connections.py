"""Connections over HTTP as our server writes to them: what belongs together goes out at once."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST_HELD_BYTES = 64 * 1024


class Gathering:
    """A transport that sends what is written in one step of the event loop by one call.

    uvicorn writes the head of an answer, then its body; the system takes a tenth of what a small
    operation costs for the second call alone.

    Args:
        plain: what sends.
        loop: runs it.
    """

    def __init__(self, plain: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.plain = plain
        self.is_closing = plain.is_closing
        self.pause_reading = plain.pause_reading
        self.resume_reading = plain.resume_reading
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Send bytes, together with others that are written now unless they are many."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > _MOST_HELD_BYTES:
            self._send()  # which says when the client does not read

    def close(self) -> None:
        """Send what is held, and close."""
        self._send()
        self.plain.close()

    def _send(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held and not self.plain.is_closing():
            self.plain.write(b"".join(held))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)


class GatheringProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which writes each answer at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection on as it is: a socket sends each message by itself."""
        self.transport = cast("Gathering", self.transport).plain
        super().handle_websocket_upgrade()
