"""Jobs about profiles."""

from typing import Any
from uuid import UUID

from matching.indexing import index_profiles
from workers.celery_app import task
from workers.resources import Resources


@task
async def index_profile(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Bring a person in the vector index up to date, after a change or when they are gone."""
    await index_profiles(
        resources.database,
        resources.vectors,
        resources.embedder,
        [UUID(body.get("profile_id") or body["account_id"])],
    )
