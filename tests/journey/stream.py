"""A client of graphql-transport-ws, as a front end has one, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SECONDS = 60.0


class Stream:
    """One running subscription; made by `subscribed`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def next(self) -> dict[str, Any]:
        """Wait for the next event that is no heartbeat."""
        while (event := await self.next_or_heartbeat())["__typename"] == "Heartbeat":
            pass
        return event

    async def next_or_heartbeat(self) -> dict[str, Any]:
        """Wait for the next event."""
        message = await self._received("next")
        assert message["payload"].get("errors", []) == [], message
        (event,) = message["payload"]["data"].values()
        return dict(event)

    async def until(self, kind: str) -> list[dict[str, Any]]:
        """Wait for events up to the first of this kind, and give them all."""
        events = [await self.next()]
        while events[-1]["__typename"] != kind:
            events.append(await self.next())
        return events

    async def close_code(self) -> int | None:
        """Wait until the server closes the socket, and give its code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._socket.wait_closed()
        return self._socket.close_code

    async def _received(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (message := json.loads(await self._socket.recv()))["type"] == "ping":
                await self._socket.send('{"type":"pong"}')
        assert message["type"] == kind, message
        return dict(message)

    async def begin(self, token: str, query: str, **variables: Any) -> None:
        """Introduce oneself and subscribe."""
        hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
        await self._socket.send(json.dumps(hello))
        await self._received("connection_ack")
        payload = {"query": query, "variables": variables}
        await self._socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))


@asynccontextmanager
async def subscribed(
    address: str, token: str, query: str, **variables: Any
) -> AsyncIterator[Stream]:
    """Open a socket to the server and subscribe, as the owner of an access token."""
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:
        stream = Stream(socket)
        await stream.begin(token, query, **variables)
        yield stream
