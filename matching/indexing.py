"""Indexing: a profile's text to a vector, and its facets, into the index that decks search."""

import hashlib
from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.candidates import facets_of
from matching.embeddings import Embedder
from matching.features import Features, features_of
from persistence.database import Database
from persistence.queries import profile_vectors, profiles
from persistence.vectors import ProfilePoint, Vectors

BATCH = 64

Progress = Callable[[int], None]
"""Told how many profiles a step has indexed."""


async def index_profiles(
    database: Database, vectors: Vectors, embedder: Embedder, ids: Sequence[UUID]
) -> None:
    """Bring people in the index up to date; safe to repeat.

    Who is gone or not to be discovered is taken out. A text is embedded only when it is
    not the one that was embedded last.

    Args:
        database: where the profiles and the kept vectors are.
        vectors: the index.
        embedder: the model.
        ids: whose; each once.

    Raises:
        VectorsUnavailable: the index cannot be reached.
    """
    rows = await database.fetch(profiles.index_rows, ids=list(ids))
    found = [features_of(row) for row in rows if row.is_discoverable]
    await vectors.delete(set(ids) - {features.profile_id for features in found})
    embedded = await _embedded(database, embedder, found, vectors.model_version)
    await vectors.upsert(
        [
            ProfilePoint(features.profile_id, embedded[features.profile_id], facets_of(features))
            for features in found
        ]
    )


async def reindex(
    database: Database, vectors: Vectors, embedder: Embedder, progress: Progress
) -> None:
    """Index everybody, and take out whom the database does not know any more.

    Args:
        database: where the profiles and the kept vectors are.
        vectors: the index.
        embedder: the model.
        progress: told after each batch.
    """
    known: set[UUID] = set()
    last = UUID(int=0)
    while rows := await database.fetch(profile_vectors.profiles_after, last=last, limit=BATCH):
        ids = [row.profile_id for row in rows]
        await index_profiles(database, vectors, embedder, ids)
        known.update(ids)
        progress(len(ids))
        last = ids[-1]
    strangers = [key async for keys in vectors.walk() for key in keys if key not in known]
    # Looked up once more, in batches: among them may be who joined during the walk.
    for start in range(0, len(strangers), BATCH):
        await index_profiles(database, vectors, embedder, strangers[start : start + BATCH])


async def _embedded(
    database: Database, embedder: Embedder, found: Sequence[Features], model_version: str
) -> dict[UUID, NDArray[np.float32]]:
    kept = await database.fetch(
        profile_vectors.by_profiles,
        ids=[features.profile_id for features in found],
        model_version=model_version,
    )
    hashes = {features.profile_id: _hash(features.text) for features in found}
    embedded = {
        row.profile_id: np.asarray(row.vector, dtype=np.float32)
        for row in kept
        if row.text_hash == hashes[row.profile_id]
    }
    fresh = [features for features in found if features.profile_id not in embedded]
    if not fresh:
        return embedded
    made = await embedder.embed([features.text for features in fresh])
    async with database.write() as tx:
        for features, vector in zip(fresh, made, strict=True):
            embedded[features.profile_id] = vector
            await tx.fetch(
                profile_vectors.keep,
                profile_id=features.profile_id,
                model_version=model_version,
                text_hash=hashes[features.profile_id],
                vector=vector.tolist(),
            )
    return embedded


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
