"""The job that changes the version of the embedding model."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from domain import embeddings
from matching.embedding_versions import begin_versions, forget_versions
from persistence import models
from persistence.queries import embedding_versions as queries
from persistence.vectors import Vectors
from tests.support.embedders import FakeEmbedder, embedders
from workers.celery_app import runtime
from workers.embeddings import carry_on_embedding


@pytest.fixture
async def resources(services):
    """What the job works with: two small models and an index of its own."""
    both = embedders(FakeEmbedder("old@1", 8), new := FakeEmbedder("new@1", 5))
    index = Vectors.local(None, model_version="old@1")
    await begin_versions(services.database, index, both)
    yield SimpleNamespace(database=services.database, vectors=index, embedder=both, new=new)
    await index.close()
    forget_versions(services.database)


@pytest.fixture
def run(monkeypatch):
    """Runs the job once, on the loop of the test."""
    jobs = []
    monkeypatch.setattr(runtime, "run", lambda job, *arguments: jobs.append((job, arguments)))

    async def run(resources):
        carry_on_embedding()
        ((job, arguments),) = jobs
        jobs.clear()
        await job(resources, *arguments)

    return run


async def change(database, verb, *arguments, **named):
    async with database.write() as tx:
        await verb(tx, *arguments, **named)


async def test_nothing_is_done_until_a_version_is_wanted(resources, run, people):
    await people.join()
    await run(resources)
    assert resources.new.texts == []


async def test_a_version_is_completed_dropped_and_removed_a_minute_later(resources, run, people):
    database = resources.database
    await people.join(bio="I sail.")
    await change(database, embeddings.start_version, "new@1", dimensions=5)
    resources.new.is_away = True
    await run(resources)
    assert (await database.fetch(queries.every))[1].completed_at is None
    resources.new.is_away = False
    await run(resources)
    assert (await database.fetch(queries.every))[1].completed_at is not None
    assert await resources.vectors.of("new@1").embedded_count() == 1
    await change(database, embeddings.drop_version, "new@1")
    await run(resources)
    assert [row.state for row in await database.fetch(queries.every)] == ["active", "dropped"]
    async with database.write() as tx:
        earlier = datetime.now(UTC) - timedelta(minutes=2)
        await tx.change(models.EmbeddingVersion, {"name": "new@1"}, changed_at=earlier)
    await run(resources)
    assert [row.name for row in await database.fetch(queries.every)] == ["old@1"]
