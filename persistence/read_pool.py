"""The pool of reads: a connection for one statement, without a reset between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import asyncpg


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection that carries no state from one statement to the next: nothing to reset."""

    def get_reset_query(self) -> str:
        return ""


class ReadPool:
    """Connections that only read.

    To take a connection out of asyncpg's pool and to put it back costs more than most statements
    do, so one that is given back is kept at hand, unless somebody waits for it.

    Args:
        pool: opens the connections, bounds their number, and replaces those that break.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._at_hand: list[Any] = []
        self._waiting = 0

    @classmethod
    async def connect(cls, url: str, **options: Any) -> Self:
        """Open the pool.

        Args:
            url: a ``postgresql://`` URL.
            options: those of `asyncpg.create_pool`.

        Raises:
            OSError, asyncpg.PostgresError: the server does not answer, or refuses.
        """
        return cls(await asyncpg.create_pool(url, connection_class=_Connection, **options))

    async def fetch(self, sql: str, *arguments: Any, record_class: type) -> list[Any]:
        """Run one statement and answer its rows."""
        connection = await self._take()
        try:
            rows: list[Any] = await connection.fetch(sql, *arguments, record_class=record_class)
        except BaseException:
            # The pool knows what to do with a connection in the middle of something.
            await self._pool.release(connection)
            raise
        await self._give_back(connection)
        return rows

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """Take a connection for as long as the block runs."""
        connection = await self._take()
        try:
            yield connection
        except BaseException:
            await self._pool.release(connection)
            raise
        await self._give_back(connection)

    async def close(self) -> None:
        """Wait for what runs and close the connections."""
        at_hand, self._at_hand = self._at_hand, []
        await asyncio.gather(*map(self._pool.release, at_hand))
        self._waiting += 1  # what runs still goes back to the pool
        await self._pool.close()

    @property
    def in_use(self) -> int:
        """How many connections run something now."""
        size: int = self._pool.get_size() - self._pool.get_idle_size()
        return size - len(self._at_hand)

    async def _take(self) -> Any:
        while self._at_hand:
            connection = self._at_hand.pop()
            # asyncpg takes a connection that broke back by itself; its own word for it is an error.
            with suppress(asyncpg.InterfaceError):
                if not connection.is_closed():
                    return connection
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def _give_back(self, connection: Any) -> None:
        if self._waiting:
            await self._pool.release(connection)
        else:
            self._at_hand.append(connection)
