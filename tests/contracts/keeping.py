"""Tables as they were: kept beside the tables, and put back in place of what was changed."""

from collections.abc import Collection

import sqlalchemy as sa

from persistence import models
from persistence.database import Database

TABLES = models.Model.metadata.sorted_tables


def _columns(table: sa.Table) -> str:
    return ", ".join(column.name for column in table.columns if column.computed is None)


async def keep(database: Database) -> None:
    """Remember what is in all tables, in place of what was remembered before."""
    copies = (f"CREATE TABLE kept.{table.name} AS TABLE {table.name}" for table in TABLES)
    await forget(database)
    async with database.write() as tx:
        await tx.connection.execute("CREATE SCHEMA kept;" + ";".join(copies))


async def forget(database: Database) -> None:
    """Remember nothing any more."""
    async with database.write() as tx:
        await tx.connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")


async def put_back(database: Database, names: Collection[str]) -> None:
    """Let some tables hold again what was kept of them."""
    changed = [table for table in TABLES if table.name in names]
    async with database.write() as tx:
        # The rows are those of before in every table: no trigger need look at them again.
        await tx.connection.execute("SET LOCAL session_replication_role = replica")
        for table in changed:
            columns = _columns(table)
            await tx.connection.execute(
                f"DELETE FROM {table.name};"  # noqa: S608
                f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM kept.{table.name}"
            )
