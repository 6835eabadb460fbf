"""Contents in the vector index: what goes in comes out, by version, on the local mode and a server.

The rows come from a database; the vectors from a small model that makes them at once.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest

from matching import contents, embedding_versions
from persistence import models
from persistence.contents import ContentKind, ContentPoint, Within
from persistence.vectors import Vectors
from tests.matching.conftest import along
from tests.support.embedders import FakeEmbedder, embedders
from tests.support.events import announced
from tests.support.qdrant_server import QdrantServer

POST, EVENT = ContentKind.POST, ContentKind.EVENT
THEN = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
async def server():
    async with QdrantServer() as server:
        yield server
        assert server.problems == []


@pytest.fixture(params=["local", "server"])
async def index(request, server):
    """An index that holds nothing yet."""
    local = Vectors.local(None, model_version="old@1")
    reached = Vectors.server(server.url, model_version="old@1")
    yield local if request.param == "local" else reached
    await local.close()
    await reached.close()


def point(vector, *, days=0, owner=None, is_open=True):
    owner = owner or uuid4()
    at = THEN + timedelta(days=days)
    return ContentPoint(uuid4(), vector, owner, at, is_open, "as it is")


def keys(found):
    return [key for key, _ in found]


async def test_the_nearest_come_first_within_what_is_asked(index):
    posts = index.contents
    assert await posts.search(POST, along(0), limit=5) == []
    assert await posts.count(POST) == 0
    between = (along(0) + along(1)) / np.sqrt(2)
    near, far = point(along(0)), point(along(1), days=2)
    closed = point(between, days=1, is_open=False)
    await posts.upsert(POST, [far, near, closed])
    found = await posts.search(POST, along(0), limit=5)
    assert keys(found) == [near.content_id, closed.content_id, far.content_id]
    assert [score for _, score in found] == pytest.approx([1, np.sqrt(0.5), 0], abs=1e-6)

    async def within(**limits):
        return keys(await posts.search(POST, along(0), limit=5, within=Within(**limits)))

    assert await within(since=THEN + timedelta(days=1)) == [closed.content_id, far.content_id]
    assert await within(until=THEN + timedelta(days=1)) == [near.content_id]
    assert await within(only_open=True) == [near.content_id, far.content_id]
    assert await within(not_by=[near.owner_id]) == [closed.content_id, far.content_id]
    assert await posts.search(EVENT, along(0), limit=5) == []


async def test_cosines_walks_and_owners(index):
    posts, mine = index.contents, [point(along(axis)) for axis in range(3)]
    await posts.upsert(POST, mine)
    wanted = [mine[2].content_id, uuid4(), mine[0].content_id]
    assert await posts.similarities(POST, along(0), wanted) == pytest.approx(
        {mine[0].content_id: 1.0, mine[2].content_id: 0.0}, abs=1e-6
    )
    assert await posts.similarities(POST, along(0), []) == {}
    assert {key async for batch in posts.walk(POST) for key in batch} == {
        each.content_id for each in mine
    }
    await posts.delete_of(mine[0].owner_id)
    await posts.delete(POST, [mine[1].content_id, uuid4()])
    assert [key async for batch in posts.walk(POST) for key in batch] == [mine[2].content_id]
    assert await posts.fingerprints(POST, wanted) == {mine[2].content_id: "as it is"}


async def test_versions_do_not_meet_and_go_as_a_whole(index):
    old, new = index.contents, index.contents.of("new@1")
    await old.upsert(POST, [point(along(0))])
    await new.upsert(POST, [point(np.array([1, 0], dtype=np.float32))])
    assert (await old.count(POST), await new.count(POST)) == (1, 1)
    await old.drop_version()
    await old.drop_version()
    assert (await old.count(POST), await new.count(POST)) == (0, 1)
    assert await old.search(POST, along(0), limit=1) == []


@pytest.fixture
async def world(people, database):
    """A person, a small model, an index in memory, and what indexes posts in it."""
    model, index = FakeEmbedder("old@1"), Vectors.local(None, model_version="old@1")
    models_ = embedders(model)
    await embedding_versions.begin_versions(database, index, models_)

    async def run(ids):
        await contents.index_contents(database, index, models_, POST, ids)

    yield SimpleNamespace(
        ada=await people.join("Ada"),
        run=run,
        texts=model.texts,
        posts=index.contents,
        embedder=models_,
        vectors=index,
    )
    await index.close()
    embedding_versions.forget_versions(database)


async def written(database, person, content):
    async with database.write() as tx:
        row = await tx.add(models.Post, author_id=person.key, content=content)
    return row.post_id


async def test_a_post_is_embedded_once_follows_changes_and_goes(world, database):
    post_id = await written(database, world.ada, "I sail")
    for _ in range(2):
        await world.run([post_id])
    assert world.texts == ["I sail"]
    async with database.write() as tx:
        await tx.change(models.Post, {"post_id": post_id}, content="I row", audience="matches")
    await world.run([post_id])
    assert world.texts == ["I sail", "I row"]
    like_it = world.embedder.configured.vector("I row")
    ((key, score),) = await world.posts.search(POST, like_it, limit=3)
    assert (key, score) == (post_id, pytest.approx(1))
    closed = await world.posts.search(POST, like_it, limit=3, within=Within(only_open=True))
    assert closed == []
    async with database.write() as tx:
        await tx.remove(models.Post, post_id=post_id)
    await world.run([post_id])
    assert await world.posts.count(POST) == 0


async def test_what_was_missed_is_found_and_what_is_gone_is_taken_out(world, database, monkeypatch):
    monkeypatch.setattr(contents, "BATCH", 2)
    ids = {await written(database, world.ada, f"post {n}") for n in range(3)}
    await world.posts.upsert(POST, [point(np.eye(8, dtype=np.float32)[0])])
    counted = []
    for _ in range(2):
        await contents.reindex_contents(
            database, world.vectors, world.embedder, POST, counted.append
        )
    assert counted == [2, 1, 2, 1]
    assert {key async for batch in world.posts.walk(POST) for key in batch} == ids
    assert sorted(world.texts) == [f"post {n}" for n in range(3)]
    await contents.erase_contents(database, world.vectors, world.embedder, world.ada.key)
    assert await world.posts.count(POST) == 0


async def test_events_and_places_are_embedded_by_what_is_said_of_them(world, database):
    async with database.write() as tx:
        place = await tx.add(
            models.Place, name="Rook", category="cafe", latitude=1.0, longitude=2.0, city="Berlin"
        )
    event = await announced(database, world.ada)
    for kind, key in ((ContentKind.PLACE, place.place_id), (EVENT, event.event_id)):
        ids = [key]
        await contents.index_contents(database, world.vectors, world.embedder, kind, ids)
        assert await world.posts.count(kind) == 1
    assert world.texts[0] == "Rook\ncafe\n\nBerlin\n"
    assert world.texts[1].startswith(event.title)
    await contents.erase_contents(database, world.vectors, world.embedder, world.ada.key)
    assert [await world.posts.count(kind) for kind in (ContentKind.PLACE, EVENT)] == [1, 0]


async def test_who_has_no_vector_is_near_to_nothing(world, database):
    ids = [await written(database, world.ada, text) for text in ("one", "two")]
    await world.run(ids)
    asked = (database, world.vectors, POST, world.ada.key)
    assert await contents.nearest_to_profile(*asked, limit=5) == []
    found = await contents.nearest_to_text(
        database, world.vectors, world.embedder, POST, "two", limit=1
    )
    assert keys(found) == [ids[1]]
