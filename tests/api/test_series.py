"""Series of events through the API: the next ones are there, and change together or alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from domain import accounts, series
from persistence import models
from resolvers import ids
from tests.api.test_event_changes import GAMES
from workers.events import make_next_events

ALL = """query ($id: ID!) { event(id: $id) { recurrence occurrences(first: 50) {
totalCount nodes { id title startsAt recurrence coHosts { displayName } } } } }"""


async def begun(person, rule):
    made = await person.api.done("createEvent", "event { id }", **GAMES, recurrence=rule)
    return made["event"]["id"]


async def of(person, event_id):
    return (await person.api.ask(ALL, id=event_id))["event"]["occurrences"]["nodes"]


async def test_the_next_events_of_a_series_are_there_each_with_its_answers(people):
    ada, bob = await people.join(), await people.join()
    first = await begun(ada, "freq=weekly;count=3")
    shown = (await bob.api.ask(ALL, id=first))["event"]
    assert shown["recurrence"] == "FREQ=WEEKLY;COUNT=3"
    nodes = shown["occurrences"]["nodes"]
    assert (len(nodes), nodes[0]["id"]) == (3, first)
    berlin = ZoneInfo("Europe/Berlin")
    starts = [datetime.fromisoformat(node["startsAt"]).astimezone(berlin) for node in nodes]
    assert [at.date() - starts[0].date() for at in starts] == [timedelta(weeks=n) for n in range(3)]
    assert len({at.time() for at in starts}) == 1
    await bob.api.done("rsvp", eventId=nodes[1]["id"], answer="GOING")
    seen = await bob.api.ask("{ events(filter: {going: true}) { nodes { id } } }")
    assert seen["events"]["nodes"] == [{"id": nodes[1]["id"]}]
    selection = "event { recurrence occurrences { totalCount } }"
    single = await bob.api.done("createEvent", selection, **GAMES)
    assert single["event"] == {"recurrence": None, "occurrences": None}


async def test_what_is_said_of_one_event_holds_for_it_alone_or_for_those_that_follow(people):
    ada, bob = await people.join(), await people.join()
    first = await begun(ada, "FREQ=DAILY;COUNT=4")
    second, third = [node["id"] for node in (await of(ada, first))[1:3]]
    await ada.api.done("editEvent", eventId=second, title="Alone")
    await ada.api.done("editEvent", eventId=third, title="From here on", following=True)
    titles = [node["title"] for node in await of(bob, first)]
    assert titles == ["Board games", "Alone", "From here on", "From here on"]
    moved = await ada.api.do("editEvent", eventId=third, following=True, endsAt=GAMES["endsAt"])
    assert moved["__typename"] == "InvalidInput"
    await ada.api.done("cancelEvent", eventId=second)
    assert len(await of(bob, first)) == 3
    await ada.api.done("cancelEvent", eventId=second, following=True)
    assert [node["id"] for node in await of(bob, first)] == [first]


async def test_new_events_follow_as_time_passes_once_and_like_the_last(people, database, services):
    ada, bob = await people.join(), await people.join("Bob")
    first = await begun(ada, "FREQ=DAILY")
    nodes = await of(ada, first)
    assert len(nodes) == series.AHEAD
    key = ids.parse(first)[1]
    async with database.write() as tx:
        event = await tx.get(models.Event, event_id=key)
        last = await tx.connection.fetchval("SELECT max(starts_at) FROM events")
        await tx.connection.execute(
            "INSERT INTO event_co_hosts SELECT event_id, $1 FROM events WHERE starts_at = $2",
            *(bob.key, last),
        )
    gone = nodes[3]["id"]
    await ada.api.done("deleteEvent", eventId=gone)

    async def make():
        async with database.write() as tx:
            now = event.starts_at + timedelta(days=4, hours=1)
            return await series.make_next(tx, series_id=event.series_id, now=now)

    made = [row for rows in await asyncio.gather(*(make() for _ in range(3))) for row in rows]
    assert [row.starts_at - last for row in made] == [timedelta(days=n) for n in range(1, 6)]
    nodes = await of(ada, first)
    assert gone not in {node["id"] for node in nodes}
    assert [len(node["coHosts"]) for node in nodes[-6:]] == [1] * 6
    async with database.write() as tx:
        count = "SELECT count(*) FROM facts WHERE kind = 'EventCreated'"
        assert await tx.connection.fetchval(count) == series.AHEAD + len(made)


async def test_a_job_makes_what_is_due_and_a_series_without_events_ends(people, database, services):
    ada = await people.join()
    first = await begun(ada, "FREQ=DAILY")
    for node in (await of(ada, first))[5:]:
        await ada.api.done("deleteEvent", eventId=node["id"])
    for _ in range(2):
        await make_next_events.job(services)
        assert len(await of(ada, first)) == series.AHEAD
    async with database.write() as tx:
        (row,) = await tx.connection.fetch("SELECT * FROM event_series")
        await tx.connection.execute("DELETE FROM events")
        assert await series.make_next(tx, series_id=row["series_id"], now=datetime.now(UTC)) == []
        assert await tx.connection.fetchval("SELECT ended_at FROM event_series") is not None


async def test_one_makes_only_so_many_events_a_day_and_a_series_is_one(people):
    # Two are left of twenty.
    ada = await people.join(events_regained_at=datetime.now(UTC) + timedelta(hours=21.5))
    await begun(ada, "FREQ=DAILY")
    single = await ada.api.done("createEvent", "event { id }", **GAMES)
    await ada.api.done("deleteEvent", eventId=single["event"]["id"])
    refused = await ada.api.do("createEvent", **GAMES)
    assert (refused["__typename"], refused["code"]) == ("LimitReached", "EVENT_LIMIT_REACHED")
    limits = (await ada.api.ask("{ viewer { limits { name remaining } } }"))["viewer"]["limits"]
    assert {"name": "events_per_day", "remaining": 0} in limits


async def test_a_series_that_fails_holds_up_no_other(people, database, services, monkeypatch):
    ada = await people.join()
    firsts = [await begun(ada, "FREQ=DAILY") for _ in range(3)]
    for first in firsts:
        await ada.api.done("deleteEvent", eventId=(await of(ada, first))[-1]["id"])
    make, failing = series.make_next, []

    async def make_next(tx, *, series_id, now):
        made = await make(tx, series_id=series_id, now=now)
        failing.append(series_id)
        if len(failing) == 1:
            raise ValueError("this one cannot be made")
        return made

    monkeypatch.setattr(series, "make_next", make_next)
    failures = REGISTRY.get_sample_value("kith_series_failures_total")
    with pytest.raises(ExceptionGroup) as failed:
        await make_next_events.job(services)
    assert [str(error) for error in failed.value.exceptions] == ["this one cannot be made"]
    assert REGISTRY.get_sample_value("kith_series_failures_total") == failures + 1
    made = sorted([len(await of(ada, first)) for first in firsts])
    assert made == [series.AHEAD - 1, series.AHEAD, series.AHEAD]


async def test_no_event_is_made_farther_ahead_than_any_may_be_and_the_series_goes_on(
    people, database
):
    ada = await people.join()
    first = await begun(ada, "FREQ=YEARLY")
    assert len(await of(ada, first)) in {3, 4}
    async with database.write() as tx:
        (row,) = await tx.connection.fetch("SELECT * FROM event_series")
        assert row["ended_at"] is None
        event = await tx.get(models.Event, event_id=ids.parse(first)[1])
        later = event.starts_at + timedelta(days=366)
        made = await series.make_next(tx, series_id=row["series_id"], now=later)
        assert len(made) == 1
        assert made[0].starts_at > row["made_until"]


async def test_a_series_keeps_its_clock_whatever_one_event_is_shown_by(people, database):
    ada = await people.join()
    first = await begun(ada, "FREQ=DAILY")
    last = (await of(ada, first))[-1]["id"]
    await ada.api.done("editEvent", eventId=last, timeZone="America/New_York")
    async with database.write() as tx:
        event = await tx.get(models.Event, event_id=ids.parse(first)[1])
        now = event.starts_at + timedelta(hours=1)
        (made,) = await series.make_next(tx, series_id=event.series_id, now=now)
    assert made.time_zone == "Europe/Berlin"


async def test_times_that_are_one_without_their_fractions_are_refused(people):
    ada = await people.join()
    second = GAMES["startsAt"][:19]
    given = {**GAMES, "startsAt": f"{second}.100Z", "endsAt": f"{second}.900Z"}
    refused = await ada.api.do("createEvent", **given, recurrence="FREQ=DAILY")
    assert refused["__typename"] == "InvalidInput"


async def test_deleting_the_host_while_events_are_made_meets_no_deadlock(people, database):
    ada = await people.join()
    key = ids.parse(await begun(ada, "FREQ=DAILY"))[1]
    async with database.write() as tx:
        event = await tx.get(models.Event, event_id=key)

    async def make():
        async with database.write() as tx:
            now = event.starts_at + timedelta(days=4)
            return await series.make_next(tx, series_id=event.series_id, now=now)

    async with database.write() as tx:
        # As a deletion begins, and then does.
        await tx.get(models.Profile, lock=True, profile_id=ada.key)
        making = asyncio.create_task(make())
        await until_one_waits_for_a_lock(database)
        await accounts.delete_account(tx, ada.viewer)
    assert await making == []
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM event_series") == 0


async def until_one_waits_for_a_lock(database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(20), database.write() as tx:
        while not await tx.connection.fetchval(query):
            await tx.connection.execute("SELECT pg_stat_clear_snapshot()")
