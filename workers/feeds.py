"""Jobs about feeds."""

from typing import Any
from uuid import UUID

from workers.celery_app import task
from workers.resources import Resources


@task
async def erase_feed(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Keep nothing in Redis of the feed of who has deleted their account; safe to repeat.

    It fails while Redis is away, so that it is tried again.
    """
    await resources.feeds.clear(UUID(body["account_id"]))
