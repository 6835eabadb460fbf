"""The database server under measurement: its processes, and the statements that it was sent."""

import re
from pathlib import Path
from typing import Self

import asyncpg
import psutil  # type: ignore[import-untyped]  # ships no types

_SENT = re.compile(r"LOG:  (?:execute|statement)\b")


class Cluster:
    """A PostgreSQL server on this machine that this account may administer."""

    def __init__(self, connection: asyncpg.Connection, directory: Path) -> None:
        self._connection = connection
        self._log = directory.parent / "logs" / "postgresql.log"
        pid = int((directory / "postmaster.pid").read_text().split()[0])
        self.process = psutil.Process(pid)

    @classmethod
    async def connect(cls, database_url: str) -> Self:
        """Reach the embedded server at an address."""
        connection = await asyncpg.connect(database_url)
        directory = await connection.fetchval("SHOW data_directory")
        return cls(connection, Path(directory))

    async def close(self) -> None:
        """Leave it."""
        await self._connection.close()

    async def log_statements(self, kind: str) -> None:
        """Let the server write `all` statements into its log, or `none`."""
        await self._connection.execute(f"ALTER SYSTEM SET log_statement = '{kind}'")
        await self._connection.execute("SELECT pg_reload_conf()")
        # The signal reaches the backends some time after the call returns.
        await self._connection.execute("SELECT pg_sleep(0.3)")

    def statements_logged(self) -> int:
        """How many statements are in the log by now."""
        return len(_SENT.findall(self._log.read_text(encoding="utf-8", errors="replace")))
