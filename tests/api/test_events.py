"""Events through the API: listed, and hidden with their host."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.events import announced, global_id
from tests.support.statements import statements_of

EVENT = """
id title description startsAt endsAt timeZone placeName city capacity attendeeCount seatsLeft
isAttending host { displayName } attendees { totalCount nodes { displayName } }
"""
ONE = f"query ($id: ID!) {{ event(id: $id) {{ {EVENT} }} node(id: $id) {{ id }} }}"
LIST = """
query ($filter: EventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  events(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


@pytest.fixture
async def party(people, database):
    """Ada, who invites; Bob and Eve; and Ada's event with two seats."""
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    return ada, bob, eve, global_id(await announced(database, ada, capacity=2))


async def shown(person, event_id):
    seen = await person.api.ask(ONE, id=event_id)
    assert (seen["event"] is None) == (seen["node"] is None)
    return seen["event"]


async def titles(person, **given):
    return [event["title"] for event in (await listed(person, **given))["nodes"]]


async def listed(person, **given):
    return (await person.api.ask(LIST, **asked(given)))["events"]


def asked(given):
    """The variables of the list: what is no part of its page is part of its filter."""
    page = {name: given[name] for name in ("first", "after", "last", "before") if name in given}
    return {**page, "filter": {name: given[name] for name in given if name not in page}}


async def block(database, one, other):
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=one.key, blocked_id=other.key)


async def test_an_event_shows_what_its_guests_need(party):
    ada, bob, eve, event_id = party
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    event = await shown(eve, event_id)
    starts_at, ends_at = (datetime.fromisoformat(event.pop(k)) for k in ("startsAt", "endsAt"))
    assert ends_at - starts_at == timedelta(hours=2)
    assert event == {
        "id": event_id,
        "title": "Board games",
        "description": "Bring a friend.",
        "timeZone": "Europe/Berlin",
        "placeName": "The corner cafe",
        "city": "Berlin",
        "capacity": 2,
        "attendeeCount": 1,
        "seatsLeft": 1,
        "isAttending": False,
        "host": {"displayName": "Ada"},
        "attendees": {"totalCount": 1, "nodes": [{"displayName": "Bob"}]},
    }
    assert (await shown(bob, event_id))["isAttending"] is True
    assert (await shown(ada, event_id))["attendeeCount"] == 1


async def test_events_to_come_are_listed_the_first_to_start_first(people, database):
    ada = await people.join()
    for title, hours in (("Third", 72), ("First", 1), ("Past", -5), ("Second", 48)):
        await announced(database, ada, title=title, starts_in_hours=hours)
    assert await titles(ada) == ["First", "Second", "Third"]
    hour_ago = (datetime.now(UTC) - timedelta(hours=6)).isoformat()
    assert await titles(ada, **{"from": hour_ago}) == ["Past", "First", "Second", "Third"]
    in_two_days = (datetime.now(UTC) + timedelta(hours=47)).isoformat()
    assert await titles(ada, **{"from": in_two_days}) == ["Second", "Third"]
    assert (await listed(ada, **{"from": in_two_days}))["totalCount"] == 2
    assert await titles(ada, **{"from": "9999-12-31T23:59:59Z"}) == []
    assert len(await titles(ada, **{"from": "0001-01-01T00:00:00Z"})) == 4


async def test_events_are_listed_by_city_in_any_case(people, database):
    ada = await people.join()
    for title, city in (("A", "Berlin"), ("B", "Zürich"), ("C", None)):
        await announced(database, ada, title=title, city=city)
    assert sorted(await titles(ada)) == ["A", "B", "C"]
    assert await titles(ada, city=" bERLIN\x00 ") == ["A"]
    assert await titles(ada, city="zürich") == ["B"]
    assert await titles(ada, city="Zu\u0308rich") == ["B"]
    assert (await listed(ada, city="Berlin"))["totalCount"] == 1
    for city in ("%", "Paris", "' OR 1=1 --"):
        assert await titles(ada, city=city) == []


async def test_events_that_start_together_are_paged_without_repeats_both_ways(people, database):
    ada = await people.join()
    starts_at = datetime.now(UTC) + timedelta(hours=1)
    moment = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    for n in range(5):
        await announced(database, ada, title=str(n), **moment)
    everything = await titles(ada)
    found, after = [], None
    for _ in range(3):
        page = await listed(ada, first=2, after=after)
        found += [event["title"] for event in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 5
    assert found == everything
    assert not page["pageInfo"]["hasNextPage"]
    last = await listed(ada, last=2, before=after)
    assert [event["title"] for event in last["nodes"]] == everything[2:4]


async def test_two_lists_in_one_operation_stay_apart(people, database):
    ada = await people.join()
    for city in ("Berlin", "Berlin", "Paris"):
        await announced(database, ada, city=city)
    counts = await ada.api.ask(
        '{ a: events(filter: {city: "Berlin"}) { totalCount nodes { city } } '
        'b: events(filter: {city: "Paris"}) { totalCount nodes { city } } }'
    )
    assert counts == {
        "a": {"totalCount": 2, "nodes": [{"city": "Berlin"}] * 2},
        "b": {"totalCount": 1, "nodes": [{"city": "Paris"}]},
    }


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"first": 1, "last": 1}, "last"),
        ({"after": "💥"}, "after"),
        ({"city": " \u202e "}, "city"),
        ({"city": ""}, "city"),
        ({"city": "\u200b"}, "city"),
        ({"city": "😀" * 101}, "city"),
        ({"city": "x" * 101}, "city"),
    ],
)
async def test_a_list_refuses_what_it_cannot_mean(people, given, path):
    ada = await people.join()
    answer = await ada.api.send(LIST, **asked(given))
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == [path]


@pytest.mark.parametrize(
    "given", [{"from": "tomorrow"}, {"from": "2030-01-01T00:00:00"}, {"from": 1}, {"city": 1}]
)
async def test_a_list_refuses_wrong_types(people, given):
    assert (await (await people.join()).api.send(LIST, **asked(given))).codes == ["BAD_REQUEST"]


@pytest.mark.parametrize("by_host", [True, False])
async def test_the_event_of_a_hidden_host_is_missing(party, database, by_host):
    ada, bob, eve, event_id = party
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    await block(database, *((ada, bob) if by_host else (bob, ada)))
    await missing(bob, event_id)
    assert await titles(bob) == []
    assert (await listed(bob))["totalCount"] == 0
    assert await titles(eve) == ["Board games"]
    assert (await shown(eve, event_id))["attendeeCount"] == 1


async def missing(person, event_id):
    assert await shown(person, event_id) is None
    nothing = ids.encode("Event", UUID(int=1))
    expected = await person.api.do("rsvp", eventId=nothing, answer="GOING")
    assert (expected["__typename"], expected["code"]) == ("NotFound", "EVENT_NOT_FOUND")
    for answer in ("GOING", "INTERESTED", "NOT_GOING"):
        assert await person.api.do("rsvp", eventId=event_id, answer=answer) == expected


@pytest.mark.parametrize(
    "event_id",
    ["", "x", "AAAA", "💥", "\x00", "\u200b", "\u202e", "a" * 10_000, "RXZlbnQ6MQ=="],
)
async def test_forged_ids_name_nothing(people, database, event_id):
    ada = await people.join()
    async with unchanged(database):
        assert (await ada.api.ask(ONE, id=event_id))["event"] is None
        answer = await ada.api.do("rsvp", eventId=event_id, answer="GOING")
        assert (answer["__typename"], answer["code"]) == ("NotFound", "EVENT_NOT_FOUND")


async def test_ids_of_other_types_name_no_event(party):
    ada, bob, _, event_id = party
    seen = await bob.api.ask("query ($id: ID!) { event(id: $id) { id } }", id=ada.id)
    assert seen == {"event": None}
    same_key = ids.encode("Post", ids.parse(event_id)[1])
    answer = await bob.api.do("rsvp", eventId=same_key, answer="GOING")
    assert answer["code"] == "EVENT_NOT_FOUND"


async def test_any_number_of_events_and_guests_costs_the_same_statements(people, database):
    ada, bob = await people.join(), await people.join()
    query = f"{{ events(first: 50) {{ totalCount nodes {{ {EVENT} }} }} }}"
    ran, announced_count = [], 0
    for wanted in (3, 12):
        for _ in range(wanted - announced_count):
            event_id = global_id(await announced(database, await people.join()))
            for guest in (ada, bob):
                await guest.api.done("rsvp", eventId=event_id, answer="GOING")
        announced_count = wanted
        assert (await listed(ada))["totalCount"] == wanted
        ran.append(sorted(await statements_of(ada.api.ask(query))))
    assert ran[0] == ran[1] != []


async def test_nobody_sees_or_answers_events_signed_out(party, api):
    event_id = party[3]
    assert (await api.send("query ($id: ID!) { event(id: $id) { id } }", id=event_id)).codes == [
        "UNAUTHENTICATED"
    ]
    assert (await api.send(LIST)).codes == ["UNAUTHENTICATED"]
    query = "mutation ($i: RsvpInput!) { rsvp(input: $i) { __typename } }"
    refused = await api.send(query, i={"eventId": event_id, "answer": "GOING"})
    assert refused.codes == ["UNAUTHENTICATED"]
