"""Events through the API: listed, joined, left, and hidden with their host."""

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
query ($from: DateTime, $city: String, $first: Int, $after: String, $last: Int, $before: String) {
  events(from: $from, city: $city, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""
SEATS = "event { attendeeCount seatsLeft isAttending }"


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
    return (await person.api.ask(LIST, **given))["events"]


async def block(database, one, other):
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=one.key, blocked_id=other.key)


async def fact_count(database):
    async with database.write() as tx:
        return await tx.connection.fetchval("SELECT count(*) FROM facts")


async def test_an_event_shows_what_its_guests_need(party):
    ada, bob, eve, event_id = party
    await bob.api.done("joinEvent", eventId=event_id)
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


async def test_an_event_without_a_limit_never_fills(people, database):
    ada, bob = await people.join(), await people.join()
    event_id = global_id(await announced(database, ada))
    answer = await bob.api.done("joinEvent", f"{SEATS}", eventId=event_id)
    assert answer["event"] == {"attendeeCount": 1, "seatsLeft": None, "isAttending": True}


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
        '{ a: events(city: "Berlin") { totalCount nodes { city } } '
        'b: events(city: "Paris") { totalCount nodes { city } } }'
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
    answer = await ada.api.send(LIST, **given)
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == [path]


@pytest.mark.parametrize(
    "given", [{"from": "tomorrow"}, {"from": "2030-01-01T00:00:00"}, {"from": 1}, {"city": 1}]
)
async def test_a_list_refuses_wrong_types(people, given):
    assert (await (await people.join()).api.send(LIST, **given)).codes == ["BAD_REQUEST"]


async def test_seats_are_taken_and_given_back(party, database):
    _, bob, eve, event_id = party
    taken = await bob.api.done("joinEvent", SEATS, eventId=event_id)
    assert taken["event"] == {"attendeeCount": 1, "seatsLeft": 1, "isAttending": True}
    taken = await eve.api.done("joinEvent", SEATS, eventId=event_id)
    assert taken["event"] == {"attendeeCount": 2, "seatsLeft": 0, "isAttending": True}
    freed = await bob.api.done("leaveEvent", SEATS, eventId=event_id)
    assert freed["event"] == {"attendeeCount": 1, "seatsLeft": 1, "isAttending": False}
    assert [p["displayName"] for p in (await shown(bob, event_id))["attendees"]["nodes"]] == ["Eve"]
    async with database.write() as tx:
        kinds = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    assert [row["kind"] for row in kinds] == ["EventJoined", "EventJoined", "EventLeft"]


async def test_each_mutation_of_an_operation_shows_what_is_true_after_it(party):
    _, bob, _, event_id = party
    answer = await bob.api.ask(
        f"""mutation ($join: JoinEventInput!, $leave: LeaveEventInput!) {{
          joined: joinEvent(input: $join) {{ ... on JoinEventSuccess {{ {SEATS} }} }}
          left: leaveEvent(input: $leave) {{ ... on LeaveEventSuccess {{ {SEATS} }} }}
          again: joinEvent(input: $join) {{ ... on JoinEventSuccess {{ {SEATS} }} }}
        }}""",
        join={"eventId": event_id},
        leave={"eventId": event_id},
    )
    attending = {"attendeeCount": 1, "seatsLeft": 1, "isAttending": True}
    away = {"attendeeCount": 0, "seatsLeft": 2, "isAttending": False}
    assert [answer[name]["event"] for name in ("joined", "left", "again")] == [
        attending,
        away,
        attending,
    ]


async def test_a_full_event_takes_nobody_until_somebody_leaves(party, people, database):
    ada, bob, eve, event_id = party
    for person in (bob, eve):
        await person.api.done("joinEvent", eventId=event_id)
    dan = await people.join("Dan")
    answer = await dan.api.do("joinEvent", eventId=event_id)
    assert (answer["__typename"], answer["code"]) == ("LimitReached", "EVENT_FULL")
    assert await fact_count(database) == 2
    seen = await shown(dan, event_id)
    assert (seen["attendeeCount"], seen["isAttending"]) == (2, False)
    again = await bob.api.done("joinEvent", SEATS, eventId=event_id)
    assert again["event"]["attendeeCount"] == 2
    await eve.api.done("leaveEvent", eventId=event_id)
    await dan.api.done("joinEvent", eventId=event_id)
    names = [p["displayName"] for p in (await shown(ada, event_id))["attendees"]["nodes"]]
    assert names == ["Bob", "Dan"]


async def test_joining_and_leaving_again_changes_nothing(party, database):
    _, bob, _, event_id = party
    left = await bob.api.done("leaveEvent", SEATS, eventId=event_id)
    assert left["event"] == {"attendeeCount": 0, "seatsLeft": 2, "isAttending": False}
    first = await bob.api.done("joinEvent", SEATS, eventId=event_id)
    assert await bob.api.done("joinEvent", SEATS, eventId=event_id) == first
    assert await fact_count(database) == 1


async def test_a_retry_joins_once_and_shows_the_event_as_it_is_now(party, database):
    _, bob, _, event_id = party
    call = {"eventId": event_id, "clientMutationId": "seat"}
    first = await bob.api.done("joinEvent", "event { id title startsAt attendeeCount }", **call)
    await bob.api.done("leaveEvent", eventId=event_id)
    again = await bob.api.done("joinEvent", "event { id title startsAt attendeeCount }", **call)
    assert again == {**first, "event": {**first["event"], "attendeeCount": 0}}
    assert (await shown(bob, event_id))["isAttending"] is False
    other = await bob.api.do("joinEvent", eventId=bob.id, clientMutationId="seat")
    assert other["__typename"] == "IdempotencyConflict"


@pytest.mark.parametrize("mutation", ["joinEvent", "leaveEvent"])
async def test_an_event_that_has_ended_is_closed(people, database, mutation):
    ada, bob = await people.join(), await people.join()
    event = await announced(database, ada, starts_in_hours=-3)
    async with database.write() as tx:
        await tx.add(models.EventAttendee, event_id=event.event_id, profile_id=ada.key)
        await tx.change(models.Event, {"event_id": event.event_id}, attendee_count=1)
    for person in (ada, bob):
        answer = await person.api.do(mutation, eventId=global_id(event))
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "EVENT_ENDED")
    seen = await shown(ada, global_id(event))
    assert (seen["attendeeCount"], seen["isAttending"]) == (1, True)
    assert await fact_count(database) == 0


@pytest.mark.parametrize("by_host", [True, False])
async def test_the_event_of_a_hidden_host_is_missing(party, database, by_host):
    ada, bob, eve, event_id = party
    await bob.api.done("joinEvent", eventId=event_id)
    await block(database, *((ada, bob) if by_host else (bob, ada)))
    await missing(bob, event_id)
    assert await titles(bob) == []
    assert (await listed(bob))["totalCount"] == 0
    assert await titles(eve) == ["Board games"]
    assert (await shown(eve, event_id))["attendeeCount"] == 1


async def test_hidden_guests_are_counted_but_not_shown(party, database):
    _, bob, eve, event_id = party
    await bob.api.done("joinEvent", eventId=event_id)
    await eve.api.done("joinEvent", eventId=event_id)
    await block(database, bob, eve)
    for person, name in ((bob, "Bob"), (eve, "Eve")):
        seen = await shown(person, event_id)
        assert seen["attendees"] == {"totalCount": 1, "nodes": [{"displayName": name}]}
        assert seen["attendeeCount"] == 2


async def test_guests_are_paged_in_the_order_in_which_they_joined(people, database):
    ada = await people.join()
    event_id = global_id(await announced(database, ada))
    for n in range(5):
        await (await people.join(str(n))).api.done("joinEvent", eventId=event_id)
    query = """query ($id: ID!, $after: String) { event(id: $id) {
      attendees(first: 3, after: $after) {
        nodes { displayName } pageInfo { hasNextPage endCursor } } } }"""
    first = (await ada.api.ask(query, id=event_id))["event"]["attendees"]
    rest = await ada.api.ask(query, id=event_id, after=first["pageInfo"]["endCursor"])
    rest = rest["event"]["attendees"]
    assert [p["displayName"] for p in first["nodes"] + rest["nodes"]] == list("01234")
    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]


async def missing(person, event_id):
    assert await shown(person, event_id) is None
    expected = await person.api.do("joinEvent", eventId=ids.encode("Event", UUID(int=1)))
    assert (expected["__typename"], expected["code"]) == ("NotFound", "EVENT_NOT_FOUND")
    for mutation in ("joinEvent", "leaveEvent"):
        assert await person.api.do(mutation, eventId=event_id) == expected


@pytest.mark.parametrize(
    "event_id",
    ["", "x", "AAAA", "💥", "\x00", "\u200b", "\u202e", "a" * 10_000, "RXZlbnQ6MQ=="],
)
async def test_forged_ids_name_nothing(people, database, event_id):
    ada = await people.join()
    async with unchanged(database):
        assert (await ada.api.ask(ONE, id=event_id))["event"] is None
        for mutation in ("joinEvent", "leaveEvent"):
            answer = await ada.api.do(mutation, eventId=event_id)
            assert (answer["__typename"], answer["code"]) == ("NotFound", "EVENT_NOT_FOUND")


async def test_ids_of_other_types_name_no_event(party):
    ada, bob, _, event_id = party
    seen = await bob.api.ask("query ($id: ID!) { event(id: $id) { id } }", id=ada.id)
    assert seen == {"event": None}
    same_key = ids.encode("Post", ids.parse(event_id)[1])
    answer = await bob.api.do("joinEvent", eventId=same_key)
    assert answer["code"] == "EVENT_NOT_FOUND"


@pytest.mark.parametrize("mutation", ["JoinEvent", "LeaveEvent"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        *({"eventId": wrong} for wrong in (None, 1.5, True, ["x"], {})),
        {"eventId": "x", "clientMutationId": 1},
        {"eventId": "x", "seats": 2},
    ],
)
async def test_an_input_of_the_wrong_type_is_a_bad_request(people, database, mutation, given):
    ada = await people.join()
    name = mutation[0].lower() + mutation[1:]
    query = f"mutation ($i: {mutation}Input!) {{ {name}(input: $i) {{ __typename }} }}"
    async with unchanged(database):
        answer = await ada.api.send(query, i=given)
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)


async def test_any_number_of_events_and_guests_costs_the_same_statements(people, database):
    ada, bob = await people.join(), await people.join()
    query = f"{{ events(first: 50) {{ totalCount nodes {{ {EVENT} }} }} }}"
    ran, announced_count = [], 0
    for wanted in (3, 12):
        for _ in range(wanted - announced_count):
            event_id = global_id(await announced(database, await people.join()))
            for guest in (ada, bob):
                await guest.api.done("joinEvent", eventId=event_id)
        announced_count = wanted
        assert (await listed(ada))["totalCount"] == wanted
        ran.append(sorted(await statements_of(ada.api.ask(query))))
    assert ran[0] == ran[1] != []


async def test_nobody_sees_or_joins_events_signed_out(party, api):
    event_id = party[3]
    assert (await api.send("query ($id: ID!) { event(id: $id) { id } }", id=event_id)).codes == [
        "UNAUTHENTICATED"
    ]
    assert (await api.send(LIST)).codes == ["UNAUTHENTICATED"]
    query = "mutation ($i: JoinEventInput!) { joinEvent(input: $i) { __typename } }"
    assert (await api.send(query, i={"eventId": event_id})).codes == ["UNAUTHENTICATED"]
