"""`kith migrate`: the tables brought up, taken down, or proven to match the models."""

import asyncio

import embedded
from commands.failures import CommandFailed
from commands.stores import reachable
from commands.terminal import console
from persistence import migrating, reaching
from settings import get_settings


def migrate() -> None:
    """Bring the database to the newest revision."""
    with reachable(get_settings()) as settings:
        asyncio.run(upgrade(str(settings.database_url)))


def take_down() -> None:
    """Remove every table."""
    with reachable(get_settings()) as settings:
        asyncio.run(_take_down(str(settings.database_url)))


def check() -> None:
    """Prove on fresh stores that the migrations make what the models say, both ways.

    Raises:
        CommandFailed: they do not; the message says how.
    """
    with embedded.temporary() as stores:
        asyncio.run(_check(stores.database_url))
    console.print("The migrations make the tables of the models, and take them down again.")


async def upgrade(database_url: str) -> None:
    """Bring a database to the newest revision and say so.

    Raises:
        StoreUnavailable: the database does not answer, or is too old.
        MigrationFailed: a migration cannot run.
    """
    await reaching.postgresql(database_url)
    newest = migrating.newest()
    before = await migrating.revision(database_url)
    if before == newest:
        console.print(f"The database is at the newest revision, {newest}.")
        return
    with console.status(f"Migrating the database to revision {newest} ..."):
        await migrating.upgrade(database_url)
    console.print(f"Migrated the database from {before or 'nothing'} to revision {newest}.")


async def require_newest(database_url: str) -> None:
    """Make sure that a database has the tables which this version of Kith needs.

    A newer revision is fine: while a new version is rolled out, the old one goes on.

    Raises:
        StoreUnavailable: the database does not answer, or is too old.
        CommandFailed: it has to be migrated first.
    """
    await reaching.postgresql(database_url)
    if lag := await behind(database_url):
        raise CommandFailed(f"The database {lag}: run `kith migrate`.")


async def behind(database_url: str) -> str | None:
    """Say how the revision of a database that answers is too old; None when it is not."""
    newest, found = migrating.newest(), await migrating.revision(database_url)
    if found is None:
        return "was never migrated"
    # Revisions are numbered.
    return f"is at revision {found} of {newest}" if newest and found < newest else None


async def _take_down(database_url: str) -> None:
    await reaching.postgresql(database_url)
    with console.status("Taking the tables down ..."):
        await migrating.downgrade(database_url)
    console.print("The database holds no tables of Kith any more.")


async def _check(database_url: str) -> None:
    await migrating.upgrade(database_url)
    if differences := await migrating.differences(database_url):
        raise CommandFailed(f"The migrations differ from the models: {differences}")
    await migrating.downgrade(database_url)
    if left := await migrating.tables(database_url):
        raise CommandFailed(f"Downgrading to base leaves tables behind: {', '.join(left)}.")
    await migrating.upgrade(database_url)
