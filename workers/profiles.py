"""Jobs about profiles."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.search import SearchKind
from matching.embedding_versions import index_people
from matching.indexing import BATCH
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


@task
async def index_profiles(resources: Resources, profile_ids: Sequence[str]) -> None:
    """Bring many people in the vector index up to date, in batches, as after a bulk sign-up."""
    ids = list(dict.fromkeys(map(UUID, profile_ids)))
    for start in range(0, len(ids), BATCH):
        await index_people(
            resources.database,
            resources.vectors,
            resources.embedder,
            ids[start : start + BATCH],
        )
