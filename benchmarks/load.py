"""The load generator: keep-alive connections that each send one request after the other."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

_FEWEST = 100


@dataclass(frozen=True, slots=True)
class Load:
    """What a stretch of load was like.

    Attributes:
        seconds: how long it lasted.
        latencies: of each answer, in seconds, ascending.
    """

    seconds: float
    latencies: list[float]

    @property
    def requests_per_second(self) -> float:
        """How many answers a second came."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency within which so many percent of the answers came, in seconds."""
        return self.latencies[
            min(int(len(self.latencies) * percent / 100), len(self.latencies) - 1)
        ]


class BadAnswer(Exception):
    """A server answered with another status than 200, or hung up."""


def http_request(
    port: int, body: bytes, headers: dict[str, str], *, path: str = "/graphql"
) -> bytes:
    """Write a POST of JSON as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: localhost:{port}",
        "Content-Type: application/json",
        "Accept: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def once(port: int, request: bytes) -> bytes:
    """Send one request and give the answer's body.

    Raises:
        BadAnswer: the server does not answer with 200.
        OSError: nobody listens.
    """
    client = await connect(port)
    try:
        return await client.ask(request)
    finally:
        client.close()


async def run(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Load a server for a time.

    Args:
        port: where it listens on this machine.
        requests: sent in turn.
        connections: how many are open; each waits for its answer before it sends again.
        seconds: how long; longer when fewer than 100 answers have come by then.

    Raises:
        BadAnswer: an answer was not 200.
    """
    clients = [await connect(port) for _ in range(connections)]
    turn = cycle(requests)
    latencies: list[float] = []
    started = time.perf_counter()
    try:
        await asyncio.gather(
            *(_keep_asking(client, turn, latencies, started + seconds) for client in clients)
        )
    finally:
        for client in clients:
            client.close()
    return Load(time.perf_counter() - started, sorted(latencies))


async def _keep_asking(
    client: "Client", turn: Iterator[bytes], latencies: list[float], until: float
) -> None:
    clock = time.perf_counter
    while (before := clock()) < until or len(latencies) < _FEWEST:
        await client.ask(next(turn))
        latencies.append(clock() - before)


class Client(asyncio.Protocol):
    """One connection; understands just enough of HTTP/1.1 to find the end of an answer."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[bytes] | None = None
        self._body_starts = self._ends = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(BadAnswer("the server hung up"))

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """Send a request; the answer's body comes before the next one is sent."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        received = self._received
        received += data
        if not self._body_starts and not self._read_head():
            return
        if self._ends:
            if len(received) >= self._ends:
                self._finish(bytes(received[self._body_starts : self._ends]))
        elif received.endswith(b"0\r\n\r\n"):
            self._finish(_unchunked(bytes(received[self._body_starts :])))

    def _read_head(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            assert self._answer is not None
            self._answer.set_exception(BadAnswer(bytes(self._received).decode(errors="replace")))
            self.close()
            return False
        self._body_starts = end + 4
        _, found, rest = head.partition(b"content-length:")
        if found:
            self._ends = self._body_starts + int(rest.partition(b"\r\n")[0])
        return True

    def _finish(self, body: bytes) -> None:
        self._received.clear()
        self._body_starts = self._ends = 0
        assert self._answer is not None
        self._answer.set_result(body)


async def connect(port: int) -> Client:
    """Open a connection to a server on this machine."""
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(Client, "127.0.0.1", port)
    return client


def _unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(body[:length])
        body = body[length + 2 :]
    return b"".join(parts)
