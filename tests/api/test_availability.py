"""Availability told live: to whom one talks, also when the time has passed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain import availability
from persistence import models
from resolvers import ids
from tests.support.conversations import global_id, requested, write
from tests.support.live_events import EVENTS, cursor_of, next_event, texts_of
from tests.support.sockets import connected


@pytest.fixture
async def listening(application, pair):
    """Two people who have matched, and an open stream of the one who waits for the other."""
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        yield ada, bob, key, events


async def pass_time(database, person):
    async with database.write() as tx:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await tx.change(models.Profile, {"profile_id": person.key}, available_until=past)


async def end_passed(database):
    async with database.write() as tx:
        return await availability.end_passed(tx, limit=100)


async def test_a_change_is_told_to_a_match_and_to_ones_own_devices(application, listening):
    ada, _, _, events = listening
    async with connected(application, ada.api.token) as socket:
        own = await socket.subscribe(EVENTS)
        await own.next()
        await ada.api.done("setAvailability", status="EVENINGS")
        for heard in (await next_event(events), await next_event(own)):
            assert heard["__typename"] == "AvailabilityChanged"
            assert heard["profile"] == {
                "displayName": "Ada", "availability": "EVENINGS", "availableUntil": None,
            }  # fmt: skip


async def test_what_changes_nothing_is_not_told(listening):
    ada, _, key, events = listening
    for _ in range(2):
        await ada.api.done("setAvailability", status="NOW")
    await write(ada, key, "hello")
    assert (await next_event(events))["__typename"] == "AvailabilityChanged"
    assert await texts_of(events, 1) == ["hello"]


async def test_that_the_time_has_passed_is_told_once_however_often_it_is_looked_for(
    listening, database
):
    ada, _, key, events = listening
    until = datetime.now(UTC) + timedelta(hours=1)
    await ada.api.done("setAvailability", status="NOW", until=until.isoformat())
    assert (await next_event(events))["profile"]["availability"] == "NOW"
    assert await end_passed(database) == 0
    await pass_time(database, ada)
    assert [await end_passed(database) for _ in range(2)] == [1, 0]
    heard = await next_event(events)
    assert heard["profile"] == {
        "displayName": "Ada", "availability": None, "availableUntil": None,
    }  # fmt: skip
    await write(ada, key, "hello")
    assert await texts_of(events, 1) == ["hello"]


async def test_the_passing_of_time_is_left_to_who_changes_it_at_that_moment(database, pair):
    ada, _, _ = pair
    await ada.api.done(
        "setAvailability",
        status="NOW",
        until=(datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    )
    await pass_time(database, ada)
    async with database.write() as tx:
        await tx.get(models.Profile, lock=True, profile_id=ada.key)
        assert await end_passed(database) == 0
    assert await end_passed(database) == 1


async def test_strangers_blocked_people_and_former_matches_are_not_told(
    application, pair, people, database, services
):
    ada, bob, _ = pair
    await people.join("Eve")
    cursor = await cursor_of(services, bob)
    await ada.api.done("setAvailability", status="NOW")
    block = {"blocker_id": ada.key, "blocked_id": bob.key}
    async with database.write() as tx:
        await tx.add(models.Block, **block)
    await ada.api.done("setAvailability", status="WEEKENDS")
    async with database.write() as tx:
        rows = await tx.connection.fetch(
            "SELECT topic, count(*) AS told FROM topic_entries"
            " WHERE kind = 'AvailabilityChanged' GROUP BY topic"
        )
        await tx.remove(models.Block, **block)
        match_id = await tx.connection.fetchval("SELECT match_id FROM matches")
    told = {row["topic"]: row["told"] for row in rows}
    assert told == {f"viewer:{ada.key}": 2, f"viewer:{bob.key}": 1}
    await ada.api.done("unmatch", matchId=ids.encode("Match", match_id))
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        told = {(await next_event(events))["__typename"] for _ in range(2)}
        assert told == {"MatchEnded", "ConversationEnded"}


async def test_who_has_only_asked_to_write_is_a_stranger_still(people, database):
    ada, bob = await people.join(), await people.join()
    conversation = await requested(database, ada, bob)
    for person in (ada, bob):
        await person.api.done("setAvailability", status="NOW")
        assert await told_of_availability(database, person) == {person.key}
    await bob.api.done("acceptConversation", conversationId=global_id(conversation))
    for person in (ada, bob):
        await person.api.done("setAvailability", status="EVENINGS")
        assert await told_of_availability(database, person) == {ada.key, bob.key}


async def told_of_availability(database, whose):
    """In whose live inbox it is that somebody's availability has changed, and forget that."""
    async with database.write() as tx:
        rows = await tx.connection.fetch(
            "DELETE FROM topic_entries WHERE kind = 'AvailabilityChanged' RETURNING topic, body"
        )
    assert all(str(whose.key) in str(row["body"]) for row in rows)
    return {UUID(row["topic"].removeprefix("viewer:")) for row in rows}
