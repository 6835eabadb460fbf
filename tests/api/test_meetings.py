"""Meetings through the API: times, suggestions to matches, and invitations for two."""

from datetime import UTC, datetime, timedelta

import pytest

from resolvers import ids
from tests.support.conversations import matched
from tests.support.places import SPOT, spot

ALWAYS = [
    {"day": day, "from": "00:00", "to": "00:00"}
    for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
]
TIMES = "{ viewer { meetingTimes { timeZone hours { day from to } } } }"
SUGGESTED = """query ($id: ID!, $first: Int! = 3) { match(id: $id) {
  meetingSuggestions(first: $first) { startsAt endsAt place { id name } } } }"""


async def free(person, hours=ALWAYS, zone="Europe/Berlin"):
    await person.api.done("setMeetingTimes", timeZone=zone, hours=hours)


async def suggested(person, match_id, **given):
    return (await person.api.ask(SUGGESTED, id=match_id, **given))["match"]["meetingSuggestions"]


@pytest.fixture
async def couple(people, database):
    """Two people who have matched, and the id of their match."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    conversation = await matched(database, ada.key, bob.key)
    return ada, bob, ids.encode("Match", conversation.match_id)


async def test_one_s_meeting_times_are_kept_and_replaced(people, database):
    ada = await people.join()
    assert (await ada.api.ask(TIMES))["viewer"]["meetingTimes"] is None
    for hours in (ALWAYS[::-1], ALWAYS[:2], []):
        for _ in range(2):
            await free(ada, hours)
        kept = (await ada.api.ask(TIMES))["viewer"]["meetingTimes"]
        assert kept["timeZone"] == "Europe/Berlin"
        assert sorted(map(str, kept["hours"])) == sorted(map(str, hours))
    async with database.write() as tx:
        facts = await tx.connection.fetchval("SELECT count(*) FROM facts")
    assert facts == 3


@pytest.mark.parametrize(
    ("given", "path"),
    [({"timeZone": "Mars/Olympus"}, "timeZone"), ({"hours": ALWAYS * 5}, "hours")],
)
async def test_times_that_cannot_be_are_refused(people, given, path):
    ada = await people.join()
    call = {"timeZone": "UTC", "hours": ALWAYS, **given}
    answer = await ada.api.do("setMeetingTimes", **call)
    assert [field["path"] for field in answer["fields"]] == [path]
    assert (await ada.api.ask(TIMES))["viewer"]["meetingTimes"] is None


async def test_who_keeps_changing_their_hours_is_refused(people):
    # One change is left of five, and the same again is none.
    ada = await people.join(meeting_times_regained_at=datetime.now(UTC) + timedelta(hours=19))
    for _ in range(2):
        await free(ada)
    answer = await ada.api.do("setMeetingTimes", timeZone="UTC", hours=ALWAYS[:1])
    assert answer["code"] == "MEETING_TIMES_LIMIT_REACHED"
    assert (await ada.api.ask(TIMES))["viewer"]["meetingTimes"]["timeZone"] == "Europe/Berlin"


async def test_both_get_the_same_suggestions_once_both_have_said_when(couple):
    ada, bob, match_id = couple
    places = [await spot(ada, name=name, openingHours=None) for name in ("One", "Two")]
    await free(ada)
    assert await suggested(ada, match_id) == []
    await free(bob, ALWAYS[:3], "America/New_York")
    found = await suggested(ada, match_id)
    assert len(found) == 3
    assert {each["place"]["id"] for each in found} == set(places)
    now = datetime.now(UTC)
    for each in found:
        starts_at, ends_at = (datetime.fromisoformat(each[edge]) for edge in ("startsAt", "endsAt"))
        assert now + timedelta(hours=2) < starts_at < ends_at < now + timedelta(days=15)
    assert await suggested(bob, match_id) == found
    assert len(await suggested(bob, match_id, first=1)) == 1


async def test_places_out_of_the_reach_of_either_are_not_suggested(couple):
    ada, bob, match_id = couple
    await spot(ada, openingHours=None, location={"latitude": 52.8, "longitude": 13.4})
    for person in (ada, bob):
        await free(person)
    assert await suggested(ada, match_id) != []
    await bob.api.done("setPreferences", maxDistance={"value": 20.0, "unit": "KILOMETRES"})
    assert await suggested(ada, match_id) == []


async def test_without_a_location_or_a_match_nothing_is_suggested(couple):
    ada, bob, match_id = couple
    await spot(ada, openingHours=None)
    for person in (ada, bob):
        await free(person)
    assert await suggested(ada, match_id) != []
    await bob.api.done("clearLocation")
    assert await suggested(ada, match_id) == []
    await bob.api.done("blockProfile", profileId=ada.id)
    assert await ada.api.ask(SUGGESTED, id=match_id) == {"match": None}


@pytest.mark.parametrize("first", [0, 11])
async def test_another_number_of_suggestions_is_refused(couple, first):
    ada, _, match_id = couple
    assert (await ada.api.send(SUGGESTED, id=match_id, first=first)).codes == ["INVALID_INPUT"]


EVENT = "event { id title timeZone attendeeCount capacity audience host { id } }"


def moments(days=2):
    starts_at = datetime.now(UTC) + timedelta(days=days)
    return {
        "startsAt": starts_at.isoformat(),
        "endsAt": (starts_at + timedelta(minutes=90)).isoformat(),
    }


async def test_an_invitation_is_an_event_for_two(couple, people):
    ada, bob, match_id = couple
    call = {"matchId": match_id, "placeId": await spot(ada), **moments()}
    event = (await ada.api.done("inviteToMeeting", EVENT, **call))["event"]
    assert event == {
        "id": event["id"],
        "title": SPOT["name"],
        "timeZone": "Europe/Berlin",
        "attendeeCount": 1,
        "capacity": 2,
        "audience": "INVITED",
        "host": {"id": ada.id},
    }
    one = "query ($id: ID!) { event(id: $id) { id } }"
    assert await bob.api.ask(one, id=event["id"]) == {"event": {"id": event["id"]}}
    eve = await people.join()
    assert await eve.api.ask(one, id=event["id"]) == {"event": None}
    answer = await bob.api.done("rsvp", EVENT, eventId=event["id"], answer="GOING")
    assert answer["event"]["attendeeCount"] == 2


async def test_a_retried_invitation_is_one(couple, database):
    ada, _, match_id = couple
    call = {"matchId": match_id, "placeId": await spot(ada), **moments(), "clientMutationId": "x"}
    answers = [await ada.api.done("inviteToMeeting", "event { id }", **call) for _ in range(2)]
    assert answers[0] == answers[1]
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM events") == 1


async def test_what_is_no_match_no_place_or_no_future_is_refused(couple, people, database):
    ada, bob, match_id = couple
    eve = await people.join()
    good = {"matchId": match_id, "placeId": await spot(ada), **moments()}
    other = ids.encode("Match", (await matched(database, bob.key, eve.key)).match_id)
    for given, code in (
        ({"matchId": other}, "MATCH_NOT_FOUND"),
        ({"placeId": ids.encode("Place", ada.key)}, "PLACE_NOT_FOUND"),
        (moments(days=-1), "INVALID_INPUT"),
    ):
        answer = await ada.api.do("inviteToMeeting", **{**good, **given})
        assert answer["code"] == code
    await bob.api.done("blockProfile", profileId=ada.id)
    assert (await ada.api.do("inviteToMeeting", **good))["code"] == "MATCH_NOT_FOUND"
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM events") == 0
