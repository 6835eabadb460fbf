"""Versions of the embedding model: which one decks use, and everybody embedded by another one."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import structlog

from domain.embeddings import WRITTEN, EmbeddingVersionState
from matching.embedders import Embedders
from matching.indexing import BATCH, Progress, index_profiles, reindex
from matching.shadow import Comparison, compared
from persistence.database import Database
from persistence.fresh import Fresh
from persistence.queries import embedding_versions as queries
from persistence.queries import profile_vectors, profiles
from persistence.rows import Row
from persistence.vectors import Vectors

_FRESH_SECONDS = 2.0
_SAMPLE = 2_000
_STEP = 5_000
_ATTEMPTS = 5

_log = structlog.get_logger("kith.embeddings")


async def _read(database: Database) -> list[Row]:
    return await database.fetch(queries.every)


_versions = Fresh(_read, seconds=_FRESH_SECONDS)
_told: set[str] = set()


async def begin_versions(database: Database, vectors: Vectors, embedders: Embedders) -> None:
    """Make the version that is set the active one, unless there is one, and the index ready.

    Where another version is active than is set, decks go on with it, and the log tells so once.

    Raises:
        VectorsUnavailable: the index cannot be opened or reached.
    """
    rows = await begun_versions(database, embedders)
    difference = difference_of(rows, embedders.model_version)
    if difference is not None and difference not in _told:
        _told.add(difference)
        _log.warning(difference)
    for name, dimensions in _kept(rows):
        await vectors.of(name).ensure_collection(size=dimensions)


async def begun_versions(database: Database, embedders: Embedders) -> list[Row]:
    """Make the version that is set the active one, unless there is one, and give all."""
    asked = {"name": embedders.model_version, "dimensions": embedders.dimensions}
    async with database.write() as tx:
        await tx.fetch(queries.begin, **asked)
        rows = await tx.fetch(queries.every)
    forget_versions(database)
    return rows


def active_of(rows: Sequence[Row], otherwise: str) -> str:
    """Name the active one of versions, or else what is given."""
    return next((row.name for row in rows if row.state == EmbeddingVersionState.ACTIVE), otherwise)


def difference_of(rows: Sequence[Row], configured: str) -> str | None:
    """Say in a sentence that another version is set than decks use; None when it is the same."""
    active = active_of(rows, configured)
    if active == configured:
        return None
    return (
        f"The settings say {configured}, but decks go on with {active}, by which everybody is "
        "embedded: set that one, or change over by `kith embeddings`."
    )


async def present(database: Database, vectors: Vectors) -> Vectors:
    """Give the index seen through the version that decks use now.

    Whoever looks for people takes this once and keeps it to the end of what they do, so that both
    sides of each comparison are of one version. What is read is good for two seconds in a process.

    Args:
        database: says which version that is.
        vectors: the index; its own version is taken where the database says nothing yet.
    """
    rows = await _versions.of(database)
    return vectors.of(active_of(rows, vectors.model_version))


def forget_versions(database: Database) -> None:
    """Read anew when somebody asks next, because this process has just changed them."""
    _versions.forget(database)


async def index_people(
    database: Database,
    vectors: Vectors,
    embedders: Embedders,
    ids: Sequence[UUID],
    *,
    only: str | None = None,
) -> None:
    """Bring people in the index up to date, by every version that is kept; safe to repeat.

    What changes meanwhile, of them or of the versions, is brought up to date too: who writes last
    has looked at the newest, however many write at once.

    Args:
        database: where the profiles, the kept vectors and the versions are.
        vectors: the index.
        embedders: the models.
        ids: whose; each once.
        only: the version whose vectors are written, None for all that are kept.

    Raises:
        VectorsUnavailable: the index cannot be reached.
        EmbeddingsUnavailable: there are no vectors to be had by one of the versions; those of the
            active one are written by then, where they can be had.
    """
    seen: Any = None
    for _ in range(_ATTEMPTS):
        kept = await kept_versions(database, embedders)
        versions = [(name, size) for name, size in kept if only in (None, name)]
        rows = await database.fetch(profiles.index_rows, ids=list(ids))
        now = (versions, [tuple(row) for row in rows])
        if now == seen:
            return
        seen = now
        for name, dimensions in versions:
            await _index(database, vectors.of(name), embedders, ids, dimensions)


async def reindex_all(
    database: Database, vectors: Vectors, embedders: Embedders, progress: Progress
) -> None:
    """Index everybody by every version that is kept, and take out whom nobody knows any more.

    Args:
        database: where the profiles, the kept vectors and the versions are.
        vectors: the index.
        embedders: the models.
        progress: told after each batch of the active version.
    """
    for number, (name, dimensions) in enumerate(await kept_versions(database, embedders)):
        of_version = vectors.of(name)
        await of_version.ensure_collection(size=dimensions)
        told = progress if number == 0 else lambda _: None
        await reindex(database, of_version, await embedders.of(name), told)


async def kept_versions(database: Database, embedders: Embedders) -> list[tuple[str, int]]:
    """Give names and dimensions of the versions that are written, the active one first."""
    kept = _kept(await database.fetch(queries.every))
    return kept or [(embedders.model_version, embedders.dimensions)]


async def embed_next(
    database: Database, vectors: Vectors, embedders: Embedders, *, seconds: float
) -> None:
    """Embed more people by the version that is coming, until the time is over or all are done.

    It goes on where the last one ended, also one that was killed; of two at a time one stops.

    Args:
        database: where the progress is kept.
        vectors: the index.
        embedders: the models.
        seconds: after how long it begins no further batch.

    Raises:
        EmbeddingsUnavailable: there are no vectors to be had by this version now.
        VectorsUnavailable: the index cannot be reached.
    """
    rows = await database.fetch(queries.every)
    version: Row | None = next(
        (
            row
            for row in rows
            if row.state == EmbeddingVersionState.NEXT and row.completed_at is None
        ),
        None,
    )
    until = time.monotonic() + seconds
    while version is not None and time.monotonic() < until:
        after = version.last_profile_id
        found = await database.fetch(profile_vectors.profiles_after, last=after, limit=BATCH)
        if not found:
            await _complete(database, version.name)
            return
        ids = [row.profile_id for row in found]
        await index_people(database, vectors, embedders, ids, only=version.name)
        async with database.write() as tx:
            version = await tx.one(
                queries.advance, name=version.name, after=after, last=ids[-1], count=len(ids)
            )


async def compare(database: Database, name: str) -> Comparison | None:
    """Compare what a version and the active one find near, for a sample of people, and keep it.

    Up to 2,000 people who have vectors of both are ordered by nearness to up to 200 of them, from
    the vectors in PostgreSQL: exactly, and without the index.

    Returns:
        None while there are too few people to compare.
    """
    active = active_of(await database.fetch(queries.every), name)
    rows = await database.fetch(queries.sample, one=active, other=name, limit=_SAMPLE)
    found = await asyncio.to_thread(_compared, rows)
    if found is not None:
        async with database.write() as tx:
            await tx.fetch(
                queries.compared,
                name=name,
                count=found.people,
                overlap=found.overlap,
                correlation=found.rank_correlation,
            )
    return found


async def remove_dropped(database: Database, vectors: Vectors, name: str) -> None:
    """Remove the vectors of a version that was dropped; safe to repeat.

    Raises:
        VectorsUnavailable: the index cannot be reached.
    """
    await vectors.of(name).drop_version()
    await vectors.contents.of(name).drop_version()
    while True:
        async with database.write() as tx:
            if len(await tx.fetch(queries.forget_vectors, name=name, limit=_STEP)) < _STEP:
                await tx.fetch(queries.forget, name=name)
                return


async def _complete(database: Database, name: str) -> None:
    async with database.write() as tx:
        await tx.fetch(queries.complete, name=name)
    found = await compare(database, name)
    overlap = found.overlap if found is not None else None
    _log.info("everybody embedded", version=name, overlap=overlap)


async def _index(
    database: Database, vectors: Vectors, embedders: Embedders, ids: Sequence[UUID], dimensions: int
) -> None:
    await vectors.ensure_collection(size=dimensions)
    embedder = await embedders.of(vectors.model_version)
    await index_profiles(database, vectors, embedder, ids)


def _compared(rows: Sequence[Row]) -> Comparison | None:
    one, other = (
        np.array([row[side] for row in rows], dtype=np.float32) for side in ("one", "other")
    )
    return compared(one, other)


def _kept(rows: Sequence[Row]) -> list[tuple[str, int]]:
    return [(row.name, row.dimensions) for row in rows if row.state in WRITTEN]
