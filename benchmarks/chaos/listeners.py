"""Listeners: devices on which somebody reads, and which resume from the last cursor they have."""

import asyncio
import json
import random
import socket
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.chaos.endpoints import Endpoints, client
from benchmarks.chaos.ledger import Heard, Message

_EVENT = """{
  __typename cursor
  ... on MessageSent { message { id text position conversation { id } } }
  ... on Gap { from to reason }
}"""
EVENTS = f"subscription($after: String) {{ events(after: $after) {_EVENT} }}"
MESSAGES = (
    "subscription($after: String, $conversation: ID!) "
    f"{{ messages(conversationId: $conversation, after: $after) {_EVENT} }}"
)
HEARTBEAT_SECONDS = 3
"""How often the servers are set to say that a stream lives."""
_SILENCE_SECONDS = 3.0 * HEARTBEAT_SECONDS
_STAY_SECONDS = 1.0
_SMALL_BYTES = 4096
_RUDE = 0.5
"""Share of those who leave that do not say good-bye."""
_AS_BROWSER = 0.5
"""Share of event streams that are resumed by a header, as browsers do."""
_PASSING = (OSError, TimeoutError, WebSocketException, httpx.HTTPError, EOFError, ValueError)

Results = AsyncGenerator[dict[str, Any], None]


class Listener:
    """One device: how it is connected, and how it behaves.

    Args:
        heard: notes what it is told.
        token: of its owner.
        cursor: where it begins.
        endpoints: where it listens.
        chances: when it leaves and rests.
        conversation: whose messages alone it wants; None for the whole inbox.
        sse: whether it listens over Server-Sent Events; else over a WebSocket.
        drops: whether it leaves every second.
        fits: whether it reads in fits, and nothing in between.

    Attributes:
        failures: why it had to connect again, and how often.
    """

    def __init__(
        self,
        heard: Heard,
        *,
        token: str,
        cursor: str,
        endpoints: Endpoints,
        chances: random.Random,
        conversation: str | None,
        sse: bool,
        drops: bool,
        fits: bool,
    ) -> None:
        self.heard = heard
        self.failures: Counter[str] = Counter()
        self._token = token
        self._cursor = cursor
        self._endpoints = endpoints
        self._chances = chances
        self._connected = self._by_sse if sse else self._by_websocket
        self._drops = drops
        self._fits = fits
        self._query = MESSAGES if conversation else EVENTS
        self._variables = {"conversation": conversation} if conversation else {}

    async def run(self) -> None:
        """Listen until cancelled, through all that happens."""
        while True:
            try:
                async with asyncio.timeout(self._stay_seconds()) as stay:
                    await self._listen()
                self.failures["ended by the server"] += 1
            except _PASSING as failure:
                if not (isinstance(failure, TimeoutError) and stay.expired()):
                    self.failures[str(failure) or type(failure).__name__] += 1
                    await asyncio.sleep(self._chances.uniform(0.1, 0.6))
            self.heard.resumptions += 1

    def _stay_seconds(self) -> float | None:
        return self._chances.uniform(0.5, 1.5) * _STAY_SECONDS if self._drops else None

    async def _listen(self) -> None:
        async with aclosing(self._connected()) as results:
            until_rest = self._chances.randrange(1, 60)
            async for result in results:
                self._take(result)
                until_rest -= 1
                if self._fits and until_rest == 0:
                    await asyncio.sleep(self._chances.uniform(0.5, 5))
                    until_rest = self._chances.randrange(1, 60)

    def _take(self, result: dict[str, Any]) -> None:
        if "data" not in result:
            raise OSError(f"stream ended with {_code(result['errors'])}")
        if result.get("errors"):
            # Nothing is wrong with what is asked for, so what is told has to be whole.
            self.heard.messages.append(_message(None))
            raise OSError(f"event with {_code(result['errors'])}")
        (event,) = result["data"].values()
        if event["__typename"] == "Gap":
            self.heard.gaps += 1
        elif event["__typename"] == "MessageSent":
            self.heard.messages.append(_message(event["message"]))
        self._cursor = event["cursor"]

    async def _by_websocket(self) -> Results:
        address = urlsplit(self._endpoints.one())
        if self._fits:  # what the kernel buffers would hide that nobody reads
            reading: dict[str, Any] = {"sock": await _narrow(str(address.hostname), address.port)}
        else:
            reading = {}
        async with connect(
            address._replace(scheme="ws").geturl(),
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]  # a new type of str
            open_timeout=_SILENCE_SECONDS,
            close_timeout=0.5,
            ping_interval=None,
            max_queue=4,
            compression=None,
            proxy=None,
            **reading,
        ) as ws:

            async def received() -> dict[str, Any]:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    return dict(json.loads(await ws.recv()))

            payload = {"Authorization": f"Bearer {self._token}"}
            await ws.send(json.dumps({"type": "connection_init", "payload": payload}))
            await received()
            subscription = {"query": self._query, "variables": self._asked()}
            await ws.send(json.dumps({"type": "subscribe", "id": "1", "payload": subscription}))
            try:
                while (message := await received())["type"] != "complete":
                    if message["type"] == "ping":
                        await ws.send('{"type":"pong"}')
                    elif message["type"] == "error":
                        raise OSError(f"stream ended with {_code(message['payload'])}")
                    elif message["type"] == "next":
                        yield message["payload"]
            finally:
                if self._drops and self._chances.random() < _RUDE:
                    ws.transport.abort()

    async def _by_sse(self) -> Results:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "text/event-stream"}
        variables = self._asked()
        if self._chances.random() < _AS_BROWSER:
            headers["Last-Event-ID"] = variables.pop("after")
        body = {"query": self._query, "variables": variables}
        async with (
            client(_SILENCE_SECONDS) as http,
            http.stream("POST", self._endpoints.one(), json=body, headers=headers) as response,
        ):
            if not response.headers["Content-Type"].startswith("text/event-stream"):
                raise OSError(f"no stream: {response.status_code}")
            kind = ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "next":
                    yield json.loads(value)
                elif kind == "complete":
                    return
        raise EOFError("stream ended without complete")

    def _asked(self) -> dict[str, str]:
        return {**self._variables, "after": self._cursor}


def _message(told: dict[str, Any] | None) -> Message:
    if told is None:  # nobody hides anything: the ledger finds this strange
        return Message("", "", "", 0)
    return Message(told["text"], told["id"], told["conversation"]["id"], told["position"])


def _code(errors: list[dict[str, Any]]) -> str:
    return str(errors[0].get("extensions", {}).get("code", errors[0]["message"]))


async def _narrow(host: str, port: int | None) -> socket.socket:
    """Connect a socket that takes little before somebody reads."""
    narrow = socket.socket()
    try:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BYTES)
        narrow.setblocking(False)
        await asyncio.get_running_loop().sock_connect(narrow, (host, port))
    except BaseException:
        narrow.close()
        raise
    return narrow
