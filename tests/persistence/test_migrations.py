"""Migrations: up from nothing, down to nothing, and what they make is what the models say."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from persistence import migrating, models
from persistence.migrating import MigrationFailed

# What a database holds besides tables and what hangs on them. Extensions stay: they may have been
# there before us, and only some accounts may make them.
LEFTOVERS = """
SELECT 'type ' || typname FROM pg_type WHERE typnamespace = current_schema()::regnamespace
    AND typtype IN ('e', 'd') AND NOT EXISTS
    (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences
UNION ALL SELECT 'function ' || proname FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS
    (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""


@pytest.fixture
async def empty(stores):
    """The address of an empty database of the test's own."""
    name = "migrated"
    parts = urlsplit(stores.database_url)
    connection = await asyncpg.connect(stores.database_url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


async def ask(url, sql):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def test_a_database_goes_up_down_to_nothing_and_up_again(empty):
    expected = sorted(table.name for table in models.Model.metadata.sorted_tables)
    assert await migrating.tables(empty) == []
    assert await migrating.revision(empty) is None
    for _ in range(2):
        await migrating.upgrade(empty)
        assert await migrating.tables(empty) == expected
        assert await migrating.revision(empty) == migrating.newest()
        assert await migrating.differences(empty) is None
        await migrating.downgrade(empty)
        assert await migrating.tables(empty) == []
        assert await migrating.revision(empty) is None
        assert await ask(empty, LEFTOVERS) == []


async def test_going_up_twice_changes_nothing(empty):
    await migrating.upgrade(empty)
    await migrating.upgrade(empty)
    assert await migrating.differences(empty) is None


async def test_a_difference_between_models_and_database_is_told(empty):
    await migrating.upgrade(empty)
    await ask(empty, "ALTER TABLE posts ADD COLUMN surprise text")
    assert "surprise" in (await migrating.differences(empty) or "")


async def test_a_migration_that_cannot_get_its_lock_gives_up_and_leaves_no_half(empty):
    await migrating.upgrade(empty)
    connection = await asyncpg.connect(empty)
    try:
        async with asyncio.timeout(60), connection.transaction():
            await connection.execute("LOCK TABLE messages IN ACCESS SHARE MODE")
            with pytest.raises(MigrationFailed, match="lock timeout"):
                await migrating.downgrade(empty)
    finally:
        await connection.close()
    assert await migrating.revision(empty) == migrating.newest()
    assert await migrating.differences(empty) is None
