"""Locations through the API: exact to oneself, bands to others."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from persistence import models
from persistence.statements import executed

MINE = "{ viewer { location { latitude longitude } profile { city } } }"
DISTANCE = """query ($id: ID!, $unit: DistanceUnit! = KILOMETRES) {
    profile(id: $id) { distance(unit: $unit) { atLeast atMost unit } } }"""
HAMBURG = {"latitude": 53.5511, "longitude": 9.9937}
MOVE = """mutation ($input: UpdateLocationInput!) { updateLocation(input: $input) {
    ... on LimitReached { code resetsAt } } }"""
POTSDAM = {"latitude": 52.3906, "longitude": 13.0645}


async def distance(person, to, **variables):
    return (await person.api.ask(DISTANCE, id=to.id, **variables))["profile"]["distance"]


async def test_people_read_their_own_location_exactly(people):
    ada = await people.join()
    answer = await ada.api.done(
        "updateLocation", "profile { city }", location=HAMBURG, city=" Hamburg "
    )
    assert answer["profile"]["city"] == "Hamburg"
    expected = {"location": HAMBURG, "profile": {"city": "Hamburg"}}
    assert (await ada.api.ask(MINE))["viewer"] == expected
    await ada.api.done("updateLocation", location={"latitude": -90, "longitude": 180})
    assert (await ada.api.ask(MINE))["viewer"] == {
        "location": {"latitude": -90, "longitude": 180},
        "profile": {"city": "Hamburg"},
    }


async def test_a_location_can_be_taken_back(people):
    ada = await people.join()
    await ada.api.done("clearLocation", "profile { city }")
    empty = {"location": None, "profile": {"city": None}}
    assert (await ada.api.ask(MINE))["viewer"] == empty
    await ada.api.done("clearLocation")


async def test_others_learn_a_band_in_either_unit(people):
    ada = await people.join()
    bob = await people.join(**POTSDAM)
    band = await distance(ada, bob)
    # Berlin to Potsdam is 27.2 km; either may be told some 2 km from where they are.
    assert band["unit"] == "KILOMETRES"
    assert (band["atLeast"], band["atMost"]) in {(10, 25), (25, 50)}
    miles = await distance(ada, bob, unit="MILES")
    assert miles == {"atLeast": 10, "atMost": 25, "unit": "MILES"}
    assert await distance(bob, ada) == band


async def test_far_away_has_no_upper_bound(people):
    ada = await people.join()
    bob = await people.join(**HAMBURG)
    assert await distance(ada, bob) == {"atLeast": 100, "atMost": None, "unit": "KILOMETRES"}


async def test_next_door_is_not_told_from_around_the_corner(people):
    ada = await people.join()
    bob = await people.join()
    assert (await distance(ada, bob))["atMost"] in {2, 5}


async def test_a_move_too_many_is_refused_until_one_is_regained(people, database):
    ada = await people.join(moves_regained_at=datetime.now(UTC) + timedelta(hours=23))
    before = await ada.api.ask(MINE)
    asked = datetime.now(UTC)
    answer = (await ada.api.ask(MOVE, input={"location": HAMBURG, "city": "Hamburg"}))[
        "updateLocation"
    ]
    assert answer["code"] == "MOVE_LIMIT_REACHED"
    again_at = datetime.fromisoformat(answer["resetsAt"])
    assert asked < again_at <= asked + timedelta(minutes=72)
    answer = await ada.api.do("completeOnboarding", location=HAMBURG)
    assert answer["code"] == "MOVE_LIMIT_REACHED"
    assert await ada.api.ask(MINE) == before
    # What does not change the told place is always taken.
    same = before["viewer"]["location"]
    await ada.api.done("updateLocation", location=same, city="Spandau")


async def test_moves_at_once_do_not_exceed_what_is_left(people):
    # One is left; all wait for the same row.
    ada = await people.join(moves_regained_at=datetime.now(UTC) + timedelta(hours=22))
    asked = (
        ada.api.do("updateLocation", location={"latitude": n, "longitude": n}) for n in range(5)
    )
    answers = [answer["__typename"] for answer in await asyncio.gather(*asked)]
    assert sorted(answers) == ["LimitReached"] * 4 + ["UpdateLocationSuccess"]


async def test_there_is_no_distance_without_two_locations_or_to_oneself(people):
    ada, bob = await people.join(), await people.join(latitude=None, longitude=None)
    assert await distance(ada, bob) is None
    assert await distance(bob, ada) is None
    assert await distance(ada, ada) is None


async def test_distances_of_many_cost_no_statement_each(people):
    ada = await people.join()
    others = [await people.join() for _ in range(3)]
    counts = []
    for some in (others[:1], others):
        fields = " ".join(
            f'p{n}: profile(id: "{p.id}") {{ distance {{ atMost }} }}' for n, p in enumerate(some)
        )
        texts = []
        token = executed.set(texts)
        try:
            await ada.api.ask(f"{{ {fields} }}")
        finally:
            executed.reset(token)
        counts.append(len(texts))
    assert counts[0] == counts[1]


NOT_ON_EARTH = [
    ({"latitude": 90.0001, "longitude": 0}, ["location.latitude"]),
    ({"latitude": -90.0001, "longitude": 0}, ["location.latitude"]),
    ({"latitude": 0, "longitude": 180.0001}, ["location.longitude"]),
    ({"latitude": 1e308, "longitude": -1e308}, ["location.latitude", "location.longitude"]),
]


@pytest.mark.parametrize(("location", "paths"), NOT_ON_EARTH)
async def test_what_is_not_on_earth_is_refused_and_changes_nothing(people, location, paths):
    ada = await people.join()
    before = await ada.api.ask(MINE)
    answer = await ada.api.do("updateLocation", location=location, city="Nowhere")
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == paths
    assert await ada.api.ask(MINE) == before


@pytest.mark.parametrize(
    "location",
    [
        None,
        {},
        {"latitude": 1},
        {"latitude": "1", "longitude": "1"},
        {"latitude": True, "longitude": False},
        {"latitude": None, "longitude": 1},
        [1, 2],
        "52.5,13.4",
    ],
)
async def test_points_of_wrong_types_never_reach_the_rules(people, location):
    ada = await people.join()
    before = await ada.api.ask(MINE)
    query = "mutation ($i: UpdateLocationInput!) { updateLocation(input: $i) { __typename } }"
    answer = await ada.api.send(query, i={"location": location})
    assert answer.errors
    assert await ada.api.ask(MINE) == before


async def test_a_city_that_is_too_long_is_refused(people):
    ada = await people.join()
    answer = await ada.api.do("updateLocation", location=HAMBURG, city="x" * 101)
    assert [field["path"] for field in answer["fields"]] == ["city"]


async def test_moving_is_recorded_once_for_who_keeps_the_index(people, database):
    ada = await people.join()
    for _ in range(2):
        await ada.api.done("updateLocation", location=HAMBURG, clientMutationId="m")
    await ada.api.done("updateLocation", location=HAMBURG)
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind, body FROM facts")
        entries = await tx.connection.fetchval("SELECT count(*) FROM topic_entries")
        salt = (await tx.get(models.Profile, profile_id=ada.key)).location_salt
    assert [row["kind"] for row in rows] == ["ProfileChanged"]
    assert rows[0]["body"]["parts"] == ["latitude", "longitude"]
    assert str(salt) not in str(rows[0]["body"])
    assert entries == 0
