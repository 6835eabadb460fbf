"""Embeddings: how staff see and change the version of the embedding model."""

from typing import Any

from domain import embeddings
from domain.refusals import InvalidInput
from integrations.embeddings import EmbeddingsUnavailable
from matching.embedding_versions import forget_versions
from persistence.queries import embedding_versions as queries
from persistence.rows import Row
from resolvers.context import Context

_LONGEST_NAME = 100


async def embedding_versions(context: Context) -> list[Row]:
    """The versions of the embedding model that people have vectors of. Staff only."""
    return await context.database.fetch(queries.every)


async def start_embedding_version(context: Context, *, name: str) -> dict[str, Any]:
    """Begin to embed everybody by another version; decks go on with the present one. Staff only."""
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidInput.of("name", "name must be a version's, of at most 100 characters.")
    try:
        dimensions = context.services.embedder.dimensions_of(name)
    except EmbeddingsUnavailable as error:
        raise InvalidInput.of("name", str(error)) from error
    async with context.write() as tx:
        started = await embeddings.start_version(tx, name, dimensions=dimensions)
        answer = tx.answer({"version": started})
    forget_versions(context.database)
    return answer


async def switch_embedding_version(context: Context, *, name: str) -> dict[str, Any]:
    """Let decks use a version by which everybody is embedded, within seconds. Staff only."""
    async with context.write() as tx:
        answer = tx.answer({"version": await embeddings.switch_version(tx, name)})
    forget_versions(context.database)
    return answer


async def roll_back_embedding_version(context: Context) -> dict[str, Any]:
    """Let decks use the version again that they used before the last switch. Staff only."""
    async with context.write() as tx:
        answer = tx.answer({"version": await embeddings.roll_back_version(tx)})
    forget_versions(context.database)
    return answer
