"""Favourite places through the API: kept, listed, taken off, and seen by nobody else."""

from tests.support.places import spot

LIST = """query ($after: String) { viewer { favouritePlaces(first: 2, after: $after) {
  totalCount nodes { id isFavourite } pageInfo { endCursor hasNextPage } } } }"""


async def favourites(person, after=None):
    return (await person.api.ask(LIST, after=after))["viewer"]["favouritePlaces"]


async def test_favourites_are_listed_the_newest_first_for_oneself_alone(people):
    ada, bob = await people.join(), await people.join()
    places = [await spot(ada) for _ in range(3)]
    for place_id in places:
        answer = await ada.api.done("favouritePlace", "place { isFavourite }", placeId=place_id)
        assert answer == {"__typename": "FavouritePlaceSuccess", "place": {"isFavourite": True}}
    first = await favourites(ada)
    assert first["nodes"] == [{"id": each, "isFavourite": True} for each in places[:0:-1]]
    assert first["totalCount"] == 3
    rest = await favourites(ada, first["pageInfo"]["endCursor"])
    assert [each["id"] for each in rest["nodes"]] == places[:1]
    assert await favourites(bob) == {
        "totalCount": 0,
        "nodes": [],
        "pageInfo": {"endCursor": None, "hasNextPage": False},
    }


async def test_doing_it_again_changes_nothing(people, database):
    ada = await people.join()
    place_id = await spot(ada)
    for mutation in ("favouritePlace", "unfavouritePlace"):
        for _ in range(2):
            await ada.api.done(mutation, placeId=place_id)
    async with database.write() as tx:
        facts = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    kinds = [fact["kind"] for fact in facts]
    assert kinds == ["PlaceAdded", "PlaceFavourited", "PlaceUnfavourited"]
    assert (await favourites(ada))["nodes"] == []


async def test_a_removed_place_is_nobody_s_favourite(people):
    ada, bob = await people.join(), await people.join()
    place_id = await spot(ada)
    await bob.api.done("favouritePlace", placeId=place_id)
    await ada.api.done("removePlace", placeId=place_id)
    assert (await favourites(bob))["totalCount"] == 0
