"""Preferences through the API: whom people want to meet, which nobody else learns."""

import pytest

PREFERENCES = """preferences { ageMin ageMax maxDistance genders goals languages activeWithinDays
    distanceUnit isDiscoverable }"""
FRESH = {
    "ageMin": 18,
    "ageMax": 120,
    "maxDistance": None,
    "genders": [],
    "goals": [],
    "languages": [],
    "activeWithinDays": None,
    "distanceUnit": "KILOMETRES",
    "isDiscoverable": True,
}


async def saved(person):
    return (await person.api.ask(f"{{ viewer {{ {PREFERENCES} }} }}"))["viewer"]["preferences"]


async def test_everybody_starts_open_to_anybody(people):
    ada = await people.join()
    assert await saved(ada) == FRESH


async def test_setting_some_preferences_keeps_the_others(people):
    ada = await people.join()
    await ada.api.done("setPreferences", ageMin=30, genders=["Woman", "woman", "nonbinary"])
    answer = await ada.api.done(
        "setPreferences",
        PREFERENCES,
        ageMax=45,
        goals=["make friends"],
        languages=["german"],
        activeWithinDays=30,
        isDiscoverable=False,
    )
    assert answer["preferences"] == {
        **FRESH,
        "ageMin": 30,
        "ageMax": 45,
        "genders": ["woman", "nonbinary"],
        "goals": ["friendship"],
        "languages": ["de"],
        "activeWithinDays": 30,
        "isDiscoverable": False,
    }
    assert await saved(ada) == answer["preferences"]


async def test_null_takes_a_limit_away(people):
    ada = await people.join()
    await ada.api.done(
        "setPreferences",
        ageMin=30,
        ageMax=40,
        maxDistance={"value": 5},
        goals=["mentor"],
        activeWithinDays=7,
        distanceUnit="MILES",
        isDiscoverable=False,
    )
    answer = await ada.api.done("setPreferences", PREFERENCES, **dict.fromkeys(FRESH))
    assert answer["preferences"] == FRESH


async def test_a_distance_comes_back_in_the_unit_that_is_preferred_or_asked_for(people):
    ada = await people.join()
    await ada.api.done(
        "setPreferences", maxDistance={"value": 25, "unit": "MILES"}, distanceUnit="MILES"
    )
    query = """{ viewer { preferences {
        mine: maxDistance miles: maxDistance(unit: MILES) km: maxDistance(unit: KILOMETRES) } } }"""
    asked = (await ada.api.ask(query))["viewer"]["preferences"]
    assert asked == {"mine": 25, "miles": 25, "km": pytest.approx(40.2336)}


BAD = [
    ({"ageMin": 17}, ["ageMin"]),
    ({"ageMax": 121}, ["ageMax"]),
    ({"ageMin": -5, "ageMax": 2**31 - 1}, ["ageMin", "ageMax"]),
    ({"ageMin": 41}, ["ageMin"]),
    ({"ageMin": 35, "ageMax": 34}, ["ageMin"]),
    ({"maxDistance": {"value": 0}}, ["maxDistance"]),
    ({"maxDistance": {"value": -1, "unit": "MILES"}}, ["maxDistance"]),
    ({"maxDistance": {"value": 1e300}}, ["maxDistance"]),
    ({"activeWithinDays": 0}, ["activeWithinDays"]),
    ({"activeWithinDays": 366}, ["activeWithinDays"]),
    ({"genders": [""]}, ["genders.0"]),
    ({"goals": ["friendship", "?"]}, ["goals.1"]),
    ({"languages": ["xx"]}, ["languages.0"]),
]


@pytest.mark.parametrize(("given", "paths"), BAD)
async def test_bad_preferences_are_refused_and_change_nothing(people, given, paths):
    ada = await people.join(preferences={"age_min": 30, "age_max": 40})
    before = await saved(ada)
    answer = await ada.api.do("setPreferences", **given)
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == paths
    assert await saved(ada) == before


@pytest.mark.parametrize(
    "given",
    [
        {"ageMin": "18"},
        {"ageMin": 18.5},
        {"ageMin": True},
        {"ageMax": 2**31},
        {"maxDistance": 5},
        {"maxDistance": {}},
        {"maxDistance": {"value": "5"}},
        {"distanceUnit": "FURLONGS"},
        {"isDiscoverable": "yes"},
        {"genders": [1]},
    ],
)
async def test_wrong_types_never_reach_the_rules(people, given):
    ada = await people.join()
    query = "mutation ($i: SetPreferencesInput!) { setPreferences(input: $i) { __typename } }"
    answer = await ada.api.send(query, i=given)
    assert answer.errors
    assert await saved(ada) == FRESH


async def test_nobody_reads_the_preferences_of_others(people):
    ada, bob = await people.join(), await people.join()
    answer = await bob.api.send(
        "query ($id: ID!) { profile(id: $id) { preferences { ageMin } } }", id=ada.id
    )
    assert "Cannot query field" in answer.errors[0]["message"]


async def test_preferences_are_made_for_who_has_none(people, database):
    ada = await people.join()
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM preferences")
    answer = await ada.api.done("setPreferences", PREFERENCES, ageMin=20)
    assert answer["preferences"] == {**FRESH, "ageMin": 20}


async def test_a_retry_gives_the_same_answer(people):
    ada = await people.join()
    first = await ada.api.done("setPreferences", PREFERENCES, ageMin=20, clientMutationId="a")
    await ada.api.done("setPreferences", ageMin=25)
    again = await ada.api.done("setPreferences", PREFERENCES, ageMin=20, clientMutationId="a")
    assert again == first
    assert (await saved(ada))["ageMin"] == 25


async def test_saying_the_same_again_records_nothing(people, database):
    ada = await people.join()
    await ada.api.done("setPreferences", **FRESH)
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM facts") == 0
