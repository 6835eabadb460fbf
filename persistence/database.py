"""The database: one pool for reads without transactions, one for transactions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import asyncpg
import orjson

from persistence import idempotency, outbox
from persistence.idempotency import Retry
from persistence.read_pool import ReadPool
from persistence.rows import Row
from persistence.statements import Asking, Statement
from persistence.transaction import Transaction

_READING = {
    "default_transaction_read_only": "on",
    # Statements are short and always the same: to plan one again costs more than most of them.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    # A name with one wrong letter of five is found by it, and few others are.
    "pg_trgm.word_similarity_threshold": "0.45",
}

_GRACE_SECONDS = 5.0

DISTURBANCES = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.AdminShutdownError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
)
"""What ends a transaction for no fault of its own: others' locks, or a connection that was cut."""

_TIMED_OUT = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)

Wake = Callable[[Mapping[str, int]], Awaitable[None]]
"""Tells listeners that topics have new heads; called after the commit."""


def forget_rows(error: BaseException | None) -> None:
    """Take out of an error, and of what caused it, what PostgreSQL quotes: whole rows of people."""
    while error is not None:
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None
        error = error.__cause__ or error.__context__


class TookTooLong(Exception):
    """PostgreSQL has ended a statement that worked, or waited for others, longer than it may.

    A transaction that it was part of is rolled back whole: the same may work later.
    """


class Database(Asking):
    """PostgreSQL: a read takes a connection for one statement, a transaction for its block."""

    def __init__(self, reading: ReadPool, writing: asyncpg.Pool) -> None:
        self._reading = reading
        self._writing = writing
        self._wake: Wake | None = None
        self._waking: set[asyncio.Task[None]] = set()

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        read_connections: int = 10,
        write_connections: int = 10,
        statement_timeout_ms: int = 10_000,
    ) -> Self:
        """Open both pools.

        Args:
            url: a ``postgresql://`` URL.
            read_connections: the most connections for reads, at least 1.
            write_connections: the most connections for transactions, at least 1.
            statement_timeout_ms: after how many milliseconds PostgreSQL ends a statement.

        Raises:
            OSError, asyncpg.PostgresError: the server does not answer, or refuses.
        """
        common = {"statement_timeout": str(statement_timeout_ms), "timezone": "UTC"}
        options = {
            "min_size": 1,
            "init": _set_up,
            # There are some hundred statements, always the same: each is prepared once.
            "statement_cache_size": 1_000,
            "max_cacheable_statement_size": 0,  # whatever their length
            "max_cached_statement_lifetime": 0,
            # When the server or the way to it is gone without a word, nobody waits for its answer.
            "command_timeout": statement_timeout_ms / 1000 + _GRACE_SECONDS,
        }
        reading = await ReadPool.connect(
            url,
            max_size=read_connections,
            server_settings={**common, **_READING},
            **options,
        )
        writing = await asyncpg.create_pool(
            url, max_size=write_connections, server_settings=common, **options
        )
        return cls(reading, writing)

    async def close(self) -> None:
        """Wait for what runs and close both pools."""
        await asyncio.gather(*self._waking, return_exceptions=True)
        try:
            await self._reading.close()
        finally:
            await self._writing.close()

    def wake_with(self, wake: Wake) -> None:
        """Set what is called after each commit with the new heads of the live logs."""
        self._wake = wake

    async def fetch(self, statement: Statement, **parameters: Any) -> list[Row]:
        """Run one reading statement and answer its rows.

        Raises:
            TookTooLong: PostgreSQL has ended it.
        """
        try:
            return await self._reading.fetch(
                statement.sql, *statement.arguments(parameters), record_class=statement.row
            )
        except _TIMED_OUT as ended:
            raise TookTooLong from ended

    @asynccontextmanager
    async def write(self, retry: Retry | None = None) -> AsyncIterator[Transaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises.

        Args:
            retry: what makes this call of a mutation the same as an earlier one.

        Raises:
            AlreadyAnswered: the same call has committed before; nothing is done.
            KeyReused: its key has committed before with another input; nothing is done.
            TookTooLong: PostgreSQL has ended one of its statements; nothing is done.
        """
        with _in_time():
            async with self._writing.acquire() as connection, connection.transaction():
                if retry is not None:
                    await idempotency.claim(connection, retry)
                tx = Transaction(connection)
                yield tx
                if retry is not None:
                    await _keep(connection, retry, tx)
                heads = await outbox.store(connection, tx.facts)
        if tx.facts and self._wake is not None:
            # The commit has happened; whoever waits for its answer need not wait for Redis.
            task = asyncio.ensure_future(self._wake(heads))
            self._waking.add(task)
            task.add_done_callback(self._waking.discard)

    async def recall(self, packed: Mapping[str, Any]) -> dict[str, Any]:
        """Give back an answer that was kept for a retry, with `Kept` for rows to load anew.

        Raises:
            TookTooLong: PostgreSQL has ended a statement.
        """
        with _in_time():
            async with self._reading.acquire() as connection:
                return await idempotency.unpack(connection, packed)

    @property
    def connections_in_use(self) -> int:
        """How many connections are checked out now."""
        writing: int = self._writing.get_size() - self._writing.get_idle_size()
        return self._reading.in_use + writing


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except _TIMED_OUT as ended:
        raise TookTooLong from ended


async def _keep(connection: asyncpg.Connection, retry: Retry, tx: Transaction) -> None:
    if tx.payload is None:
        raise RuntimeError(f"{retry.mutation} named no answer to keep for a retry")
    await idempotency.keep(connection, retry, tx.payload)


async def _set_up(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=lambda value: orjson.dumps(value, default=str).decode(),
            decoder=orjson.loads,
        )
