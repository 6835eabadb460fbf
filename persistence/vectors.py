"""The vector index: profiles in Qdrant, in its local mode or on a server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from persistence.facets import Facets, Search, payload_of

_UPSERT_BATCH = 64
_WALK_BATCH = 1_000


class VectorsUnavailable(Exception):
    """The index cannot be opened or reached; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """One person in the index: the vector of their text, and their facets."""

    profile_id: UUID
    vector: NDArray[np.float32]
    facets: Facets


@dataclass(frozen=True, slots=True)
class Hit:
    """A found person and the cosine of their vector with the searched one, None without one."""

    profile_id: UUID
    similarity: float | None


class Vectors:
    """The collection of profiles, one named vector for each version of the embedding model.

    Every method raises `VectorsUnavailable` when the index cannot be opened or reached.
    """

    def __init__(self, client: "_Client", model_version: str) -> None:
        self.model_version = model_version
        self._client = client

    @classmethod
    def local(cls, folder: Path | None, *, model_version: str) -> Self:
        """Use the local mode in a folder, which one process at a time can hold.

        Args:
            folder: made when missing; None keeps everything in memory.
            model_version: the name of the vector.
        """
        return cls(_LocalClient(partial(_open_folder, folder), str(folder)), model_version)

    @classmethod
    def server(cls, url: str, *, model_version: str, api_key: str | None = None) -> Self:
        """Use a Qdrant server by its URL."""
        return cls(_Client(partial(_reach_server, url, api_key), url), model_version)

    async def ensure_collection(self, *, size: int = 384) -> None:
        """Make what is missing of the collection, its vector and its indexes; safe to repeat."""
        await _ensure_collection(self._client, self.model_version, size)

    async def upsert(self, points: Sequence[ProfilePoint]) -> None:
        """Put people into the index, replacing what it held of them."""
        for start in range(0, len(points), _UPSERT_BATCH):
            batch = [
                _qdrant().models.PointStruct(
                    id=str(point.profile_id),
                    vector={self.model_version: point.vector.tolist()},
                    payload=payload_of(point.facets),
                )
                for point in points[start : start + _UPSERT_BATCH]
            ]
            await self._client.call("upsert", points=batch)

    async def set_facets(self, profile_id: UUID, facets: Facets) -> None:
        """Replace a person's facets and keep the vector; nothing happens to who is not there."""
        await self._client.call(
            "overwrite_payload", payload=payload_of(facets), points=[str(profile_id)]
        )

    async def delete(self, profile_ids: Iterable[UUID]) -> None:
        """Take people out of the index; ids that are not there are no error."""
        if ids := [str(profile_id) for profile_id in profile_ids]:
            selector = _qdrant().models.PointIdsList(points=[*ids])
            await self._client.call("delete", points_selector=selector)

    async def vector_of(self, profile_id: UUID) -> NDArray[np.float32] | None:
        """Give the vector of a person, of length 1, None when they have none."""
        records = await self._client.call(
            "retrieve", ids=[str(profile_id)], with_payload=False, with_vectors=[self.model_version]
        )
        vector = (records[0].vector or {}).get(self.model_version) if records else None
        return np.asarray(vector, dtype=np.float32) if vector is not None else None

    async def search(self, search: Search) -> list[Hit]:
        """Find people, nearest first.

        All hits satisfy both sides' filters, except for distance, which may be exceeded: the
        candidate's reach is known in steps only. The caller checks distances exactly.
        """
        both_sides = _qdrant().two_way_filter(search)
        if search.vector is None:
            records, _ = await self._client.call(
                "scroll",
                scroll_filter=both_sides,
                limit=search.limit,
                with_payload=False,
            )
            return [Hit(UUID(record.id), None) for record in records]
        answer = await self._client.call(
            "query_points",
            query=search.vector.tolist(),
            using=self.model_version,
            query_filter=both_sides,
            limit=search.limit,
            with_payload=False,
        )
        return [Hit(UUID(p.id), max(-1.0, min(1.0, float(p.score)))) for p in answer.points]

    async def walk(self) -> AsyncIterator[list[UUID]]:
        """Give the ids of everybody in the index, in batches; who comes meanwhile may be missed."""
        offset = None
        while True:
            records, offset = await self._client.call(
                "scroll", limit=_WALK_BATCH, offset=offset, with_payload=False
            )
            yield [UUID(record.id) for record in records]
            if offset is None:
                return

    async def count(self) -> int:
        """Count the people in the index."""
        return int((await self._client.call("count", exact=True)).count)

    async def embedded_count(self) -> int:
        """Count the people in the index who have a vector of this version of the model."""
        models = _qdrant().models
        has_vector = models.HasVectorCondition(has_vector=self.model_version)
        only = models.Filter(must=[has_vector])
        return int((await self._client.call("count", exact=True, count_filter=only)).count)

    async def close(self) -> None:
        """Let go of the folder or the connections; the object is not used afterwards."""
        await self._client.close()


def _qdrant() -> Any:
    # It takes a second to import, which nobody waits for who opens no index.
    from persistence import qdrant  # noqa: PLC0415

    return qdrant


async def _ensure_collection(client: "_Client", vector: str, size: int) -> None:
    qdrant = await asyncio.to_thread(_qdrant)
    models = qdrant.models
    params = models.VectorParams(size=size, distance=models.Distance.COSINE)
    if not await client.call("collection_exists"):
        try:
            await client.call("create_collection", vectors_config={vector: params})
        except qdrant.UnexpectedResponse as error:
            if error.status_code != 409:  # another process made it in between
                raise
    described = await client.call("get_collection")
    if vector not in described.config.params.vectors:
        dense = models.DenseVectorConfig(size=size, distance=models.Distance.COSINE)
        config = models.DenseVectorNameConfig(dense=dense)
        await client.call("create_vector_name", vector_name=vector, vector_name_config=config)
    if client.has_indexes:
        for name, kind in qdrant.INDEXES.items():
            await client.call("create_payload_index", field_name=name, field_schema=kind)


class _Client:
    """A connection to a server, made on first use; its faults are told as one sentence."""

    has_indexes = True

    def __init__(self, connect: Callable[[], Any], place: str) -> None:
        self._connect = connect
        self._place = place
        self._qdrant: Any = None

    async def call(self, name: str, **arguments: Any) -> Any:
        """Call a method of Qdrant's client on the collection of profiles."""
        try:
            return await self._run(name, {"collection_name": "profiles", **arguments})
        except _qdrant().ResponseHandlingException as error:
            raise VectorsUnavailable(f"Qdrant at {self._place} cannot be reached.") from error
        except _qdrant().UnexpectedResponse as error:
            if error.status_code is not None and error.status_code < 500:
                raise
            raise VectorsUnavailable(f"Qdrant at {self._place} answers with an error.") from error

    async def close(self) -> None:
        """Let go of what was opened."""
        if self._qdrant is not None:
            await self._run("close", {})

    async def _run(self, name: str, arguments: dict[str, Any]) -> Any:
        return await self._begin(name, arguments)

    def _begin(self, name: str, arguments: dict[str, Any]) -> Any:
        if self._qdrant is None:
            self._qdrant = self._connect()
        return getattr(self._qdrant, name)(**arguments)


class _LocalClient(_Client):
    """The local mode, which is synchronous and bound to its thread: it gets one of its own."""

    has_indexes = False  # it filters without them, and warns when asked to make some

    def __init__(self, connect: Callable[[], Any], place: str) -> None:
        super().__init__(connect, place)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vectors")

    async def close(self) -> None:
        """Let go of the folder and the thread."""
        await super().close()
        self._thread.shutdown()

    async def _run(self, name: str, arguments: dict[str, Any]) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._begin, name, arguments)


def _reach_server(url: str, api_key: str | None) -> Any:
    return _qdrant().AsyncQdrantClient(url=url, api_key=api_key, check_compatibility=False)


def _open_folder(folder: Path | None) -> Any:
    if folder is None:
        return _qdrant().QdrantClient(":memory:")
    in_use = f"The vector index in {folder} is in use by another process; stop that one first."
    # Qdrant leaks its open files when it finds the folder locked, so we look first.
    if not _is_free(folder / ".lock"):
        raise VectorsUnavailable(in_use)
    try:
        return _qdrant().QdrantClient(path=str(folder))
    except RuntimeError as error:
        raise VectorsUnavailable(in_use) from error


def _is_free(lock: Path) -> bool:
    # Qdrant's own dependency: importing it at the top would write to disk where local mode is
    # never used.
    import portalocker  # noqa: PLC0415

    if not lock.exists():
        return True
    with lock.open("r+") as file:
        try:
            portalocker.lock(
                file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
            )
        except portalocker.exceptions.LockException:
            return False
        portalocker.unlock(file)
        return True
