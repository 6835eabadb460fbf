"""Contents: texts of what people make into the vector index, and what in it is near to whom."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.embedders import Embedders
from matching.embedding_versions import kept_versions, present
from persistence.contents import EVERYWHERE, ContentKind, ContentPoint, Contents, Nearest, Within
from persistence.database import Database
from persistence.queries import profile_vectors
from persistence.queries.contents import SOURCES
from persistence.rows import Row
from persistence.vectors import Vectors

BATCH = 64

_ATTEMPTS = 5


async def index_contents(
    database: Database,
    vectors: Vectors,
    embedders: Embedders,
    kind: ContentKind,
    ids: Sequence[UUID],
) -> None:
    """Bring contents in the index up to date, by every version that is kept; safe to repeat.

    What is gone or has no text is taken out; what is there already as it is stays. What changes
    meanwhile is brought up to date too: who writes last has looked at the newest.

    Args:
        database: where the contents and the versions are.
        vectors: the index.
        embedders: the models.
        kind: of which kind they are.
        ids: which; each once.

    Raises:
        VectorsUnavailable: the index cannot be reached.
        EmbeddingsUnavailable: there are no vectors to be had by one of the versions.
    """
    seen: Any = None
    for _ in range(_ATTEMPTS):
        versions = [name for name, _ in await kept_versions(database, embedders)]
        rows = await database.fetch(SOURCES[kind].rows, ids=list(ids))
        now = (versions, sorted(tuple(row) for row in rows))
        if now == seen:
            return
        seen = now
        texts = [row for row in rows if row.text.strip()]
        for name in versions:
            contents = vectors.contents.of(name)
            await contents.delete(kind, set(ids) - {row.content_id for row in texts})
            await _index(contents, embedders, kind, texts)


async def reindex_contents(
    database: Database,
    vectors: Vectors,
    embedders: Embedders,
    kind: ContentKind,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Put into the index what is missing of a kind, and take out what nobody knows any more.

    Args:
        database: where the contents and the versions are.
        vectors: the index.
        embedders: the models.
        kind: of which kind.
        progress: told after each batch how many it had.
    """
    last = UUID(int=0)
    while rows := await database.fetch(SOURCES[kind].after, last=last, limit=BATCH):
        ids = [row.content_id for row in rows]
        await index_contents(database, vectors, embedders, kind, ids)
        progress(len(ids))
        last = ids[-1]
    for name, _ in await kept_versions(database, embedders):
        contents = vectors.contents.of(name)
        walked = [keys async for keys in contents.walk(kind)]
        for keys in walked:
            known = await database.fetch(SOURCES[kind].rows, ids=keys)
            await contents.delete(kind, set(keys) - {row.content_id for row in known})


async def erase_contents(
    database: Database, vectors: Vectors, embedders: Embedders, owner_id: UUID
) -> None:
    """Take whatever somebody made out of the index; safe to repeat.

    Raises:
        VectorsUnavailable: the index cannot be reached.
    """
    for name, _ in await kept_versions(database, embedders):
        await vectors.contents.of(name).delete_of(owner_id)


async def nearest_to_profile(
    database: Database,
    vectors: Vectors,
    kind: ContentKind,
    profile_id: UUID,
    *,
    limit: int,
    within: Within = EVERYWHERE,
) -> Nearest:
    """Find what is most like what somebody wrote about themself.

    Whoever shows it asks the database whether the viewer may see it: what is found may be hidden
    or gone.

    Args:
        database: where the person's vector is kept.
        vectors: the index.
        kind: of which kind.
        profile_id: the person.
        limit: the most that are found.
        within: which contents are meant.

    Returns:
        Keys and cosines, the greatest first; nothing before the person has a vector.

    Raises:
        VectorsUnavailable: the index cannot be reached.
    """
    seen = await present(database, vectors)
    vector = await vector_of(database, seen.model_version, profile_id)
    if vector is None:
        return []
    return await seen.contents.search(kind, vector, limit=limit, within=within)


async def nearest_to_text(
    database: Database,
    vectors: Vectors,
    embedders: Embedders,
    kind: ContentKind,
    text: str,
    *,
    limit: int,
    within: Within = EVERYWHERE,
) -> Nearest:
    """Find what means most nearly the same as a text, as `nearest_to_profile` does.

    Raises:
        VectorsUnavailable: the index cannot be reached.
        EmbeddingsUnavailable: the text cannot be embedded now.
    """
    seen = await present(database, vectors)
    embedder = await embedders.of(seen.model_version)
    (vector,) = await embedder.embed([text], patient=False)
    return await seen.contents.search(kind, vector, limit=limit, within=within)


async def vector_of(
    database: Database, model_version: str, profile_id: UUID
) -> NDArray[np.float32] | None:
    """Give the vector of what somebody wrote about themself; None before there is one."""
    kept = await database.one(
        profile_vectors.by_profiles, ids=[profile_id], model_version=model_version
    )
    return None if kept is None else np.asarray(kept.vector, dtype=np.float32)


async def _index(
    contents: Contents, embedders: Embedders, kind: ContentKind, rows: Sequence[Row]
) -> None:
    known = await contents.fingerprints(kind, [row.content_id for row in rows])
    fresh = [row for row in rows if known.get(row.content_id) != _fingerprint(row)]
    if not fresh:
        return
    embedder = await embedders.of(contents.model_version)
    made = await embedder.embed([row.text for row in fresh])
    points = [
        ContentPoint(row.content_id, vector, row.owner_id, row.at, row.is_open, _fingerprint(row))
        for row, vector in zip(fresh, made, strict=True)
    ]
    await contents.upsert(kind, points)


def _fingerprint(row: Row) -> str:
    whole = "\n".join(map(str, (row.owner_id, row.at, row.is_open, row.text)))
    return hashlib.sha256(whole.encode()).hexdigest()
