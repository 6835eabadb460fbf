"""Outages: PostgreSQL away for a while, as those who use it see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from embedded.postgresql import PORT

_END = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
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
        for _ in range(2):  # then also those that were just being opened
            await connection.execute(_END)
            # They have ended; those who held them hear of it when the event loop reads next.
            await asyncio.sleep(0.05)
        await connection.close()
        yield
    finally:
        aside.rename(socket)
