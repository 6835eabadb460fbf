"""`python -m benchmarks.streams.bare PORT`: the least that a server does to tell many of one event.

A WebSocket application without anything: on a POST it sends the same text to all sockets. What it
costs is the floor under what any server of this kind costs on the same machine.
"""

import sys
from typing import Any

import uvicorn

from commands.serving import OPTIONS

_HEARTBEAT = '{"id":"1","type":"next","payload":{"data":{"events":{"__typename":"Heartbeat"}}}}'


class Bare:
    """Remembers who listens, and tells them what is posted."""

    def __init__(self) -> None:
        self._sends: set[Any] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a socket, or tell all sockets what a request brings."""
        if scope["type"] == "websocket":
            await self._listen(receive, send)
        elif scope["type"] == "http":
            await self._tell((await receive())["body"].decode())
            headers = [(b"content-length", b"7")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"Success"})

    async def _listen(self, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        while (message := await receive())["type"] != "websocket.disconnect":
            if '"subscribe"' in message.get("text", ""):
                await send({"type": "websocket.send", "text": _HEARTBEAT})
                self._sends.add(send)
        self._sends.discard(send)

    async def _tell(self, text: str) -> None:
        for send in list(self._sends):
            await send({"type": "websocket.send", "text": text})


def main() -> None:
    """Serve until a signal."""
    options = {**OPTIONS, "lifespan": "off", "ws": "websockets-sansio"}
    uvicorn.Server(uvicorn.Config(Bare(), port=int(sys.argv[1]), **options)).run()


if __name__ == "__main__":
    main()
