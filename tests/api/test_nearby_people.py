"""Nearby people through the API: by bands of told places, and nobody who is hidden."""

from uuid import UUID

import pytest

from domain.told_places import told_place
from matching.distance import BORDERS, bands_within, haversine_km
from persistence.pages import MOST_COUNTED
from persistence.vectors import Vectors, VectorsUnavailable
from resolvers import nearby_people
from tests.support.people import PROFILE

LIST = """query ($radius: Float! = 10, $unit: DistanceUnit! = KILOMETRES, $first: Int,
  $after: String) { nearbyPeople(radius: $radius, unit: $unit, first: $first, after: $after) {
  totalCount nodes { id displayName distance(unit: $unit) { atLeast atMost } }
  pageInfo { endCursor hasNextPage hasPreviousPage } } }"""
HERE = (PROFILE["latitude"], PROFILE["longitude"])
SALT = UUID(int=7)


async def found(person, **given):
    return (await person.api.ask(LIST, **given))["nearbyPeople"]


async def names(person, **given):
    return [node["displayName"] for node in (await found(person, **given))["nodes"]]


def north(kilometres):
    return {"latitude": HERE[0] + kilometres / 111.32, "longitude": HERE[1]}


async def street(town):
    """Somebody, and others at distances that their told places keep."""
    ada = await town.join("Ada", **north(0), location_salt=SALT)
    for name, kilometres in (("Far", 40), ("Here", 0.4), ("Near", 8), ("Gone", 120)):
        await town.join(name, **north(kilometres), location_salt=SALT)
    return ada


async def test_people_come_band_by_band_within_the_radius(town):
    ada = await street(town)
    assert await names(ada) == ["Here", "Near"]
    assert await names(ada, radius=100) == ["Here", "Near", "Far"]
    assert await names(ada, radius=1) == ["Here"]
    # Rounded up to where a band ends.
    assert await names(ada, radius=5.1) == ["Here", "Near"]
    assert await names(ada, radius=26, unit="MILES") == ["Here", "Near", "Far"]
    assert await names(ada, radius=5, unit="MILES") == ["Here", "Near"]
    assert (await found(ada, radius=100))["totalCount"] == 3


async def test_the_order_within_a_band_is_not_that_of_distance(town):
    ada = await town.join("Ada")
    crowd = [await town.join(str(n), **north(9 - n)) for n in range(8)]
    nodes = (await found(ada, radius=100))["nodes"]
    lows = [node["distance"]["atLeast"] for node in nodes]
    assert lows == sorted(lows)
    for low in set(lows):
        within = [node["id"] for node in nodes if node["distance"]["atLeast"] == low]
        assert within == [person.id for person in crowd if person.id in within]


async def test_who_is_hidden_paused_or_gone_is_left_out(town, database):
    ada = await street(town)
    blocked, blocking, paused, gone = [await town.join(name) for name in "ABCD"]
    await ada.api.done("blockProfile", profileId=blocked.id)
    await blocking.api.done("blockProfile", profileId=ada.id)
    await paused.api.done("setPreferences", isDiscoverable=False)
    await town.embed(paused)
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE accounts SET is_active = false WHERE account_id = $1", gone.key
        )
    assert await names(ada) == ["Here", "Near"]
    assert (await found(ada))["totalCount"] == 2


async def test_pages_go_on_over_bands_and_over_who_is_hidden(town, monkeypatch):
    monkeypatch.setattr(nearby_people, "_AT_ONCE", 2)
    ada = await street(town)
    for name in ("Blocked", "Last"):
        person = await town.join(name, **north(0.3), location_salt=SALT)
        if name == "Blocked":
            await ada.api.done("blockProfile", profileId=person.id)
    read, after = [], None
    for size in (1, 2, 1):
        page = await found(ada, radius=100, first=size, after=after)
        read += [node["displayName"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert read == ["Here", "Last", "Near", "Far"]
    assert page["pageInfo"]["hasNextPage"] is False
    assert page["pageInfo"]["hasPreviousPage"] is True


async def test_who_is_not_there_themselves_sees_nobody(people):
    for person in (
        await people.join(latitude=None, longitude=None),
        await people.join(onboarded=False),
    ):
        assert await found(person) is None


async def test_without_the_index_the_list_is_refused(people, monkeypatch):
    async def away(*_, **__):
        raise VectorsUnavailable("Qdrant is away.")

    ada = await people.join()
    monkeypatch.setattr(Vectors, "around", away)
    answer = await ada.api.send(LIST)
    assert answer.codes == ["NEARBY_PEOPLE_AWAY"]
    assert "Qdrant" not in answer.errors[0]["message"]
    # The rest of an operation is answered.
    answer = await ada.api.send("{ nearbyPeople { nodes { id } } viewer { profile { id } } }")
    assert answer.data == {"nearbyPeople": None, "viewer": {"profile": {"id": ada.id}}}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"radius": 0}, "radius"),
        ({"radius": 101}, "radius"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "x"}, "after"),
    ],
)
async def test_what_the_list_cannot_mean_is_refused(people, given, path):
    answer = await (await people.join()).api.send(LIST, **given)
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == [path]


async def test_counting_people_costs_as_much_as_listing_them(api):
    prices = [
        (await api.ask("query($text: String!) { cost(document: $text) { requested } }", text=text))
        for text in ("{ nearbyPeople(first: 1) { totalCount } }", "{ nearbyPeople { __typename } }")
    ]
    counted, empty = (price["cost"]["requested"] for price in prices)
    assert counted - empty == MOST_COUNTED


async def test_only_told_places_are_measured(town):
    """Where somebody truly is changes nothing as long as the told place stays."""
    ada = await town.join("Ada", **north(0), location_salt=SALT)
    bob = await town.join("Bob", **north(5), location_salt=UUID(int=1))
    here, there = told_place(*HERE, SALT), told_place(*north(5).values(), UUID(int=1))
    told = haversine_km(*here, *there)
    within = next(high for high in BORDERS if told < high)
    assert await names(ada, radius=within) == ["Bob"]
    below = [low for low, _ in bands_within(within)][-1]
    assert below == 0 or await names(ada, radius=below) == []
    assert bob.id != ada.id
