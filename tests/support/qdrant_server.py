"""A Qdrant server for tests: real HTTP, each request judged by Qdrant's own API description.

What is asked is answered by the local mode of Qdrant's client. On top of it the server minds what
the local mode does not: the key, and that whatever is ordered by needs an index.
"""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pydantic
from qdrant_client import QdrantClient, models

from tests.support.openapi import OpenApi

API = OpenApi(Path(__file__).parents[1] / "data" / "qdrant-openapi-1.19.json")
_COLLECTIONS = "/collections/"
_DONE = {"operation_id": 0, "status": "completed"}


@dataclass
class QdrantServer:
    """A server on a free port of this machine; an asynchronous context manager.

    Attributes:
        key: what it is opened by; None opens it to all.
        asked: the requests: method, target, body.
        problems: what is wrong with them, by Qdrant's description of its API.
        status: answered to everything instead, when set.
        headers: sent with every answer.
        goes_on: while it is not set, nothing is answered.
        is_corrupt: whether the graph has lost the nearest half of what a search should find.
    """

    key: str | None = None
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    is_corrupt: bool = False

    def __post_init__(self):
        self.goes_on.set()
        self.indexes = {}
        self.qdrant = QdrantClient(":memory:")
        self.collection = ""
        self._open = {}

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.goes_on.set()
        for writer in self._open.values():
            writer.close()
        await asyncio.gather(*self._open, return_exceptions=True)
        self.qdrant.close()

    async def _converse(self, reader, writer):
        self._open[asyncio.current_task()] = writer
        try:
            while line := await reader.readline():
                method, target, _ = line.decode().split()
                headers = {}
                while text := (await reader.readline()).decode().strip():
                    name, _, value = text.partition(": ")
                    headers[name.lower()] = value
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await self.goes_on.wait()
                status, answer = self._answer(method, unquote(target), headers, body)
                await self._send(writer, status, answer)
        except ConnectionError:
            return
        finally:
            del self._open[asyncio.current_task()]
            writer.close()

    async def _send(self, writer, status, answer):
        body = json.dumps({"result": answer, "status": "ok", "time": 0.0}).encode()
        fields = {"Content-Type": "application/json", "Content-Length": len(body), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body)
        await writer.drain()

    def _answer(self, method, target, headers, body):
        self.asked.append((method, target, body))
        found = API.problems(method, target, body)
        self.problems += [f"{method} {target}: {problem}" for problem in found]
        if self.status is not None:
            return self.status, None
        if self.key is not None and headers.get("api-key") != self.key:
            return 403, None
        if found:
            return 400, None
        path = target.partition("?")[0].removeprefix(_COLLECTIONS)
        self.collection, slash, rest = path.partition("/")
        path = slash + rest
        given = json.loads(body) if body else {}
        if path.startswith("/vectors/"):
            name = path.removeprefix("/vectors/")
            change = self._drop_vector if method == "DELETE" else self._add_vector
            return 200, change(name, given)
        try:
            return 200, pydantic.TypeAdapter(object).dump_python(
                _OPERATIONS[method, path](self, given), mode="json"
            )
        except (KeyError, ValueError) as error:
            return (404 if "not found" in str(error) else 400), str(error)

    def _add_vector(self, name, given):
        config = models.DenseVectorNameConfig(**given)
        self.qdrant.create_vector_name(self.collection, name, config)
        return _DONE

    def _drop_vector(self, name, _):
        self.qdrant.delete_vector_name(self.collection, name)
        return _DONE

    def exists(self, _):
        return {"exists": self.qdrant.collection_exists(self.collection)}

    def create(self, given):
        vectors = models.CreateCollection(**given).vectors
        return self.qdrant.create_collection(self.collection, vectors_config=vectors)

    def drop(self, _):
        return self.qdrant.delete_collection(self.collection)

    def describe(self, _):
        info = self.qdrant.get_collection(self.collection)
        schema = {name: {"data_type": kind, "points": 0} for name, kind in self.indexes.items()}
        return {**info.model_dump(mode="json"), "payload_schema": schema}

    def index(self, given):
        self.indexes[given["field_name"]] = given["field_schema"]
        return _DONE

    def upsert(self, given):
        return self.qdrant.upsert(self.collection, models.PointsList(**given).points)

    def retrieve(self, given):
        asked = models.PointRequest(**given)
        return self.qdrant.retrieve(
            self.collection, asked.ids, asked.with_payload, asked.with_vector
        )

    def delete(self, given):
        chosen = models.FilterSelector if "filter" in given else models.PointIdsList
        return self.qdrant.delete(self.collection, chosen(**given))

    def overwrite(self, given):
        asked = models.SetPayload(**given)
        return self.qdrant.overwrite_payload(self.collection, asked.payload, asked.points)

    def change(self, given):
        changes = models.UpdateOperations(**given).operations
        return self.qdrant.batch_update_points(self.collection, changes)

    def scroll(self, given):
        asked = models.ScrollRequest(**given)
        points, after = self.qdrant.scroll(
            self.collection,
            scroll_filter=asked.filter,
            limit=asked.limit,
            offset=asked.offset,
            with_payload=asked.with_payload,
        )
        return {"points": points, "next_page_offset": after}

    def count(self, given):
        return self.qdrant.count(self.collection, models.CountRequest(**given).filter)

    def query(self, given):
        asked = models.QueryRequest(**given)
        if isinstance(asked.query, models.OrderByQuery):
            key = asked.query.order_by.key
            if key not in self.indexes:
                raise ValueError(f"no index of {key} to order by")
        lost = asked.limit if self._is_graph_walked(asked) else 0
        answer = self.qdrant.query_points(
            self.collection,
            query=asked.query,
            using=asked.using,
            query_filter=asked.filter,
            limit=asked.limit + lost,
            with_payload=asked.with_payload,
        )
        return {"points": answer.points[len(answer.points) // 2 if lost else 0 :][: asked.limit]}

    def _is_graph_walked(self, asked):
        is_exact = asked.params is not None and asked.params.exact
        return self.is_corrupt and asked.using is not None and not is_exact

    def query_batch(self, given):
        return [self.query(one) for one in given["searches"]]


_OPERATIONS = {
    ("GET", "/exists"): QdrantServer.exists,
    ("PUT", ""): QdrantServer.create,
    ("DELETE", ""): QdrantServer.drop,
    ("GET", ""): QdrantServer.describe,
    ("PUT", "/index"): QdrantServer.index,
    ("PUT", "/points"): QdrantServer.upsert,
    ("POST", "/points"): QdrantServer.retrieve,
    ("POST", "/points/delete"): QdrantServer.delete,
    ("PUT", "/points/payload"): QdrantServer.overwrite,
    ("POST", "/points/batch"): QdrantServer.change,
    ("POST", "/points/scroll"): QdrantServer.scroll,
    ("POST", "/points/count"): QdrantServer.count,
    ("POST", "/points/query"): QdrantServer.query,
    ("POST", "/points/query/batch"): QdrantServer.query_batch,
}
