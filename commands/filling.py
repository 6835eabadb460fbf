"""Filling a database: a demo world where nobody is, and the index for whoever is not in it yet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands.terminal import console
from demo import writing
from demo.tables import tables_of
from demo.world import generate
from demo.writing import Population
from domain.passwords import Passwords
from matching.contents import reindex_contents
from matching.embedders import Embedders
from matching.embedding_versions import present, reindex_all
from persistence.database import Database
from persistence.queries import worlds
from persistence.queries.contents import SOURCES
from persistence.vectors import Vectors
from settings import Settings
from web.opening import open_index


@dataclass(frozen=True)
class Filling:
    """The stores that are filled, open.

    Attributes:
        database: PostgreSQL.
        vectors: the index of people, which no other process may hold.
        embedder: the models.
    """

    database: Database
    vectors: Vectors
    embedder: Embedders

    async def population(self) -> Population:
        """Say who is in the database."""
        return await writing.population(self.database)

    async def write_world(self, *, people: int, seed: int) -> bool:
        """Write a demo world, with progress; False when the database is not empty."""
        password_hash = await _hash_of(writing.PASSWORD)
        world = await asyncio.to_thread(generate, people, seed, datetime.now(UTC))
        tables = list(tables_of(world, password_hash))
        with progress_bar() as progress:
            task = progress.add_task(
                f"Writing {people} people and what they did", total=sum(len(t[1]) for t in tables)
            )
            return await writing.write(
                self.database, tables, lambda rows: progress.advance(task, rows)
            )

    async def index_missing(self) -> None:
        """Index everybody, with progress, unless the index has vectors of all whom it should."""
        shown = await self.database.value(worlds.shown_count)
        index = await present(self.database, self.vectors)
        if await index.embedded_count() < shown:
            await self.index_all()

    async def index_all(self) -> int:
        """Index everybody, with progress; the texts that were embedded before are not again.

        Returns:
            How many people there are.
        """
        total: int = await self.database.value(worlds.profile_count)
        with progress_bar() as progress:
            task = progress.add_task("Embedding and indexing people", total=total)
            await reindex_all(
                self.database, self.vectors, self.embedder, lambda n: progress.advance(task, n)
            )
        return total

    async def index_contents(self) -> None:
        """Index what is missing of what people made, with progress."""
        with progress_bar() as progress:
            for kind in SOURCES:
                task = progress.add_task(f"Embedding and indexing {kind}", total=None)
                await reindex_contents(
                    self.database,
                    self.vectors,
                    self.embedder,
                    kind,
                    partial(progress.advance, task),
                )


@asynccontextmanager
async def open_for_filling(settings: Settings) -> AsyncIterator[Filling]:
    """Open the stores of settings whose URLs are known.

    Raises:
        OSError: the database cannot be reached.
        VectorsUnavailable: the index cannot be reached, or another process holds it.
    """
    async with open_index(settings) as (database, vectors, embedder):
        yield Filling(database, vectors, embedder)


async def _hash_of(password: str) -> str:
    passwords = Passwords()
    try:
        return await passwords.hash(password, of="")
    finally:
        passwords.close()


def progress_bar() -> Progress:
    """Make a bar that shows how many of how many are done, and how long the rest will take."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
