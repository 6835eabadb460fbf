"""What if somebody wanted other people: the deck they would get, with nothing changed."""

import pytest

from tests.support.towns import shown

WHAT_IF = """query ($preferences: PreferencesInput!, $first: Int! = 10) {
  viewer { whatIf(preferences: $preferences, first: $first) {
    score profile { id } reasons { signal contribution } } } }"""


async def what_if(person, first=10, **preferences):
    answer = await person.api.ask(WHAT_IF, preferences=preferences, first=first)
    return answer["viewer"]["whatIf"]


async def suggested(person, **preferences):
    return [node["profile"]["id"] for node in await what_if(person, **preferences)]


async def state(database):
    tables = ("preferences", "impressions", "exposures", "facts")
    async with database.write() as tx:
        return [
            [tuple(row) for row in await tx.connection.fetch(f"SELECT * FROM {name}")]  # noqa: S608
            for name in tables
        ]


async def test_other_preferences_bring_other_people(town, database):
    ada = await town.join(preferences={"genders": ["woman"]})
    eve, bob = await town.join(gender="woman"), await town.join(gender="man")
    deck = await shown(ada)
    assert deck == [eve.id]
    before = await state(database)
    assert await suggested(ada, genders=["man"]) == [bob.id]
    assert set(await suggested(ada, genders=[])) == {eve.id, bob.id}
    assert await suggested(ada) == [eve.id]
    assert await state(database) == before
    assert await shown(ada) == deck
    nodes = await what_if(ada, genders=None)
    for node in nodes:
        points = sum(reason["contribution"] for reason in node["reasons"])
        assert points == pytest.approx(node["score"] - 50, abs=1e-9)


async def test_what_others_want_still_counts(town):
    ada = await town.join(gender="woman")
    await town.join(gender="man", preferences={"genders": ["man"]})
    assert await suggested(ada, genders=["man"], ageMin=18, maxDistance=None) == []


async def test_there_are_no_more_than_asked_for(town):
    ada = await town.join()
    for _ in range(3):
        await town.join()
    assert len(await what_if(ada, first=2)) == 2


async def test_it_costs_the_work_of_a_deck_however_few_are_asked_for(town):
    ada = await town.join()
    few = "whatIf(preferences: { ageMin: 20 }, first: 1) { score }"
    once = await ada.api.send(f"{{ viewer {{ {few} }} }}")
    assert once.extensions["cost"]["requested"] == 1 + 500 + 1
    many = " ".join(f"w{number}: {few}" for number in range(10))
    assert (await ada.api.send(f"{{ viewer {{ {many} }} }}")).codes == ["COST_EXCEEDED"]


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"preferences": {"ageMin": 17}}, ["ageMin"]),
        ({"preferences": {"ageMin": 40, "ageMax": 30}}, ["ageMin"]),
        ({"preferences": {"goals": ["nonsense"]}}, ["goals.0"]),
        ({"preferences": {"maxDistance": {"value": -1}, "activeWithinDays": 0}}, None),
        ({"preferences": {}, "first": 0}, ["first"]),
        ({"preferences": {}, "first": 51}, ["first"]),
    ],
)
async def test_what_cannot_be_wanted_is_refused(people, asked, fields):
    ada = await people.join()
    answer = await ada.api.send(WHAT_IF, **asked)
    assert answer.codes == ["INVALID_INPUT"]
    if fields is not None:
        told = answer.errors[0]["extensions"]["fields"]
        assert [field["path"] for field in told] == fields


async def test_before_the_onboarding_there_is_nobody(people):
    ada = await people.join(onboarded=False)
    assert await what_if(ada, ageMin=20) == []
