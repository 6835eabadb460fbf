"""`python -m benchmarks.streams`: what open sockets hold, and what an event costs for many.

The server is `kith serve` as one process on a core of its own, on real PostgreSQL and Valkey;
who listens and who writes are this process, on another one.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import orjson
import psutil  # type: ignore[import-untyped]  # ships no types

import embedded
from benchmarks import load, processes
from benchmarks.load import http_request
from benchmarks.peers.contenders import KITH, environment
from benchmarks.streams import report, world
from benchmarks.streams.listeners import Audience
from benchmarks.streams.report import Figures
from benchmarks.streams.world import World

SELECTIONS = {
    "the message": "message { id text position sentAt }",
    "the message and who wrote it": (
        "message { id text position sentAt sender { id displayName } } conversation { id }"
    ),
    "with what differs by viewer": (
        "message { id text position sentAt sender { id displayName } }"
        " conversation { id unreadCount }"
    ),
}
"""What is selected of each event, by its name in the tables."""
_EVENTS = "subscription { events { __typename cursor at ... on MessageSent { %s } } }"
_SEND = """
mutation($id: ID!, $text: String!) {
  sendMessage(input: {conversationId: $id, text: $text}) { __typename }
}
"""
_QUERY = "{ viewer { profile { id displayName bio } } }"
_SCENARIOS = {
    "one": "One event for all sockets of one person",
    "group": "One event for a conversation of as many people",
}
_BARE = (sys.executable, "-m", "benchmarks.streams.bare")
_PATIENCE_SECONDS = 60
_QUIET_SECONDS = 2.0
_LOOKS = 20
_PAUSE_SECONDS = 0.2


def main() -> None:
    """Measure, and print tables beside the targets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams", description=__doc__)
    parser.add_argument("--sockets", type=int, default=2000, help="idle sockets, each of another")
    parser.add_argument("--listeners", type=int, default=1000, help="sockets that an event is for")
    parser.add_argument("--messages", type=int, default=30, help="events of each measurement")
    parser.add_argument("--only", choices=["idle", "one", "group"], help="one scenario alone")
    arguments = parser.parse_args()
    _, ours = processes.cores()
    psutil.Process().cpu_affinity(sorted(ours))
    with embedded.temporary() as stores:
        asyncio.run(_measure(stores, arguments))


async def _measure(stores: embedded.Stores, arguments: argparse.Namespace) -> None:
    people = max(arguments.sockets, arguments.listeners)
    made = await world.write(stores.database_url, people=people, members=arguments.listeners)
    if arguments.only in {None, "idle"}:
        query = _EVENTS % SELECTIONS["the message"]
        async with _server(stores) as server:
            print(report.idle(await _idle(server, stores, made.tokens, query)), flush=True)
    for scenario, tokens, conversation in (
        ("one", [made.tokens[1]] * arguments.listeners, made.pair),
        ("group", made.tokens[: arguments.listeners], made.group),
    ):
        if arguments.only not in {None, scenario}:
            continue
        for name, selection in SELECTIONS.items():
            async with _server(stores) as server:
                writer = Writer(server.port, made, conversation)
                figures = await _fan_out(
                    server, tokens, _EVENTS % selection, writer, arguments.messages
                )
            async with _running(_BARE, {}) as server:
                figures.bare_cpu_seconds = await _bare(server, figures, arguments.messages)
                title = f"{_SCENARIOS[scenario]}: {name}"
                print(report.fan_out(title, figures), flush=True)


@dataclass(frozen=True, slots=True)
class Server:
    """The server under measurement."""

    port: int
    process: psutil.Process


@asynccontextmanager
async def _server(stores: embedded.Stores) -> AsyncIterator[Server]:
    with tempfile.TemporaryDirectory(prefix="kith-benchmark-") as path:
        variables = {
            **environment(stores.database_url, stores.redis_url, Path(path)),
            **KITH.environment,
            # One machine is all these people.
            "SOCKETS_PER_ADDRESS": "1000000",
            "CONNECTIONS_PER_ACCOUNT": "1000000",
            # A heartbeat is an event like others; none shall come between those measured.
            "HEARTBEAT_SECONDS": "600",
        }
        async with _running(KITH.command, variables) as server:
            yield server


@asynccontextmanager
async def _running(command: Sequence[str], variables: Mapping[str, str]) -> AsyncIterator[Server]:
    core, _ = processes.cores()
    port = processes.free_port()
    with (
        tempfile.NamedTemporaryFile(prefix="kith-benchmark-") as log,
        processes.running(
            [*command, str(port)], environment=variables, log=Path(log.name), core=core
        ) as process,
    ):
        until = time.perf_counter() + _PATIENCE_SECONDS
        while True:
            try:
                await load.once(port, http_request(port, orjson.dumps({"query": _QUERY}), {}))
                break
            except (OSError, load.BadAnswer):
                if time.perf_counter() > until:
                    raise
                await asyncio.sleep(0.1)
        yield Server(port, process)


class Writer:
    """Somebody who writes messages, one after the other, and who asks an ordinary query.

    Args:
        port: of the server.
        made: where they are the first.
        conversation: where they write.
    """

    def __init__(self, port: int, made: World, conversation: str) -> None:
        headers = {"Authorization": f"Bearer {made.tokens[0]}"}
        variables = {"id": conversation, "text": "Shall we meet at the usual place?"}
        body = orjson.dumps({"query": _SEND, "variables": variables})
        self.port = port
        self.query = http_request(port, orjson.dumps({"query": _QUERY}), headers)
        self._message = http_request(port, body, headers)

    async def write(self) -> None:
        """Write one message."""
        answer = await load.once(self.port, self._message)
        if b"SendMessageSuccess" not in answer and b"Success" not in answer:
            raise load.BadAnswer(answer.decode())


async def _idle(
    server: Server, stores: embedded.Stores, tokens: Sequence[str], query: str
) -> report.Idle:
    before = processes.memory_bytes(server.process)
    audience = Audience()
    seconds = await audience.connect(server.port, tokens, query)
    await asyncio.sleep(_QUIET_SECONDS)
    held = processes.memory_bytes(server.process) - before
    busy = await _busy_connections(stores)
    audience.leave()
    return report.Idle(len(tokens), seconds, held, busy)


async def _busy_connections(stores: embedded.Stores) -> int:
    """Look some times how many connections do something, or hold a transaction, and tell the most.

    The slow poll of all followed logs does for a moment: the fewest of three looks in a row count.
    """
    connection = await asyncpg.connect(stores.database_url)
    asked = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
    """
    try:
        looks = []
        for _ in range(_LOOKS):
            looks.append(await connection.fetchval(asked))
            await asyncio.sleep(0.05)
    finally:
        await connection.close()
    return max(min(looks[at : at + 3]) for at in range(len(looks) - 2))


async def _fan_out(
    server: Server, tokens: Sequence[str], query: str, writer: Writer, messages: int
) -> Figures:
    audience = Audience()
    await audience.connect(server.port, tokens, query)
    figures = Figures(len(tokens))
    for _ in range(3):  # the first events find nothing compiled, planned or cached
        await _one_event(audience, writer)
    cpu, started = processes.cpu_seconds(server.process), time.perf_counter()
    for _ in range(messages):
        await _one_event(audience, writer)
    figures.seconds = (time.perf_counter() - started) / messages
    figures.cpu_seconds = (processes.cpu_seconds(server.process) - cpu) / messages
    figures.query_alone = (await _ask(writer, asyncio.sleep(1.0))).latencies
    beside = await _ask(writer, _paced(audience, writer, messages, figures.deliveries))
    figures.query_beside = beside.latencies
    figures.told = audience.heard
    audience.leave()
    return figures


async def _bare(server: Server, figures: Figures, messages: int) -> float:
    """How many seconds of CPU it takes a server that does nothing else to send the same bytes."""
    audience = Audience()
    await audience.connect(server.port, [""] * figures.listeners, "")
    telling = http_request(server.port, figures.told, {})
    cpu = processes.cpu_seconds(server.process)
    for _ in range(messages):
        audience.expect()
        await asyncio.gather(load.once(server.port, telling), audience.all_told())
    used = processes.cpu_seconds(server.process) - cpu
    audience.leave()
    return used / messages


async def _one_event(audience: Audience, writer: Writer) -> list[float]:
    """Write a message, wait until all are told, and say after how many seconds each was."""
    audience.expect()
    started = time.perf_counter()
    _, told = await asyncio.gather(writer.write(), audience.all_told())
    return [at - started for at in told]


async def _paced(audience: Audience, writer: Writer, messages: int, latencies: list[float]) -> None:
    for _ in range(messages):
        latencies += await _one_event(audience, writer)
        await asyncio.sleep(_PAUSE_SECONDS)


async def _ask(writer: Writer, meanwhile: Awaitable[None]) -> load.Load:
    """Ask the ordinary query all the time, one after the other, while something goes on."""
    latencies: list[float] = []

    async def ask() -> None:
        client = await load.connect(writer.port)
        try:
            while True:
                before = time.perf_counter()
                await client.ask(writer.query)
                latencies.append(time.perf_counter() - before)
                await asyncio.sleep(0.005)
        finally:
            client.close()

    asking = asyncio.create_task(ask())
    try:
        await meanwhile
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return load.Load(1.0, sorted(latencies))


if __name__ == "__main__":
    main()
