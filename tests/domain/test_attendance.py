"""Attendance: rules, and counts and queues that equal a model's after any history."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import attendance
from domain.attendance import AttendanceState, RsvpAnswer
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from persistence import models
from tests.support.events import announced

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
GOING, INTERESTED, NOT_GOING = RsvpAnswer.GOING, RsvpAnswer.INTERESTED, RsvpAnswer.NOT_GOING


def test_an_event_has_ended_from_the_moment_of_its_end_on():
    assert not attendance.has_ended(NOON, NOON - timedelta(microseconds=1))
    assert attendance.has_ended(NOON, NOON)
    assert attendance.has_ended(NOON, NOON + timedelta(days=1))


@given(capacity=st.integers(1, 1000), attendee_count=st.integers(0, 1000))
def test_seats_left_and_taken_are_all_seats(capacity, attendee_count):
    left = attendance.seats_left(capacity=capacity, attendee_count=attendee_count)
    assert left == max(0, capacity - attendee_count)
    assert attendance.seats_left(capacity=None, attendee_count=attendee_count) is None


@given(st.integers(), st.sampled_from(RsvpAnswer))
def test_guests_are_up_to_ten_and_come_with_who_goes(guests, answer):
    if guests in range(11) and (answer is GOING or guests == 0):
        assert attendance.checked_guests(answer, guests) == guests
    else:
        with pytest.raises(InvalidInput):
            attendance.checked_guests(answer, guests)


async def rsvp(database, person, event, answer=GOING, guests=0):
    async with database.write() as tx:
        stands, _ = await attendance.rsvp(
            tx, person.viewer, event_id=event.event_id, answer=answer, guests=guests
        )
        return stands


async def set_capacity(database, event, capacity):
    async with database.write() as tx:
        await tx.change(models.Event, {"event_id": event.event_id}, capacity=capacity)
        return await attendance.promote(tx, event.event_id)


class Model:
    """An event as it should be: who has seats, and who waits, in order."""

    def __init__(self, capacity):
        self.capacity, self.going, self.waiting, self.maybe = capacity, {}, [], set()

    @property
    def taken(self):
        return sum(1 + guests for guests in self.going.values())

    @property
    def free(self):
        return float("inf") if self.capacity is None else self.capacity - self.taken

    def promote(self):
        for who, guests in list(self.waiting):
            if 1 + guests <= self.free:
                self.going[who] = guests
                self.waiting.remove((who, guests))

    def rsvp(self, who, answer, guests):
        """Answer, or say by what code it is refused."""
        queued = dict(self.waiting).get(who)
        if answer is GOING and guests in {self.going.get(who), queued}:
            return None
        if self.capacity is not None and guests >= self.capacity:
            return "PARTY_TOO_LARGE"
        if answer is GOING and who in self.going:
            if guests - self.going[who] > self.free:
                return "EVENT_FULL"
            self.going[who] = guests
        else:
            self.write(who, answer, guests, queued)
        self.promote()
        return None

    def write(self, who, answer, guests, queued):
        stays = answer is GOING and queued is not None and guests <= queued
        place = [each for each, _ in self.waiting].index(who) if stays else len(self.waiting)
        self.going.pop(who, None)
        self.maybe.discard(who)
        if queued is not None:
            self.waiting.remove((who, queued))
            place = min(place, len(self.waiting))
        if answer is GOING:
            self.waiting.insert(place, (who, guests))
        elif answer is INTERESTED:
            self.maybe.add(who)


async def kept(database, event, crowd):
    """What the database has: the count, seats counted anew, who goes, and the queue."""
    number = {person.key: n for n, person in enumerate(crowd)}
    async with database.write() as tx:
        row = await tx.get(models.Event, event_id=event.event_id)
        answers = await tx.connection.fetch(
            "SELECT * FROM attendances WHERE event_id = $1 ORDER BY answered_at, attendance_id",
            event.event_id,
        )
    going = {number[a["profile_id"]]: a["guest_count"] for a in answers if a["state"] == "going"}
    waiting = [
        (number[a["profile_id"]], a["guest_count"]) for a in answers if a["state"] == "waiting"
    ]
    maybe = {number[a["profile_id"]] for a in answers if a["state"] == "interested"}
    return row.attendee_count, sum(1 + n for n in going.values()), going, waiting, maybe


_answers = st.tuples(
    st.integers(0, 5), st.sampled_from([GOING, GOING, *RsvpAnswer]), st.sampled_from([0, 0, 1, 2])
)
_capacities = st.none() | st.integers(1, 5)
_MANY = settings.get_current_profile_name() == "nightly"


@settings(
    max_examples=200 if _MANY else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    capacity=_capacities,
    acts=st.lists(_answers | _capacities.map(lambda seats: ("seats", seats)), max_size=15),
)
async def test_any_history_leaves_the_seats_and_the_queue_of_the_model(
    database, people, capacity, acts
):
    event = await announced(database, await people.join(), capacity=capacity)
    crowd = [await people.join() for _ in range(6)]
    model = Model(capacity)
    for act in acts:
        if act[0] == "seats":
            if act[1] is None or act[1] >= model.taken:
                model.capacity = act[1]
                model.promote()
                await set_capacity(database, event, act[1])
        else:
            who, answer, guests = act
            guests = guests if answer is GOING else 0
            refusal = model.rsvp(who, answer, guests)
            if refusal is None:
                await rsvp(database, crowd[who], event, answer, guests)
            else:
                with pytest.raises(LimitReached) as limit:
                    await rsvp(database, crowd[who], event, answer, guests)
                assert limit.value.code == refusal
        found = await kept(database, event, crowd)
        assert found == (model.taken, model.taken, model.going, model.waiting, model.maybe)


async def test_seats_are_never_taken_below_what_is_taken(database, people):
    event = await announced(database, await people.join(), capacity=2)
    for _ in range(2):
        await rsvp(database, await people.join(), event)
    with pytest.raises(Exception, match="events_seats_check"):
        await set_capacity(database, event, 1)


async def test_more_seats_promote_many_at_once_in_order(database, people):
    event = await announced(database, await people.join(), capacity=4)
    crowd = [await people.join() for _ in range(6)]
    for person, guests in zip(crowd, (3, 0, 3, 0, 1, 0), strict=True):
        await rsvp(database, person, event, guests=guests)
    promoted = await set_capacity(database, event, 8)
    # The third does not fit beside the second; who comes after it does, while there are seats.
    assert [row.profile_id for row in promoted] == [crowd[n].key for n in (1, 3, 4)]
    assert (await kept(database, event, crowd))[:2] == (8, 8)


async def test_an_event_is_over_at_its_end_and_open_while_it_runs(database, people):
    host, ada = await people.join(), await people.join()
    running = await announced(database, host, starts_in_hours=-1)
    assert (await rsvp(database, ada, running)).state == AttendanceState.GOING
    over = await announced(database, host, starts_in_hours=-2)
    for answer in RsvpAnswer:
        with pytest.raises(NotAllowed):
            await rsvp(database, ada, over, answer)


async def test_nobody_is_promoted_once_it_is_over(database, people):
    host, ada, bob = [await people.join() for _ in range(3)]
    event = await announced(database, host, capacity=1)
    await rsvp(database, ada, event)
    await rsvp(database, bob, event)
    async with database.write() as tx:
        past = {"starts_at": NOON.replace(year=2020), "ends_at": NOON.replace(year=2021)}
        await tx.change(models.Event, {"event_id": event.event_id}, **past)
        await attendance.leave_all(tx, ada.key)
    assert await kept(database, event, [ada, bob]) == (0, 0, {}, [(1, 0)], set())


async def test_an_event_that_goes_while_somebody_waits_to_join_is_missing(database, people):
    host, ada = await people.join(), await people.join()
    event = await announced(database, host)
    async with database.write() as tx:
        await tx.remove(models.Event, event_id=event.event_id)
        waiting = asyncio.create_task(rsvp(database, ada, event))
        await until_one_waits_for_a_lock(database)
    with pytest.raises(NotFound):
        await waiting


async def until_one_waits_for_a_lock(database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(20), database.write() as tx:
        while not await tx.connection.fetchval(query):
            await tx.connection.execute("SELECT pg_stat_clear_snapshot()")
