"""Writing a demo world into an empty database: all of it or nothing, once."""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from demo.tables import Rows
from persistence import bulk
from persistence.database import Database
from persistence.queries import worlds
from persistence.statements import Asking

EMAIL = "demo@kith.example"
PASSWORD = "meet people for real"  # noqa: S105  # everybody may know it


class Population(Enum):
    """Who is in a database."""

    NOBODY = auto()
    DEMO_WORLD = auto()
    OTHERS = auto()


async def population(asking: Asking) -> Population:
    """Say who is in the database."""
    found = await asking.one(worlds.population, email=EMAIL)
    if found is None or not found.has_people:
        return Population.NOBODY
    return Population.DEMO_WORLD if found.has_person else Population.OTHERS


async def write(
    database: Database, tables: Sequence[tuple[type, Rows]], progress: Callable[[int], None]
) -> bool:
    """Write a world down, in one transaction.

    No facts are recorded: what happened before the world was written starts no jobs, and nobody's
    live log tells it. The index of people is filled by `matching.indexing.reindex`.

    Args:
        database: where; sign-ups wait meanwhile, and so does another writer of a world.
        tables: the world, from `demo.tables.tables_of`.
        progress: told the number of rows after each table.

    Returns:
        Whether it was written: only an empty database takes a world.
    """
    async with database.write() as tx:
        await tx.fetch(worlds.hold_accounts)
        if await population(tx) is not Population.NOBODY:
            return False
        for model, rows in tables:
            await bulk.insert(tx, model, rows)
            progress(len(rows))
    return True
