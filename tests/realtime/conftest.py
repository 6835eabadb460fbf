"""A live log of its own for each test, and a Valkey that a test may break."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import embedded
from persistence import migrating
from persistence.database import Database
from tests.support.live import BreakableValkey, Inbox


@pytest.fixture(scope="session")
async def migrated(stores: embedded.Stores) -> embedded.Stores:
    await migrating.upgrade(stores.database_url)
    return stores


@pytest.fixture(scope="session")
async def logs(migrated: embedded.Stores) -> AsyncIterator[Database]:
    """The database, without the application."""
    database = await Database.connect(migrated.database_url)
    yield database
    await database.close()


@pytest.fixture
def inbox(logs: Database) -> Inbox:
    return Inbox(logs)


@pytest.fixture
def valkey() -> Iterator[BreakableValkey]:
    """A running Valkey."""
    with TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)  # for root, the server runs as another account
        server = BreakableValkey(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()
