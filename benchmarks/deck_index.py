"""The index of people for the deck: vectors at random, for what they mean costs the same."""

import asyncio
import os
import sys
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import psutil  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from benchmarks import processes
from matching.embeddings import MODEL_VERSION
from matching.indexing import reindex
from persistence.database import Database
from persistence.vectors import Vectors

_SIZE = 384
_START_SECONDS = 600


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


@asynccontextmanager
async def serving(database_url: str, directory: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Run the stand-in for a Qdrant server for the length of a block, with everybody in it.

    Yields:
        Where it is, and its process.

    Raises:
        TimeoutError: it does not begin to answer; what it said is in `server.log` of the directory.
    """
    port = processes.free_port()
    command = [sys.executable, "-m", "benchmarks.deck_server", database_url, str(port)]
    cores = os.sched_getaffinity(0)
    log = directory / "server.log"
    with processes.running(command, environment={}, log=log, core=cores) as process:
        url = f"http://127.0.0.1:{port}"
        for _ in range(_START_SECONDS):
            try:
                await asyncio.to_thread(spent, url)
            except OSError as error:
                if process.status() == psutil.STATUS_ZOMBIE:
                    text = await asyncio.to_thread(log.read_text)
                    raise TimeoutError(f"The server has ended: {text[-2_000:]}") from error
                await asyncio.sleep(1)
            else:
                break
        else:
            raise TimeoutError(f"The server does not answer after {_START_SECONDS} s.")
        yield url, process


def spent(url: str) -> float:
    """Give for how many seconds the stand-in has looked for answers since this was asked last."""
    with urllib.request.urlopen(f"{url}/spent") as answer:  # noqa: S310 - our own server
        found: float = orjson.loads(answer.read())["result"]
    return found
