"""The log of searches: noted without anybody waiting for it, and written down together."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from prometheus_client import Counter

from persistence.database import Database, TookTooLong
from persistence.queries import searches
from persistence.reaching import is_away

_log = structlog.get_logger("kith.search")
_dropped = Counter(
    "kith_searches_unnoted_total", "Searches that statistics do not have: too many, or no database."
)

WAITING_MOST = 10_000
"""How many searches can wait to be written down; later ones are dropped."""

_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was answered.

    Attributes:
        profile_id: who searched.
        query: for what, in small letters.
        result_count: how much they may see of what was found.
        duration_ms: how long it took, in milliseconds.
        searched_at: when.
    """

    profile_id: UUID
    query: str
    result_count: int
    duration_ms: int
    searched_at: datetime


def _columns(noted: Sequence[Searched]) -> dict[str, list[Any]]:
    return {each.name: [getattr(one, each.name) for one in noted] for each in fields(Searched)}


class SearchLog:
    """Writes searches down, those of about a second in one statement.

    What a process that is killed has noted within its last second is lost: statistics bear that.

    Args:
        database: where they go.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Searched] = []
        self._writing: asyncio.Task[None] | None = None
        self._is_closing = asyncio.Event()

    def note(self, searched: Searched) -> None:
        """Note a search."""
        if len(self._waiting) >= WAITING_MOST:
            _dropped.inc()
            return
        self._waiting.append(searched)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="searches")

    async def written(self) -> None:
        """Write down what waits, without a pause, and wait until that is done."""
        self._is_closing.set()
        if self._writing is not None:
            await self._writing
        self._is_closing.clear()

    async def _write(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_closing.wait(), _PAUSE_SECONDS)
            noted, self._waiting = self._waiting, []
            try:
                async with self._database.write() as tx:
                    await tx.fetch(searches.add, **_columns(noted))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TookTooLong) as error:
                if not is_away(error):
                    raise
                _dropped.inc(len(noted))
                _log.warning("searches not noted", error=type(error).__name__)
