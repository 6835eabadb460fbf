"""The vector index: profiles in Qdrant, in its local mode or on a server."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from persistence.contents import Contents, walked
from persistence.facets import Facets, Reception, Search, payload_of, reception_payload
from persistence.vector_stores import (
    LocalStore,
    ServerStore,
    VectorsUnavailable,
    open_folder,
    qdrant,
    reach_server,
)

__all__ = ["Hit", "ProfilePoint", "Vectors", "VectorsUnavailable"]

_UPSERT_BATCH = 64
_LEARN_BATCH = 500
_CONFLICT = 409

TIMEOUT_SECONDS = 10
"""The longest wait for an answer of a server."""


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """One person in the index: the vector of their text by one version, and their facets."""

    profile_id: UUID
    vector: NDArray[np.float32]
    facets: Facets


@dataclass(frozen=True, slots=True)
class Hit:
    """A found person and the cosine of their vector with the searched one, None without one."""

    profile_id: UUID
    similarity: float | None


class Vectors:
    """The collection of profiles, seen through one version of the embedding model.

    People have a named vector for each version; an object reads, searches and writes those of its
    own and leaves the others as they are, so that vectors of two versions never meet. Every method
    raises `VectorsUnavailable` when the index cannot be opened or reached.

    Attributes:
        model_version: the name of the vectors, that of the version of the model.
    """

    def __init__(self, store: ServerStore, model_version: str) -> None:
        self._store = store
        self.model_version = model_version

    @property
    def contents(self) -> Contents:
        """What people make, in the same index and seen through the same version."""
        return Contents(self._store, self.model_version)

    @property
    def is_exact(self) -> bool:
        """Whether every search looks at everybody, as the local mode does."""
        return self._store.is_exact

    @classmethod
    def local(cls, folder: Path | None, *, model_version: str) -> Self:
        """Use the local mode in a folder, which one process at a time can hold.

        Args:
            folder: made when missing; None keeps everything in memory.
            model_version: the name of the vector.
        """
        return cls(LocalStore(partial(open_folder, folder), str(folder)), model_version)

    @classmethod
    def server(
        cls,
        url: str,
        *,
        model_version: str,
        api_key: str | None = None,
        timeout_seconds: int = TIMEOUT_SECONDS,
    ) -> Self:
        """Use a Qdrant server.

        Args:
            url: where it is.
            model_version: the name of the vector.
            api_key: opens it.
            timeout_seconds: the longest wait for an answer.
        """
        connect = partial(reach_server, url, api_key, timeout_seconds)
        return cls(ServerStore(connect, url), model_version)

    def of(self, model_version: str) -> Self:
        """Give the same collection seen through another version; only one of them is closed."""
        return type(self)(self._store, model_version)

    async def ensure_collection(self, *, size: int = 384) -> None:
        """Make what is missing of the collection, its vector and its indexes; looked at once."""
        if self.model_version not in self._store.ready:
            await _ensure_collection(self._store, self.model_version, size)
            self._store.ready.add(self.model_version)

    async def drop_version(self) -> None:
        """Take the vectors of this version from everybody; safe to repeat."""
        self._store.ready.discard(self.model_version)
        await self._store.drop(self.model_version)

    async def upsert(self, points: Sequence[ProfilePoint]) -> None:
        """Put people into the index, replacing their vector of this version and their facets.

        What is learned of them stays, and so do their vectors of other versions.
        """
        for start in range(0, len(points), _UPSERT_BATCH):
            batch = points[start : start + _UPSERT_BATCH]
            ids = [point.profile_id for point in batch]
            learned = await self._store.learned(ids)
            structs = _structs(batch, self.model_version, learned)
            await self._store.put(structs, known=learned.keys())

    async def learn(self, learned: Mapping[UUID, Reception]) -> None:
        """Write what is learned about people beside their facets; who is not there is left out."""
        ids = list(learned)
        for start in range(0, len(ids), _LEARN_BATCH):
            known = list(await self._store.learned(ids[start : start + _LEARN_BATCH]))
            changes = [_learning(key, learned[key]) for key in known]
            if changes:
                await self._store.write("batch_update_points", known, update_operations=changes)

    async def delete(self, profile_ids: Iterable[UUID]) -> None:
        """Take people out of the index; ids that are not there are no error."""
        if ids := list(profile_ids):
            selector = qdrant().models.PointIdsList(points=[str(key) for key in ids])
            await self._store.write("delete", ids, points_selector=selector)

    async def vector_of(self, profile_id: UUID) -> NDArray[np.float32] | None:
        """Give the vector of a person, of length 1, None when they have none."""
        asked = {"with_payload": False, "with_vectors": [self.model_version]}
        records = await self._store.call("retrieve", ids=[str(profile_id)], **asked)
        vector = (records[0].vector or {}).get(self.model_version) if records else None
        return np.asarray(vector, dtype=np.float32) if vector is not None else None

    async def search(self, search: Search) -> list[Hit]:
        """Find people, the first in the order of the search first.

        All hits satisfy both sides' filters, except for distance, which may be exceeded: the
        candidate's reach is known in steps only. The caller checks distances exactly.
        """
        (hits,) = await self.search_many([search])
        return hits

    async def search_many(self, searches: Sequence[Search]) -> list[list[Hit]]:
        """Answer several searches at once, each as `search` does."""
        found = await self._store.find(searches, self.model_version)
        return [[Hit(key, similarity) for key, similarity in hits] for hits in found]

    async def nearest(self, vector: NDArray[np.float32], *, limit: int) -> list[Hit]:
        """Find who is nearest to a vector, whatever anybody wants.

        Who is found may be hidden: whoever shows them asks the database.

        Args:
            vector: of this version; of length 1.
            limit: the most that are found.
        """
        asked = {"using": self.model_version, "limit": limit, "with_payload": False}
        answer = await self._store.call("query_points", query=vector.tolist(), **asked)
        return [Hit(UUID(point.id), float(point.score)) for point in answer.points]

    async def similarities(
        self, vector: NDArray[np.float32], ids: Sequence[UUID]
    ) -> dict[UUID, float]:
        """Give the cosines of a vector with those of people, as far as they have one."""
        return await self._store.cosines(vector, ids, self.model_version)

    async def around(
        self,
        place: tuple[float, float],
        ring_km: tuple[float, float],
        *,
        limit: int,
        after: UUID | None = None,
    ) -> list[UUID]:
        """Give who is to be found within a ring around a place, by the places told of them.

        Args:
            place: the middle, latitude and longitude in degrees.
            ring_km: the distances from which, inclusive, and to which, exclusive, it reaches.
            limit: how many at the most.
            after: only those whose keys follow this one.

        Returns:
            Their keys in order, which tells nothing of where they are.
        """
        offset = None if after is None else str(UUID(int=after.int + 1))  # begins with it
        asked = {"scroll_filter": qdrant().ring_filter(place, ring_km), "limit": limit}
        records, _ = await self._store.call("scroll", **asked, offset=offset, with_payload=False)
        return [UUID(record.id) for record in records]

    def walk(self) -> AsyncIterator[list[UUID]]:
        """Give the ids of everybody in the index, in batches; who comes meanwhile may be missed."""
        return walked(partial(self._store.call, "scroll"))

    async def count(self) -> int:
        """Count the people in the index."""
        return int((await self._store.call("count", exact=True)).count)

    async def embedded_count(self) -> int:
        """Count the people in the index who have a vector of this version of the model."""
        only = qdrant().having_vector(self.model_version)
        return int((await self._store.call("count", exact=True, count_filter=only)).count)

    async def close(self) -> None:
        """Let go of the folder or the connections; the object is not used afterwards."""
        await self._store.close()


def _structs(
    points: Sequence[ProfilePoint], vector_name: str, learned: Mapping[UUID, dict[str, Any]]
) -> list[Any]:
    return [
        qdrant().models.PointStruct(
            id=str(point.profile_id),
            vector={vector_name: point.vector.tolist()},
            payload=payload_of(point.profile_id, point.facets) | learned.get(point.profile_id, {}),
        )
        for point in points
    ]


def _learning(profile_id: UUID, learned: Reception) -> Any:
    models = qdrant().models
    change = models.SetPayload(payload=reception_payload(learned), points=[str(profile_id)])
    return models.SetPayloadOperation(set_payload=change)


async def _ensure_collection(store: ServerStore, vector: str, size: int) -> None:
    known = await asyncio.to_thread(qdrant)
    models = known.models
    params = models.VectorParams(size=size, distance=models.Distance.COSINE)
    if not await store.call("collection_exists"):
        try:
            await store.call("create_collection", vectors_config={vector: params})
        except known.UnexpectedResponse as error:
            if error.status_code != _CONFLICT:  # another process made it in between
                raise
    described = await store.call("get_collection")
    if vector not in described.config.params.vectors:
        dense = models.DenseVectorConfig(size=size, distance=models.Distance.COSINE)
        config = models.DenseVectorNameConfig(dense=dense)
        await store.call("create_vector_name", vector_name=vector, vector_name_config=config)
    if store.has_indexes:
        for name in known.INDEXES.keys() - described.payload_schema.keys():
            kind = known.INDEXES[name]
            await store.call("create_payload_index", field_name=name, field_schema=kind)
    await store.prepare(vector)
