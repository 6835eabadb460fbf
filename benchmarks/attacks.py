"""Attacks: hostile requests against the running server, and how long they delay somebody else.

`python -m benchmarks.attacks` prints a table, and fails when one request delays the bystander by
more than 50 ms at the median, or is not answered as it should be.
"""

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphql import GraphQLError, parse
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks import load, processes, setting
from benchmarks.hostile import DOCUMENTS, VARIABLES, unique
from execution import guard
from execution.limits import Limits
from persistence import migrating

MOST_MS = 50.0
GUARD_MS = 2.0
_ROUNDS = 9
_CALM_SECONDS = 0.04
_QUIET = "{ viewer { profile { displayName } } }"
_UNLIMITED = {
    "REQUESTS_PER_MINUTE_PER_ACCOUNT": "1000000000",
    "REQUESTS_PER_MINUTE_PER_ADDRESS": "1000000000",
    "MESSAGES_PER_MINUTE": "1000000000",
    "LOG_LEVEL": "ERROR",
    "JOBS_EAGER": "false",
    "EMAIL_BACKEND": "none",
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to keep a server busy.

    Attributes:
        name: how the table calls it.
        expected: the codes with which it may be answered; `ok` when it is harmless and runs, or
            the code with which a socket closes.
        send: sends it to a server, in a spelling of its own for each number, and gives the codes
            of the answers.
        is_one: whether it is one request of less than 1 MB; of many, no delay is promised.
    """

    name: str
    expected: frozenset[str]
    send: Callable[[int, int], Awaitable[set[str]]]
    is_one: bool = True


@dataclass(slots=True)
class Delays:
    """What an attack did.

    Attributes:
        added_ms: by how much the slowest answer to the bystander was slower than just before the
            attack, one figure a round.
        codes: of the answers to the attacker.
    """

    added_ms: list[float] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)


async def _post(port: int, body: bytes) -> set[str]:
    """Send a body, and give the codes of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(load.http_request(port, body, {"Connection": "close"}))
        answer = await reader.read()
    except ConnectionResetError:  # it hung up on a body that it does not want to read
        return {"cut off"}
    finally:
        writer.close()
    return _codes(json.loads(answer.partition(b"\r\n\r\n")[2]))


def _codes(answer: dict[str, Any]) -> set[str]:
    """The codes of an answer's errors; `untyped` stands for an error without one."""
    errors = answer.get("errors", [])
    return {error.get("extensions", {}).get("code", "untyped") for error in errors} or {"ok"}


def _document(text: Callable[[int], str], variables: object = None) -> Any:
    async def send(port: int, number: int) -> set[str]:
        body = {"query": text(number), "variables": variables}
        return await _post(port, json.dumps(body, ensure_ascii=False).encode())

    return send


def _raw(body: bytes) -> Any:
    async def send(port: int, _number: int) -> set[str]:
        return await _post(port, body)

    return send


async def _many_documents(port: int, number: int) -> set[str]:
    """Documents of which none was sent before, on eight connections at once."""

    async def one(lane: int) -> set[str]:
        found = set()
        for turn in range(12):
            text = unique(number * 1_000 + lane * 100 + turn)
            found |= await _post(port, json.dumps({"query": text}).encode())
        return found

    return set().union(*await asyncio.gather(*map(one, range(8))))


def _socket(talk: Callable[[ClientConnection], Awaitable[set[str]]]) -> Any:
    async def send(port: int, _number: int) -> set[str]:
        url = f"ws://127.0.0.1:{port}/graphql"
        async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            await socket.send('{"type":"connection_init"}')
            await socket.recv()
            try:
                return await talk(socket)
            except ConnectionClosed as closed:
                return {str(closed.rcvd.code) if closed.rcvd else "cut off"}

    return send


async def _many_subscriptions(socket: ClientConnection) -> set[str]:
    query = {"query": "subscription { events { cursor } }"}
    for number in range(200):
        await socket.send(json.dumps({"type": "subscribe", "id": str(number), "payload": query}))
    codes = set()
    for _ in range(200):
        message = json.loads(await socket.recv())
        codes |= _codes({"errors": message["payload"]} if message["type"] == "error" else {})
    return codes


async def _many_pings(socket: ClientConnection) -> set[str]:
    for _ in range(1_000):
        await socket.send('{"type":"ping"}')
    for _ in range(1_000):
        await socket.recv()
    return {"ok"}


async def _huge_message(socket: ClientConnection) -> set[str]:
    await socket.send(json.dumps({"type": "ping", "payload": {"a": "a" * 1_000_000}}))
    await socket.recv()
    return {"ok"}


async def _large_messages(socket: ClientConnection) -> set[str]:
    text = json.dumps({"type": "ping", "payload": {"a": [[1]] * 12_000}})
    for _ in range(20):
        await socket.send(text)
    for _ in range(20):
        await socket.recv()
    return {"ok"}


async def _deep_message(socket: ClientConnection) -> set[str]:
    await socket.send('{"type":"ping","payload":{"a":' + "[" * 25_000 + "]" * 25_000 + "}}")
    await socket.recv()
    return {"ok"}


ATTACKS: Sequence[Attack] = (
    *(Attack(name, codes, _document(text)) for name, codes, text in DOCUMENTS),
    *(
        Attack(name, codes, _document(text, variables))
        for name, codes, text, variables in VARIABLES
    ),
    Attack(
        "a body nested 100,000 deep",
        frozenset({"BAD_REQUEST"}),
        _raw(b'{"query":"{a}","variables":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"),
    ),
    Attack(
        "an integer of 100,000 digits in the body",
        frozenset({"BAD_REQUEST"}),
        _raw(b'{"query":"{__typename}","variables":{"a":' + b"1" * 100_000 + b"}}"),
    ),
    Attack(
        "a batch of 5,000",
        frozenset({"BATCH_TOO_LARGE"}),
        _raw(json.dumps([{"query": "{ __typename }"}] * 5_000).encode()),
    ),
    Attack(
        "a body of 300 kB",
        frozenset({"PAYLOAD_TOO_LARGE", "cut off"}),
        _raw(json.dumps({"query": "{ __typename }" + " " * 300_000}).encode()),
    ),
    Attack(
        "96 documents never seen, eight at once", frozenset({"ok"}), _many_documents, is_one=False
    ),
    Attack(
        "WebSocket: 200 subscriptions",
        frozenset({"UNAUTHENTICATED", "TOO_MANY_OPERATIONS"}),
        _socket(_many_subscriptions),
    ),
    Attack("WebSocket: 1,000 pings", frozenset({"ok"}), _socket(_many_pings)),
    Attack("WebSocket: a message of 1 MB", frozenset({"1009"}), _socket(_huge_message)),
    Attack(
        "WebSocket: 20 messages of 60 kB",
        frozenset({"ok"}),
        _socket(_large_messages),
        is_one=False,
    ),
    Attack("WebSocket: a message 25,000 deep", frozenset({"4400"}), _socket(_deep_message)),
)


def _bystand(port: int, pid: int, token: str, told: Connection) -> None:
    """Ask a cheap query again and again; tell when each was sent and how long it took, in seconds.

    The time for which the server had no core, because others of this machine had it, is left out.
    """
    schedule = Path(f"/proc/{pid}/schedstat")

    def stood_in_line() -> float:
        return int(schedule.read_text().split()[1]) / 1e9

    async def ask() -> None:
        body = json.dumps({"query": _QUIET}).encode()
        request = load.http_request(port, body, {"Authorization": f"Bearer {token}"})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            sent, lost = time.perf_counter(), stood_in_line()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            answer = await reader.readexactly(int(length))
            took = time.perf_counter() - sent
            told.send((sent, took - (stood_in_line() - lost)))
            assert b"displayName" in answer
            await asyncio.sleep(0.001)

    asyncio.run(ask())


@contextmanager
def bystander(port: int, pid: int, token: str) -> Iterator[Connection]:
    """Run a bystander, in a process of its own, for the length of a block."""
    context = multiprocessing.get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_bystand, args=(port, pid, token, tells), daemon=True)
    process.start()
    try:
        hears.recv()
        yield hears
    finally:
        process.kill()
        process.join()


async def measure(port: int, heard: Connection, rounds: int) -> dict[str, Delays]:
    """Send every attack in every round, and see what happens to the bystander meanwhile."""
    found = {attack.name: Delays() for attack in ATTACKS}
    for number in range(rounds):
        for attack in ATTACKS:
            await _answers(heard, time.perf_counter())
            before = await _answers(heard, time.perf_counter() + _CALM_SECONDS)
            attacking = asyncio.ensure_future(attack.send(port, number))
            during: list[float] = []
            # A bystander to whom nobody listens would stop to ask.
            while not attacking.done():
                during += await _answers(heard, 0)
            during += await _answers(heard, time.perf_counter())
            delays = found[attack.name]
            delays.codes |= attacking.result()
            delays.added_ms.append((max(during) - max(before)) * 1_000)
    return found


async def _answers(heard: Connection, until: float) -> list[float]:
    """How many seconds the bystander waited for each answer, up to the first asked for then."""
    waited = []
    while True:
        sent, took = await asyncio.to_thread(heard.recv)
        waited.append(took)
        if sent >= until:
            return waited


def guard_ms(text: str) -> float:
    """The processor time in which the guard judges a text, and its syntax tree if it goes on."""
    document, limits, seconds = parse(text), Limits(), []
    for _ in range(101):
        before = time.thread_time()
        with suppress(GraphQLError):
            guard.check_text(text, limits)
            guard.check(document, limits, introspection=True)
        seconds.append(time.thread_time() - before)
    return statistics.median(seconds) * 1_000


def report(found: dict[str, Delays]) -> bool:
    """Print the table; False when something is not as it must be."""
    good = True
    print("| attack | answered | added delay: median | worst |\n| --- | --- | ---: | ---: |")
    for attack in ATTACKS:
        delays = found[attack.name]
        median, worst = statistics.median(delays.added_ms), max(delays.added_ms)
        is_quick = median <= MOST_MS or not attack.is_one
        is_good = is_quick and delays.codes <= attack.expected
        good = good and is_good
        codes = ", ".join(f"`{code}`" for code in sorted(delays.codes))
        mark = "" if is_good else " **missed**"
        print(f"| {attack.name} | {codes} | {median:.1f} ms{mark} | {worst:.1f} ms |")
    print("\n| document of 15 kB | judged by the guard in |\n| --- | ---: |")
    for name, _, text in DOCUMENTS:
        if name.startswith("15 kB"):
            judged = guard_ms(text(0))
            good = good and judged <= GUARD_MS
            print(f"| {name} | {judged:.2f} ms{'' if judged <= GUARD_MS else ' **missed**'} |")
    return good


async def _signed_up(port: int) -> str:
    query = (
        "mutation($i: SignUpInput!) { signUp(input: $i) { ... on SignUpSuccess { accessToken } } }"
    )
    given = {
        "email": "eve@example.com",
        "password": "a long and winding road",
        "displayName": "Eve",
    }
    body = json.dumps({"query": query, "variables": {"i": given}}).encode()
    answer = json.loads(await load.once(port, load.http_request(port, body, {})))
    token: str = answer["data"]["signUp"]["accessToken"]
    return token


async def _when_serving(port: int) -> None:
    body = json.dumps({"query": "{ __typename }"}).encode()
    while True:
        try:
            await load.once(port, load.http_request(port, body, {}))
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return


async def _run(database_url: str, redis_url: str, directory: Path) -> bool:
    await migrating.upgrade(database_url)
    core, others = processes.cores()
    os.sched_setaffinity(0, others)
    port = processes.free_port()
    command = [sys.executable, "-c", "from cli import main; main()", "serve", "--port", str(port)]
    environment = {
        **_UNLIMITED,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(directory),
    }
    log = directory / "server.log"
    with processes.running(command, environment=environment, log=log, core=core) as server:
        async with asyncio.timeout(60):
            await _when_serving(port)
        token = await _signed_up(port)
        with bystander(port, server.pid, token) as heard:
            rounds = int(sys.argv[1]) if len(sys.argv) > 1 else _ROUNDS
            return report(await measure(port, heard, rounds))


def main() -> None:
    """Run all attacks, and print what they did."""
    with setting.stores() as (stores, directory):
        good = asyncio.run(_run(stores.database_url, stores.redis_url, directory))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
