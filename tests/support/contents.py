"""What is in the database, all of it, before and after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from persistence import models
from persistence.database import Database

# One line for each table: how many rows, and what is in them.
_CONTENTS = " UNION ALL ".join(
    f"SELECT '{table.name}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text))"  # noqa: S608
    f" FROM {table.name} t"
    for table in models.Model.metadata.sorted_tables
)


@asynccontextmanager
async def unchanged(database: Database) -> AsyncIterator[None]:
    """Assert that what happens in between changes nothing that is stored."""
    before = await _contents(database)
    yield
    assert await _contents(database) == before


async def _contents(database: Database) -> list[tuple[object, ...]]:
    async with database.write() as tx:
        return [tuple(row) for row in await tx.connection.fetch(_CONTENTS)]
