"""Jobs about profiles."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from matching import indexing
from workers.celery_app import task
from workers.resources import Resources


@task
async def index_profile(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring a person in the vector index up to date, after a change or when they are gone."""
    await indexing.index_profiles(
        resources.database,
        resources.vectors,
        resources.embedder,
        [UUID(body.get("profile_id") or body["account_id"])],
    )


@task
async def index_profiles(resources: Resources, profile_ids: Sequence[str]) -> None:
    """Bring many people in the vector index up to date, in batches, as after a bulk sign-up."""
    ids = list(dict.fromkeys(map(UUID, profile_ids)))
    for start in range(0, len(ids), indexing.BATCH):
        await indexing.index_profiles(
            resources.database,
            resources.vectors,
            resources.embedder,
            ids[start : start + indexing.BATCH],
        )
