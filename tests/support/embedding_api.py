"""An embedding API for tests: answers over HTTP as OpenAI's does, or fails as it is told to."""

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

KEY = "sk-hidden-4711"


def vector_of(text: str, dimensions: int) -> list[float]:
    """The vector that the API has for a text: not of length 1, and another for each text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    return [float(number) for number in np.random.default_rng(seed).normal(size=dimensions) * 3]


@dataclass
class EmbeddingServer:
    """An API on a free port of this machine; an asynchronous context manager.

    Attributes:
        dimensions: how many numbers its vectors have.
        asked: the bodies of the requests, in order.
        headers: their headers, by lower-case name.
        paths: their paths.
        failures: the statuses and headers it answers with, each once, before it embeds.
        answer: given instead of vectors, when set.
        goes_on: while it is not set, nothing is answered.
    """

    dimensions: int = 8
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    answer: bytes | None = None
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self):
        self.goes_on.set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _converse(self, reader, writer):
        try:
            while line := await reader.readline():
                self.paths.append(line.decode().split()[1])
                await self._answer(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer(self, reader, writer):
        headers = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        asked = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.headers.append(headers)
        self.asked.append(asked)
        await self.goes_on.wait()
        status, added = self.failures.pop(0) if self.failures else (200, {})
        body = self._vectors(asked["input"]) if status == 200 else _refusal(headers)
        added = {"Content-Type": "application/json", "Content-Length": len(body), **added}
        head = "".join(f"{name}: {value}\r\n" for name, value in added.items())
        writer.write(f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body)
        await writer.drain()

    def _vectors(self, texts):
        if self.answer is not None:
            return self.answer
        data = [
            {"object": "embedding", "index": n, "embedding": vector_of(text, self.dimensions)}
            for n, text in enumerate(texts)
        ]
        # The order of the list says nothing, only the index does.
        return json.dumps({"object": "list", "data": data[::-1], "model": "told"}).encode()


def _refusal(headers):
    """What an API says that repeats the key it was given."""
    return json.dumps({"error": {"message": f"Incorrect: {headers.get('authorization')}"}}).encode()
