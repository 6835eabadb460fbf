"""Jobs about contents in the vector index and the search engine: put in, taken out, missed."""

from typing import Any
from uuid import UUID

import structlog

from integrations.embeddings import EmbeddingsUnavailable
from matching import contents
from persistence.contents import ContentKind
from persistence.queries.contents import SOURCES
from persistence.vectors import VectorsUnavailable
from workers import search
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.contents")


@task
async def index_post(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring a post in the vector index up to date, after a change or when it is gone."""
    await _index(resources, ContentKind.POST, UUID(body["post_id"]))


@task
async def index_event(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring an event in the vector index up to date, after a change or when it is gone."""
    await _index(resources, ContentKind.EVENT, UUID(body["event_id"]))


@task
async def index_place(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring a place in the vector index up to date, after a change or when it is gone."""
    await _index(resources, ContentKind.PLACE, UUID(body["place_id"]))


@task
async def erase_contents(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Take out of the vector index whatever was made by who has deleted their account."""
    account_id = UUID(body["account_id"])
    try:
        await contents.erase_contents(
            resources.database, resources.vectors, resources.embedder, account_id
        )
    finally:
        await search.erase_from_engine(resources, account_id)


@task
async def index_missing_contents(resources: Resources) -> None:
    """Embed what is missing in the vector index, and take out what is gone; safe to repeat."""
    for kind in SOURCES:
        try:
            await contents.reindex_contents(
                resources.database, resources.vectors, resources.embedder, kind
            )
        except (EmbeddingsUnavailable, VectorsUnavailable) as error:
            # Its next time is soon enough: retries would only pile up.
            _log.warning("contents wait to be embedded", kind=kind, reason=str(error))


async def _index(resources: Resources, kind: ContentKind, content_id: UUID) -> None:
    try:
        await contents.index_contents(
            resources.database, resources.vectors, resources.embedder, kind, [content_id]
        )
    finally:
        # Each without the other: one may be away.
        await search.tell_engine(resources, kind, [content_id])
