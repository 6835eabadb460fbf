"""The vector index: what goes in comes out, within both filters.

Every test that asks for an `index` runs on the local mode and through HTTP on a server.
"""

import asyncio
import math
import sys
from asyncio.subprocess import PIPE
from contextlib import nullcontext
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from qdrant_client.http.exceptions import UnexpectedResponse
from structlog.testing import CapturingLogger

from matching.candidates import facets_of, search_of
from matching.eligibility import mutually_eligible
from matching.embeddings import MODEL_VERSION
from matching.features import Features, Preferences
from persistence.facets import EXCLUDED_LIMIT, Facets, Order, Reception, Search, Wish, lot_of
from persistence.vectors import ProfilePoint, Vectors, VectorsUnavailable
from tests.matching.conftest import NOW, along, people, with_id
from tests.support.qdrant_server import QdrantServer

VIEWER = UUID(int=10**9)


def unnamed(vector=None, **wishes):
    return Search(VIEWER, Facets(), NOW, vector=vector, **wishes)


async def test_the_nearest_come_first_with_their_cosine(index):
    ids = [uuid4() for _ in range(3)]
    between = (along(0) + along(1)) / math.sqrt(2)
    given = zip(ids, (along(1), along(0), between), strict=True)
    await index.upsert([ProfilePoint(i, vector, Facets()) for i, vector in given])
    hits = await index.search(unnamed(along(0)))
    assert [hit.profile_id for hit in hits] == [ids[1], ids[2], ids[0]]
    assert [hit.similarity for hit in hits] == pytest.approx([1, math.sqrt(0.5), 0], abs=1e-6)
    assert [hit.profile_id for hit in await index.search(unnamed(along(0), limit=1))] == [ids[1]]


async def test_real_texts_find_their_like(vectors, embedder):
    texts = ["I climb mountains every weekend", "I collect stamps and coins", "Baking sourdough"]
    ids = [uuid4() for _ in texts]
    embedded = await embedder.embed(texts)
    await vectors.upsert([ProfilePoint(i, v, Facets()) for i, v in zip(ids, embedded, strict=True)])
    wanted = (await embedder.embed(["someone to go hiking with"]))[0]
    assert (await vectors.search(unnamed(wanted)))[0].profile_id == ids[0]


async def test_people_can_be_replaced_changed_counted_and_taken_out(index):
    person, other = uuid4(), uuid4()
    await index.upsert([ProfilePoint(person, along(0), Facets())])
    await index.upsert([ProfilePoint(person, 3 * along(1), Facets())])
    await index.upsert([ProfilePoint(other, along(2), Facets(is_discoverable=False))])
    assert await index.count() == 2
    assert np.array_equal(await index.vector_of(person), along(1))
    assert [hit.profile_id for hit in await index.search(unnamed(along(1)))] == [person]
    await index.upsert([ProfilePoint(other, along(2), Facets(availability="weekends"))])
    hits = await index.search(unnamed(along(1), availability="weekends"))
    assert [hit.profile_id for hit in hits] == [other]
    assert np.array_equal(await index.vector_of(other), along(2))
    await index.delete([person, uuid4()])
    await index.delete([])
    assert await index.count() == 1
    assert await index.vector_of(person) is None


async def test_a_walk_meets_everybody_once(index, monkeypatch):
    monkeypatch.setattr("persistence.contents._WALK_BATCH", 3)
    assert [key async for keys in index.walk() for key in keys] == []
    ids = [uuid4() for _ in range(7)]
    hidden = Facets(is_discoverable=False)
    await index.upsert([ProfilePoint(i, along(0), hidden) for i in ids])
    assert sorted([key async for keys in index.walk() for key in keys]) == sorted(ids)


async def test_without_a_vector_the_filters_alone_find_people(index):
    await index.upsert([ProfilePoint(UUID(int=1), along(0), Facets())])
    hits = await index.search(unnamed())
    assert [(hit.profile_id, hit.similarity) for hit in hits] == [(UUID(int=1), None)]


async def test_the_viewer_and_the_excluded_are_left_out_up_to_a_bound(index):
    ids = [UUID(int=n) for n in range(1, 6)]
    await index.upsert([ProfilePoint(i, along(0), Facets()) for i in [*ids, VIEWER]])
    hits = await index.search(unnamed(along(0), excluded=ids[:2]))
    assert {hit.profile_id for hit in hits} == set(ids[2:])
    many = [UUID(int=n) for n in range(10, 10 + EXCLUDED_LIMIT)]
    assert len(await index.search(unnamed(along(0), excluded=[*many, *ids]))) == 5


crowds = st.lists(people, min_size=1, max_size=25)


def searched(viewer):
    return search_of(viewer, along(0), (), availability=None, now=NOW)


per_example = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@per_example
@given(viewer=people, crowd=crowds)
async def test_two_way_filters_agree_with_brute_force(index, viewer, crowd):
    viewer = with_id(viewer, 10**9)
    crowd = [with_id(person, number) for number, person in enumerate(crowd, 1)]
    (found,) = await found_among(index, crowd, [searched(viewer)])
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


@per_example
@given(viewer=people, crowd=crowds)
async def test_local_mode_and_server_find_the_same_people(vectors, reached, viewer, crowd):
    viewer = with_id(viewer, 10**9)
    crowd = [with_id(person, number) for number, person in enumerate(crowd, 1)]
    usual = searched(viewer)
    searches = [usual, replace(usual, vector=None), replace(usual, availability="weekends")]
    searches += [replace(usual, order=order) for order in Order]
    searches += [replace(usual, beyond=wish) for wish in Wish]
    local = await found_among(vectors, crowd, searches)
    assert await found_among(reached, crowd, searches) == local


@per_example
@given(viewer=people, crowd=crowds)
async def test_without_reach_the_filters_are_exact(vectors, viewer, crowd):
    viewer = with_id(viewer, 10**9)
    crowd = [
        with_id(replace(p, wants=replace(p.wants, max_distance_km=None)), number)
        for number, p in enumerate(crowd, 1)
    ]
    (found,) = await found_among(vectors, crowd, [searched(viewer)])
    assert found == {p.profile_id for p in crowd if mutually_eligible(viewer, p, NOW)}


async def found_among(index, crowd, searches):
    await index.upsert([ProfilePoint(p.profile_id, along(1), facets_of(p)) for p in crowd])
    await index.learn({p.profile_id: learned_of(p) for p in crowd if p.prompt_count})
    found = await index.search_many(searches)
    await index.delete([person.profile_id for person in crowd])
    return [{hit.profile_id for hit in hits} for hits in found]


def learned_of(person):
    return Reception(appeal=float(person.prompt_count), shown=person.prompt_count - 1)


async def test_each_order_puts_its_first_first(index):
    ids = [uuid7(second) for second in (30, 10, 40, 20)]
    await index.upsert([ProfilePoint(i, along(n), Facets()) for n, i in enumerate(ids)])
    learned = [Reception(1.0, 0.5, 3.0), Reception(pickiness=2.0, shown=1.0), Reception(shown=0.0)]
    await index.learn(dict(zip(ids, learned, strict=False)))
    lots = {key: lot_of(key) for key in ids[2:]}
    first_lot = min(lots.values())

    async def found(order, **wishes):
        hits = await index.search(unnamed(along(0), order=order, **wishes))
        assert all((hit.similarity is not None) == (order is Order.NEAREST) for hit in hits)
        return [ids.index(hit.profile_id) for hit in hits]

    assert (await found(Order.NEAREST))[0] == 0
    assert await found(Order.LIKELIEST) == [1, 0]
    assert await found(Order.LEAST_SHOWN) == [1, 0]
    assert await found(Order.NEWEST) == [2, 0, 3, 1]
    drawn = [ids.index(key) for key in sorted(lots, key=lots.get)]
    assert await found(Order.UNSEEN) == drawn
    assert await found(Order.UNSEEN, lot=first_lot + 1e-9) == drawn[1:]


def uuid7(second):
    return UUID(int=second * 1000 << 80 | 7 << 76 | 2 << 62 | second)


async def test_what_is_learned_stays_when_profiles_change(index):
    person, other = uuid7(1), uuid7(2)
    await index.upsert([ProfilePoint(i, along(0), Facets()) for i in (person, other)])
    await index.learn({person: Reception(appeal=1.0), uuid4(): Reception(appeal=1.0)})
    await index.learn({uuid4(): Reception(shown=1.0)})
    await index.upsert([ProfilePoint(person, along(1), Facets(availability="now"))])
    hits = await index.search(unnamed(order=Order.LIKELIEST, availability="now"))
    assert [hit.profile_id for hit in hits] == [person]
    assert await index.count() == 2


async def test_similarities_are_told_for_whoever_has_a_vector(index):
    ids = [uuid4() for _ in range(3)]
    await index.upsert([ProfilePoint(i, along(n), Facets()) for n, i in enumerate(ids)])
    told = await index.similarities(2 * along(1), [*ids[:2], uuid4()])
    assert told == pytest.approx({ids[0]: 0.0, ids[1]: 1.0}, abs=1e-6)
    assert await index.similarities(along(1), []) == {}


async def test_many_people_come_and_go(index):
    ids = [uuid4() for _ in range(150)]
    for start in (0, 70):
        some = [ProfilePoint(i, along(0), Facets()) for i in ids[start : start + 80]]
        await index.upsert(some)
        await index.delete(ids[:10])
        left = {hit.profile_id for hit in await index.search(unnamed(along(0)))}
        assert left == set(ids[10 : start + 80])
    await index.upsert([ProfilePoint(i, along(0), Facets()) for i in ids[:12]])
    assert len(await index.search(unnamed(along(0)))) == await index.count() == 150


async def test_reach_is_cut_off_at_its_step(index):
    def at(number, km_north, reach):
        wants = Preferences(max_distance_km=reach)
        return Features(UUID(int=number), "", location=(km_north / 111.32, 0.0), wants=wants)

    crowd = [at(1, 20, 25), at(2, 20, 15), at(3, 20, 8), at(4, 3_000, None), at(5, 3_000, 5_000)]
    await index.upsert([ProfilePoint(p.profile_id, along(0), facets_of(p)) for p in crowd])
    viewer = at(9, 0, None)
    hits = await index.search(searched(viewer))
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


async def test_a_server_that_does_not_answer_in_time_cannot_be_reached(server):
    vectors = Vectors.server(server.url, model_version=MODEL_VERSION, timeout_seconds=1)
    server.goes_on.clear()
    with pytest.raises(VectorsUnavailable, match=r"cannot be reached\.$"):
        await vectors.search(unnamed(along(0)))
    await vectors.close()


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (401, {}, "refuses the key"),
        (404, {}, "run `kith reindex`"),
        (429, {"Retry-After": "1"}, "has too much to do"),
        (500, {}, "answers with an error"),
        (503, {}, "answers with an error"),
    ],
)
async def test_a_server_that_cannot_answer_is_unavailable(server, status, headers, sentence):
    vectors = Vectors.server(server.url, model_version=MODEL_VERSION)
    server.status, server.headers = status, headers
    with pytest.raises(VectorsUnavailable, match=sentence):
        await vectors.search(unnamed(along(0)))
    with pytest.raises(VectorsUnavailable, match=sentence):
        await vectors.upsert([ProfilePoint(uuid4(), along(0), Facets())])
    await vectors.close()


async def test_a_server_opens_to_its_key_alone():
    async with QdrantServer(key="right") as server:
        for key in (None, "wrong"):
            vectors = Vectors.server(server.url, model_version=MODEL_VERSION, api_key=key)
            with pytest.raises(VectorsUnavailable, match="refuses the key"), insecure(key):
                await vectors.ensure_collection()
            await vectors.close()
        vectors = Vectors.server(server.url, model_version=MODEL_VERSION, api_key="right")
        with insecure("right"):
            await vectors.ensure_collection()
        assert await vectors.count() == 0
        await vectors.close()


def insecure(key):
    """What Qdrant's client says of a key that is sent without TLS."""
    return pytest.warns(UserWarning, match="insecure") if key else nullcontext()


async def test_a_refused_request_is_a_fault(server):
    vectors = Vectors.server(server.url, model_version=MODEL_VERSION)
    server.status = 400
    with pytest.raises(UnexpectedResponse):
        await vectors.count()
    await vectors.close()


async def test_more_people_than_local_mode_is_meant_for_are_told_once(vectors, monkeypatch):
    monkeypatch.setattr("persistence.vector_stores.LOCAL_MOST", 2)
    log = CapturingLogger()
    monkeypatch.setattr("persistence.vector_stores._log", log)
    for _ in range(4):
        await vectors.upsert([ProfilePoint(uuid4(), along(0), Facets())])
        await vectors.search(unnamed(along(0)))
    ((method, _, told),) = log.calls
    assert (method, told) == ("warning", {"people": 3, "most": 2})


async def test_closing_what_was_never_opened_is_no_error():
    await Vectors.local(None, model_version=MODEL_VERSION).close()
