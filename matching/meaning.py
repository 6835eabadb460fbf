"""Meaning: the people and contents whose texts say nearly the same as a query."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from domain.search import SearchKind
from matching.embedders import Embedders
from matching.embedding_versions import present
from persistence.contents import EVERYWHERE, ContentKind, Within
from persistence.database import Database
from persistence.vectors import Vectors

LEAST_SIMILARITY = 0.35
"""The cosine from which a text counts as being about the same as a query.

Measured with all-MiniLM-L6-v2: "hiking in the mountains" is 0.44 from a trek in the Alps and
"coffee with friends" 0.35 from a flat white at the corner, but "board games" 0.30 from a concert.
"""

_CONTENTS = {kind.value: kind for kind in ContentKind}


async def near_in_meaning(
    database: Database,
    vectors: Vectors,
    embedders: Embedders,
    kinds: Collection[SearchKind],
    query: str,
    *,
    most: int,
) -> list[tuple[str, UUID]]:
    """Find the things whose texts mean most nearly the same as a query.

    Whoever shows them asks the database whether the viewer may see them: what is found may be
    hidden or gone.

    Args:
        database: says which version of the embedding model is in use.
        vectors: the index.
        embedders: the models.
        kinds: what to look for.
        query: what to look for.
        most: the most that are found, of all kinds together.

    Returns:
        Kinds and keys, the nearest first.

    Raises:
        VectorsUnavailable: the index cannot be reached.
        EmbeddingsUnavailable: the query cannot be embedded now.
    """
    seen = await present(database, vectors)
    embedder = await embedders.of(seen.model_version)
    (vector,) = await embedder.embed([query], patient=False)
    found = await asyncio.gather(*(_near(seen, kind, vector, most) for kind in kinds))
    hits = [(cosine, kind, key) for each in found for cosine, kind, key in each]
    near = sorted((hit for hit in hits if hit[0] >= LEAST_SIMILARITY), reverse=True)
    return [(kind, key) for _, kind, key in near[:most]]


async def _near(
    seen: Vectors, kind: SearchKind, vector: NDArray[np.float32], most: int
) -> list[tuple[float, str, UUID]]:
    if kind is SearchKind.PEOPLE:
        people = await seen.nearest(vector, limit=most)
        return [(hit.similarity or 0.0, kind.value, hit.profile_id) for hit in people]
    # Of events those to come: what has been would leave no room for them in the end.
    within = Within(since=datetime.now(UTC)) if kind is SearchKind.EVENTS else EVERYWHERE
    contents = await seen.contents.search(_CONTENTS[kind.value], vector, limit=most, within=within)
    return [(cosine, kind.value, key) for key, cosine in contents]
