"""A Strawberry peer without ballast: asyncpg, DataLoader, ASGI, cached parsing and validation."""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.peers.serving import serve
from benchmarks.peers.statements import QUESTIONS
from benchmarks.peers.strawberry_schema import Loaders, Query


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg ships no types
    """A row read by attribute."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


class Endpoint(GraphQL[Any, Any]):
    """GraphQL over HTTP with the loaders of the request as its context."""

    pool: asyncpg.Pool

    async def get_context(self, request: Any, response: Any) -> dict[str, Loaders]:
        """Make the loaders of a request."""
        return {"loaders": Loaders(self._read, UUID(request.headers["x-viewer"]))}

    async def _read(
        self, question: str, viewer: UUID, keys: Sequence[Any], limit: int
    ) -> list[Row]:
        asked = QUESTIONS[question]
        arguments = asked.arguments(viewer=viewer, keys=keys, limit=limit)
        rows: list[Row] = await self.pool.fetch(asked.sql, *arguments, record_class=Row)
        return rows


def application(database_url: str) -> Starlette:
    """Make the server."""
    # Factories, as documented; what they cache is shared by all requests.
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
    endpoint = Endpoint(schema)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database_url, min_size=1, max_size=10) as pool:
            endpoint.pool = pool
            yield

    return Starlette(routes=[Route("/graphql", endpoint)], lifespan=lifespan)


if __name__ == "__main__":
    serve(application(os.environ["DATABASE_URL"]), int(sys.argv[1]))
