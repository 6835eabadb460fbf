"""Answers to events through the API: seats, guests, the wait list, and who sees who goes."""

import pytest

from persistence import models
from tests.support.contents import unchanged
from tests.support.events import announced, global_id
from tests.support.live_events import next_event
from tests.support.people import PASSWORD
from tests.support.sockets import connected
from tests.support.statements import statements_of

SEATS = "attendeeCount seatsLeft waitingCount interestedCount isAttending"
STANDS = "state guestCount placeInQueue joinedAt"
BOTH = f"attendance {{ {STANDS} }} event {{ {SEATS} }}"
ONE = f"""query ($id: ID!) {{ event(id: $id) {{ {SEATS}
  myAttendance {{ id {STANDS} profile {{ displayName }} event {{ title }} }}
  attendees {{ totalCount nodes {{ displayName }} }} }} }}"""
ANSWERS = """query ($id: ID!, $state: AttendanceState!) { event(id: $id) {
  attendances(state: $state) { totalCount nodes { id guestCount placeInQueue
    profile { displayName } } } } }"""


@pytest.fixture
async def party(people, database):
    """Ada, who invites; Bob and Eve; and Ada's event with two seats."""
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    return ada, bob, eve, global_id(await announced(database, ada, capacity=2))


async def answer(person, event_id, answered="GOING", **given):
    return await person.api.done("rsvp", BOTH, eventId=event_id, answer=answered, **given)


async def stands(person, event_id, answered="GOING", **given):
    """How it stands with somebody once they have answered: their state and place in the queue."""
    seen = (await answer(person, event_id, answered, **given))["attendance"]
    assert (seen["joinedAt"] is not None) == (seen["state"] == "GOING")
    return seen["state"], seen["placeInQueue"]


async def shown(person, event_id):
    return (await person.api.ask(ONE, id=event_id))["event"]


async def refused(person, event_id, answered="GOING", **given):
    seen = await person.api.do("rsvp", eventId=event_id, answer=answered, **given)
    return seen["__typename"], seen["code"]


async def names(person, event_id):
    return [each["displayName"] for each in (await shown(person, event_id))["attendees"]["nodes"]]


async def queue(host, event_id, state="WAITING"):
    seen = await host.api.ask(ANSWERS, id=event_id, state=state)
    found = seen["event"]["attendances"]
    assert found["totalCount"] == len(found["nodes"])
    return [(each["profile"]["displayName"], each["placeInQueue"]) for each in found["nodes"]]


async def facts(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind, body FROM facts ORDER BY fact_id")
    return [(row["kind"], row["body"]["state"], row["body"]["is_promoted"]) for row in rows]


async def block(database, one, other):
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=one.key, blocked_id=other.key)


async def test_seats_are_taken_and_given_back(party, database):
    _, bob, eve, event_id = party
    taken = await answer(bob, event_id)
    assert taken["event"] == {
        "attendeeCount": 1,
        "seatsLeft": 1,
        "waitingCount": 0,
        "interestedCount": 0,
        "isAttending": True,
    }
    assert (taken["attendance"]["state"], taken["attendance"]["placeInQueue"]) == ("GOING", None)
    assert (await answer(eve, event_id))["event"]["seatsLeft"] == 0
    freed = await answer(bob, event_id, "NOT_GOING")
    assert (freed["event"]["attendeeCount"], freed["event"]["isAttending"]) == (1, False)
    assert freed["attendance"]["state"] == "NOT_GOING"
    assert await names(bob, event_id) == ["Eve"]
    assert [state for _, state, _ in await facts(database)] == ["going", "going", "not_going"]


async def test_who_is_interested_takes_no_seat(party):
    ada, bob, _, event_id = party
    seen = await answer(bob, event_id, "INTERESTED")
    assert (seen["event"]["attendeeCount"], seen["event"]["interestedCount"]) == (0, 1)
    mine = (await shown(bob, event_id))["myAttendance"]
    assert (mine["state"], mine["profile"]["displayName"]) == ("INTERESTED", "Bob")
    assert mine["event"] == {"title": "Board games"}
    assert (await shown(ada, event_id))["myAttendance"] is None
    assert await queue(ada, event_id, "INTERESTED") == [("Bob", None)]
    assert await stands(bob, event_id) == ("GOING", None)


async def test_who_finds_no_seat_waits_and_is_promoted_in_order(party, people, database):
    ada, bob, eve, event_id = party
    dan, fay = await people.join("Dan"), await people.join("Fay")
    assert [await stands(each, event_id) for each in (bob, eve, dan, fay)] == [
        ("GOING", None),
        ("GOING", None),
        ("WAITING", 1),
        ("WAITING", 2),
    ]
    assert await queue(ada, event_id) == [("Dan", 1), ("Fay", 2)]
    assert await stands(bob, event_id, "INTERESTED") == ("INTERESTED", None)
    assert (await shown(dan, event_id))["myAttendance"]["state"] == "GOING"
    assert (await shown(fay, event_id))["myAttendance"]["placeInQueue"] == 1
    assert await names(ada, event_id) == ["Eve", "Dan"]
    assert await stands(bob, event_id) == ("WAITING", 2)
    promoted = [state for _, state, is_promoted in await facts(database) if is_promoted]
    assert promoted == ["going"]
    assert await stands(fay, event_id, "NOT_GOING") == ("NOT_GOING", None)
    assert await queue(ada, event_id) == [("Bob", 1)]


async def test_guests_need_seats_of_their_own(people, database):
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    event_id = global_id(await announced(database, ada, capacity=4))
    assert await refused(bob, event_id, guests=4) == ("LimitReached", "PARTY_TOO_LARGE")
    assert (await answer(bob, event_id, guests=2))["event"]["attendeeCount"] == 3
    # Two do not fit, one does: no seat stays empty while somebody waits who fits.
    assert await stands(eve, event_id, guests=1) == ("WAITING", 1)
    assert await stands(dan, event_id) == ("GOING", None)
    assert await refused(dan, event_id, guests=1) == ("LimitReached", "EVENT_FULL")
    assert await stands(bob, event_id, guests=0) == ("GOING", None)
    assert (await shown(eve, event_id))["myAttendance"]["state"] == "GOING"
    assert (await shown(ada, event_id))["attendeeCount"] == 4


async def test_who_waits_and_wants_more_guests_goes_to_the_end(party, people):
    ada, bob, eve, event_id = party
    await answer(ada, event_id, guests=1)
    assert await stands(bob, event_id, guests=1) == ("WAITING", 1)
    assert await stands(eve, event_id) == ("WAITING", 2)
    assert await stands(bob, event_id) == ("WAITING", 1)
    assert await stands(bob, event_id, guests=1) == ("WAITING", 2)


async def test_an_event_without_a_limit_never_fills(people, database):
    ada, bob = await people.join(), await people.join()
    event_id = global_id(await announced(database, ada))
    seen = (await answer(bob, event_id, guests=10))["event"]
    assert (seen["attendeeCount"], seen["seatsLeft"]) == (11, None)


async def test_the_same_answer_again_changes_nothing(party, people, database):
    _, bob, eve, event_id = party
    dan = await people.join("Dan")
    for person in (bob, eve, dan):
        first = await answer(person, event_id)
        async with unchanged(database):
            assert await answer(person, event_id) == first
    first = await answer(dan, event_id, "NOT_GOING")
    async with unchanged(database):
        assert await answer(dan, event_id, "NOT_GOING") == first


async def test_a_retry_answers_once_and_shows_how_it_stands_now(party):
    _, bob, _, event_id = party
    call = {"eventId": event_id, "answer": "GOING", "clientMutationId": "seat"}
    first = await bob.api.done("rsvp", "attendance { id state } event { attendeeCount }", **call)
    assert first["attendance"]["state"] == "GOING"
    await answer(bob, event_id, "NOT_GOING")
    again = await bob.api.done("rsvp", "attendance { id state } event { attendeeCount }", **call)
    assert again["attendance"] == {"id": first["attendance"]["id"], "state": "NOT_GOING"}
    assert again["event"] == {"attendeeCount": 0}
    other = await bob.api.do("rsvp", **{**call, "answer": "INTERESTED"})
    assert other["__typename"] == "IdempotencyConflict"


async def test_an_event_that_has_ended_takes_no_answers(people, database):
    ada, bob = await people.join(), await people.join()
    event_id = global_id(await announced(database, ada, starts_in_hours=-3))
    for answered in ("GOING", "INTERESTED", "NOT_GOING"):
        async with unchanged(database):
            assert await refused(bob, event_id, answered) == ("NotAllowed", "EVENT_ENDED")


@pytest.mark.parametrize(
    ("answered", "guests"), [("GOING", -1), ("GOING", 11), ("INTERESTED", 1), ("NOT_GOING", 1)]
)
async def test_guests_are_few_and_come_with_who_goes(party, database, answered, guests):
    _, bob, _, event_id = party
    async with unchanged(database):
        seen = await bob.api.do("rsvp", eventId=event_id, answer=answered, guests=guests)
        assert seen["__typename"] == "InvalidInput"
        assert [field["path"] for field in seen["fields"]] == ["guests"]


async def test_answers_are_shown_to_who_gave_them_and_to_hosts(party):
    ada, bob, eve, event_id = party
    await answer(bob, event_id)
    attendance_id = (await shown(bob, event_id))["myAttendance"]["id"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    for person in (ada, bob):
        assert (await person.api.ask(node, id=attendance_id))["node"] == {"id": attendance_id}
    assert (await eve.api.ask(node, id=attendance_id))["node"] is None
    assert await queue(ada, event_id, "GOING") == [("Bob", None)]
    for person in (bob, eve):
        assert await queue(person, event_id, "GOING") == []


@pytest.mark.parametrize(
    ("shown_to", "seen"),
    [("everyone", (1, 1, 1)), ("attendees", (1, 1, 0)), ("hosts", (1, 0, 0))],
)
async def test_attendees_are_shown_to_whom_the_event_says(people, database, shown_to, seen):
    ada, bob, eve = [await people.join() for _ in range(3)]
    event_id = global_id(await announced(database, ada, attendees_shown_to=shown_to))
    await answer(bob, event_id)
    for person, count in zip((ada, bob, eve), seen, strict=True):
        attendees = (await shown(person, event_id))["attendees"]
        assert (attendees["totalCount"], len(attendees["nodes"])) == (count, count)


async def test_hidden_people_are_counted_but_not_shown(party, database):
    ada, bob, eve, event_id = party
    await answer(bob, event_id)
    await answer(eve, event_id)
    await block(database, bob, eve)
    for person, name in ((bob, "Bob"), (eve, "Eve")):
        seen = await shown(person, event_id)
        assert seen["attendees"] == {"totalCount": 1, "nodes": [{"displayName": name}]}
        assert seen["attendeeCount"] == 2
    await block(database, ada, bob)
    assert await queue(ada, event_id, "GOING") == [("Eve", None)]
    assert await shown(bob, event_id) is None


async def test_attendees_are_paged_in_the_order_in_which_they_joined(people, database):
    ada = await people.join()
    event_id = global_id(await announced(database, ada))
    for n in range(5):
        await answer(await people.join(str(n)), event_id)
    query = """query ($id: ID!, $after: String) { event(id: $id) {
      attendees(first: 3, after: $after) {
        nodes { displayName } pageInfo { hasNextPage endCursor } } } }"""
    first = (await ada.api.ask(query, id=event_id))["event"]["attendees"]
    rest = await ada.api.ask(query, id=event_id, after=first["pageInfo"]["endCursor"])
    rest = rest["event"]["attendees"]
    assert [p["displayName"] for p in first["nodes"] + rest["nodes"]] == list("01234")
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_who_deletes_their_account_gives_their_seats_to_who_waits(party, people):
    ada, bob, eve, event_id = party
    await answer(bob, event_id, guests=1)
    dan = await people.join("Dan")
    assert [await stands(each, event_id) for each in (eve, dan)] == [
        ("WAITING", 1),
        ("WAITING", 2),
    ]
    await bob.api.done("deleteAccount", "isDeleted", password=PASSWORD)
    assert await names(ada, event_id) == ["Eve", "Dan"]
    seen = await shown(ada, event_id)
    assert (seen["attendeeCount"], seen["waitingCount"]) == (2, 0)


TOLD = """subscription { events { __typename ... on AttendanceChanged {
  event { attendeeCount } attendance { state profile { displayName } } } } }"""


async def test_answers_are_told_live_to_whom_they_concern(application, party, people):
    ada, bob, eve, event_id = party
    async with (
        connected(application, ada.api.token) as hosts,
        connected(application, bob.api.token) as attendees,
        connected(application, eve.api.token) as others,
    ):
        streams = [await socket.subscribe(TOLD) for socket in (hosts, attendees, others)]
        for stream in streams:
            await stream.next()
        await answer(bob, event_id)
        bobs = {"state": "GOING", "profile": {"displayName": "Bob"}}
        for stream in streams[:2]:
            event = await next_event(stream)
            assert event["event"] == {"attendeeCount": 1}
            assert event["attendance"] == bobs
        await answer(eve, event_id)
        told = [await next_event(stream) for stream in streams]
        assert [event["event"] for event in told] == [{"attendeeCount": 2}] * 3
        eves = {"state": "GOING", "profile": {"displayName": "Eve"}}
        # Who goes is told that somebody came; who it is they look up, as far as they may.
        assert [event["attendance"] for event in told] == [eves, None, eves]


async def test_who_waits_and_who_is_interested_is_counted_in_one_statement(party):
    bob, event_id = party[1], party[-1]
    query = f'{{ event(id: "{event_id}") {{ %s }} }}'
    both = await statements_of(bob.api.ask(query % "waitingCount interestedCount"))
    assert both == await statements_of(bob.api.ask(query % "waitingCount"))
    assert len(both) == len(await statements_of(bob.api.ask(query % "id"))) + 1
