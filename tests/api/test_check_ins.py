"""Check-ins through the API: by the event's code, or by a host."""

import pytest

from domain.check_ins import MOST_TRIES
from persistence import models
from tests.support.contents import unchanged
from tests.support.events import announced, global_id

ONE = """query ($id: ID!) { event(id: $id) { checkInCode myAttendance { id checkedInAt }
  attendances { nodes { id checkedInAt profile { displayName } } } } }"""


@pytest.fixture
async def party(people, database):
    """Ada, who invites to an event in an hour; Bob, who goes; Eve, who does not."""
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    event_id = global_id(await announced(database, ada, starts_in_hours=1))
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    return ada, bob, eve, event_id


async def shown(person, event_id):
    return (await person.api.ask(ONE, id=event_id))["event"]


async def refused(person, mutation, **given):
    answer = await person.api.do(mutation, **given)
    return answer["__typename"], answer["code"]


async def test_who_goes_checks_in_by_the_code_that_hosts_see(party, database):
    ada, bob, eve, event_id = party
    code = (await shown(ada, event_id))["checkInCode"]
    assert [(await shown(each, event_id))["checkInCode"] for each in (bob, eve)] == [None, None]
    call = {"eventId": event_id, "code": f"{code[:4]}-{code[4:].lower()}"}
    there = await bob.api.done("checkIn", "attendance { checkedInAt } event { id }", **call)
    assert there["event"]["id"] == event_id
    (seen,) = (await shown(ada, event_id))["attendances"]["nodes"]
    assert (seen["profile"]["displayName"], seen["checkedInAt"]) == (
        "Bob",
        there["attendance"]["checkedInAt"],
    )
    async with unchanged(database):
        again = await bob.api.done("checkIn", "attendance { checkedInAt } event { id }", **call)
        assert again == there
        assert await refused(eve, "checkIn", **call) == ("NotAllowed", "NOT_GOING")


async def test_a_wrong_code_is_refused_and_codes_cannot_be_guessed(party, database):
    _, bob, _, event_id = party
    async with unchanged(database):
        for _ in range(MOST_TRIES):
            answer = await bob.api.do("checkIn", eventId=event_id, code="WRONG")
            assert [field["path"] for field in answer["fields"]] == ["code"]
        wait = await refused(bob, "checkIn", eventId=event_id, code="WRONG")
        assert wait == ("RateLimited", "TOO_MANY_CHECK_INS")


async def test_a_retry_is_answered_though_too_many_codes_were_tried_since(party):
    ada, bob, _, event_id = party
    code = (await shown(ada, event_id))["checkInCode"]
    call = {"eventId": event_id, "code": code, "clientMutationId": "k"}
    await bob.api.done("checkIn", **call)
    for _ in range(MOST_TRIES):
        await refused(bob, "checkIn", eventId=event_id, code="WRONG")
    await bob.api.done("checkIn", **call)


@pytest.mark.parametrize("hours", [3, -3])
async def test_it_is_too_early_or_too_late(people, database, hours):
    ada, bob = await people.join(), await people.join()
    event = await announced(database, ada, starts_in_hours=hours)
    async with database.write() as tx:
        answer = {"event_id": event.event_id, "profile_id": bob.key, "state": "going"}
        await tx.add(models.Attendance, **answer, joined_at=event.created_at)
    code = (await shown(ada, global_id(event)))["checkInCode"]
    expected = ("NotAllowed", "CHECK_IN_NOT_OPEN" if hours > 0 else "EVENT_ENDED")
    assert await refused(bob, "checkIn", eventId=global_id(event), code=code) == expected


async def test_a_host_checks_people_in(party, people, database):
    ada, bob, eve, event_id = party
    attendance_id = (await shown(bob, event_id))["myAttendance"]["id"]
    async with unchanged(database):
        seen = await refused(bob, "checkInAttendee", attendanceId=attendance_id)
        assert seen == ("NotAllowed", "NOT_A_HOST")
        seen = await refused(eve, "checkInAttendee", attendanceId=attendance_id)
        assert seen == ("NotFound", "ATTENDANCE_NOT_FOUND")
    await ada.api.done("checkInAttendee", attendanceId=attendance_id)
    assert (await shown(bob, event_id))["myAttendance"]["checkedInAt"] is not None
    await bob.api.done("rsvp", eventId=event_id, answer="INTERESTED")
    assert (await shown(bob, event_id))["myAttendance"]["checkedInAt"] is None
    seen = await refused(ada, "checkInAttendee", attendanceId=attendance_id)
    assert seen == ("NotAllowed", "NOT_GOING")


async def test_hosts_change_the_code(party, database):
    ada, bob, _, event_id = party
    before = (await shown(ada, event_id))["checkInCode"]
    async with unchanged(database):
        seen = await refused(bob, "rotateCheckInCode", eventId=event_id)
        assert seen == ("NotAllowed", "NOT_A_HOST")
    changed = await ada.api.done("rotateCheckInCode", "event { checkInCode }", eventId=event_id)
    assert changed["event"]["checkInCode"] not in {before, None}
    answer = await bob.api.do("checkIn", eventId=event_id, code=before)
    assert answer["__typename"] == "InvalidInput"
    await bob.api.done("checkIn", eventId=event_id, code=changed["event"]["checkInCode"])
