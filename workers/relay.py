"""The relay: takes facts from the outbox, in order, and starts what follows from them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import Counter

from persistence.database import Database
from persistence.queries import facts
from persistence.rows import Row

_log = structlog.get_logger("kith.relay")
_carried = Counter("kith_facts_carried_total", "Facts whose consequences were started.", ["kind"])
_failed = Counter("kith_facts_failed_total", "Facts whose consequences could not start.", ["kind"])

BATCH = 100

Carry = Callable[[Row], Awaitable[None]]


class Relay:
    """Carries facts out, any number of them side by side.

    A fact is claimed under a lock that others skip, and finished when everything that follows
    from it was handed out. A relay that dies in between leaves it to be claimed again, so what
    follows must be idempotent by the fact's id.

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

    def nudge(self) -> None:
        """Say that a fact was recorded, so that nobody waits for the poll."""
        self._nudged.set()

    async def run(self) -> None:
        """Carry facts out until cancelled."""
        while True:
            self._nudged.clear()
            try:
                carried = await self.carry_waiting()
            except (TimeoutError, OSError) as error:
                _log.warning("outbox not reachable", error=type(error).__name__)
                carried = 0
            if carried < BATCH:
                await self._pause()

    async def carry_waiting(self) -> int:
        """Carry out the facts that wait now, at most a batch.

        Returns:
            How many were claimed.
        """
        async with self._database.write() as tx:
            claimed = await tx.fetch(facts.claim, limit=BATCH)
        finished = [
            fact.fact_id
            for fact in sorted(claimed, key=lambda fact: fact.fact_id)
            if await self._carried(fact)
        ]
        if finished:
            async with self._database.write() as tx:
                await tx.fetch(facts.finish, ids=finished)
        return len(claimed)

    async def _carried(self, fact: Row) -> bool:
        try:
            await self._carry(fact)
        except Exception:  # noqa: BLE001 - whatever follows from one fact must not hold up the others
            _failed.labels(fact.kind).inc()
            _log.exception("fact not carried out", kind=fact.kind, fact_id=str(fact.fact_id))
            return False
        _carried.labels(fact.kind).inc()
        return True

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._nudged.wait(), self._poll_seconds)
        except TimeoutError:
            return
