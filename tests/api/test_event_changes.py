"""Events through the API: announced, changed, cancelled, taken back, and for whom they are."""

from datetime import UTC, datetime, timedelta

import pytest

from persistence import models
from tests.support.contents import unchanged
from tests.support.conversations import matched
from tests.support.events import announced, global_id
from tests.support.media import global_id as media_id
from tests.support.media import ready

TOMORROW = datetime.now(UTC) + timedelta(days=1)
GAMES = {
    "title": " Board  games ",
    "startsAt": TOMORROW.isoformat(),
    "endsAt": (TOMORROW + timedelta(hours=2)).isoformat(),
    "timeZone": "Europe/Berlin",
    "placeName": "The corner cafe",
}
SHOWN = """event { id title description timeZone placeName address city onlineUrl capacity tags
audience cancelledAt location { latitude longitude } cover { id } host { displayName } }"""
ONE = "query ($id: ID!) { event(id: $id) { title } node(id: $id) { id } events { totalCount } }"


async def sees(person, event_id):
    seen = await person.api.ask(ONE, id=event_id)
    assert (seen["event"] is None) == (seen["node"] is None) == (seen["events"]["totalCount"] == 0)
    return seen["event"] is not None


async def fact_of(database, kind):
    async with database.write() as tx:
        return await tx.connection.fetchval("SELECT body FROM facts WHERE kind = $1", kind)


async def test_an_event_is_announced_with_little_or_with_everything(people, database):
    ada = await people.join("Ada")
    little = (await ada.api.done("createEvent", SHOWN, **GAMES))["event"]
    event_id = little.pop("id")
    assert little == {
        "title": "Board games",
        "description": "",
        "timeZone": "Europe/Berlin",
        "placeName": "The corner cafe",
        **dict.fromkeys(("address", "city", "onlineUrl", "capacity", "cancelledAt")),
        **dict.fromkeys(("location", "cover")),
        "tags": [],
        "audience": "EVERYONE",
        "host": {"displayName": "Ada"},
    }
    assert await sees(await people.join(), event_id)
    more = {
        "description": "Bring a friend.\n\n\n\nOr two.",
        "address": "Torstrasse 1",
        "city": "Berlin",
        "onlineUrl": "https://example.com/games",
        "capacity": 12,
        "tags": ["#Games", "games", "brett_spiele"],
        "audience": "MATCHES",
        "location": {"latitude": 52.5, "longitude": 13.4},
        "coverId": media_id(await ready(database, ada)),
    }
    everything = (await ada.api.done("createEvent", SHOWN, **GAMES, **more))["event"]
    assert everything["description"] == "Bring a friend.\n\nOr two."
    assert everything["tags"] == ["games", "brett_spiele"]
    assert everything["cover"] == {"id": more["coverId"]}
    assert everything["location"] == more["location"]
    assert (await fact_of(database, "EventCreated"))["host_id"] == str(ada.key)


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"title": "\u200b"}, ["title"]),
        ({"title": "x" * 151, "description": "x" * 5_001}, ["title", "description"]),
        ({"startsAt": "2020-01-01T00:00:00Z"}, ["startsAt", "endsAt"]),
        ({"endsAt": GAMES["startsAt"]}, ["endsAt"]),
        ({"endsAt": (TOMORROW + timedelta(days=32)).isoformat()}, ["endsAt"]),
        ({"startsAt": "9999-12-31T00:00:00Z"}, ["startsAt", "endsAt"]),
        ({"timeZone": "Mars/Crater"}, ["timeZone"]),
        ({"placeName": None}, ["placeName"]),
        ({"onlineUrl": "javascript:alert(1)"}, ["onlineUrl"]),
        ({"onlineUrl": "https://[x"}, ["onlineUrl"]),
        ({"capacity": 0}, ["capacity"]),
        ({"capacity": 100_001}, ["capacity"]),
        ({"tags": ["a b", ""]}, ["tags.0", "tags.1"]),
        ({"tags": [f"tag{n}" for n in range(11)]}, ["tags"]),
        ({"location": {"latitude": 91.0, "longitude": 0.0}}, ["location.latitude"]),
    ],
)
async def test_an_event_that_cannot_be_is_refused_whole(people, database, given, paths):
    ada = await people.join()
    event = await announced(database, ada)
    async with unchanged(database):
        for mutation, about in (("createEvent", {}), ("editEvent", {"eventId": global_id(event)})):
            answer = await ada.api.do(mutation, **{**GAMES, **given, **about})
            assert answer["__typename"] == "InvalidInput"
            assert sorted(field["path"] for field in answer["fields"]) == sorted(paths)


async def test_an_edit_changes_what_differs_and_tells_what(people, database):
    ada = await people.join()
    cover = media_id(await ready(database, ada))
    made = await ada.api.done("createEvent", SHOWN, **GAMES, city="Berlin", coverId=cover)
    edit = {"eventId": made["event"]["id"], "title": "Board games", "city": None, "capacity": 3}
    edited = await ada.api.done("editEvent", SHOWN, **edit)
    assert edited["event"] == {**made["event"], "city": None, "capacity": 3}
    fact = await fact_of(database, "EventChanged")
    assert (fact["changes"], fact["editor_id"]) == (["city", "capacity"], str(ada.key))
    async with unchanged(database):
        assert await ada.api.done("editEvent", SHOWN, **edit) == edited
    await ada.api.done("editEvent", eventId=made["event"]["id"], coverId=None)
    assert (await fact_of(database, "MediaReleased")) is not None


async def test_there_are_never_fewer_seats_than_people_who_go(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    event_id = global_id(await announced(database, ada))
    for guest in (bob, eve):
        await guest.api.done("rsvp", eventId=event_id, answer="GOING")
    answer = await ada.api.do("editEvent", eventId=event_id, capacity=1)
    assert (answer["__typename"], answer["code"]) == ("Conflict", "SEATS_TAKEN")
    await ada.api.done("editEvent", eventId=event_id, capacity=2)


async def test_a_cancelled_event_stays_for_who_knows_it_and_changes_no_more(people, database):
    ada, bob = await people.join(), await people.join()
    event_id = global_id(await announced(database, ada))
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    first = await ada.api.done("cancelEvent", SHOWN, eventId=event_id)
    assert first["event"]["cancelledAt"] is not None
    assert await ada.api.done("cancelEvent", SHOWN, eventId=event_id) == first
    seen = await bob.api.ask(ONE, id=event_id)
    assert (seen["event"], seen["events"]) == ({"title": "Board games"}, {"totalCount": 0})
    for person, mutation, more in ((ada, "editEvent", {}), (bob, "rsvp", {"answer": "NOT_GOING"})):
        answer = await person.api.do(mutation, eventId=event_id, **more)
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "EVENT_CANCELLED")


async def test_an_event_to_which_people_go_is_cancelled_before_it_is_taken_back(people, database):
    ada, bob = await people.join(), await people.join()
    event_id = global_id(await announced(database, ada))
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    answer = await ada.api.do("deleteEvent", eventId=event_id)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "EVENT_HAS_ATTENDEES")
    await ada.api.done("cancelEvent", eventId=event_id)
    done = await ada.api.done("deleteEvent", "deletedEventId", eventId=event_id)
    assert done["deletedEventId"] == event_id
    assert (await ada.api.do("deleteEvent", eventId=event_id))["code"] == "EVENT_NOT_FOUND"
    assert not await sees(bob, event_id)


@pytest.mark.parametrize("mutation", ["editEvent", "cancelEvent", "deleteEvent"])
async def test_who_does_not_hold_an_event_changes_nothing_of_it(people, database, mutation):
    ada, bob, eve = [await people.join() for _ in range(3)]
    event_id = global_id(await announced(database, ada))
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=eve.key)
    async with unchanged(database):
        answer = await bob.api.do(mutation, eventId=event_id)
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_A_HOST")
        answer = await eve.api.do(mutation, eventId=event_id)
        assert (answer["__typename"], answer["code"]) == ("NotFound", "EVENT_NOT_FOUND")


async def test_an_event_that_is_over_is_not_changed_but_may_be_taken_back(people, database):
    ada = await people.join()
    event_id = global_id(await announced(database, ada, starts_in_hours=-3))
    for mutation in ("editEvent", "cancelEvent"):
        answer = await ada.api.do(mutation, eventId=event_id)
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "EVENT_ENDED")
    await ada.api.done("deleteEvent", eventId=event_id)


async def circle(people, database):
    """Ada, and by the audience in which they are: who follows her, matched with her, is invited."""
    ada, follower, match, guest, stranger = [await people.join() for _ in range(5)]
    await follower.api.done("followProfile", profileId=ada.id)
    await matched(database, ada.key, match.key)
    return ada, {"followers": follower, "matches": match, "invited": guest}, stranger


async def test_an_event_is_seen_by_its_circle_and_by_who_has_to_do_with_it(people, database):
    ada, by_audience, stranger = await circle(people, database)
    everybody = [ada, stranger, *by_audience.values()]
    for audience in ("everyone", *by_audience):
        event = await announced(database, ada, audience=audience)
        event_id, guest = global_id(event), by_audience["invited"]
        async with database.write() as tx:
            about = {"event_id": event.event_id, "profile_id": guest.key}
            await tx.add(models.EventInvitation, **about, invited_by_id=ada.key)
        circle_of = everybody if audience == "everyone" else [ada, guest, by_audience[audience]]
        for person in everybody:
            assert await sees(person, event_id) == (person in circle_of)
            going = await person.api.do("rsvp", eventId=event_id, answer="INTERESTED")
            assert going["__typename"] == ("RsvpSuccess" if person in circle_of else "NotFound")
        async with database.write() as tx:
            await tx.add(models.Block, blocker_id=guest.key, blocked_id=ada.key)
        assert not await sees(guest, event_id)
        async with database.write() as tx:
            await tx.remove(models.Block, blocker_id=guest.key, blocked_id=ada.key)
            await tx.remove(models.Event, event_id=event.event_id)


async def test_who_goes_or_holds_it_too_still_sees_what_became_smaller(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    event = await announced(database, ada)
    await bob.api.done("rsvp", eventId=global_id(event), answer="GOING")
    async with database.write() as tx:
        await tx.add(models.EventCoHost, event_id=event.event_id, profile_id=eve.key)
    await eve.api.done("editEvent", eventId=global_id(event), audience="INVITED")
    assert [await sees(person, global_id(event)) for person in (bob, eve)] == [True, True]
    assert not await sees(await people.join(), global_id(event))


async def test_a_cover_is_seen_with_its_event_and_goes_with_it(people, database):
    ada, bob = await people.join(), await people.join()
    cover = await ready(database, ada)
    event = await announced(database, ada, audience="matches", cover_id=cover)
    query = "query ($id: ID!) { media(id: $id) { id } }"
    assert (await bob.api.ask(query, id=media_id(cover)))["media"] is None
    await ada.api.done("editEvent", eventId=global_id(event), audience="EVERYONE")
    assert (await bob.api.ask(query, id=media_id(cover)))["media"] is not None
    answer = await bob.api.do("createEvent", **GAMES, coverId=media_id(cover))
    assert (answer["__typename"], answer["code"]) == ("NotFound", "MEDIA_NOT_FOUND")
