"""The relay: takes facts from the outbox, in order, and starts what follows from them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from prometheus_client import Counter

from persistence.database import Database
from persistence.queries import facts
from persistence.rows import Row

_log = structlog.get_logger("kith.relay")
_carried = Counter("kith_facts_carried_total", "Facts whose consequences were started.", ["kind"])
_failed = Counter("kith_facts_failed_total", "Facts whose consequences could not start.", ["kind"])

BATCH = 100
_LONGEST_BATCH_SECONDS = 10.0

Carry = Callable[[Row], Awaitable[None]]


class Relay:
    """Carries facts out, any number of relays side by side.

    Facts of one kind about one person are carried in the order in which they were recorded, each
    at least once; only those of transactions that overlapped may come in either order. A relay
    holds the locks of its facts until they are marked, and others skip what is locked, so no two
    carry the same; with a relay that dies its locks go, and what it had not marked is carried
    again. So what follows must be idempotent by the fact's id.

    What fails waits, longer each time, and holds up nothing but its like about the same person.
    It is never given up: it is logged, counted, and makes the oldest fact's age grow.

    Args:
        database: where the outbox is.
        carry: starts what follows from one fact; raises when that is not possible now.
        poll_seconds: the pause when nothing waits, unless it is nudged.
    """

    def __init__(self, database: Database, carry: Carry, *, poll_seconds: float = 1.0) -> None:
        self._database = database
        self._carry = carry
        self._poll_seconds = poll_seconds
        self._nudged = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """Say that a fact was recorded, so that nobody waits for the poll."""
        self._nudged.set()

    def stop(self) -> None:
        """Let `run` end when it has carried out what waits now."""
        self._stopping = True
        self.nudge()

    async def run(self) -> None:
        """Carry facts out until `stop`, through any failure of the database."""
        while True:
            self._nudged.clear()
            ending = self._stopping
            try:
                more = await self.carry_waiting() > 0
            except Exception as error:  # noqa: BLE001 - the outbox comes back, and nothing is lost
                _log.warning("outbox not reachable", error=type(error).__name__)
                more = False
            if ending and not more:
                return
            if not more:
                await self._pause()

    async def carry_waiting(self) -> int:
        """Carry out the facts that wait now, at most a batch.

        Returns:
            How many were carried out.
        """
        carried: list[UUID] = []
        failed: list[UUID] = []
        async with self._database.write() as tx:
            until = time.monotonic() + _LONGEST_BATCH_SECONDS
            for fact in await tx.fetch(facts.claim, limit=BATCH):
                (carried if await self._is_carried(fact) else failed).append(fact.fact_id)
                # A transaction must not stay open for long; the others wait for the next batch.
                if time.monotonic() > until:
                    break
            await tx.fetch(facts.finish, ids=carried)
            await tx.fetch(facts.put_off, ids=failed)
        return len(carried)

    async def _is_carried(self, fact: Row) -> bool:
        try:
            await self._carry(fact)
        except Exception:  # noqa: BLE001 - whatever follows from one fact must not hold up the others
            _failed.labels(fact.kind).inc()
            _log.exception(
                "fact not carried out",
                kind=fact.kind,
                fact_id=str(fact.fact_id),
                attempts=fact.attempt_count + 1,
            )
            return False
        _carried.labels(fact.kind).inc()
        return True

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._nudged.wait(), self._poll_seconds)
        except TimeoutError:
            return
