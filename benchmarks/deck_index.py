"""The index of people for the deck: vectors at random, for what they mean costs the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.embeddings import MODEL_VERSION
from matching.indexing import reindex
from persistence.database import Database
from persistence.vectors import Vectors

_SIZE = 384


class _RandomEmbedder:
    def __init__(self) -> None:
        self._random = np.random.default_rng(20260101)

    async def embed(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        vectors = self._random.standard_normal((len(texts), _SIZE), dtype=np.float32)
        return list(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


async def write(database_url: str, folder: Path) -> None:
    """Index everybody into Qdrant's local mode.

    Args:
        database_url: where the people are.
        folder: of the index; the server that serves the deck opens it later.
    """
    database = await Database.connect(database_url, statement_timeout_ms=60_000)
    vectors = Vectors.local(folder, model_version=MODEL_VERSION)
    embedder: Any = _RandomEmbedder()
    try:
        await vectors.ensure_collection(size=_SIZE)
        await reindex(database, vectors, embedder, lambda count: None)
    finally:
        await vectors.close()
        await database.close()
