"""`kith embeddings`: from one version of the embedding model to another, while decks go on.

The commands write to PostgreSQL what is wanted; jobs do it, in `kith up` or in a worker.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from rich.table import Table

from commands.database import require_newest
from commands.failures import CommandFailed
from commands.filling import progress_bar
from commands.stores import reachable
from commands.terminal import console
from domain import embeddings
from domain.refusals import Refusal
from matching import embedding_versions
from matching.embedders import Embedders
from persistence.database import Database
from persistence.queries import embedding_versions as queries
from persistence.rows import Row
from persistence.transaction import Transaction
from settings import get_settings
from web.opening import open_embedders

_POLL_SECONDS = 0.5
_STILL_SECONDS = 60.0


def show() -> None:
    """Show the versions as a table, and whether another one is set than decks use."""
    _run(_show)


def start(name: str, *, waits: bool) -> None:
    """Begin to embed everybody by another version; decks go on with the present one.

    Args:
        name: the version.
        waits: whether to show the progress until everybody is embedded.

    Raises:
        CommandFailed: another version is coming or going, or this one is active.
        EmbeddingsUnavailable: these settings cannot embed by it.
    """

    async def run(database: Database, embedders: Embedders) -> None:
        dimensions = embedders.dimensions_of(name)
        await _changed(
            database, lambda tx: embeddings.start_version(tx, name, dimensions=dimensions)
        )
        console.print(f"Jobs embed everybody by {name}; decks go on as before.")
        if waits:
            await _follow(database, name)

    _run(run)


def compare(name: str) -> None:
    """Compare a version and the active one for a sample of people, as a table.

    Raises:
        CommandFailed: there is no such version, or too few people have vectors of both.
    """

    async def run(database: Database, embedders: Embedders) -> None:
        rows = {row.name: row for row in await database.fetch(queries.every)}
        if name not in rows or rows[name].state == embeddings.EmbeddingVersionState.ACTIVE:
            raise CommandFailed(f"There is no version {name} beside the active one.")
        found = await embedding_versions.compare(database, name)
        if found is None:
            raise CommandFailed("Too few people have vectors of both versions: wait for the jobs.")
        table = Table("People", "Nearest 20 in common", "Rank correlation", box=None)
        overlap, correlation = f"{found.overlap:.1%}", f"{found.rank_correlation:.3f}"
        table.add_row(str(found.people), overlap, correlation)
        console.print(table)

    _run(run)


def switch(name: str) -> None:
    """Let decks use a version by which everybody is embedded, within seconds.

    Raises:
        CommandFailed: there is no such version, or not everybody is embedded yet.
    """
    _run(lambda database, _: _told(database, lambda tx: embeddings.switch_version(tx, name)))


def roll_back() -> None:
    """Let decks use the version again that they used before the last switch, within seconds.

    Raises:
        CommandFailed: there is no version to go back to.
    """
    _run(lambda database, _: _told(database, embeddings.roll_back_version))


def drop(name: str) -> None:
    """Give up a version that decks do not use; a job removes its vectors a minute later.

    Raises:
        CommandFailed: there is no such version, or decks use it.
    """

    async def run(database: Database, embedders: Embedders) -> None:
        await _changed(database, lambda tx: embeddings.drop_version(tx, name))
        console.print(f"A job removes the vectors of {name}.")

    _run(run)


def _run(work: Callable[[Database, Embedders], Awaitable[None]]) -> None:
    async def run() -> None:
        async with _open() as (database, embedders):
            await work(database, embedders)

    asyncio.run(run())


@asynccontextmanager
async def _open() -> AsyncIterator[tuple[Database, Embedders]]:
    with reachable(get_settings()) as settings:
        await require_newest(str(settings.database_url))
        embedders = open_embedders(settings)
        try:
            database = await Database.connect(
                str(settings.database_url), read_connections=1, write_connections=1
            )
            try:
                await embedding_versions.begun_versions(database, embedders)
                yield database, embedders
            finally:
                await database.close()
        finally:
            embedders.close()


async def _show(database: Database, embedders: Embedders) -> None:
    rows = await database.fetch(queries.every)
    table = Table("Version", "State", "Embedded", "Overlap", "Since", box=None)
    for row in rows:
        done = "all" if row.completed_at else f"{row.done_count} of {row.total_count}"
        overlap = "" if row.compared_overlap is None else f"{row.compared_overlap:.1%}"
        table.add_row(row.name, row.state, done, overlap, _written(row.changed_at))
    console.print(table)
    if difference := embedding_versions.difference_of(rows, embedders.model_version):
        console.print(difference, soft_wrap=True)


async def _told(database: Database, change: Callable[[Transaction], Awaitable[Row]]) -> None:
    version = await _changed(database, change)
    console.print(f"Decks use {version.name} within seconds.")


async def _changed(database: Database, change: Callable[[Transaction], Awaitable[Row]]) -> Row:
    try:
        async with database.write() as tx:
            return await change(tx)
    except Refusal as refusal:
        raise CommandFailed(refusal.message) from refusal


async def _follow(database: Database, name: str) -> None:
    moved, done, is_told = time.monotonic(), -1, False
    with progress_bar() as progress:
        task = progress.add_task(f"Embedding by {name}", total=None)
        while True:
            rows = {row.name: row for row in await database.fetch(queries.every)}
            if name not in rows or rows[name].state == embeddings.EmbeddingVersionState.DROPPED:
                raise CommandFailed(f"{name} was dropped meanwhile.")
            row = rows[name]
            total = row.total_count or None
            progress.update(task, completed=row.done_count, total=total)
            if row.completed_at is not None:
                break
            if row.done_count != done:
                moved, done = time.monotonic(), row.done_count
            if time.monotonic() - moved > _STILL_SECONDS and not is_told:
                is_told = True
                console.print("Nobody works on it: is `kith up` running, or a worker and beat?")
            await asyncio.sleep(_POLL_SECONDS)
    console.print(f"Everybody is embedded by {name}: `kith embeddings switch {name}` changes over.")


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
