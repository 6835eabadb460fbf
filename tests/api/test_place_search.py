"""Searching for places through the API: nearest first, by radius, name and kind."""

import pytest

from tests.support.places import SPOT, spot
from tests.support.statements import statements_of

LIST = """query ($near: GeoPoint, $radius: Float! = 10, $unit: DistanceUnit! = KILOMETRES, $name:
  String, $category: PlaceCategory, $first: Int, $after: String, $last: Int, $before: String) {
  places(near: $near, radius: $radius, unit: $unit, name: $name, category: $category,
    first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id name distance(from: $near, unit: $unit) }
    pageInfo { endCursor hasNextPage } } }"""
HERE = {"latitude": 52.52, "longitude": 13.4}


def north(kilometres):
    return {**HERE, "latitude": HERE["latitude"] + kilometres / 111.32}


async def found(person, **given):
    return (await person.api.ask(LIST, **given))["places"]


async def names(person, **given):
    return [place["name"] for place in (await found(person, **given))["nodes"]]


async def street(person):
    for name, kilometres, category in (
        ("Third", 3, "PARK"),
        ("First", 1, "CAFE"),
        ("Far", 30, "CAFE"),
        ("Second", -2, "CAFE"),
    ):
        await spot(person, name=name, category=category, location=north(kilometres))


async def test_places_come_the_nearest_first_within_the_radius(people):
    ada = await people.join()
    await street(ada)
    assert await names(ada, near=HERE) == ["First", "Second", "Third"]
    assert await names(ada, near=HERE, radius=2.5) == ["First", "Second"]
    assert await names(ada, near=HERE, radius=1.3, unit="MILES") == ["First", "Second"]
    assert await names(ada, near=HERE, radius=50, category="CAFE") == ["First", "Second", "Far"]
    nodes = (await found(ada, near=HERE, radius=1.5))["nodes"]
    assert [node["distance"] for node in nodes] == [pytest.approx(1.0, rel=1e-3)]
    (node,) = (await found(ada, near=HERE, radius=1, unit="MILES"))["nodes"]
    assert node["distance"] == pytest.approx(1 / 1.609344, rel=1e-3)


async def test_one_s_own_location_is_where_it_begins_unless_said(people):
    ada = await people.join(latitude=52.52, longitude=13.4)
    bob = await people.join(latitude=None, longitude=None)
    await street(ada)
    assert await names(ada) == ["First", "Second", "Third"]
    answer = await bob.api.send(LIST)
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == ["near"]
    assert [each["distance"] for each in (await found(bob, near=HERE))["nodes"]] != [None] * 3


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("einstein", ["Café Einstein"]),
        ("EINSTEN", ["Café Einstein"]),
        ("cafe", ["Café Einstein"]),
        ("library", ["City library"]),
        ("%", []),
        ("zoo", []),
    ],
)
async def test_names_are_found_by_words_like_theirs(people, word, expected):
    ada = await people.join()
    for n, name in enumerate(("Café Einstein", "City library")):
        await spot(ada, name=name, location=north(n))
    assert await names(ada, near=HERE, name=word) == expected


async def test_pages_go_on_where_the_last_one_ended_also_at_one_distance(people):
    ada = await people.join()
    for n in range(5):
        await spot(ada, name=str(n))
    everything = await names(ada, near=HERE)
    assert sorted(everything) == list("01234")
    read, after = [], None
    for _ in range(3):
        page = await found(ada, near=HERE, first=2, after=after)
        read += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 5
    assert read == everything
    assert not page["pageInfo"]["hasNextPage"]
    assert await names(ada, near=HERE, last=2, before=after) == everything[2:4]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"radius": 0}, "radius"),
        ({"radius": -1}, "radius"),
        ({"radius": 500.1}, "radius"),
        ({"radius": 311, "unit": "MILES"}, "radius"),
        ({"radius": 1e308, "unit": "MILES"}, "radius"),
        ({"near": {"latitude": 91, "longitude": 0}}, "near.latitude"),
        ({"near": {"latitude": 0, "longitude": -180.5}}, "near.longitude"),
        ({"name": " "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "x"}, "after"),
    ],
)
async def test_a_search_refuses_what_it_cannot_mean(people, given, path):
    ada = await people.join()
    answer = await ada.api.send(LIST, **given)
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == [path]


async def test_a_search_at_the_ends_of_the_earth_finds_what_is_across(people):
    ada = await people.join()
    for name, latitude, longitude in (
        ("West", 0.0, 179.99),
        ("East", 0.0, -179.99),
        ("Pole", 89.99, 0.0),
    ):
        await spot(ada, name=name, location={"latitude": latitude, "longitude": longitude})
    line = {"latitude": 0.0, "longitude": 180.0}
    assert sorted(await names(ada, near=line)) == ["East", "West"]
    assert await names(ada, near={"latitude": 89.99, "longitude": 180.0}) == ["Pole"]


async def test_opening_hours_say_when_a_place_is_open(people):
    ada = await people.join()
    open_at = await spot(ada, openingHours=[{"day": "SATURDAY", "from": "20:00", "to": "02:00"}])
    unknown = await spot(ada, openingHours=None, timeZone=None)
    query = "query ($id: ID!, $at: DateTime) { place(id: $id) { isOpen(at: $at) } }"
    for place_id, at, expected in (
        (open_at, "2026-07-04T17:59:00Z", False),
        (open_at, "2026-07-04T18:00:00Z", True),
        (open_at, "2026-07-04T23:59:59Z", True),
        (open_at, "2026-07-05T00:00:00Z", False),
        (open_at, "0001-01-01T00:00:00Z", False),
        (open_at, "9999-12-31T23:59:59Z", False),
        (unknown, "2026-07-04T18:00:00Z", None),
    ):
        answer = await ada.api.ask(query, id=place_id, at=at)
        assert answer == {"place": {"isOpen": expected}}
    assert isinstance((await ada.api.ask(query, id=open_at))["place"]["isOpen"], bool)


async def test_any_number_of_places_costs_the_same_statements(people):
    ada = await people.join()
    query = """{ places { totalCount nodes { id name isFavourite isOpen distance canEdit
      photos { id } openingHours { day } } } }"""
    ran = []
    for _ in range(2):
        for _ in range(3):
            await spot(ada, location=SPOT["location"])
        ran.append(sorted(await statements_of(ada.api.ask(query))))
    assert ran[0] == ran[1] != []
