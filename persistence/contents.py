"""Contents: what people make (posts, events, places) in the vector index, a collection for each.

A kind has one collection for each version of the embedding model, so that vectors of two versions
never meet, and a version comes and goes as a whole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from persistence.vector_stores import ServerStore, qdrant

_UPSERT_BATCH = 64
_WALK_BATCH = 1_000
_CONFLICT = 409


class ContentKind(StrEnum):
    """What has a vector beside people."""

    POST = "posts"
    EVENT = "events"
    PLACE = "places"


@dataclass(frozen=True, slots=True)
class ContentPoint:
    """One content in the index.

    Attributes:
        content_id: its key.
        vector: of its text, by one version.
        owner_id: who made it; None for what nobody owns.
        at: the moment it is about: when a post was shared, when an event starts.
        is_open: whether it is for everybody who may see its owner.
        fingerprint: differs when any of this, or the text, differs.
    """

    content_id: UUID
    vector: NDArray[np.float32]
    owner_id: UUID | None
    at: datetime
    is_open: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Within:
    """Which contents are meant; all of a kind if unsaid.

    Attributes:
        since: only those at this moment or later.
        until: only those before this moment.
        only_open: only those for everybody.
        not_by: none by these owners.
    """

    since: datetime | None = None
    until: datetime | None = None
    only_open: bool = False
    not_by: Sequence[UUID] = ()


EVERYWHERE = Within()

Nearest = list[tuple[UUID, float]]
"""Keys and their cosines, the greatest first."""


class Contents:
    """The contents, seen through one version of the embedding model.

    Every method raises `VectorsUnavailable` when the index cannot be opened or reached. What the
    index finds may be hidden or gone: whoever shows it asks the database.

    Args:
        store: where vectors are kept.
        model_version: of the embedding model.
    """

    def __init__(self, store: ServerStore, model_version: str) -> None:
        self._store = store
        self._collections = _Collections(store, model_version)
        self.model_version = model_version

    def of(self, model_version: str) -> Self:
        """Give the contents seen through another version."""
        return type(self)(self._store, model_version)

    async def upsert(self, kind: ContentKind, points: Sequence[ContentPoint]) -> None:
        """Put contents into the index, replacing what is there of them."""
        models = await _models()
        for start in range(0, len(points), _UPSERT_BATCH):
            batch = points[start : start + _UPSERT_BATCH]
            structs = [_struct(models, point) for point in batch]
            await self._collections.put(kind, structs, size=batch[0].vector.size)

    async def delete(self, kind: ContentKind, ids: Iterable[UUID]) -> None:
        """Take contents out of the index; keys that are not there are no error."""
        if keys := [str(key) for key in ids]:
            selector = (await _models()).PointIdsList(points=keys)
            await self._collections.ask(kind, "delete", points_selector=selector)

    async def delete_of(self, owner_id: UUID) -> None:
        """Take out whatever somebody made."""
        models = await _models()
        condition = models.FieldCondition(key="owner", match=models.MatchValue(value=str(owner_id)))
        selector = models.FilterSelector(filter=models.Filter(must=[condition]))
        for kind in ContentKind:
            await self._collections.ask(kind, "delete", points_selector=selector)

    async def fingerprints(self, kind: ContentKind, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Give the fingerprints of contents, as far as they are in the index."""
        keys = [str(key) for key in ids]
        records = await self._collections.ask(
            kind, "retrieve", ids=keys, with_payload=["fingerprint"], with_vectors=False
        )
        return {UUID(record.id): record.payload["fingerprint"] for record in records or ()}

    async def search(
        self,
        kind: ContentKind,
        vector: NDArray[np.float32],
        *,
        limit: int,
        within: Within = EVERYWHERE,
    ) -> Nearest:
        """Find the contents of a kind that are nearest to a vector.

        Args:
            kind: of which kind.
            vector: of this version; of length 1.
            limit: the most that are found.
            within: which ones are meant.
        """
        chosen = _filter(await _models(), within)
        return await self._collections.nearest(kind, vector.tolist(), limit, chosen)

    async def similarities(
        self, kind: ContentKind, vector: NDArray[np.float32], ids: Sequence[UUID]
    ) -> dict[UUID, float]:
        """Give the cosines of a vector with those of contents, as far as they are in the index."""
        if not ids:
            return {}
        if self._store.is_exact:
            # The local mode compares with everything before it looks at a filter.
            vectors = await self._collections.vectors(kind, ids)
            return {key: _cosine(float(vector @ other)) for key, other in vectors.items()}
        models = await _models()
        only = models.HasIdCondition(has_id=[str(key) for key in ids])
        return dict(
            await self._collections.nearest(
                kind, vector.tolist(), len(ids), models.Filter(must=[only])
            )
        )

    async def similarities_to(
        self, kind: ContentKind, content_id: UUID, ids: Sequence[UUID]
    ) -> dict[UUID, float]:
        """Give the cosines of a content with others of its kind; none if it is not in the index."""
        found = await self._collections.vectors(kind, [content_id])
        if content_id not in found:
            return {}
        return await self.similarities(kind, found[content_id], ids)

    def walk(self, kind: ContentKind) -> AsyncIterator[list[UUID]]:
        """Give the keys of all contents of a kind in the index, in batches."""
        return walked(partial(self._collections.ask, kind, "scroll"))

    async def count(self, kind: ContentKind) -> int:
        """Count the contents of a kind in the index."""
        answer = await self._collections.ask(kind, "count", exact=True)
        return 0 if answer is None else int(answer.count)

    async def drop_version(self) -> None:
        """Take all contents of this version out of the index; safe to repeat."""
        for kind in ContentKind:
            await self._collections.drop(kind)


class _Collections:
    """The collections of one version, each made when something is first put into it."""

    def __init__(self, store: ServerStore, model_version: str) -> None:
        self._store = store
        self._model_version = model_version

    async def put(self, kind: ContentKind, structs: Sequence[Any], *, size: int) -> None:
        """Put points whose vectors have this size into a collection."""
        collection = self._name(kind)
        if collection not in self._store.ready:
            await _make(self._store, collection, size)
            self._store.ready.add(collection)
        await self._store.call("upsert", collection_name=collection, points=structs)

    async def ask(self, kind: ContentKind, name: str, **arguments: Any) -> Any:
        """Ask a collection; None while nothing was ever put into it."""
        collection = self._name(kind)
        if collection not in self._store.ready:
            if not await self._store.call("collection_exists", collection_name=collection):
                return None
            self._store.ready.add(collection)
        return await self._store.call(name, collection_name=collection, **arguments)

    async def nearest(
        self, kind: ContentKind, vector: list[float], limit: int, chosen: Any
    ) -> Nearest:
        """Give what is nearest to a vector, of what a filter has chosen."""
        asked = {"query": vector, "query_filter": chosen, "limit": limit}
        answer = await self.ask(kind, "query_points", **asked, with_payload=False)
        points = () if answer is None else answer.points
        return [(UUID(point.id), _cosine(float(point.score))) for point in points]

    async def vectors(
        self, kind: ContentKind, ids: Sequence[UUID]
    ) -> dict[UUID, NDArray[np.float32]]:
        """Give the vectors of these keys, as far as they are there."""
        asked = {"ids": [str(key) for key in ids], "with_payload": False, "with_vectors": True}
        records = await self.ask(kind, "retrieve", **asked)
        return {
            UUID(record.id): np.asarray(record.vector, dtype=np.float32) for record in records or ()
        }

    async def drop(self, kind: ContentKind) -> None:
        """Take a collection away with all that is in it; safe to repeat."""
        name = self._name(kind)
        self._store.ready.discard(name)
        await self._store.call("delete_collection", collection_name=name)

    def _name(self, kind: ContentKind) -> str:
        return f"{kind}-{self._model_version}"


async def walked(scroll: Callable[..., Awaitable[Any]]) -> AsyncIterator[list[UUID]]:
    """Give the keys of all points of a collection, in batches; what comes meanwhile may be missed.

    Args:
        scroll: asks the collection; None stands for one that is not there.
    """
    offset = None
    while True:
        answer = await scroll(limit=_WALK_BATCH, offset=offset, with_payload=False)
        records, offset = answer or ((), None)
        yield [UUID(record.id) for record in records]
        if offset is None:
            return


def _cosine(value: float) -> float:
    return max(-1.0, min(1.0, value))


async def _models() -> Any:
    # In a thread: to import Qdrant's client takes a second.
    return (await asyncio.to_thread(qdrant)).models


def _struct(models: Any, point: ContentPoint) -> Any:
    payload = {
        "at": point.at.timestamp(),
        "is_open": point.is_open,
        "fingerprint": point.fingerprint,
    }
    if point.owner_id is not None:
        payload["owner"] = str(point.owner_id)
    return models.PointStruct(
        id=str(point.content_id), vector=point.vector.tolist(), payload=payload
    )


def _filter(models: Any, within: Within) -> Any:
    required: list[Any] = []
    if within.since is not None or within.until is not None:
        since, until = (
            None if moment is None else moment.timestamp()
            for moment in (within.since, within.until)
        )
        bounds = models.Range(gte=since, lt=until)
        required.append(models.FieldCondition(key="at", range=bounds))
    if within.only_open:
        is_open = models.MatchValue(value=True)
        required.append(models.FieldCondition(key="is_open", match=is_open))
    forbidden = []
    if within.not_by:
        owners = models.MatchAny(any=[str(key) for key in within.not_by])
        forbidden.append(models.FieldCondition(key="owner", match=owners))
    return models.Filter(must=required, must_not=forbidden) if required or forbidden else None


async def _make(store: ServerStore, collection: str, size: int) -> None:
    known = await asyncio.to_thread(qdrant)
    models = known.models
    if not await store.call("collection_exists", collection_name=collection):
        params = models.VectorParams(size=size, distance=models.Distance.COSINE)
        try:
            await store.call("create_collection", collection_name=collection, vectors_config=params)
        except known.UnexpectedResponse as error:
            if error.status_code != _CONFLICT:  # another process made it in between
                raise
    if store.has_indexes:
        kinds = models.PayloadSchemaType
        for name, kind in (
            ("owner", kinds.KEYWORD),
            ("at", kinds.FLOAT),
            ("is_open", kinds.BOOL),
        ):
            await store.call(
                "create_payload_index",
                collection_name=collection,
                field_name=name,
                field_schema=kind,
            )
