"""What tests of live delivery share: imaginary inboxes, and a Valkey that may be broken."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from embedded.accounts import choose_account
from embedded.valkey import Valkey
from persistence.database import Database
from realtime import topics
from realtime.topics import Topic

PATIENCE_SECONDS = 20.0
"""After how long a test gives up; nothing that works takes nearly as long."""


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.005)


async def until_so(ask: Callable[[], Awaitable[object]], answer: object) -> None:
    """Ask until this is the answer."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await ask() != answer:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Said:
    """A fact that somebody said something to some people."""

    number: int
    audience: tuple[UUID, ...] = field(repr=False)
    kind: str = "Said"

    def body(self) -> dict[str, int]:
        return {"number": self.number}


class Inbox:
    """The live log of one imaginary person."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.person = uuid4()

    @property
    def topic(self) -> Topic:
        return topics.viewer(self.person)

    async def say(self, *numbers: int) -> None:
        """Record facts, one transaction for each."""
        for number in numbers:
            async with self.database.write() as tx:
                tx.record(Said(number, (self.person,)))


class BreakableValkey:
    """A Valkey of the test's own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._valkey: Valkey | None = None

    def start(self) -> None:
        data, sockets = self._directory / "data", self._directory / "sockets"
        account = choose_account(data)
        sockets.mkdir(exist_ok=True)
        account.own(sockets)
        log = self._directory / "valkey.log"
        self._valkey = Valkey(data, sockets=sockets, log=log, account=account, durable=False)
        self._valkey.wait()

    @property
    def url(self) -> str:
        assert self._valkey is not None
        return self._valkey.url

    def stop(self) -> None:
        if self._valkey is not None:
            self.thaw()
            self._valkey.stop()
            self._valkey = None

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        assert self._valkey is not None
        os.kill(self._valkey._server.process.pid, number)
