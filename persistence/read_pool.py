"""The pool of reads: a connection for one statement, without a reset between two."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg

_CUT = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)
_CLOSED = ("closed", "closing", "released")
_MOST_PREPARED = 1_000  # there are some hundred statements, so this is never reached


def is_closed(error: asyncpg.InterfaceError) -> bool:
    """Whether the driver says that a connection or pool is closed: there is no type for that."""
    return any(word in str(error) for word in _CLOSED)


class _Connection:
    """A connection of the pool, with the statements that were prepared since it was taken out.

    asyncpg would find them again by their texts, but that costs more than it costs to run some.

    Args:
        taken: as the pool gives it.
    """

    def __init__(self, taken: Any) -> None:
        self.taken = taken
        self._prepared: dict[tuple[str, type], Any] = {}

    async def fetch(self, sql: str, *arguments: Any, record_class: type) -> list[Any]:
        """Run one statement and answer its rows."""
        statement = self._prepared.get((sql, record_class))
        if statement is None:
            statement = await self._prepare(sql, record_class)
        try:
            rows: list[Any] = await statement.fetch(*arguments)
        except asyncpg.InvalidCachedStatementError:  # a table has got other columns meanwhile
            self._prepared.clear()
            await self.taken.reload_schema_state()
            statement = await self._prepare(sql, record_class)
            rows = await statement.fetch(*arguments)
        return rows

    async def _prepare(self, sql: str, record_class: type) -> Any:
        if len(self._prepared) >= _MOST_PREPARED:
            self._prepared.clear()
        options = {"record_class": record_class}
        # The public method forgets what is prepared when the connection goes back to the pool:
        # each read that somebody gives up would make the server prepare everything anew.
        cached = getattr(self.taken, "_prepare", None)
        if cached is not None:
            statement = await cached(sql, use_cache=True, **options)
        else:  # pragma: no cover - another version of asyncpg
            statement = await self.taken.prepare(sql, **options)
        self._prepared[sql, record_class] = statement
        return statement

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""
        try:
            return not self.taken.is_closed()
        except asyncpg.InterfaceError:  # the pool has taken the broken one back already
            return False


class ReadPool:
    """Connections that only read, and so carry no state from one statement to the next.

    To take a connection out of asyncpg's pool and to put it back costs more than most statements
    do, so one that is given back goes to whoever waits, or is kept at hand.

    Args:
        pool: opens the connections, and replaces those that break.
        size: the most connections.
    """

    def __init__(self, pool: asyncpg.Pool, size: int) -> None:
        self._pool = pool
        self._size = size
        self._taken = 0
        self._is_closing = False
        self._at_hand: list[_Connection] = []
        self._waiting: deque[asyncio.Future[_Connection | None]] = deque()

    @classmethod
    async def connect(cls, url: str, *, max_size: int, **options: Any) -> Self:
        """Open the pool.

        Args:
            url: a ``postgresql://`` URL.
            max_size: the most connections, at least 1.
            options: those of `asyncpg.create_pool`.

        Raises:
            OSError, asyncpg.PostgresError: the server does not answer, or refuses.
        """
        return cls(await asyncpg.create_pool(url, max_size=max_size, **options), max_size)

    async def fetch(self, sql: str, *arguments: Any, record_class: type) -> list[Any]:
        """Run one statement and answer its rows.

        One whose connection is cut is run once more: it has changed nothing, and connections that
        a restart of the server has ended are found out only when they are used.
        """
        try:
            return await self._fetch(sql, *arguments, record_class=record_class)
        except _CUT as error:
            if isinstance(error, asyncpg.InterfaceError) and not is_closed(error):
                raise
            return await self._fetch(sql, *arguments, record_class=record_class)

    async def _fetch(self, sql: str, *arguments: Any, record_class: type) -> list[Any]:
        connection = await self._take()
        try:
            rows = await connection.fetch(sql, *arguments, record_class=record_class)
        except BaseException:
            await self._put_back(connection)
            raise
        await self._end(connection)
        return rows

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """Take a connection for as long as the block runs."""
        connection = await self._take()
        try:
            yield connection.taken
        except BaseException:
            await self._put_back(connection)
            raise
        await self._end(connection)

    async def close(self) -> None:
        """Wait for what runs and close the connections."""
        self._is_closing = True
        at_hand, self._at_hand = self._at_hand, []
        await asyncio.gather(*map(self._put_back, at_hand), return_exceptions=True)
        await self._pool.close()

    @property
    def in_use(self) -> int:
        """How many connections run something now."""
        return self._taken - len(self._at_hand)

    async def _take(self) -> _Connection:
        while True:
            connection: _Connection | None
            if self._at_hand:
                connection = self._at_hand.pop()
            elif self._is_closing or self._taken < self._size:
                return await self._take_new()
            else:
                connection = await self._wait()
            if connection is not None:
                if connection.is_open:
                    return connection
                self._taken -= 1

    async def _take_new(self) -> _Connection:
        self._taken += 1
        try:
            return _Connection(await self._pool.acquire())
        except BaseException:
            self._taken -= 1
            self._hand_over(None)
            raise

    async def _wait(self) -> _Connection | None:
        """Wait for a connection, or for None: there is room for a new one."""
        handed: asyncio.Future[_Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(handed)
        try:
            return await handed
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled():
                self._give_back(handed.result())
            raise

    async def _end(self, connection: _Connection) -> None:
        if self._is_closing:
            await self._put_back(connection)
        else:
            self._give_back(connection)

    def _give_back(self, connection: _Connection | None) -> None:
        if not self._hand_over(connection) and connection is not None:
            self._at_hand.append(connection)

    def _hand_over(self, connection: _Connection | None) -> bool:
        """Give a connection to the first who waits; False when nobody does."""
        while self._waiting:
            handed = self._waiting.popleft()
            if not handed.done():
                handed.set_result(connection)
                return True
        return False

    async def _put_back(self, connection: _Connection) -> None:
        """Let the pool make a connection whole that was left in the middle of something.

        A statement that is given up between its preparation and its execution leaves the locks
        of its tables behind, until the pool resets the connection.
        """
        try:
            await self._pool.release(connection.taken)
        finally:
            self._taken -= 1
            self._hand_over(None)
