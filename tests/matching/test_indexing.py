"""Indexing, on a real database and a real index: what changed is embedded, who is gone is out."""

from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import pytest

from integrations.embeddings import EmbeddingsApi, EmbeddingsUnavailable
from matching.embeddings import DIMENSIONS, LocalEmbedder
from matching.indexing import index_profiles, reindex
from persistence import models
from persistence.facets import Facets, Search
from persistence.vectors import ProfilePoint, Vectors
from tests.matching.conftest import along
from tests.support.embedding_api import EmbeddingServer


class CountingModel:
    """Stands for the model: each text has its own vector, and what is embedded is counted."""

    def __init__(self):
        self.encoded = []

    def encode(self, texts, **_):
        first = len(self.encoded)
        self.encoded += texts
        return np.eye(DIMENSIONS, dtype=np.float32)[first : len(self.encoded)]


@pytest.fixture
def model():
    return CountingModel()


@pytest.fixture
def counting(model):
    embedder = LocalEmbedder(remembered=0)
    embedder._model = model
    yield embedder
    embedder.close()


async def everybody(vectors):
    return {key async for keys in vectors.walk() for key in keys}


async def test_another_model_embeds_everybody_anew_and_the_first_one_is_not_forgotten(
    people, database, model, counting, tmp_path
):
    keys = [(await people.join(bio=f"Person number {n}.")).key for n in range(3)]
    old = Vectors.local(tmp_path, model_version=counting.model_version)
    await old.ensure_collection(size=counting.dimensions)
    await reindex(database, old, counting, lambda _: None)
    await old.close()
    async with EmbeddingServer() as server:
        api = EmbeddingsApi(server.url, model="another", dimensions=8)
        new = Vectors.local(tmp_path, model_version=api.model_version)
        await new.ensure_collection(size=api.dimensions)
        assert (await new.count(), await new.embedded_count()) == (3, 0)
        await reindex(database, new, api, lambda _: None)
        assert (await new.count(), await new.embedded_count()) == (3, 3)
        assert [(await new.vector_of(key)).shape for key in keys] == [(8,)] * 3
        assert len(server.asked) == 1
    await new.close()
    again = Vectors.local(tmp_path, model_version=counting.model_version)
    await reindex(database, again, counting, lambda _: None)
    assert (await again.embedded_count(), len(model.encoded)) == (3, 3)
    await again.close()


async def test_while_the_api_is_away_what_needs_no_text_is_indexed(people, database, vectors):
    ada, bob = await people.join(bio="I sail."), await people.join(bio="I climb.")
    async with EmbeddingServer(dimensions=384) as server:
        api = EmbeddingsApi(server.url, model="another", dimensions=384)
        await index_profiles(database, vectors, api, [ada.key])
        server.failures = [(403, {})] * 2
        with pytest.raises(EmbeddingsUnavailable):
            await index_profiles(database, vectors, api, [bob.key])
        await change(database, models.Preferences, ada.key, genders=["woman"])
        await index_profiles(database, vectors, api, [ada.key])
        assert await everybody(vectors) == {ada.key}
        server.failures = []
        await index_profiles(database, vectors, api, [bob.key])
    assert await everybody(vectors) == {ada.key, bob.key}


async def change(database, model, key, **values):
    async with database.write() as tx:
        assert await tx.change(model, {"profile_id": key}, **values)


async def test_a_text_is_embedded_once_until_it_changes(people, database, vectors, model, counting):
    ada = await people.join(bio="I sail.")
    for _ in range(2):
        await index_profiles(database, vectors, counting, [ada.key])
    assert len(model.encoded) == 1
    assert "I sail." in model.encoded[0]
    assert np.array_equal(await vectors.vector_of(ada.key), along(0))
    await change(database, models.Profile, ada.key, bio="I climb.")
    await index_profiles(database, vectors, counting, [ada.key])
    assert len(model.encoded) == 2
    assert np.array_equal(await vectors.vector_of(ada.key), along(1))


async def test_an_empty_index_is_filled_from_the_kept_vectors(
    people, database, vectors, model, counting
):
    ada = await people.join()
    await index_profiles(database, vectors, counting, [ada.key])
    await vectors.delete([ada.key])
    await reindex(database, vectors, counting, lambda _: None)
    assert len(model.encoded) == 1
    assert np.array_equal(await vectors.vector_of(ada.key), along(0))


async def test_new_wishes_reach_the_index_without_embedding_again(
    people, database, vectors, model, counting
):
    ada = await people.join(preferences={"genders": []})
    await index_profiles(database, vectors, counting, [ada.key])
    a_man = Search(uuid4(), Facets(gender="man"), datetime.now(UTC), viewer_age=30)
    assert [hit.profile_id for hit in await vectors.search(a_man)] == [ada.key]
    await change(database, models.Preferences, ada.key, genders=["woman"])
    await index_profiles(database, vectors, counting, [ada.key])
    assert await vectors.search(a_man) == []
    assert len(model.encoded) == 1


async def test_only_who_may_be_shown_is_in_the_index(people, database, vectors, counting):
    shown = await people.join()
    paused = await people.join(preferences={"is_discoverable": False})
    newcomer = await people.join("Newcomer", onboarded=False)
    keys = [shown.key, paused.key, newcomer.key, uuid4()]
    await vectors.upsert([ProfilePoint(key, along(0), Facets()) for key in keys])
    await index_profiles(database, vectors, counting, keys)
    assert await everybody(vectors) == {shown.key}


async def test_reindexing_holds_everybody_who_is_there_and_nobody_who_is_gone(
    people, database, vectors, counting, monkeypatch
):
    monkeypatch.setattr("matching.indexing.BATCH", 2)
    keys = [(await people.join(bio=f"Person number {n}.")).key for n in range(5)]
    gone = [uuid4() for _ in range(3)]
    await vectors.upsert([ProfilePoint(key, along(0), Facets()) for key in gone])
    told = []
    await reindex(database, vectors, counting, told.append)
    assert await everybody(vectors) == set(keys)
    assert told == [2, 2, 1]
