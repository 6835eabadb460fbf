"""Jobs about availability."""

from domain import availability
from workers.celery_app import task
from workers.resources import Resources

_AT_ONCE = 100


@task
async def end_availability(resources: Resources) -> None:
    """Take back what people said of their time once it has passed, and tell it; safe to repeat."""
    ended = _AT_ONCE
    while ended == _AT_ONCE:
        async with resources.database.write() as tx:
            ended = await availability.end_passed(tx, limit=_AT_ONCE)
