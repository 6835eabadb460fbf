"""How Alembic reaches the database: asynchronously, with a lock timeout, in one transaction."""

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from persistence.models import Model
from settings import get_settings


def _run(connection: sa.Connection) -> None:
    # A migration that cannot get its lock soon must fail rather than queue everybody behind it.
    connection.execute(sa.text("SET lock_timeout = '5s'"))
    connection.execute(sa.text("SET statement_timeout = '10min'"))
    connection.commit()
    context.configure(
        connection=connection, target_metadata=Model.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate() -> None:
    url = context.config.attributes.get("database_url") or get_settings().database_url
    if url is None:
        raise SystemExit("No database: set DATABASE_URL, or use `kith migrate`.")
    engine = create_async_engine(
        sa.make_url(str(url)).set(drivername="postgresql+asyncpg"), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate())
