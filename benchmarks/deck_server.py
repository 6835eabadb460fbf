"""`python -m benchmarks.deck_server URL PORT`: answers in place of a Qdrant server, from arrays.

It speaks as much of Qdrant's HTTP API as decks need, judges every filter that is sent, and looks at
everybody. So the requests, their size and the answers are real; how long it takes to find an answer
says nothing of Qdrant, and is told apart: `GET /spent` gives it, in seconds since asked last.
"""

import asyncio
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.candidates import facets_of
from matching.embeddings import MODEL_VERSION
from matching.features import Features, features_of
from persistence.database import Database
from persistence.facets import payload_of
from persistence.queries import profile_vectors, profiles

_SIZE = 384
_BATCH = 1_000
_KEPT = ("profile_id", "model_version", "text_hash", "vector")
_EARTH_RADIUS_M = 6_371_000.0
"""Of the Earth as Qdrant measures it."""

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Index:
    """People in arrays, a row each.

    Args:
        ids: their keys.
        payloads: what the index keeps of them, in the same order.
        vectors: of their texts, in the same order.
    """

    def __init__(
        self, ids: list[str], payloads: list[dict[str, Any]], vectors: NDArray[np.float32]
    ) -> None:
        self._ids = ids
        self._rows = {key: row for row, key in enumerate(ids)}
        self._words: dict[str, dict[str, Mask]] = defaultdict(dict)
        self._numbers: dict[str, Numbers] = {}
        for name in {name for payload in payloads for name in payload} - {"location"}:
            self._read(name, [payload.get(name) for payload in payloads])
        places = [payload.get("location") or {} for payload in payloads]
        self._places = np.radians(
            [[place.get("lat", np.nan), place.get("lon", np.nan)] for place in places]
        ).T
        self._vectors = vectors
        self._measured: tuple[Any, Numbers] = (None, self._unknown())

    def query(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer a query: by a vector, or in the order of a number."""
        rows = np.flatnonzero(self._all(asked.get("filter") or {}))
        wanted = asked["query"]
        if isinstance(wanted, dict) and "order_by" in wanted:
            by = wanted["order_by"]
            values = self._numbers.get(by["key"], self._unknown())[rows]
            sign = -1.0 if by["direction"] == "desc" else 1.0
            start = by.get("start_from")
            fits = ~np.isnan(values) if start is None else sign * values >= sign * start
            rows, scores = rows[fits], sign * values[fits]
        else:
            nearest = wanted["nearest"] if isinstance(wanted, dict) else wanted
            scores = -(self._vectors[rows] @ np.asarray(nearest, dtype=np.float32))
        first = np.argsort(scores, kind="stable")[: asked["limit"]]
        return {
            "points": [
                {"id": self._ids[row], "version": 0, "score": -float(score)}
                for row, score in zip(rows[first], scores[first], strict=True)
            ]
        }

    def retrieve(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Give people's vectors."""
        known = [key for key in asked["ids"] if key in self._rows]
        return [
            {"id": key, "vector": {MODEL_VERSION: self._vectors[self._rows[key]].tolist()}}
            for key in known
        ]

    def _read(self, name: str, values: list[Any]) -> None:
        known = next(value for value in values if value is not None)
        if not isinstance(known, bool | str | list):
            self._numbers[name] = np.array(values, dtype=np.float64)
            return
        for row, value in enumerate(values):
            for word in value if isinstance(value, list) else [] if value is None else [value]:
                self._words[name].setdefault(word, self._unknown() == 0.0)[row] = True

    def _unknown(self) -> Numbers:
        return np.full(len(self._ids), np.nan)

    def _all(self, given: dict[str, Any]) -> Mask:
        kept = np.ones(len(self._ids), dtype=np.bool_)
        for condition in given.get("must") or ():
            kept &= self._judged(condition)
        for condition in given.get("must_not") or ():
            kept &= ~self._judged(condition)
        if given.get("should"):
            kept &= np.any([self._judged(condition) for condition in given["should"]], axis=0)
        return kept

    def _judged(self, condition: dict[str, Any]) -> Mask:
        if "has_id" in condition:
            chosen = np.zeros(len(self._ids), dtype=np.bool_)
            chosen[[self._rows[key] for key in condition["has_id"] if key in self._rows]] = True
            return chosen
        if "is_empty" in condition:
            name = condition["is_empty"]["key"]
            return np.isnan(self._numbers.get(name, self._unknown()))
        if "key" not in condition:
            return self._all(condition)
        name = condition["key"]
        if condition.get("match"):
            match = condition["match"]
            return self._one_of(name, match["any"] if "any" in match else [match["value"]])
        if condition.get("range"):
            return self._between(name, condition["range"])
        return self._within(condition["geo_radius"])

    def _one_of(self, name: str, words: Iterable[Any]) -> Mask:
        found = np.zeros(len(self._ids), dtype=np.bool_)
        for word in words:
            if word in self._words[name]:
                found |= self._words[name][word]
        return found

    def _between(self, name: str, bounds: dict[str, float | None]) -> Mask:
        values = self._numbers.get(name, self._unknown())
        compare = {"lt": np.less, "lte": np.less_equal, "gt": np.greater, "gte": np.greater_equal}
        kept = ~np.isnan(values)
        for bound, limit in bounds.items():
            if limit is not None:
                kept &= compare[bound](values, limit)
        return kept

    def _within(self, circle: dict[str, Any]) -> Mask:
        middle = circle["center"]["lat"], circle["center"]["lon"]
        # A request measures from one place with many radii.
        if self._measured[0] != middle:
            self._measured = middle, self._metres_from(*np.radians(middle))
        near: Mask = self._measured[1] <= circle["radius"]
        return near

    def _metres_from(self, north: float, east: float) -> Numbers:
        there, across = self._places
        chord = np.sin((there - north) / 2.0) ** 2
        chord += np.cos(north) * np.cos(there) * np.sin((across - east) / 2.0) ** 2
        metres: Numbers = 2.0 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        return metres


class Server:
    """Answers requests one after the other, and counts how long it looks for answers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._spent = 0.0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection until it is closed."""
        while line := await reader.readline():
            _, target, _ = line.decode().split()
            length = 0
            while field := (await reader.readline()).strip():
                name, _, value = field.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = await reader.readexactly(length)
            answer = orjson.dumps(
                {"result": self._answered(target, body), "status": "ok", "time": 0.0}
            )
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(answer)}\r\n\r\n".encode() + answer)
            await writer.drain()
        writer.close()

    def _answered(self, target: str, body: bytes) -> Any:
        path = target.partition("?")[0].removeprefix("/collections/profiles/points")
        if path == "/spent":
            spent, self._spent = self._spent, 0.0
            return spent
        asked, begun = orjson.loads(body), time.perf_counter()
        if path == "/query/batch":
            found: Any = [self._index.query(one) for one in asked["searches"]]
        else:
            found = {"/query": self._index.query, "": self._index.retrieve}[path](asked)
        self._spent += time.perf_counter() - begun
        return found


async def read(database_url: str) -> Index:
    """Read everybody from the database, as indexing does, and keep a vector for each there."""
    database = await Database.connect(database_url, statement_timeout_ms=60_000)
    random = np.random.default_rng(20260101)
    ids: list[str] = []
    payloads: list[dict[str, Any]] = []
    vectors = []
    last = UUID(int=0)
    while rows := await database.fetch(profile_vectors.profiles_after, last=last, limit=_BATCH):
        found = await database.fetch(profiles.index_rows, ids=[row.profile_id for row in rows])
        features = [features_of(row) for row in found]
        drawn = random.standard_normal((len(found), _SIZE), dtype=np.float32)
        vectors.append(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
        await _keep(database, features, vectors[-1])
        ids += [str(each.profile_id) for each in features]
        payloads += [payload_of(each.profile_id, facets_of(each)) for each in features]
        last = rows[-1].profile_id
    await database.close()
    return Index(ids, payloads, np.concatenate(vectors))


async def _keep(database: Database, people: list[Features], vectors: NDArray[np.float32]) -> None:
    records = [
        (one.profile_id, MODEL_VERSION, hashlib.sha256(one.text.encode()).hexdigest(), vector)
        for one, vector in zip(people, vectors.tolist(), strict=True)
    ]
    async with database.write() as tx:
        await tx.connection.copy_records_to_table("profile_vectors", records=records, columns=_KEPT)


async def main(database_url: str, port: str) -> None:
    """Read everybody, then answer until the process is ended."""
    index = await read(database_url)
    server = await asyncio.start_server(Server(index).converse, "127.0.0.1", int(port))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
