"""A graphql-transport-ws client that talks to the application without a network."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from execution.websocket import SENDS_AT_ONCE

PATIENCE_SECONDS = 5.0


class Ended(Exception):
    """The operation is over: the server completed it, or closed the socket with `code`."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


class Socket:
    """One open socket, its connection acknowledged; made by `connected`.

    Attributes:
        takes: says whether what the application sends at once is taken.
        taken: what was.
    """

    def __init__(self, application: Any, takes: Callable[[], bool]) -> None:
        self.takes = takes
        self.taken: list[str] = []
        self._application = application
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_server.put_nowait({"type": "websocket.connect"})
        self._ids = itertools.count(1)
        self._inboxes: dict[str, asyncio.Queue[Any]] = {"": asyncio.Queue()}

    async def send(self, **message: Any) -> None:
        """Send one message of the protocol."""
        await self._to_server.put({"type": "websocket.receive", "text": json.dumps(message)})

    async def subscribe(self, query: str, **variables: Any) -> "Operation":
        """Begin an operation."""
        number = str(next(self._ids))
        self._inboxes[number] = asyncio.Queue()
        payload = {"query": query, "variables": variables}
        await self.send(type="subscribe", id=number, payload=payload)
        return Operation(self, number, self._inboxes[number])

    async def heard(self, message: dict[str, Any]) -> None:
        """Take what the application sends."""
        if message["type"] == "websocket.close":
            for inbox in self._inboxes.values():
                inbox.put_nowait(Ended(message.get("code")))
        elif message["type"] == "websocket.send":
            said = json.loads(message.get("text") or message["bytes"])
            if said["type"] == "ping":
                await self.send(type="pong")
            else:
                self._inboxes[said.get("id", "")].put_nowait(said)

    def heard_at_once(self, before: bytes, after: bytes, bodies: Sequence[bytes]) -> bool:
        """Take what the application sends without waiting, if we do."""
        if not self.takes():
            return False
        for body in bodies:
            said = json.loads(before + body + after)
            self.taken.append(said["id"])
            self._inboxes[said["id"]].put_nowait(said)
        return True

    async def run(self) -> None:
        """Be the server's side of the connection until it ends."""
        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": "/graphql",
            "raw_path": b"/graphql", "root_path": "", "query_string": b"", "state": {},
            "headers": [(b"host", b"localhost")], "subprotocols": ["graphql-transport-ws"],
            "client": ("127.0.0.1", 50000), "server": ("localhost", 80),
            "extensions": {SENDS_AT_ONCE: {"send": self.heard_at_once}},
        }  # fmt: skip
        await self._application(scope, self._to_server.get, self.heard)

    async def acknowledged(self, payload: dict[str, str]) -> None:
        """Introduce oneself and wait for the acknowledgement.

        Raises:
            Ended: the server closed the socket instead.
        """
        await self.send(type="connection_init", payload=payload)
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await self._inboxes[""].get()
        if isinstance(answer, Ended):
            raise answer
        assert answer["type"] == "connection_ack", answer

    async def leave(self) -> None:
        """Close the socket from the client's side."""
        await self._to_server.put({"type": "websocket.disconnect", "code": 1000})


class Operation:
    """A running operation."""

    def __init__(self, socket: Socket, id: str, inbox: "asyncio.Queue[Any]") -> None:
        self._socket = socket
        self._id = id
        self._inbox = inbox

    async def next(self) -> dict[str, Any]:
        """Wait for the next result: its `data`, `errors`, `extensions`.

        Raises:
            Ended: there is none.
            AssertionError: the server ended the operation with an error.
        """
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._inbox.get()
        if isinstance(message, Ended):
            raise message
        if message["type"] == "complete":
            raise Ended
        assert message["type"] == "next", message
        result: dict[str, Any] = message["payload"]
        return result

    async def error(self) -> list[dict[str, Any]]:
        """Wait for the errors with which the server refuses the operation."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._inbox.get()
        assert message["type"] == "error", message
        errors: list[dict[str, Any]] = message["payload"]
        return errors

    async def stop(self) -> None:
        """Tell the server that nobody listens any more."""
        await self._socket.send(type="complete", id=self._id)


@asynccontextmanager
async def connected(
    application: Any, token: str | None, *, takes: Callable[[], bool] = lambda: True
) -> AsyncIterator[Socket]:
    """Open a socket to the application, as the owner of an access token or as nobody."""
    socket = Socket(application, takes)
    running = asyncio.create_task(socket.run())
    try:
        await socket.acknowledged({"Authorization": f"Bearer {token}"} if token else {})
        yield socket
    finally:
        await socket.leave()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(running), PATIENCE_SECONDS)
        if not running.done():
            running.cancel()
