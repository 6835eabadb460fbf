"""Requests to a Qdrant server: each kind that the product sends is one that Qdrant's API allows."""

import ast
import inspect
from datetime import UTC, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from persistence import contents, vector_stores, vectors
from persistence.contents import ContentKind, ContentPoint, Within
from persistence.facets import Facets, Order, Reception, Search, Wish
from persistence.vectors import ProfilePoint
from tests.matching.conftest import NOW, along

BERLIN = (52.52, 13.405)


def public(kind):
    """The names of what can be asked of an object."""
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}


def named_requests():
    """The methods of Qdrant's client that the product names."""
    known = public(AsyncQdrantClient)
    trees = [ast.parse(inspect.getsource(module)) for module in (vectors, vector_stores, contents)]
    words = {n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    return {word for word in words if isinstance(word, str)} & known


async def ask_all_of_people(index):
    """Ask all that can be asked about people, of people who are there and who are not."""
    ada, bob, gone = (uuid4() for _ in range(3))
    facets = Facets(gender="woman", location=BERLIN, wants_distance_km=20.0, wants_age_min=30)
    await index.ensure_collection()
    for _ in range(2):  # come, and change
        await index.upsert([ProfilePoint(key, along(0), facets) for key in (ada, bob)])
    await index.learn({ada: Reception(1.0, 0.5, 3.0), gone: Reception(shown=1.0)})
    usual = Search(gone, facets, NOW, viewer_age=30, vector=along(0), excluded=[gone])
    limits = {"birth_until": NOW.date(), "birth_after": NOW.date(), "availability": "weekends"}
    searches = [Search(gone, facets, NOW, order=order, **limits) for order in Order]
    searches += [Search(gone, facets, NOW, beyond=wish) for wish in Wish]
    exact = Search(gone, facets, NOW, vector=along(0), is_exact=True, breadth=512)
    assert len(await index.search_many([usual, exact, *searches])) == 2 + len(searches)
    await index.search(usual)
    assert len(await index.nearest(along(0), limit=5)) == 2
    assert set(await index.similarities(along(0), [ada, gone])) == {ada}
    assert await index.around(BERLIN, (1.0, 5.0), limit=5, after=UUID(int=0)) == []
    assert await index.around(BERLIN, (0.0, 5.0), limit=5) == sorted([ada, bob])
    assert {key async for keys in index.walk() for key in keys} == {ada, bob}
    assert (await index.count(), await index.embedded_count()) == (2, 2)
    assert await index.vector_of(gone) is None
    await index.delete([ada, gone])
    await index.of("other@1").ensure_collection(size=3)
    await index.of("other@1").drop_version()


async def ask_all_of_contents(index):
    """Ask all that can be asked about what people make."""
    posts, owner, kind = index.of("model@1").contents, uuid4(), ContentKind.POST
    point = ContentPoint(uuid4(), along(0), owner, datetime(2026, 6, 1, tzinfo=UTC), True, "as is")
    other = ContentPoint(uuid4(), along(0), None, datetime(2026, 6, 1, tzinfo=UTC), False, "as is")
    await posts.upsert(kind, [point, other])
    assert set(await posts.fingerprints(kind, [point.content_id])) == {point.content_id}
    within = Within(since=point.at, until=datetime(2026, 7, 1, tzinfo=UTC), only_open=True)
    forbidden = Within(not_by=[uuid4()])
    for chosen in (within, forbidden, Within()):
        assert await posts.search(kind, along(0), limit=5, within=chosen)
    assert await posts.similarities(kind, along(0), [point.content_id])
    assert await posts.similarities_to(kind, other.content_id, [point.content_id])
    assert [len(keys) async for keys in posts.walk(kind)] == [2]
    await posts.delete_of(owner)
    assert await posts.count(kind) == 1
    await posts.delete(kind, [other.content_id])
    await posts.drop_version()


@pytest.fixture
def sent(monkeypatch):
    """Which methods of Qdrant's client are called, and which of our own."""
    called, begin = set(), vector_stores.ServerStore._begin

    def noting(store, name, arguments):
        called.add(name)
        return begin(store, name, arguments)

    monkeypatch.setattr(vector_stores.ServerStore, "_begin", noting)
    return called


async def test_each_kind_of_request_is_sent_and_valid(reached, server, sent):
    await ask_all_of_people(reached)
    await ask_all_of_contents(reached)
    await reached.of("other@1").close()
    assert sent == named_requests()
    assert server.problems == []


async def test_the_local_mode_answers_the_same(vectors):
    await ask_all_of_people(vectors)
    await ask_all_of_contents(vectors)


def test_all_that_can_be_asked_is_asked_here():
    assert public(vectors.Vectors) - words_of(ask_all_of_people) == {"close"}
    assert public(contents.Contents) <= words_of(ask_all_of_contents)


def words_of(function):
    """The names that a function takes of objects."""
    tree = ast.parse(inspect.getsource(function))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


async def test_who_is_around_a_place_comes_by_key_whatever_they_want(index):
    def at(number, km_north, **facts):
        place = (BERLIN[0] + km_north / 111.32, BERLIN[1])
        facets = Facets(location=place, wants_genders=frozenset({"man"}), **facts)
        return ProfilePoint(UUID(int=number), along(number % 3), facets)

    hidden, nowhere = at(5, 1, is_discoverable=False), ProfilePoint(UUID(int=6), along(0), Facets())
    await index.upsert([at(4, 0.5), at(1, 8), at(3, 3), at(2, 30), hidden, nowhere])

    async def found(ring_km, **page):
        return [key.int for key in await index.around(BERLIN, ring_km, **{"limit": 9, **page})]

    assert await found((0.0, 10.0)) == [1, 3, 4]
    assert await found((2.0, 10.0)) == [1, 3]
    assert await found((0.0, 100.0), limit=2) == [1, 2]
    assert await found((0.0, 100.0), limit=2, after=UUID(int=2)) == [3, 4]
    nearest = await index.nearest(along(2), limit=2)
    assert {hit.profile_id.int for hit in nearest} == {2, 5}
    assert [hit.similarity for hit in nearest] == pytest.approx([1.0, 1.0])
    assert np.array_equal(await index.vector_of(UUID(int=2)), along(2))
