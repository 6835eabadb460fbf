"""Vectors of two versions side by side: nothing that happens to one of them touches the other.

Every test runs on the local mode and through HTTP on a server.
"""

from uuid import uuid4

import numpy as np
import pytest

from persistence.facets import Facets, Reception, Search
from persistence.vectors import ProfilePoint
from tests.matching.conftest import NOW, along

SIZE = 3


@pytest.fixture
async def other(index):
    """The same people, seen through a version with shorter vectors."""
    other = index.of("other@1")
    await other.ensure_collection(size=SIZE)
    return other


def short(axis):
    return np.eye(SIZE, dtype=np.float32)[axis]


def unnamed(vector):
    return Search(uuid4(), Facets(), NOW, vector=vector)


def ids(hits):
    return [hit.profile_id for hit in hits]


async def test_each_version_finds_by_its_own_vectors(index, other):
    ada, bob = uuid4(), uuid4()
    await index.upsert(
        [ProfilePoint(ada, along(0), Facets()), ProfilePoint(bob, along(1), Facets())]
    )
    assert (await index.embedded_count(), await other.embedded_count()) == (2, 0)
    await other.upsert(
        [ProfilePoint(ada, short(1), Facets()), ProfilePoint(bob, short(0), Facets())]
    )
    assert ids(await index.search(unnamed(along(0)))) == [ada, bob]
    assert ids(await other.search(unnamed(short(0)))) == [bob, ada]
    assert await index.similarities(along(1), [ada, bob]) == pytest.approx({ada: 0, bob: 1})
    assert await other.similarities(short(1), [ada, bob]) == pytest.approx({ada: 1, bob: 0})


async def test_writing_one_version_leaves_the_other_and_what_is_learned(index, other):
    ada, bob = uuid4(), uuid4()
    await index.upsert([ProfilePoint(ada, along(0), Facets(gender="woman"))])
    await index.learn({ada: Reception(shown=4.0)})
    await other.upsert([ProfilePoint(key, short(2), Facets(gender="man")) for key in (ada, bob)])
    await index.upsert([ProfilePoint(ada, along(5), Facets(gender="man"))])
    assert np.array_equal(await index.vector_of(ada), along(5))
    assert np.array_equal(await other.vector_of(ada), short(2))
    assert await index.vector_of(bob) is None
    records = await index._store.call("retrieve", ids=[str(ada)], with_payload=True)
    assert (records[0].payload["shown"], records[0].payload["gender"]) == (4.0, "man")
    assert await index.count() == 2


async def test_a_person_who_is_gone_is_gone_from_both(index, other):
    ada = uuid4()
    await index.upsert([ProfilePoint(ada, along(0), Facets())])
    await other.upsert([ProfilePoint(ada, short(0), Facets())])
    await other.delete([ada])
    assert await index.search(unnamed(along(0))) == []
    assert await other.search(unnamed(short(0))) == []


async def test_a_dropped_version_leaves_the_people_and_can_begin_anew(index, other):
    ada = uuid4()
    await index.upsert([ProfilePoint(ada, along(0), Facets())])
    await other.upsert([ProfilePoint(ada, short(0), Facets())])
    for _ in range(2):
        await other.drop_version()
    assert np.array_equal(await index.vector_of(ada), along(0))
    longer = np.eye(SIZE + 1, dtype=np.float32)[SIZE]
    await other.ensure_collection(size=SIZE + 1)
    assert (await other.embedded_count(), await other.count()) == (0, 1)
    await other.upsert([ProfilePoint(ada, longer, Facets())])
    assert ids(await other.search(unnamed(longer))) == [ada]
