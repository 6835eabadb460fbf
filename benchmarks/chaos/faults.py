"""Faults: what befalls the processes and stores, drawn from a seed."""

import asyncio
import random
import signal
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.chaos.processes import Program
from benchmarks.chaos.stores import Stores

_LONGEST_PAUSE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can go wrong.

    Attributes:
        target: what it befalls.
        kind: what happens.
        happen: does it, and returns when the target works again.
    """

    target: str
    kind: str
    happen: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that happened.

    Attributes:
        at_seconds: since the faults began.
        took_seconds: until the target worked again.
        fault: what it was.
    """

    at_seconds: float
    took_seconds: float
    fault: Fault


class Faults:
    """All that can go wrong.

    Args:
        programs: Kith's processes; those whose name begins with `api` are frozen too.
        stores: PostgreSQL and Valkey.
        chances: what happens, when, and for how long.

    Attributes:
        injected: what has happened, in order of its end.
    """

    def __init__(self, programs: list[Program], stores: Stores, chances: random.Random) -> None:
        self.injected: list[Injected] = []
        self._stores = stores
        self._chances = chances
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._known = [*self._of_valkey(), *self._of_postgres()]
        for program in programs:
            self._known += self._of_program(program)

    async def run(self, *, count: int, seconds: float) -> None:
        """Let faults happen at random moments, and return when all are over.

        Each kind happens once before one happens again. One target has one fault at a time;
        different ones may have theirs together.

        Args:
            count: how many.
            seconds: over which time they are spread.
        """
        plan: list[Fault] = []
        while len(plan) < count:
            plan += self._chances.sample(self._known, len(self._known))
        slot = seconds / count
        moments = [(number + self._chances.random()) * slot for number in range(count)]
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for moment, fault in zip(moments, plan[:count], strict=True):
                group.create_task(self._inject(fault, began, moment))

    async def _inject(self, fault: Fault, began: float, moment: float) -> None:
        await asyncio.sleep(moment)
        async with self._locks[fault.target]:
            start = time.monotonic()
            await fault.happen()
            end = time.monotonic()
        self.injected.append(Injected(start - began, end - start, fault))

    def _of_program(self, program: Program) -> list[Fault]:
        async def kill() -> None:
            await program.wait()
            program.kill()
            await program.wait()

        async def freeze() -> None:
            await program.wait()
            program.freeze()
            try:
                await self._pause()
            finally:
                program.thaw()

        faults = [Fault(program.name, "kill -9", kill)]
        if program.name.startswith("api"):
            faults.append(Fault(program.name, "frozen", freeze))
        return faults

    def _of_valkey(self) -> list[Fault]:
        async def kill(*, keep: bool) -> None:
            await asyncio.to_thread(self._stores.kill_valkey, keep=keep)
            await self._pause()
            await asyncio.to_thread(self._stores.start_valkey)

        async def freeze() -> None:
            self._stores.freeze_valkey()
            try:
                await self._pause()
            finally:
                self._stores.thaw_valkey()

        async def empty() -> None:
            await asyncio.to_thread(self._stores.empty_valkey)

        return [
            Fault("valkey", "kill -9, its data kept", lambda: kill(keep=True)),
            Fault("valkey", "kill -9, its data lost", lambda: kill(keep=False)),
            Fault("valkey", "frozen", freeze),
            Fault("valkey", "FLUSHALL", empty),
        ]

    def _of_postgres(self) -> list[Fault]:
        async def end(number: signal.Signals) -> None:
            await asyncio.to_thread(self._stores.end_postgres, number)
            await self._pause()
            await asyncio.to_thread(self._stores.start_postgres)

        return [
            Fault("postgresql", "kill -9", lambda: end(signal.SIGKILL)),
            Fault("postgresql", "immediate stop", lambda: end(signal.SIGQUIT)),
        ]

    async def _pause(self) -> None:
        await asyncio.sleep(self._chances.uniform(0.2, _LONGEST_PAUSE_SECONDS))
