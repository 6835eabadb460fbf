"""Typesense: texts told, found and forgotten over its protocol, and what it refuses."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from integrations.search_engine import Text
from integrations.typesense import Typesense
from integrations.vendors import HttpVendor, VendorAway, VendorRefused
from tests.support.typesense import KEY, TypesenseServer


async def no_pause(_seconds):
    return None


def engine_of(server, key=KEY):
    vendor = HttpVendor("typesense", sleep=no_pause)
    return Typesense(f"{server.url}/", key=key, collection="kith", vendor=vendor)


@pytest.fixture
async def server():
    async with TypesenseServer() as server:
        yield server


@pytest.fixture
async def engine(server):
    engine = engine_of(server)
    yield engine
    await engine.close()


def text(kind, title, body="", owner_id=None):
    return Text(kind, uuid4(), owner_id, title, body)


async def test_what_is_told_is_found_and_what_is_removed_is_not(engine):
    owner = uuid4()
    post, event = text("posts", "", "Tea, anyone?", owner), text("events", "Tea party")
    await engine.put([post, event])
    await engine.put([event])
    both = [("posts", post.subject_id), ("events", event.subject_id)]
    assert sorted(await engine.find("tea", ["posts", "events"], most=9)) == sorted(both)
    assert await engine.find("tea", ["posts"], most=9) == both[:1]
    assert await engine.find("coffee", ["posts"], most=9) == []
    await engine.remove("events", [event.subject_id, uuid4()])
    assert await engine.find("tea", ["posts", "events"], most=9) == both[:1]
    await engine.remove_of(owner)
    assert await engine.find("tea", ["posts", "events"], most=9) == []


async def test_what_was_told_before_a_moment_is_forgotten(engine):
    await engine.put([text("posts", "", "old tea")])
    await engine.remove_before(datetime.now(UTC) - timedelta(hours=1))
    assert len(await engine.find("tea", ["posts"], most=9)) == 1
    await engine.remove_before(datetime.now(UTC) + timedelta(hours=1))
    assert await engine.find("tea", ["posts"], most=9) == []


async def test_nothing_is_asked_about_nothing(engine, server):
    await engine.put([])
    await engine.remove("posts", [])
    assert server.asked == []


async def test_removing_before_there_is_a_collection_is_no_error(engine):
    await engine.remove_of(uuid4())


async def test_a_lost_collection_is_made_again(engine, server):
    await engine.put([text("posts", "", "tea")])
    server.collections.clear()
    with pytest.raises(VendorRefused):
        await engine.find("tea", ["posts"], most=9)
    with pytest.raises(VendorAway):
        await engine.put([text("posts", "", "tea")])
    await engine.put([text("posts", "", "tea")])
    assert len(await engine.find("tea", ["posts"], most=9)) == 1


async def test_queries_are_in_no_address_and_the_key_in_no_error(server):
    engine = engine_of(server, key="wrong-4711")
    for act in (engine.find("secret", ["posts"], most=9), engine.put([text("posts", "tea")])):
        with pytest.raises(VendorRefused) as refused:
            await act
        assert str(refused.value) == "typesense answers 401."
    assert not [asked.path for asked in server.asked if "secret" in asked.path]
    await engine.close()


async def test_who_waits_for_hits_asks_once_and_a_job_three_times(engine, server):
    server.failure = 503
    with pytest.raises(VendorAway):
        await engine.find("tea", ["posts"], most=9)
    assert len(server.asked) == 1
    with pytest.raises(VendorAway):
        await engine.put([text("posts", "tea")])
    assert len(server.asked) == 4


async def test_a_broken_engine_is_left_alone(engine, server):
    server.failure = 503
    for _ in range(7):
        with pytest.raises(VendorAway):
            await engine.find("tea", ["posts"], most=9)
    assert len(server.asked) == 5
