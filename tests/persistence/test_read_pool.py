"""The pool of reads: bounded, and whole again after whatever happened to a connection."""

import asyncio
from unittest.mock import AsyncMock

import asyncpg
import pytest

from persistence import read_pool
from persistence.read_pool import ReadPool
from persistence.rows import Row

SIZE = 3


@pytest.fixture
async def pool(stores):
    pool = await ReadPool.connect(stores.database_url, min_size=1, max_size=SIZE)
    yield pool
    await pool.close()


async def value(pool, sql, *arguments):
    (row,) = await pool.fetch(sql, *arguments, record_class=Row)
    assert type(row) is Row
    return row[0]


async def backends(pool, number):
    """The processes of PostgreSQL behind as many connections at once."""
    slow = "SELECT pg_backend_pid() FROM pg_sleep(0.05)"
    return set(await asyncio.gather(*(value(pool, slow) for _ in range(number))))


async def test_more_statements_than_connections_all_find_one(pool):
    answers = await asyncio.gather(*(value(pool, "SELECT $1::int", n) for n in range(100)))
    assert answers == list(range(100))
    assert len(await backends(pool, 10)) == SIZE
    assert pool.in_use == 0


async def test_one_after_the_other_share_a_connection(pool):
    assert len({await value(pool, "SELECT pg_backend_pid()") for _ in range(5)}) == 1


async def test_who_waits_gets_a_connection_that_is_given_back(pool):
    held = [pool.acquire() for _ in range(SIZE)]
    for holder in held:
        await holder.__aenter__()
    assert pool.in_use == SIZE
    waiting = asyncio.create_task(value(pool, "SELECT 7"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await held[0].__aexit__(None, None, None)
    assert await waiting == 7
    for holder in held[1:]:
        await holder.__aexit__(None, None, None)
    assert pool.in_use == 0


async def test_broken_connections_are_replaced(pool, stores):
    broken = await backends(pool, SIZE)
    other = await asyncpg.connect(stores.database_url)
    for backend in broken:
        await other.execute("SELECT pg_terminate_backend($1)", backend)
    await other.close()
    await asyncio.sleep(0.1)
    assert not await backends(pool, SIZE) & broken
    assert pool.in_use == 0


async def test_a_read_that_is_asked_wrongly_is_not_asked_again(pool, monkeypatch):
    monkeypatch.setattr(pool, "_fetch", sent := AsyncMock(wraps=pool._fetch))
    with pytest.raises(asyncpg.InterfaceError, match="expects 0 arguments"):
        await value(pool, "SELECT 1", 2)
    assert sent.await_count == 1


async def test_a_statement_whose_columns_change_is_prepared_again(pool, stores):
    await backends(pool, SIZE)
    other = await asyncpg.connect(stores.database_url)
    await other.execute("CREATE TABLE changing AS SELECT 1 AS one")
    every = [value(pool, "SELECT changing.* FROM changing, pg_sleep(0.05)") for _ in range(SIZE)]
    assert await asyncio.gather(*every) == [1] * SIZE
    await other.execute("ALTER TABLE changing ALTER COLUMN one TYPE text")
    every = [value(pool, "SELECT changing.* FROM changing, pg_sleep(0.05)") for _ in range(SIZE)]
    assert await asyncio.gather(*every) == ["1"] * SIZE
    await other.execute("DROP TABLE changing")
    await other.close()


async def test_what_the_server_has_prepared_outlives_a_read_that_is_given_up(pool):
    made = "SELECT min(prepare_time)::text FROM pg_prepared_statements WHERE statement = $1"
    before = await value(pool, made, made)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await value(pool, "SELECT pg_sleep(5)")
    assert await value(pool, made, made) == before
    again = "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1"
    assert await value(pool, again, made) == 1


async def test_what_is_prepared_is_bounded(stores, monkeypatch):
    monkeypatch.setattr(read_pool, "_MOST_PREPARED", 2)
    pool = await ReadPool.connect(
        stores.database_url, min_size=1, max_size=1, statement_cache_size=2
    )
    assert [await value(pool, f"SELECT {n}") for n in range(20)] == list(range(20))
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT%'"
    assert await value(pool, prepared) <= 2 + 2 + 1
    await pool.close()


async def test_a_statement_that_fails_or_is_given_up_leaves_nothing_behind(pool):
    for _ in range(SIZE * 2):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await value(pool, "SELECT 1 / 0")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await value(pool, "SELECT pg_sleep(5)")
    assert pool.in_use == 0
    assert await value(pool, "SELECT 1") == 1


async def test_a_statement_that_is_given_up_holds_no_lock(pool, stores):
    async def given_up_after(steps, n):
        # Prepared for the first time, so there is a moment between that and its execution.
        asking = asyncio.create_task(value(pool, f"SELECT count(*) + {n} FROM watched"))  # noqa: S608
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    other = await asyncpg.connect(stores.database_url)
    await other.execute("CREATE TABLE IF NOT EXISTS watched (); SET lock_timeout = '2s'")
    for n in range(60):
        await given_up_after(n % 30, n)
        await other.execute("BEGIN; LOCK TABLE watched IN ACCESS EXCLUSIVE MODE; COMMIT")
    await other.execute("DROP TABLE watched")
    await other.close()
    assert pool.in_use == 0


async def test_who_gives_up_waiting_takes_nothing_along(pool):
    held = pool.acquire()
    others = [pool.acquire() for _ in range(SIZE - 1)]
    for holder in (held, *others):
        await holder.__aenter__()
    waiting = [asyncio.create_task(value(pool, "SELECT 1")) for _ in range(5)]
    await asyncio.sleep(0)
    await held.__aexit__(None, None, None)
    for each in waiting[:4]:
        each.cancel()
    assert await waiting[4] == 1
    for holder in others:
        await holder.__aexit__(None, None, None)
    assert len(await backends(pool, SIZE)) == SIZE
    assert pool.in_use == 0


async def test_closing_waits_for_what_runs(stores):
    pool = await ReadPool.connect(stores.database_url, min_size=1, max_size=SIZE)
    await backends(pool, SIZE)
    running = [asyncio.create_task(value(pool, "SELECT 8 FROM pg_sleep(0.2)")) for _ in range(SIZE)]
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(value(pool, "SELECT 9"))
    await asyncio.sleep(0)
    await pool.close()
    assert await asyncio.gather(*running) == [8] * SIZE
    with pytest.raises(asyncpg.InterfaceError):
        await waiting
    assert pool.in_use == 0
    with pytest.raises(asyncpg.InterfaceError):
        await value(pool, "SELECT 1")
