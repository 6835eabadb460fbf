"""Jobs about profiles."""

from typing import Any
from uuid import UUID

from domain.search import SearchKind
from matching.embedding_versions import index_people
from workers import search
from workers.celery_app import task
from workers.resources import Resources


@task
async def index_profile(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring what indexes know of a person up to date, after a change or when they are gone."""
    profile_id = UUID(body.get("profile_id") or body["account_id"])
    try:
        await index_people(resources.database, resources.vectors, resources.embedder, [profile_id])
    finally:
        # Each without the other: one may be away.
        await search.tell_engine(resources, SearchKind.PEOPLE, [profile_id])
