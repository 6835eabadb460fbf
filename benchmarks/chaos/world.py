"""The run: everything started, disturbed, left to recover, and compared."""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.chaos import people
from benchmarks.chaos.endpoints import Endpoints, Failed, client
from benchmarks.chaos.faults import Faults, Injected
from benchmarks.chaos.ledger import Heard, Ledger, Message, Verdict
from benchmarks.chaos.listeners import HEARTBEAT_SECONDS, Listener
from benchmarks.chaos.people import Person
from benchmarks.chaos.processes import Program, environment
from benchmarks.chaos.senders import Sender
from benchmarks.chaos.stores import Stores
from benchmarks.processes import free_port

_RECOVERY_SECONDS = 60.0
_QUIET_SECONDS = 3.0
_CURSOR = "{ viewer { profile { id } } }"
_HISTORY = """
query($id: ID!, $after: String) { conversation(id: $id) { messages(first: 100, after: $after) {
  nodes { id text position } pageInfo { hasNextPage endCursor }
} } }
"""

# Kind, whether one conversation alone, Server-Sent Events, drops, reads in fits.
_KINDS = (
    ("events, WebSocket, steady", False, False, False, False),
    ("events, WebSocket, drops", False, False, True, False),
    ("events, WebSocket, in fits", False, False, False, True),
    ("events, SSE, steady", False, True, False, False),
    ("events, SSE, drops", False, True, True, False),
    ("events, SSE, in fits", False, True, False, True),
    ("messages, WebSocket, drops", True, False, True, False),
    ("messages, SSE, in fits", True, True, False, True),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much there is.

    Attributes:
        seed: decides what happens, as far as the machine's timing does not.
        faults: how many.
        seconds: over which they are spread.
        people: how many take part, each in conversation with four others.
        pause_seconds: between two messages of one sender, on the average.
    """

    seed: int
    faults: int
    seconds: float
    people: int
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        faults: what happened, in order of its end.
        ledger: what was sent.
        verdicts: by kind of listener, and the number of listeners of that kind.
        wrong: the listeners that were told something wrong, by name.
        failures: why senders and listeners had to try again, and how often.
        gave_up: the processes that ended by themselves, and how often.
        recovery_seconds: how long the last acknowledged message took to reach everybody after
            the last fault and the last send.
    """

    faults: list[Injected]
    ledger: Ledger
    verdicts: dict[str, tuple[Verdict, int]]
    wrong: dict[str, Verdict]
    failures: dict[str, Counter[str]]
    gave_up: dict[str, int]
    recovery_seconds: float


async def run(scale: Scale, stores: Stores, folder: Path) -> Outcome:
    """Let people write and listen while faults happen; see `Outcome`."""
    chances = random.Random(scale.seed)
    everyone = await people.settle(stores.postgres.url, people=scale.people, partners=2)
    programs, endpoints = _programs(stores, folder, chances)
    ledger, faults = Ledger(), Faults(programs, stores, chances)
    async with _running(programs):
        await asyncio.gather(*(program.wait() for program in programs))
        listeners = await _listeners(everyone, endpoints, chances)
        senders = [
            Sender(
                f"{person.name}, device {device}",
                person,
                endpoints,
                ledger,
                chances=chances,
                pause_seconds=scale.pause_seconds,
            )
            for person in everyone
            for device in (1, 2)
        ]
        async with asyncio.TaskGroup() as group:
            listening = [group.create_task(listener.run()) for listener in listeners]
            ends = asyncio.Event()
            sending = [group.create_task(sender.run(ends)) for sender in senders]
            _tell(f"{len(senders)} senders, {len(listeners)} listeners; {scale.faults} faults ...")
            await faults.run(count=scale.faults, seconds=scale.seconds)
            ends.set()
            await asyncio.gather(*sending)
            recovery = await _recovered(ledger, listeners)
            for task in listening:
                task.cancel()
        heard = [listener.heard for listener in listeners]
        for person in everyone:
            heard += await _read(person, endpoints)
    verdicts = ledger.verdicts(heard)
    return Outcome(
        faults.injected,
        ledger,
        _by_kind(heard, verdicts),
        {name: verdict for name, verdict in verdicts.items() if not verdict.is_right},
        {
            "senders": sum((each.failures for each in senders), Counter()),
            "listeners": sum((each.failures for each in listeners), Counter()),
        },
        {program.name: program.gave_up for program in programs if program.gave_up},
        recovery,
    )


def _programs(
    stores: Stores, folder: Path, chances: random.Random
) -> tuple[list[Program], Endpoints]:
    variables = environment(
        DATABASE_URL=stores.postgres.url,
        REDIS_URL=stores.valkey.url,
        EMBEDDING_RUNTIME="torch",
        EMAIL_BACKEND="none",
        LOG_JSON="true",
        HEARTBEAT_SECONDS=str(HEARTBEAT_SECONDS),
        # One machine is all these people.
        REQUESTS_PER_MINUTE_PER_ACCOUNT="1000000",
        REQUESTS_PER_MINUTE_PER_ADDRESS="1000000",
        MESSAGES_PER_MINUTE="1000000",
        SOCKETS_PER_ADDRESS="10000",
        CONNECTIONS_PER_ACCOUNT="10000",
    )
    ports = [free_port(), free_port()]
    commands = [
        *(("serve", "--port", str(port), "Kith serves at") for port in ports),
        ("worker", "--concurrency", "1", "Working on jobs"),
        ("relay", "Handing facts to jobs"),
        ("beat", "Handing out the jobs"),
    ]
    names = ["api-1", "api-2", "worker", "relay", "beat"]
    programs = [
        Program(name, arguments, says=says, folder=folder, environment=variables, chances=chances)
        for name, (*arguments, says) in zip(names, commands, strict=True)
    ]
    return programs, Endpoints(tuple(f"http://127.0.0.1:{port}" for port in ports), chances)


@asynccontextmanager
async def _running(programs: list[Program]) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(program.run()) for program in programs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _listeners(
    everyone: list[Person], endpoints: Endpoints, chances: random.Random
) -> list[Listener]:
    """Connect each person by half of the kinds, so that each kind is there for every other."""
    found = []
    async with client() as http:
        for number, person in enumerate(everyone):
            cursor = (await endpoints.ask(http, person.token, _CURSOR))["extensions"]["cursor"]
            for kind, alone, sse, drops, fits in _KINDS[number % 2 :: 2]:
                conversation = chances.choice(person.conversations) if alone else None
                heard = Heard(
                    f"{person.name}: {kind}",
                    kind,
                    person.name,
                    [conversation] if conversation else person.conversations,
                )
                listener = Listener(
                    heard,
                    token=person.token,
                    cursor=cursor,
                    endpoints=endpoints,
                    chances=chances,
                    conversation=conversation,
                    sse=sse,
                    drops=drops,
                    fits=fits,
                )
                found.append(listener)
    return found


async def _recovered(ledger: Ledger, listeners: list[Listener]) -> float:
    """Wait until everybody has everything, or for a minute; then for what comes too often."""
    began = time.monotonic()
    with suppress(TimeoutError):
        async with asyncio.timeout(_RECOVERY_SECONDS):
            while any(ledger.missing(each.heard) for each in listeners):  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.5)
    seconds = time.monotonic() - began
    await asyncio.sleep(_QUIET_SECONDS)
    return seconds


async def _read(person: Person, endpoints: Endpoints) -> list[Heard]:
    """Read each conversation of somebody as a device does that was never there."""
    read = []
    async with client() as http:
        for number, conversation in enumerate(person.conversations):
            name, kind = f"{person.name}: conversation {number}", "queries, at the end"
            heard = Heard(name, kind, name, [conversation])
            after, goes_on = None, True
            while goes_on:
                page = await _page(http, person, endpoints, id=conversation, after=after)
                heard.messages += [
                    Message(node["text"], node["id"], conversation, node["position"])
                    for node in page["nodes"]
                ]
                after, goes_on = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
            heard.messages.reverse()  # the list begins with the newest
            read.append(heard)
    return read


async def _page(
    http: httpx.AsyncClient, person: Person, endpoints: Endpoints, **variables: str | None
) -> dict[str, Any]:
    async with asyncio.timeout(_RECOVERY_SECONDS):
        while True:
            try:
                answer = await endpoints.ask(http, person.token, _HISTORY, **variables)
            except Failed as failure:
                _tell(f"A conversation could not be read: {failure}.")
                await asyncio.sleep(1)
            else:
                page: dict[str, Any] = answer["data"]["conversation"]["messages"]
                return page


def _by_kind(heard: list[Heard], verdicts: dict[str, Verdict]) -> dict[str, tuple[Verdict, int]]:
    kinds: dict[str, tuple[Verdict, int]] = {}
    for each in heard:
        verdict, count = kinds.get(each.kind, (Verdict(), 0))
        kinds[each.kind] = verdict + verdicts[each.name], count + 1
    return kinds


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
