"""Places through the API: added, corrected, removed, and found by their ids."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from persistence import models
from resolvers import ids
from tests.support.media import global_id, ready
from tests.support.places import SPOT, spot

PLACE = """place { id name category description address city country timeZone attributes canEdit
  isFavourite location { latitude longitude } openingHours { day from to } photos { id } }"""
ONE = f"query ($id: ID!) {{ {PLACE.replace('place {', 'place(id: $id) {', 1)} }}"


async def shown(person, place_id):
    return (await person.api.ask(ONE, id=place_id))["place"]


async def test_a_place_is_there_for_everybody_and_nobody_learns_who_added_it(people):
    ada, bob = await people.join(), await people.join()
    added = (await ada.api.done("addPlace", PLACE, **SPOT))["place"]
    assert added == {
        **SPOT,
        "id": added["id"],
        "canEdit": True,
        "isFavourite": False,
        "photos": [],
    }
    assert await shown(bob, added["id"]) == {**added, "canEdit": False}
    query = "query ($id: ID!) { node(id: $id) { ... on Place { name } } }"
    assert await bob.api.ask(query, id=added["id"]) == {"node": {"name": SPOT["name"]}}


async def test_who_is_not_signed_in_sees_no_place(people, api):
    place_id = await spot(await people.join())
    assert (await api.send(ONE, id=place_id)).codes == ["UNAUTHENTICATED"]
    query = "query ($id: ID!) { node(id: $id) { id } }"
    assert await api.ask(query, id=place_id) == {"node": None}


async def test_what_is_not_given_stays_and_null_takes_back(people):
    ada = await people.join()
    place_id = await spot(ada)
    before = await shown(ada, place_id)
    edited = await ada.api.done(
        "editPlace", PLACE, placeId=place_id, name=" The  big cafe ", address=None, openingHours=[]
    )
    assert edited["place"] == {
        **before,
        "name": "The big cafe",
        "address": None,
        "openingHours": [],
    }


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"name": " "}, ["name"]),
        ({"name": None}, ["name"]),
        ({"category": None}, ["category"]),
        ({"location": None}, ["location"]),
        ({"location": {"latitude": 90.1, "longitude": -180.1}}, ["location.latitude"] * 2),
        ({"name": "x" * 151, "description": "x" * 2_001}, ["name", "description"]),
        ({"address": "x" * 201, "city": "x" * 101}, ["address", "city"]),
        ({"country": "DEU"}, ["country"]),
        ({"timeZone": "Berlin"}, ["timeZone"]),
        ({"timeZone": None}, ["timeZone"]),
        ({"attributes": ["x"] * 10 + [""]}, ["attributes.10"]),
        ({"openingHours": SPOT["openingHours"] * 29}, ["openingHours"]),
    ],
)
async def test_what_a_place_cannot_be_is_refused(people, given, paths):
    ada = await people.join()
    place_id = await spot(ada)
    answer = await ada.api.do("editPlace", placeId=place_id, **given)
    found = [field["path"] for field in answer["fields"]]
    assert sorted(path.replace("longitude", "latitude") for path in found) == sorted(paths)


async def test_only_who_added_a_place_and_staff_may_correct_and_remove_it(people, database):
    ada, bob, carl = await people.join(), await people.join(), await people.join(is_staff=True)
    place_id = await spot(ada)
    for mutation, given in (("editPlace", {"name": "Mine"}), ("removePlace", {})):
        answer = await bob.api.do(mutation, placeId=place_id, **given)
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_YOUR_PLACE")
    assert (await shown(carl, place_id))["canEdit"]
    await carl.api.done("editPlace", placeId=place_id, name="Ours")
    assert (await shown(bob, place_id))["name"] == "Ours"
    await ada.api.done("removePlace", placeId=place_id)
    assert await shown(bob, place_id) is None
    told = "SELECT kind, body->>'actor_id' AS actor FROM facts ORDER BY fact_id DESC LIMIT 2"
    async with database.write() as tx:
        removed, edited = [tuple(row) for row in await tx.connection.fetch(told)]
    assert removed == ("PlaceRemoved", str(ada.key))
    assert edited == ("PlaceEdited", str(carl.key))
    for mutation in ("editPlace", "removePlace", "favouritePlace", "unfavouritePlace"):
        answer = await ada.api.do(mutation, placeId=place_id)
        assert (answer["__typename"], answer["code"]) == ("NotFound", "PLACE_NOT_FOUND")


async def test_a_place_stays_without_who_added_it(people, database):
    ada, bob = await people.join(), await people.join()
    photo = await ready(database, ada)
    place_id = await spot(ada, mediaIds=[global_id(photo)])
    assert (await shown(bob, place_id))["photos"] == [{"id": global_id(photo)}]
    async with database.write() as tx:
        await tx.remove(models.Account, account_id=ada.key)
    left = await shown(bob, place_id)
    assert (left["name"], left["photos"], left["canEdit"]) == (SPOT["name"], [], False)


async def test_photos_are_shown_in_their_order_and_leave_with_who_is_hidden(people, database):
    ada, bob = await people.join(), await people.join()
    keys = [await ready(database, ada) for _ in range(3)]
    photos = [global_id(key) for key in keys]
    place_id = await spot(ada, mediaIds=photos[:2])
    assert [each["id"] for each in (await shown(bob, place_id))["photos"]] == photos[:2]
    wanted = [photos[2], photos[0]]
    await ada.api.done("editPlace", placeId=place_id, mediaIds=wanted)
    assert [each["id"] for each in (await shown(bob, place_id))["photos"]] == wanted
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await bob.api.ask(node, id=photos[0]))["node"] is not None
    await bob.api.done("blockProfile", profileId=ada.id)
    assert (await shown(bob, place_id))["photos"] == []
    assert (await bob.api.ask(node, id=photos[0]))["node"] is None
    async with database.write() as tx:
        facts = await tx.connection.fetch("SELECT body FROM facts WHERE kind = 'MediaReleased'")
    assert [fact["body"]["media_ids"] for fact in facts] == [[str(keys[1])]]


async def test_photos_of_others_used_ones_and_too_many_are_refused(people, database):
    ada, bob = await people.join(), await people.join()
    mine, theirs = [global_id(await ready(database, person)) for person in (ada, bob)]
    place_id = await spot(ada, mediaIds=[mine])
    for given, code in (
        ([theirs], "MEDIA_NOT_FOUND"),
        ([mine, mine], "INVALID_INPUT"),
        ([mine] * 11, "INVALID_INPUT"),
    ):
        answer = await ada.api.do("editPlace", placeId=place_id, mediaIds=given)
        assert answer["code"] == code
    again = await ada.api.do("addPlace", **SPOT, isNew=True, mediaIds=[mine])
    assert (again["__typename"], again["code"]) == ("NotAllowed", "MEDIA_IN_USE")


DUPLICATES = "... on DuplicatePlace { duplicates { id } }"


async def tried(person, **given):
    query = f"""mutation ($input: AddPlaceInput!) {{ addPlace(input: $input) {{
      __typename {DUPLICATES} }} }}"""
    return (await person.api.ask(query, input={**SPOT, **given}))["addPlace"]


async def test_a_place_that_may_be_there_already_is_told_instead_of_added(people):
    ada, bob = await people.join(), await people.join()
    place_id = await spot(ada, name="Café Einstein")
    near = {"latitude": 52.5209, "longitude": 13.4}
    far = {"latitude": 52.5216, "longitude": 13.4}
    told = {"__typename": "DuplicatePlace", "duplicates": [{"id": place_id}]}
    assert await tried(bob, name="Cafe Einstein", location=near) == told
    assert (await tried(bob, name="Cafe Einstein", location=far))["__typename"] != "DuplicatePlace"
    assert (await tried(bob, name="Playground", location=near))["__typename"] != "DuplicatePlace"
    added = await tried(bob, name="Einstein Café", location=near, isNew=True)
    assert added == {"__typename": "AddPlaceSuccess"}


async def test_a_retry_adds_once_also_when_both_come_at_the_same_time(people, database):
    ada = await people.join()
    call = {**SPOT, "clientMutationId": "corner"}
    answers = await asyncio.gather(*(ada.api.done("addPlace", PLACE, **call) for _ in range(4)))
    assert len({answer["place"]["id"] for answer in answers}) == 1
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM places") == 1


async def test_of_two_who_add_the_same_place_at_once_one_is_told_of_the_other(people):
    crowd = [await people.join() for _ in range(4)]
    # Two of them on the other side of a border between two bands.
    answers = await asyncio.gather(
        *(
            tried(person, location={"latitude": 52.52 + (n % 2 - 0.5) / 1_000, "longitude": 13.4})
            for n, person in enumerate(crowd)
        )
    )
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["AddPlaceSuccess", *["DuplicatePlace"] * 3]


async def test_one_adds_only_so_many_places_a_day_also_when_they_are_removed(people):
    # Two are left of twenty.
    ada = await people.join(places_regained_at=datetime.now(UTC) + timedelta(hours=21.5))
    answers = []
    for _ in range(3):
        answers.append(await ada.api.do("addPlace", "place { id }", **SPOT))
        if place := answers[-1].get("place"):
            await ada.api.done("removePlace", placeId=place["id"])
    kinds = [answer["__typename"] for answer in answers]
    assert kinds == ["AddPlaceSuccess", "AddPlaceSuccess", "LimitReached"]
    assert answers[-1]["code"] == "PLACE_LIMIT_REACHED"


async def test_forged_ids_name_no_place(people):
    ada = await people.join()
    for forged in ("", "x", ada.id, ids.encode("Place", ada.key)):
        assert await shown(ada, forged) is None
        answer = await ada.api.do("removePlace", placeId=forged)
        assert answer["code"] == "PLACE_NOT_FOUND"
