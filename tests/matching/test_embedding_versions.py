"""From one version of the embedding model to another: nobody is lost, and no two versions meet."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from domain import embeddings
from domain.refusals import Conflict, NotFound
from integrations.embeddings import EmbeddingsUnavailable
from matching import embedding_versions
from matching.embedding_versions import (
    begin_versions,
    begun_versions,
    compare,
    embed_next,
    forget_versions,
    index_people,
    kept_versions,
    present,
    reindex_all,
    remove_dropped,
)
from matching.recall import RecallGuard
from matching.shadow import compared
from persistence import models
from persistence.queries import embedding_versions as queries
from persistence.vectors import Vectors
from tests.support.embedders import FakeEmbedder, embedders
from tests.support.qdrant_server import QdrantServer

ENOUGH = 60.0


@pytest.fixture
def both():
    """What embeds by the old version, which is set, and by the new one."""
    both = embedders(FakeEmbedder("old@1", 8), new := FakeEmbedder("new@1", 5))
    both.old, both.new = both.configured, new
    return both


@pytest.fixture
def database(services):
    """The database; what this process knows of the versions is read anew before and after."""
    forget_versions(services.database)
    yield services.database
    forget_versions(services.database)


@pytest.fixture(params=["local", "server"])
async def index(request, database, both):
    """An index that decks use by the old version, in the local mode and on a server."""
    async with QdrantServer() as server:
        index = Vectors.local(None, model_version=both.model_version)
        if request.param == "server":
            index = Vectors.server(server.url, model_version=both.model_version)
        await begin_versions(database, index, both)
        yield index
        await index.close()
        assert server.problems == []


async def states(database):
    return {row.name: row.state for row in await database.fetch(queries.every)}


async def done(database, verb, *arguments, **named):
    async with database.write() as tx:
        row = await verb(tx, *arguments, **named)
    forget_versions(database)
    return row


async def started(database):
    return await done(database, embeddings.start_version, "new@1", dimensions=5)


async def town(people, count):
    return [await people.join(bio=f"Person number {n}.") for n in range(count)]


async def test_the_version_that_is_set_first_stays_the_active_one(database, both):
    assert await kept_versions(database, both) == [("old@1", 8)]
    for each in (both, embedders(both.new), both):
        rows = await begun_versions(database, each)
        assert [(row.name, row.state) for row in rows] == [("old@1", "active")]
    assert embedding_versions.difference_of(rows, "old@1") is None
    told = embedding_versions.difference_of(rows, "new@1")
    assert "new@1" in told
    assert "old@1" in told


async def test_everybody_is_embedded_again_while_decks_go_on(people, database, index, both):
    crowd = await town(people, 3)
    keys = [person.key for person in crowd]
    await index_people(database, index, both, keys)
    await started(database)
    coming = index.of("new@1")
    await embed_next(database, index, both, seconds=ENOUGH)
    assert (await index.embedded_count(), await coming.embedded_count()) == (3, 3)
    assert len(both.new.texts) == 3
    rows = {row.name: row for row in await database.fetch(queries.every)}
    assert rows["new@1"].completed_at is not None
    assert rows["new@1"].compared_overlap == 1.0  # of three people everybody is near
    assert (await present(database, index)).model_version == "old@1"
    await done(database, embeddings.switch_version, "new@1")
    assert (await present(database, index)).model_version == "new@1"
    await done(database, embeddings.roll_back_version)
    assert await states(database) == {"old@1": "active", "new@1": "next"}
    assert (await present(database, index)).model_version == "old@1"


async def test_both_versions_follow_what_people_write(people, database, index, both):
    ada = await people.join(bio="I sail.")
    await index_people(database, index, both, [ada.key])
    await started(database)
    async with database.write() as tx:
        await tx.change(models.Profile, {"profile_id": ada.key}, bio="I climb.")
    await index_people(database, index, both, [ada.key])
    for embedder in (both.old, both.new):
        kept = await index.of(embedder.model_version).vector_of(ada.key)
        assert "I climb." in embedder.texts[-1]
        assert np.allclose(kept, embedder.vector(embedder.texts[-1]), atol=1e-6)


async def test_what_was_killed_goes_on_where_it_was(people, database, index, both, monkeypatch):
    monkeypatch.setattr("matching.embedding_versions.BATCH", 2)
    crowd = await town(people, 5)
    await started(database)
    advance, calls = embedding_versions.index_people, []

    async def killed(*arguments, **named):
        calls.append(arguments[3])
        if len(calls) == 2:
            raise KeyboardInterrupt
        await advance(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr("matching.embedding_versions.index_people", killed)
        with pytest.raises(KeyboardInterrupt):
            await embed_next(database, index, both, seconds=ENOUGH)
    row = (await database.fetch(queries.every))[1]
    assert (row.done_count, row.total_count, row.completed_at) == (2, 5, None)
    await asyncio.gather(*(embed_next(database, index, both, seconds=ENOUGH) for _ in range(2)))
    row = (await database.fetch(queries.every))[1]
    assert (row.done_count, row.total_count) == (5, 5)
    assert row.completed_at is not None
    assert {key async for keys in index.walk() for key in keys} == {one.key for one in crowd}
    assert await index.of("new@1").embedded_count() == 5


async def test_a_change_during_the_writing_is_not_lost(people, database, index, both):
    ada = await people.join(bio="I sail.")
    embed = both.old.embed

    async def meanwhile(texts, **named):
        made = await embed(texts, **named)
        if len(both.old.texts) == 1:
            async with database.write() as tx:
                await tx.change(models.Profile, {"profile_id": ada.key}, bio="I climb.")
            await started(database)
        return made

    both.old.embed = meanwhile
    await index_people(database, index, both, [ada.key])
    assert ["I climb." in text for text in both.old.texts] == [False, True]
    assert np.allclose(
        await index.vector_of(ada.key), both.old.vector(both.old.texts[-1]), atol=1e-6
    )
    assert await index.of("new@1").embedded_count() == 1


async def test_a_model_that_is_away_holds_up_its_own_vectors_alone(people, database, index, both):
    ada = await people.join(bio="I sail.")
    await started(database)
    both.new.is_away = True
    with pytest.raises(EmbeddingsUnavailable):
        await index_people(database, index, both, [ada.key])
    assert await index.embedded_count() == 1
    with pytest.raises(EmbeddingsUnavailable):
        await embed_next(database, index, both, seconds=ENOUGH)
    with pytest.raises(Conflict):
        await done(database, embeddings.switch_version, "new@1")
    both.new.is_away = False
    await embed_next(database, index, both, seconds=ENOUGH)
    await done(database, embeddings.switch_version, "new@1")


async def test_a_dropped_version_is_forgotten_everywhere(people, database, index, both):
    ada = await people.join(bio="I sail.")
    await started(database)
    await embed_next(database, index, both, seconds=ENOUGH)
    await done(database, embeddings.drop_version, "new@1")
    await embed_next(database, index, both, seconds=ENOUGH)
    with pytest.raises(Conflict):
        await started(database)
    for _ in range(2):
        await remove_dropped(database, index, "new@1")
    assert await states(database) == {"old@1": "active"}
    async with database.write() as tx:
        left = await tx.connection.fetch("SELECT DISTINCT model_version FROM profile_vectors")
    assert [row["model_version"] for row in left] == []
    await started(database)
    await reindex_all(database, index, both, lambda _: None)
    assert await index.of("new@1").vector_of(ada.key) is not None
    assert len(both.new.texts) == 2


async def test_who_may_not_happen_now_is_refused(database, both):
    await begun_versions(database, both)
    for verb, *arguments in (
        (embeddings.switch_version, "new@1"),
        (embeddings.drop_version, "new@1"),
    ):
        with pytest.raises(NotFound):
            await done(database, verb, *arguments)
    with pytest.raises(Conflict):
        await done(database, embeddings.roll_back_version)
    with pytest.raises(Conflict):
        await done(database, embeddings.start_version, "old@1", dimensions=8)
    with pytest.raises(Conflict):
        await done(database, embeddings.drop_version, "old@1")
    first = await started(database)
    assert (await started(database)).started_at == first.started_at
    with pytest.raises(Conflict):
        await done(database, embeddings.start_version, "third@1", dimensions=8)
    with pytest.raises(Conflict):
        await done(database, embeddings.switch_version, "new@1")
    assert (await done(database, embeddings.switch_version, "old@1")).state == "active"


async def test_what_nothing_embeds_is_one_sentence(both):
    with pytest.raises(EmbeddingsUnavailable, match="third@1"):
        await both.of("third@1")
    with pytest.raises(EmbeddingsUnavailable, match="third@1"):
        both.dimensions_of("third@1")
    assert (both.dimensions_of("old@1"), both.dimensions_of("new@1")) == (8, 5)


async def version_of(deck, index):
    """Say of which version all cosines of a deck are."""
    fits = []
    for name in ("old@1", "new@1"):
        version = index.of(name)
        own = await version.vector_of(deck.viewer_id)
        cosines = await version.similarities(own, deck.ids) if own is not None else {}
        given = dict(zip(deck.ids, deck.similarities.tolist(), strict=True))
        if given == pytest.approx(cosines, abs=1e-4):
            fits.append(name)
    assert fits == [deck.embedding_version], deck
    return fits[0]


async def all_begun_anew(rounds):
    """Wait until nobody is at what they began before: in a deployment that is a minute."""
    before = dict(rounds)
    while any(rounds[key] < before[key] + 2 for key in before):  # noqa: ASYNC110 - others count
        await asyncio.sleep(0.01)


async def changed(database, index, both, rounds):
    """Begin, compare, switch there and back, and drop."""
    await asyncio.sleep(0.1)
    await started(database)
    await embed_next(database, index, both, seconds=ENOUGH)
    assert (await compare(database, "new@1")).people == 6
    for verb, *named in (
        (embeddings.switch_version, "new@1"),
        (embeddings.roll_back_version,),
        (embeddings.switch_version, "new@1"),
        (embeddings.roll_back_version,),
    ):
        await done(database, verb, *named)
        await all_begun_anew(rounds)
    await done(database, embeddings.drop_version, "new@1")
    await all_begun_anew(rounds)
    await remove_dropped(database, index, "new@1")


async def test_searches_and_decks_go_on_while_versions_change(
    people, services, index, both, monkeypatch
):
    """Under load no deck is empty, none fails, and each is of one version throughout."""
    database = services.database
    monkeypatch.setattr("matching.embedding_versions._versions._seconds", 0.01)
    monkeypatch.setattr("matching.embedding_versions.BATCH", 2)
    crowd = await town(people, 6)
    await index_people(database, index, both, [person.key for person in crowd])
    builder = replace(services.builder, vectors=index, embedder=both, guard=RecallGuard(every=2))
    over, seen, rounds = asyncio.Event(), set(), Counter()

    async def look(person):
        while not over.is_set():
            rounds[person.key] += 1
            viewer = await builder.viewer(person.key)
            deck = await builder.deck(viewer, now=datetime.now(UTC))
            assert set(deck.ids) == {other.key for other in crowd} - {person.key}
            seen.add(await version_of(deck, index))

    async def write(person):
        while not over.is_set():
            rounds[person.key] += 1
            await index_people(database, index, both, [person.key])

    async with asyncio.TaskGroup() as group:
        for person in crowd[:2]:
            group.create_task(look(person))
        group.create_task(write(crowd[2]))
        await changed(database, index, both, rounds)
        over.set()
    assert seen == {"old@1", "new@1"}


def test_the_same_vectors_agree_wholly_and_turned_ones_do_too():
    drawn = np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0].astype(np.float32)
    same = compared(drawn, drawn @ turn)
    assert same.people == 300
    assert same.overlap > 0.99
    assert same.rank_correlation > 0.999


def test_unrelated_vectors_agree_by_chance_alone():
    rng = np.random.default_rng(0)
    one, other = (rng.normal(size=(401, 30)).astype(np.float32) for _ in range(2))
    found = compared(one, other)
    assert found.overlap == pytest.approx(20 / 400, abs=0.02)
    assert found.rank_correlation == pytest.approx(0.0, abs=0.02)


def test_an_opposite_order_is_told_as_such():
    angles = np.linspace(0.0, 1.0, 5)
    one = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    # Who is nearest to the first one becomes the farthest, for everybody but the middle.
    found = compared(one[[0, 1, 2]], one[[0, 4, 1]])
    assert found.overlap == 1.0
    assert found.rank_correlation < 1.0


def test_too_few_people_cannot_be_compared():
    assert compared(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32)) is None
