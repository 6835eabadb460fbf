"""Seats at once: however many people come and go together, seats and queue are as they must be.

Rounds of 500 people on 50 places, 100 of each kind, under `--hypothesis-profile=nightly`.
"""

import asyncio
import random
from uuid import uuid4

import asyncpg
import hypothesis
import pytest

from domain import accounts, attendance
from domain.attendance import AttendanceState, RsvpAnswer
from domain.viewer import Viewer
from persistence import models
from persistence.database import DISTURBANCES, Database
from resolvers import attendance as resolvers
from resolvers import ids
from resolvers.context import Context
from tests.support.events import announced

NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"
ROUNDS = 100 if NIGHTLY else 2
PEOPLE, PLACES = (500, 50) if NIGHTLY else (40, 5)
CONNECTIONS = 25
KILLED = 3
GOING, NOT_GOING = RsvpAnswer.GOING, RsvpAnswer.NOT_GOING

CROWD = """
WITH account AS (
  INSERT INTO accounts (email, username, password_hash)
  SELECT $1 || n || '@example.com', left($1, 30) || n, '' FROM generate_series(1, $2) n
  RETURNING account_id)
INSERT INTO profiles (profile_id, display_name, onboarded_at)
SELECT account_id, 'Somebody', now() FROM account RETURNING profile_id
"""
KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'seats' AND xact_start IS NOT NULL ORDER BY random() LIMIT 1
"""


class Round:
    """An event that many want to go to."""

    def __init__(self, services, database, host, seed):
        self.services, self.database, self.host = services, database, host
        self.random = random.Random(seed)

    async def begin(self, people, places):
        self.event = await announced(self.database, self.host, capacity=places)
        async with self.database.write() as tx:
            rows = await tx.connection.fetch(CROWD, uuid4().hex, people)
        self.crowd = [Viewer(row["profile_id"], uuid4()) for row in rows]
        return self

    async def rsvp(self, viewer, answer=GOING, guests=0):
        """Answer as a client does; nothing but a success is expected."""
        context = Context(
            services=self.services,
            database=self.database,
            cursors=self.services.cursors,
            viewer=viewer,
        )
        event_id = ids.encode("Event", self.event.event_id)
        told = await resolvers.rsvp(context, event_id=event_id, answer=answer, guests=guests)
        return told["attendance"]

    async def waver(self, viewer):
        """Come, and think about it."""
        await self.rsvp(viewer)
        for answer in self.random.choices([GOING, NOT_GOING], k=2):
            await self.rsvp(viewer, answer)

    async def add_seats(self, seats):
        """Change how many seats there are, to no less than are taken."""
        key = {"event_id": self.event.event_id}
        try:
            async with self.database.write() as tx:
                event = await tx.get(models.Event, lock=True, **key)
                capacity = max(event.attendee_count, 1, event.capacity + seats)
                await tx.change(models.Event, key, capacity=capacity)
                await attendance.promote(tx, event.event_id)
        except DISTURBANCES:
            await self.add_seats(seats)

    async def end_account(self, viewer):
        async with self.database.write() as tx:
            await accounts.delete_account(tx, viewer)

    async def all_at_once(self, acts, killer):
        """Do all this at once, while backends are ended in the middle of what they do."""
        race = asyncio.gather(*acts)
        killed = 0
        while killed < KILLED and not race.done():
            killed += bool(await killer.fetchval(KILL))
            await asyncio.sleep(0.01)
        await race
        assert killed

    async def answers(self):
        async with self.database.write() as tx:
            event = await tx.get(models.Event, event_id=self.event.event_id)
            rows = await tx.connection.fetch(
                "SELECT * FROM attendances WHERE event_id = $1 ORDER BY answered_at, attendance_id",
                event.event_id,
            )
        return event, rows

    async def check(self):
        """Look at what must be so at any moment."""
        event, rows = await self.answers()
        going = [row for row in rows if row["state"] == "going"]
        waiting = [row for row in rows if row["state"] == "waiting"]
        assert event.attendee_count == sum(1 + row["guest_count"] for row in going)
        assert event.attendee_count <= event.capacity
        free = event.capacity - event.attendee_count
        assert all(1 + row["guest_count"] > free for row in waiting)
        return event, going, waiting


@pytest.fixture(scope="session")
async def crowded(application, settings):
    """The database over connections of their own, that can be told from others.

    They last for all rounds, as those of a server do: to open them takes longer than a race.
    """
    url = f"{settings.database_url}&application_name=seats"
    database = await Database.connect(url, read_connections=1, write_connections=CONNECTIONS)
    yield database
    await database.close()


@pytest.fixture
async def killer(settings):
    """A connection that ends others."""
    connection = await asyncpg.connect(str(settings.database_url))
    yield connection
    await connection.close()


@pytest.fixture
async def new_round(services, people, crowded):
    """Makes rounds of so many people and places."""
    host = await people.join("Ada")

    async def begin(seed, number=PEOPLE, places=PLACES):
        return await Round(services, crowded, host, seed).begin(number, places)

    return begin


def keys(rows):
    return [row["profile_id"] for row in rows]


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_all_seats_are_taken_and_the_others_wait_in_order(new_round, seed):
    race = await new_round(seed)
    told = await asyncio.gather(*map(race.rsvp, race.crowd))
    event, going, waiting = await race.check()
    assert (event.attendee_count, len(going), len(waiting)) == (PLACES, PLACES, PEOPLE - PLACES)
    assert going[-1]["answered_at"] < waiting[0]["answered_at"]
    assert {row.profile_id for row in told if row.state == AttendanceState.GOING} == {*keys(going)}
    assert {row.profile_id for row in told if row.state == AttendanceState.WAITING} == {
        *keys(waiting)
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_seats_and_queue_hold_whoever_comes_goes_or_is_cut(new_round, killer, seed):
    race = await new_round(seed)
    some = race.random.sample(race.crowd, PEOPLE // 5)
    wavering, leaving = some[: PEOPLE // 10], some[PEOPLE // 10 :]
    await asyncio.gather(*map(race.rsvp, leaving))
    staying = [viewer for viewer in race.crowd if viewer not in some]
    acts = [
        *(race.rsvp(viewer) for viewer in staying),
        *(race.waver(viewer) for viewer in wavering),
        *(race.rsvp(viewer, NOT_GOING) for viewer in leaving),
        *(race.add_seats(seats) for seats in (3, -2, 5, -4)),
    ]
    race.random.shuffle(acts)
    await race.all_at_once(acts, killer)
    _, going, waiting = await race.check()
    # Nobody has guests here, so those with seats came before all who wait.
    assert not waiting or max(r["answered_at"] for r in going) < waiting[0]["answered_at"]
    there = {*keys(going), *keys(waiting)}
    assert there >= {viewer.profile_id for viewer in staying}
    assert there & {viewer.profile_id for viewer in leaving} == set()


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_seats_hold_with_guests_and_when_accounts_go(new_round, seed):
    race = await new_round(seed)
    leaving, coming = race.crowd[: PEOPLE // 10], race.crowd[PEOPLE // 10 :]
    await asyncio.gather(*map(race.rsvp, leaving))
    acts = [
        *(race.rsvp(viewer, guests=race.random.choice([0, 0, 1, 2])) for viewer in coming),
        *(race.add_seats(seats) for seats in (2, 1, 4)),
        *map(race.end_account, leaving),
    ]
    race.random.shuffle(acts)
    await asyncio.gather(*acts)
    _, going, waiting = await race.check()
    assert not {viewer.profile_id for viewer in leaving} & {*keys(going), *keys(waiting)}
