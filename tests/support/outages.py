"""Outages: PostgreSQL away for a while, as those who use it see it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from embedded.postgresql import PORT

_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@asynccontextmanager
async def without_postgresql(url: str) -> AsyncIterator[None]:
    """End all connections, and let nobody connect, for the length of the block.

    Args:
        url: of the embedded server.
    """
    (directory,) = parse_qs(urlsplit(url).query)["host"]
    socket = Path(directory) / f".s.PGSQL.{PORT}"
    aside = socket.with_name("aside")
    connection = await asyncpg.connect(url)
    socket.rename(aside)
    try:
        await connection.execute(_END)
        await connection.close()
        yield
    finally:
        aside.rename(socket)
