"""Jobs that change the version of the embedding model: embed everybody, remove what was dropped."""

from datetime import UTC, datetime, timedelta

import structlog

from domain.embeddings import EmbeddingVersionState
from integrations.embeddings import EmbeddingsUnavailable
from matching import embedding_versions
from persistence.queries import embedding_versions as queries
from persistence.vectors import VectorsUnavailable
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.embeddings")

EVERY_SECONDS = 15.0

_AT_ONCE_SECONDS = 12.0
# Longer than any process goes on with what it has read of the versions.
_SETTLED = timedelta(minutes=1)


@task
async def carry_on_embedding(resources: Resources) -> None:
    """Embed more people by the version that is coming, and remove what was dropped.

    Runs for some seconds at a time, so that the end of a process does not wait for it and a kill
    costs no more than a batch; safe to repeat.
    """
    database, vectors = resources.database, resources.vectors
    try:
        await embedding_versions.embed_next(
            database, vectors, resources.embedder, seconds=_AT_ONCE_SECONDS
        )
    except (EmbeddingsUnavailable, VectorsUnavailable) as error:
        # Its next time is soon enough: retries would only pile up.
        _log.warning("the change of the embedding model waits", reason=str(error))
    settled = datetime.now(UTC) - _SETTLED
    for version in await database.fetch(queries.every):
        if version.state == EmbeddingVersionState.DROPPED and version.changed_at < settled:
            await embedding_versions.remove_dropped(database, vectors, version.name)
