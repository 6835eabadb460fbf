"""Events: rules, counts that equal a recount, and races on real connections."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import events
from domain.refusals import LimitReached, NotAllowed, NotFound
from persistence import models
from tests.support.events import announced

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


def test_an_event_has_ended_from_the_moment_of_its_end_on():
    assert not events.has_ended(NOON, NOON - timedelta(microseconds=1))
    assert events.has_ended(NOON, NOON)
    assert events.has_ended(NOON, NOON + timedelta(days=1))


@given(capacity=st.integers(1, 1000), attendee_count=st.integers(0, 1000))
def test_seats_left_and_taken_are_all_seats(capacity, attendee_count):
    left = events.seats_left(capacity=capacity, attendee_count=attendee_count)
    assert left == max(0, capacity - attendee_count)
    assert events.seats_left(capacity=None, attendee_count=attendee_count) is None


async def join(database, person, event):
    async with database.write() as tx:
        return await events.join_event(tx, person.viewer, event_id=event.event_id)


async def leave(database, person, event):
    async with database.write() as tx:
        return await events.leave_event(tx, person.viewer, event_id=event.event_id)


async def counted(database, event):
    """The count that the event keeps, and the attendees counted anew."""
    async with database.write() as tx:
        kept = await tx.get(models.Event, event_id=event.event_id)
        recount = "SELECT count(*) FROM event_attendees WHERE event_id = $1"
        return kept.attendee_count, await tx.connection.fetchval(recount, event.event_id)


async def facts(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    return [row["kind"] for row in rows]


async def test_thirty_joins_at_once_on_ten_seats_let_exactly_ten_in(database, people):
    event = await announced(database, await people.join(), capacity=10)
    crowd = [await people.join() for _ in range(30)]
    outcomes = await asyncio.gather(
        *(join(database, person, event) for person in crowd), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(refused) == 20
    assert all(isinstance(refusal, LimitReached) for refusal in refused)
    assert {refusal.code for refusal in refused} == {"EVENT_FULL"}
    assert await counted(database, event) == (10, 10)
    assert await facts(database) == ["EventJoined"] * 10


async def test_one_person_joining_many_times_at_once_takes_one_seat(database, people):
    event = await announced(database, await people.join(), capacity=2)
    ada = await people.join()
    await asyncio.gather(*(join(database, ada, event) for _ in range(10)))
    assert await counted(database, event) == (1, 1)
    assert await facts(database) == ["EventJoined"]
    await asyncio.gather(*(leave(database, ada, event) for _ in range(10)))
    assert await counted(database, event) == (0, 0)
    assert await facts(database) == ["EventJoined", "EventLeft"]


async def test_the_count_stays_exact_while_many_come_and_go(database, people):
    event = await announced(database, await people.join(), capacity=5)
    crowd = [await people.join() for _ in range(12)]
    rng = random.Random(7)

    async def wander(person):
        for _ in range(10):
            verb = rng.choice([join, join, leave])
            try:
                seen = await verb(database, person, event)
            except LimitReached:
                continue
            assert 0 <= seen.attendee_count <= 5

    await asyncio.gather(*(wander(person) for person in crowd))
    kept, recount = await counted(database, event)
    assert kept == recount <= 5


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    capacity=st.none() | st.integers(1, 3),
    acts=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=15),
)
async def test_any_history_of_joins_and_leaves_equals_a_set(database, people, capacity, acts):
    event = await announced(database, await people.join(), capacity=capacity)
    crowd = [await people.join() for _ in range(4)]
    going = set()
    for who, joins in acts:
        if joins and who not in going and capacity is not None and len(going) == capacity:
            with pytest.raises(LimitReached):
                await join(database, crowd[who], event)
            continue
        seen = await (join if joins else leave)(database, crowd[who], event)
        (going.add if joins else going.discard)(who)
        assert seen.attendee_count == len(going)
    assert await counted(database, event) == (len(going), len(going))


async def test_an_event_is_over_at_its_end_and_open_while_it_runs(database, people):
    host, ada = await people.join(), await people.join()
    running = await announced(database, host, starts_in_hours=-1)
    assert (await join(database, ada, running)).attendee_count == 1
    over = await announced(database, host, starts_in_hours=-2)
    for verb in (join, leave):
        with pytest.raises(NotAllowed):
            await verb(database, ada, over)
    assert await counted(database, over) == (0, 0)


async def test_an_event_that_goes_while_somebody_waits_to_join_is_missing(database, people):
    host, ada = await people.join(), await people.join()
    event = await announced(database, host)
    async with database.write() as tx:
        await tx.remove(models.Event, event_id=event.event_id)
        waiting = asyncio.create_task(join(database, ada, event))
        await _until_one_waits_for_a_lock(database)
    with pytest.raises(NotFound):
        await waiting


async def _until_one_waits_for_a_lock(database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(20), database.write() as tx:
        while not await tx.connection.fetchval(query):
            await tx.connection.execute("SELECT pg_stat_clear_snapshot()")
