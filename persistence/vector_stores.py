"""Where vectors are kept: on a Qdrant server, or in its local mode with columns to search in."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from persistence import facet_columns
from persistence.facet_columns import FacetColumns
from persistence.facets import LEARNED, Search

LOCAL_MOST = 20_000
"""The most people that Qdrant's local mode is meant for."""

_COLLECTION = "profiles"
_LOADED_AT_ONCE = 5_000
_FORBIDDEN = (401, 403)
_MISSING = 404
_FAULT = 500

_log = structlog.get_logger("kith.vectors")

Found = list[tuple[UUID, float | None]]
Vector = NDArray[np.float32]


class VectorsUnavailable(Exception):
    """The index cannot be opened or reached; the message is one sentence for the operator."""


def qdrant() -> Any:
    """Give the module that imports Qdrant's client, on first use.

    It takes a second to import, which nobody waits for who opens no index.
    """
    from persistence import qdrant  # noqa: PLC0415

    return qdrant


class ServerStore:
    """The collection on a server, reached on first use; its faults are told as one sentence.

    Args:
        connect: makes Qdrant's client.
        place: names it in messages.

    Attributes:
        ready: the names of vectors that it was made ready for.
    """

    is_exact = False
    """Whether searches always look at everybody."""
    has_indexes = True

    def __init__(self, connect: Callable[[], Any], place: str) -> None:
        self._connect = connect
        self._place = place
        self.ready: set[str] = set()
        self._qdrant: Any = None

    async def call(self, name: str, **arguments: Any) -> Any:
        """Call a method of Qdrant's client on the collection of profiles.

        Raises:
            VectorsUnavailable: the index cannot be opened or reached, or has lost its data.
            qdrant_client.http.exceptions.UnexpectedResponse: it finds the request wrong.
        """
        known = qdrant()
        try:
            return await self._run(self._begin, name, {"collection_name": _COLLECTION, **arguments})
        except known.ResponseHandlingException as error:
            raise VectorsUnavailable(f"Qdrant at {self._place} cannot be reached.") from error
        except known.ResourceExhaustedResponse as error:
            raise VectorsUnavailable(f"Qdrant at {self._place} has too much to do.") from error
        except known.UnexpectedResponse as error:
            if sentence := self._sentence(error.status_code or _FAULT):
                raise VectorsUnavailable(sentence) from error
            raise

    async def write(self, name: str, ids: Sequence[UUID], **arguments: Any) -> None:
        """Call a method that changes the people with these ids."""
        await self.call(name, **arguments)

    async def put(self, structs: Sequence[Any], *, known: Collection[UUID]) -> None:
        """Write points with their payload; vectors of other names stay as they are.

        Args:
            structs: Qdrant's points.
            known: which of them are there already.
        """
        changes = qdrant().putting(structs, {str(profile_id) for profile_id in known})
        await self.call("batch_update_points", update_operations=changes)

    async def prepare(self, vector_name: str) -> None:
        """Make ready for searches by the vectors of this name; a server is."""

    async def drop(self, vector_name: str) -> None:
        """Take the vectors of this name from everybody."""
        await self.call("delete_vector_name", vector_name=vector_name)

    async def learned(self, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """Give what is learned about people, by id; who is not in the index is left out."""
        keys = [str(profile_id) for profile_id in ids]
        records = await self.call("retrieve", ids=keys, with_payload=list(LEARNED))
        return {UUID(record.id): record.payload or {} for record in records}

    async def find(self, searches: Sequence[Search], vector_name: str) -> list[Found]:
        """Answer searches, all in one request."""
        requests = [qdrant().request_of(search, vector_name) for search in searches]
        answers = await self.call("query_batch_points", requests=requests)
        return [
            [
                (
                    UUID(point.id),
                    _cosine(point.score) if "using" in request.model_fields_set else None,
                )
                for point in answer.points
            ]
            for request, answer in zip(requests, answers, strict=True)
        ]

    async def cosines(
        self, vector: Vector, ids: Sequence[UUID], vector_name: str
    ) -> dict[UUID, float]:
        """Give the cosines of a vector with those of people, as far as they have one."""
        if not ids:
            return {}
        models = qdrant().models
        only = models.HasIdCondition(has_id=[str(profile_id) for profile_id in ids])
        answer = await self.call(
            "query_points",
            query=vector.tolist(),
            using=vector_name,
            query_filter=models.Filter(must=[only]),
            limit=len(ids),
            with_payload=False,
        )
        return {UUID(point.id): _cosine(point.score) for point in answer.points}

    async def close(self) -> None:
        """Let go of what was opened."""
        if self._qdrant is not None:
            await self._run(self._begin, "close", {})

    def _sentence(self, status: int) -> str:
        if status in _FORBIDDEN:
            return f"Qdrant at {self._place} refuses the key."
        if status == _MISSING:
            return f"Qdrant at {self._place} has lost its people: run `kith reindex`."
        return f"Qdrant at {self._place} answers with an error." if status >= _FAULT else ""

    async def _run(self, begin: Callable[..., Any], *arguments: Any) -> Any:
        return await begin(*arguments)

    def _begin(self, name: str, arguments: dict[str, Any]) -> Any:
        if self._qdrant is None:
            self._qdrant = self._connect()
        return getattr(self._qdrant, name)(**arguments)


class LocalStore(ServerStore):
    """The local mode, which is synchronous and bound to its thread: it gets one of its own.

    Qdrant keeps the people; searches are answered from columns of the same payloads and vectors,
    a set of columns for each name of vectors.
    """

    is_exact = True
    has_indexes = False  # it filters without them, and warns when asked to make some

    def __init__(self, connect: Callable[[], Any], place: str) -> None:
        super().__init__(connect, place)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vectors")
        self._columns: dict[str, FacetColumns] = {}
        self._has_warned = False

    async def write(self, name: str, ids: Sequence[UUID], **arguments: Any) -> None:
        """Call a method that changes the people with these ids, and let the columns follow."""
        await super().write(name, ids, **arguments)
        await self._run(self._follow, ids)

    async def put(self, structs: Sequence[Any], *, known: Collection[UUID]) -> None:
        """Write points with their payload; vectors of other names stay as they are."""
        await self._run(self._put, structs)

    async def prepare(self, vector_name: str) -> None:
        """Read everybody into columns, some 0.2 ms a person, so that no search waits for it."""
        await self._run(self._loaded, vector_name)

    async def drop(self, vector_name: str) -> None:
        """Take the vectors of this name from everybody, and the columns with them."""
        await super().drop(vector_name)
        await self._run(self._columns.pop, vector_name, None)

    async def find(self, searches: Sequence[Search], vector_name: str) -> list[Found]:
        """Answer searches from the columns."""
        found: list[Found] = await self._run(self._find, searches, vector_name)
        return found

    async def cosines(
        self, vector: Vector, ids: Sequence[UUID], vector_name: str
    ) -> dict[UUID, float]:
        """Give the cosines of a vector with those of people, as far as they have one."""
        found: dict[UUID, float] = await self._run(self._cosines, vector, ids, vector_name)
        return {key: _cosine(value) for key, value in found.items()}

    async def close(self) -> None:
        """Let go of the folder and the thread."""
        await super().close()
        self._thread.shutdown()

    async def _run(self, begin: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, begin, *arguments)

    def _put(self, structs: Sequence[Any]) -> None:
        # Each change of a person is a commit: they are written whole, which is safe in one thread.
        ids = [struct.id for struct in structs]
        records = self._ask("retrieve", ids=ids, with_payload=False, with_vectors=True)
        vectors = {record.id: record.vector for record in records}
        for struct in structs:
            struct.vector = {**(vectors.get(struct.id) or {}), **struct.vector}
        self._ask("upsert", points=structs)
        self._follow([UUID(profile_id) for profile_id in ids])

    def _find(self, searches: Sequence[Search], vector_name: str) -> list[Found]:
        return [
            [(key, value if value is None else _cosine(value)) for key, value in found]
            for found in facet_columns.find(self._loaded(vector_name), searches)
        ]

    def _cosines(
        self, vector: Vector, ids: Sequence[UUID], vector_name: str
    ) -> Mapping[UUID, float]:
        return facet_columns.cosines(self._loaded(vector_name), vector, ids)

    def _loaded(self, vector_name: str) -> FacetColumns:
        if vector_name not in self._columns:
            params = self._ask("get_collection").config.params.vectors[vector_name]
            columns, offset = FacetColumns(params.size), None
            while True:
                records, offset = self._ask(
                    "scroll", limit=_LOADED_AT_ONCE, offset=offset, **_whole([vector_name])
                )
                for record in records:
                    _fill(columns, record, vector_name)
                if offset is None:
                    break
            self._columns[vector_name] = columns
            self._warn(len(columns.rows))
        return self._columns[vector_name]

    def _follow(self, ids: Sequence[UUID]) -> None:
        if not self._columns:
            return  # whatever is searched first reads it all
        keys = [str(profile_id) for profile_id in ids]
        records = self._ask("retrieve", ids=keys, **_whole(self._columns))
        gone = set(ids) - {UUID(record.id) for record in records}
        for vector_name, columns in self._columns.items():
            for record in records:
                _fill(columns, record, vector_name)
            for profile_id in gone:
                columns.remove(profile_id)
            self._warn(len(columns.rows))

    def _ask(self, name: str, **arguments: Any) -> Any:
        return self._begin(name, {"collection_name": _COLLECTION, **arguments})

    def _warn(self, people: int) -> None:
        if people > LOCAL_MOST and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "more people than Qdrant's local mode is meant for: set QDRANT_URL",
                people=people,
                most=LOCAL_MOST,
            )


def _fill(columns: FacetColumns, record: Any, vector_name: str) -> None:
    vector = (record.vector or {}).get(vector_name)
    given = None if vector is None else np.asarray(vector, dtype=np.float32)
    columns.put(UUID(record.id), record.payload or {}, given)


def _whole(vector_names: Iterable[str]) -> dict[str, Any]:
    return {"with_payload": True, "with_vectors": list(vector_names)}


def reach_server(url: str, api_key: str | None, timeout_seconds: int) -> Any:
    """Make the client of a server; nothing is sent yet."""
    return qdrant().AsyncQdrantClient(
        url=url, api_key=api_key, timeout=timeout_seconds, check_compatibility=False
    )


def open_folder(folder: Path | None) -> Any:
    """Open the local mode in a folder, or in memory when there is none.

    Raises:
        VectorsUnavailable: another process holds the folder.
    """
    if folder is None:
        return qdrant().QdrantClient(":memory:")
    in_use = f"The vector index in {folder} is in use by another process; stop that one first."
    # Qdrant leaks its open files when it finds the folder locked, so we look first.
    if not _is_free(folder / ".lock"):
        raise VectorsUnavailable(in_use)
    try:
        return qdrant().QdrantClient(path=str(folder))
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


def _cosine(value: float) -> float:
    return max(-1.0, min(1.0, float(value)))
