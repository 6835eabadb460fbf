"""The vector index, on Qdrant's real local mode: what goes in comes out, within both filters."""

import asyncio
import math
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from qdrant_client.http.exceptions import UnexpectedResponse

from matching.candidates import _search, facets_of
from matching.eligibility import mutually_eligible
from matching.embeddings import MODEL_VERSION
from matching.features import Features, Preferences
from persistence.facets import EXCLUDED_LIMIT, Facets, Search
from persistence.vectors import ProfilePoint, Vectors, VectorsUnavailable
from tests.matching.conftest import NOW, along, people, with_id

VIEWER = UUID(int=10**9)


def unnamed(vector=None, **wishes):
    return Search(VIEWER, Facets(), NOW, vector=vector, **wishes)


async def test_the_nearest_come_first_with_their_cosine(vectors):
    ids = [uuid4() for _ in range(3)]
    between = (along(0) + along(1)) / math.sqrt(2)
    given = zip(ids, (along(1), along(0), between), strict=True)
    await vectors.upsert([ProfilePoint(i, vector, Facets()) for i, vector in given])
    hits = await vectors.search(unnamed(along(0)))
    assert [hit.profile_id for hit in hits] == [ids[1], ids[2], ids[0]]
    assert [hit.similarity for hit in hits] == pytest.approx([1, math.sqrt(0.5), 0], abs=1e-6)
    assert [hit.profile_id for hit in await vectors.search(unnamed(along(0), limit=1))] == [ids[1]]


async def test_real_texts_find_their_like(vectors, embedder):
    texts = ["I climb mountains every weekend", "I collect stamps and coins", "Baking sourdough"]
    ids = [uuid4() for _ in texts]
    embedded = await embedder.embed(texts)
    await vectors.upsert([ProfilePoint(i, v, Facets()) for i, v in zip(ids, embedded, strict=True)])
    wanted = (await embedder.embed(["someone to go hiking with"]))[0]
    assert (await vectors.search(unnamed(wanted)))[0].profile_id == ids[0]


async def test_people_can_be_replaced_changed_counted_and_taken_out(vectors):
    person, other = uuid4(), uuid4()
    await vectors.upsert([ProfilePoint(person, along(0), Facets())])
    await vectors.upsert([ProfilePoint(person, 3 * along(1), Facets())])
    await vectors.upsert([ProfilePoint(other, along(2), Facets(is_discoverable=False))])
    assert await vectors.count() == 2
    assert np.array_equal(await vectors.vector_of(person), along(1))
    assert [hit.profile_id for hit in await vectors.search(unnamed(along(1)))] == [person]
    await vectors.set_facets(other, Facets(availability="weekends"))
    hits = await vectors.search(unnamed(along(1), availability="weekends"))
    assert [hit.profile_id for hit in hits] == [other]
    assert np.array_equal(await vectors.vector_of(other), along(2))
    await vectors.delete([person, uuid4()])
    await vectors.delete([])
    assert await vectors.count() == 1
    assert await vectors.vector_of(person) is None


async def test_a_walk_meets_everybody_once(vectors, monkeypatch):
    monkeypatch.setattr("persistence.vectors._WALK_BATCH", 3)
    assert [key async for keys in vectors.walk() for key in keys] == []
    ids = [uuid4() for _ in range(7)]
    hidden = Facets(is_discoverable=False)
    await vectors.upsert([ProfilePoint(i, along(0), hidden) for i in ids])
    assert sorted([key async for keys in vectors.walk() for key in keys]) == sorted(ids)


async def test_without_a_vector_the_filters_alone_find_people(vectors):
    await vectors.upsert([ProfilePoint(UUID(int=1), along(0), Facets())])
    hits = await vectors.search(unnamed())
    assert [(hit.profile_id, hit.similarity) for hit in hits] == [(UUID(int=1), None)]


async def test_the_viewer_and_the_excluded_are_left_out_up_to_a_bound(vectors):
    ids = [UUID(int=n) for n in range(1, 6)]
    await vectors.upsert([ProfilePoint(i, along(0), Facets()) for i in [*ids, VIEWER]])
    hits = await vectors.search(unnamed(along(0), excluded=ids[:2]))
    assert {hit.profile_id for hit in hits} == set(ids[2:])
    many = [UUID(int=n) for n in range(10, 10 + EXCLUDED_LIMIT)]
    assert len(await vectors.search(unnamed(along(0), excluded=[*many, *ids]))) == 5


crowds = st.lists(people, min_size=1, max_size=25)


def searched(viewer):
    return _search(viewer, along(0), (), availability=None, now=NOW)


@settings(max_examples=40, deadline=None)
@given(viewer=people, crowd=crowds)
def test_two_way_filters_agree_with_brute_force(viewer, crowd):
    viewer = with_id(viewer, 10**9)
    crowd = [with_id(person, number) for number, person in enumerate(crowd, 1)]
    found = asyncio.run(found_among(crowd, searched(viewer)))
    expected = {p.profile_id for p in crowd if mutually_eligible(viewer, p, NOW)}
    event("somebody is eligible" if expected else "nobody is eligible")
    # Nobody eligible is missing.
    assert expected <= found
    # Who is found in excess is too far for their own reach, which the index knows in steps.
    for person in crowd:
        if person.profile_id in found - expected:
            assert person.wants.max_distance_km is not None
            boundless = replace(person.wants, max_distance_km=None)
            assert mutually_eligible(viewer, replace(person, wants=boundless), NOW)


@settings(max_examples=40, deadline=None)
@given(viewer=people, crowd=crowds)
def test_without_reach_the_filters_are_exact(viewer, crowd):
    viewer = with_id(viewer, 10**9)
    crowd = [
        with_id(replace(p, wants=replace(p.wants, max_distance_km=None)), number)
        for number, p in enumerate(crowd, 1)
    ]
    found = asyncio.run(found_among(crowd, searched(viewer)))
    assert found == {p.profile_id for p in crowd if mutually_eligible(viewer, p, NOW)}


async def found_among(crowd, search):
    vectors = Vectors.local(None, model_version=MODEL_VERSION)
    await vectors.ensure_collection()
    await vectors.upsert([ProfilePoint(p.profile_id, along(1), facets_of(p)) for p in crowd])
    hits = await vectors.search(search)
    await vectors.close()
    return {hit.profile_id for hit in hits}


async def test_reach_is_cut_off_at_its_step(vectors):
    def at(number, km_north, reach):
        wants = Preferences(max_distance_km=reach)
        return Features(UUID(int=number), "", location=(km_north / 111.32, 0.0), wants=wants)

    crowd = [at(1, 20, 25), at(2, 20, 15), at(3, 20, 8), at(4, 3_000, None), at(5, 3_000, 5_000)]
    await vectors.upsert([ProfilePoint(p.profile_id, along(0), facets_of(p)) for p in crowd])
    viewer = at(9, 0, None)
    hits = await vectors.search(searched(viewer))
    # 15 km is kept as 25 km, for the caller to check; 8 km as 10 km, which cannot reach.
    assert {hit.profile_id.int for hit in hits} == {1, 2, 4, 5}


async def test_a_folder_keeps_people_and_takes_new_models(tmp_path):
    first = Vectors.local(tmp_path / "index", model_version="old@1")
    await first.ensure_collection()
    await first.upsert([ProfilePoint(UUID(int=1), along(0), Facets())])
    await first.close()
    second = Vectors.local(tmp_path / "index", model_version="new@1")
    await second.ensure_collection()
    await second.ensure_collection()
    assert await second.count() == 1
    assert await second.vector_of(UUID(int=1)) is None
    await second.upsert([ProfilePoint(UUID(int=2), along(0), Facets())])
    assert [hit.profile_id.int for hit in await second.search(unnamed(along(0)))] == [2]
    await second.close()


HOLD = """
import sys
from qdrant_client import QdrantClient
client = QdrantClient(path=sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_folder_in_use_is_one_clear_sentence(tmp_path):
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(tmp_path), stdin=PIPE, stdout=PIPE
    )
    vectors = Vectors.local(tmp_path, model_version=MODEL_VERSION)
    try:
        assert await holder.stdout.readline() == b"held\n"
        with pytest.raises(VectorsUnavailable, match=r"in use by another process; stop .*first\.$"):
            await vectors.ensure_collection()
    finally:
        await holder.communicate(b"")  # without input, Python 3.11 leaves the pipe open
    await vectors.ensure_collection()  # free again
    assert await vectors.count() == 0
    await vectors.close()


async def test_an_unreachable_server_is_one_clear_sentence():
    vectors = Vectors.server("http://127.0.0.1:1", model_version=MODEL_VERSION)
    with pytest.raises(VectorsUnavailable, match=r"^Qdrant at http://127.0.0.1:1 cannot be"):
        await vectors.count()
    await vectors.close()


class Answering:
    """Stands for a server that answers every call with one status."""

    def __init__(self, status):
        self.status = status

    async def count(self, **_):
        raise UnexpectedResponse(self.status, "no", b"", None)

    async def close(self):
        self.status = None


async def test_a_failing_server_is_unavailable_and_a_refused_request_is_a_fault():
    vectors = Vectors.server("http://qdrant", model_version=MODEL_VERSION)
    vectors._client._qdrant = Answering(503)
    with pytest.raises(VectorsUnavailable, match="answers with an error"):
        await vectors.count()
    vectors._client._qdrant = Answering(400)
    with pytest.raises(UnexpectedResponse):
        await vectors.count()
    await vectors.close()


async def test_closing_what_was_never_opened_is_no_error():
    await Vectors.local(None, model_version=MODEL_VERSION).close()
