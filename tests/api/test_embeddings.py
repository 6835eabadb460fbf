"""How staff change the version of the embedding model."""

import pytest

from domain.embeddings import EmbeddingVersionChanged
from matching.embedding_versions import begun_versions, forget_versions
from matching.embeddings import MODEL_VERSION
from matching.onnx_model import MODEL_VERSION as EXPORTED
from persistence import models

VERSION = "name state progress dimensions comparedOverlap comparedRankCorrelation"
VERSIONS = f"{{ embeddingVersions {{ {VERSION} startedAt changedAt }} }}"


@pytest.fixture
async def boss(people, services):
    boss = await people.join("Boss", is_staff=True)
    await begun_versions(services.database, services.embedder)
    yield boss
    forget_versions(services.database)


async def versions(person):
    return (await person.api.ask(VERSIONS))["embeddingVersions"]


async def states(person):
    return [(row["name"], row["state"], row["progress"]) for row in await versions(person)]


async def embedded(database, done, total, *, is_complete=False):
    async with database.write() as tx:
        values = {"done_count": done, "total_count": total}
        if is_complete:
            values["completed_at"] = await tx.connection.fetchval("SELECT now()")
        assert await tx.change(models.EmbeddingVersion, {"name": EXPORTED}, **values)


async def test_a_version_comes_is_switched_to_and_gone_back_from(boss, database, services):
    assert await states(boss) == [(MODEL_VERSION, "ACTIVE", 1.0)]
    started = await boss.api.done(
        "startEmbeddingVersion", f"version {{ {VERSION} }}", name=EXPORTED
    )
    assert started["version"] == {
        "name": EXPORTED,
        "state": "NEXT",
        "progress": 0.0,
        "dimensions": 384,
        "comparedOverlap": None,
        "comparedRankCorrelation": None,
    }
    await embedded(database, 1, 4)
    assert (await states(boss))[1] == (EXPORTED, "NEXT", 0.25)
    await embedded(database, 4, 4, is_complete=True)
    await boss.api.done("switchEmbeddingVersion", "version { state }", name=EXPORTED)
    assert await states(boss) == [(EXPORTED, "ACTIVE", 1.0), (MODEL_VERSION, "PREVIOUS", 1.0)]
    assert (await services.builder.index()).model_version == EXPORTED
    await boss.api.done("rollBackEmbeddingVersion", "version { name }")
    assert await states(boss) == [(MODEL_VERSION, "ACTIVE", 1.0), (EXPORTED, "NEXT", 1.0)]
    assert (await services.builder.index()).model_version == MODEL_VERSION
    async with database.write() as tx:
        kind = EmbeddingVersionChanged.__name__
        told = await tx.connection.fetch("SELECT body FROM facts WHERE kind = $1", kind)
    assert len(told) == 5


async def test_what_cannot_be_now_is_refused_and_changes_nothing(boss):
    refused = boss.api.do

    assert (await refused("startEmbeddingVersion", name=MODEL_VERSION))["code"] == (
        "EMBEDDING_VERSION_ACTIVE"
    )
    for name in ("unknown", "unknown@8", "x" * 101, "line\nbreak@8"):
        assert (await refused("startEmbeddingVersion", name=name))["code"] == "INVALID_INPUT"
    assert (await refused("switchEmbeddingVersion", name=EXPORTED))["code"] == (
        "EMBEDDING_VERSION_NOT_FOUND"
    )
    assert (await refused("rollBackEmbeddingVersion"))["code"] == "NO_PREVIOUS_EMBEDDING_VERSION"
    await boss.api.done("startEmbeddingVersion", "version { state }", name=EXPORTED)
    assert (await refused("switchEmbeddingVersion", name=EXPORTED))["code"] == (
        "EMBEDDING_VERSION_INCOMPLETE"
    )
    assert await states(boss) == [(MODEL_VERSION, "ACTIVE", 1.0), (EXPORTED, "NEXT", 0.0)]


async def test_versions_are_for_staff_alone(boss, people):
    ada = await people.join()
    answer = await ada.api.send(VERSIONS)
    assert answer.codes == ["FORBIDDEN"]
