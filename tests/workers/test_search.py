"""Jobs about search: the engine knows what is said and forgets what is gone."""

from dataclasses import replace
from uuid import uuid4

import pytest

from integrations.typesense import Typesense
from matching.embeddings import LocalEmbedder
from tests.support.towns import embed_by_words
from tests.support.typesense import KEY, TypesenseServer
from web.opening import open_resources
from workers import search

SEARCH = """query($words: String!) { search(query: $words) { totalCount
  nodes { subject { ... on Post { content } ... on Profile { displayName } } } } }"""


@pytest.fixture
async def server():
    async with TypesenseServer() as server:
        yield server


@pytest.fixture
async def engine(server):
    engine = Typesense(server.url, key=KEY, collection="kith")
    yield engine
    await engine.close()


@pytest.fixture
async def resources(services, engine, monkeypatch):
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    opening = open_resources(
        services.settings, vectors=services.vectors, embedder=services.embedder
    )
    async with opening as resources:
        yield replace(resources, integrations=replace(resources.integrations, search_engine=engine))


def documents(server):
    return sorted(each["title"] + each["body"] for each in server.collections["kith"].values())


async def share(person, text):
    posts = await person.api.done("createPost", "post { id }", content=text)
    return posts["post"]["id"]


async def test_the_engine_mirrors_what_there_is(people, resources, server):
    ada = await people.join("Ada", bio="", interests=[], skills=[])
    await share(ada, "tea for all")
    await search.mirror_in_engine.job(resources)
    assert documents(server) == ["Ada", "tea for all"]
    owners = {each["owner_id"] for each in server.collections["kith"].values()}
    assert owners == {str(ada.key)}
    old = {"id": f"posts-{uuid4()}", "kind": "posts", "title": "", "body": "gone", "put_at": 1}
    server.collections["kith"][old["id"]] = old
    await search.mirror_in_engine.job(resources)
    assert documents(server) == ["Ada", "tea for all"]
    server.failure = 503
    await search.mirror_in_engine.job(resources)
    server.failure = None
    await search.erase_from_engine(resources, ada.key)
    assert documents(server) == []


async def test_the_engine_is_told_of_one_thing(people, resources, server, database):
    ada = await people.join("Ada", bio="", interests=[], skills=[])
    gone = uuid4()
    await search.tell_engine(resources, "people", [ada.key, gone])
    assert documents(server) == ["Ada"]
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM accounts WHERE account_id = $1", ada.key)
    await search.tell_engine(resources, "people", [ada.key])
    assert documents(server) == []


async def test_what_changes_while_the_engine_is_told_is_told_too(
    people, resources, server, database, monkeypatch
):
    ada = await people.join("Ada", bio="", interests=[], skills=[])
    put = Typesense.put

    async def overtaken(engine, texts):
        async with database.write() as tx:
            await tx.connection.execute("DELETE FROM accounts WHERE account_id = $1", ada.key)
        await put(engine, texts)

    monkeypatch.setattr(Typesense, "put", overtaken)
    await search.tell_engine(resources, "people", [ada.key])
    assert documents(server) == []


async def test_an_engine_finds_only_what_may_be_seen_and_postgresql_while_it_is_away(
    people, resources, server, services, engine
):
    ada, bob, eve = await people.join(), await people.join(), await people.join()
    await share(ada, "tea for all")
    await share(eve, "tea of eve")
    await eve.api.done("blockProfile", profileId=bob.id)
    await search.mirror_in_engine.job(resources)
    await share(ada, "tea untold")
    # Services are fixed once they are open.
    object.__setattr__(services.integrations, "search_engine", engine)

    async def found():
        answer = await bob.api.send(SEARCH, words="tea")
        nodes = answer.data["search"]["nodes"]
        return answer.extensions["search"], [node["subject"]["content"] for node in nodes]

    told, texts = await found()
    assert told == {"driver": "typesense", "fallback": False, "vectors": True}
    assert texts == ["tea for all"]
    server.failure = 503
    told, texts = await found()
    assert told == {"driver": "postgresql", "fallback": True, "vectors": True}
    assert sorted(texts) == ["tea for all", "tea untold"]


@pytest.fixture(autouse=True)
def disengaged(services):
    """Lets no other test find by the engine of this one."""
    before = services.integrations.search_engine
    yield
    object.__setattr__(services.integrations, "search_engine", before)
