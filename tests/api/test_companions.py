"""Companions through the API: added, changed, removed, shown to others."""

import pytest

from resolvers import ids

COMPANION = "companion { id kind name breed birthDate temperament }"


async def shown(person, of=None):
    query = "query ($id: ID!) { profile(id: $id) { companions { id name kind } } }"
    return (await person.api.ask(query, id=(of or person).id))["profile"]["companions"]


async def with_rex(people):
    ada = await people.join()
    answer = await ada.api.done(
        "addCompanion",
        COMPANION,
        kind="Puppy",
        name=" Rex ",
        breed="Beagle",
        birthDate="2020-02-29",
        temperament="Lazy",
    )
    return ada, answer["companion"]


async def test_a_companion_is_shown_to_others(people):
    ada, rex = await with_rex(people)
    bob = await people.join()
    assert {name: value for name, value in rex.items() if name != "id"} == {
        "kind": "dog",
        "name": "Rex",
        "breed": "Beagle",
        "birthDate": "2020-02-29",
        "temperament": "Lazy",
    }
    assert await shown(bob, of=ada) == [{"id": rex["id"], "name": "Rex", "kind": "dog"}]
    query = "query ($id: ID!) { node(id: $id) { id ... on Companion { name } } }"
    assert await bob.api.ask(query, id=rex["id"]) == {"node": {"id": rex["id"], "name": "Rex"}}


async def test_changing_a_companion_keeps_what_is_not_given(people):
    ada, rex = await with_rex(people)
    answer = await ada.api.done(
        "updateCompanion", COMPANION, companionId=rex["id"], breed=None, name="Max"
    )
    assert answer["companion"] == {**rex, "breed": None, "name": "Max"}
    again = await ada.api.done("updateCompanion", COMPANION, companionId=rex["id"], name="Max")
    assert again["companion"] == answer["companion"]


async def test_a_removed_companion_is_gone(people):
    ada, rex = await with_rex(people)
    answer = await ada.api.done("removeCompanion", "removedCompanionId", companionId=rex["id"])
    assert answer["removedCompanionId"] == rex["id"]
    assert await shown(ada) == []
    again = await ada.api.do("removeCompanion", companionId=rex["id"])
    assert again["__typename"] == "NotFound"


async def test_only_ones_own_companions_can_be_touched(people):
    ada, rex = await with_rex(people)
    bob = await people.join()
    key = ids.parse(rex["id"])[1]
    for forged in (rex["id"], ids.encode("Profile", key), "", "x" * 500, "🐕"):
        for mutation in ("updateCompanion", "removeCompanion"):
            answer = await bob.api.do(mutation, companionId=forged)
            assert answer["code"] == "COMPANION_NOT_FOUND"
    assert len(await shown(ada)) == 1


BAD = [
    ({"kind": ""}, ["kind"]),
    ({"name": "  "}, ["name"]),
    ({"kind": "x" * 31, "name": "x" * 51}, ["kind", "name"]),
    ({"breed": "x" * 51}, ["breed"]),
    ({"temperament": "x" * 201}, ["temperament"]),
    ({"birthDate": "9999-01-01"}, ["birthDate"]),
    ({"birthDate": "1850-01-01"}, ["birthDate"]),
]


@pytest.mark.parametrize(("given", "paths"), BAD)
async def test_bad_facts_are_refused_and_change_nothing(people, given, paths):
    ada, rex = await with_rex(people)
    added = await ada.api.do("addCompanion", **{"kind": "cat", "name": "Mimi", **given})
    changed = await ada.api.do("updateCompanion", companionId=rex["id"], **given)
    for answer in (added, changed):
        assert answer["__typename"] == "InvalidInput"
        assert [field["path"] for field in answer["fields"]] == paths
    assert await shown(ada) == [{"id": rex["id"], "name": "Rex", "kind": "dog"}]


async def test_kind_and_name_cannot_be_taken_back(people):
    ada, rex = await with_rex(people)
    answer = await ada.api.do("updateCompanion", companionId=rex["id"], kind=None, name=None)
    assert [field["path"] for field in answer["fields"]] == ["kind", "name"]


async def test_ten_companions_are_enough(people):
    ada = await people.join()
    for n in range(10):
        await ada.api.done("addCompanion", kind="fish", name=f"Fish {n}")
    answer = await ada.api.do("addCompanion", kind="fish", name="One more")
    assert answer["__typename"] == "LimitReached"
    assert answer["code"] == "COMPANION_LIMIT_REACHED"
    assert len(await shown(ada)) == 10


@pytest.mark.parametrize(
    "given", [{}, {"kind": "dog"}, {"kind": 1, "name": "x"}, {"kind": "dog", "name": None}]
)
async def test_wrong_types_never_reach_the_rules(people, given):
    ada = await people.join()
    query = "mutation ($i: AddCompanionInput!) { addCompanion(input: $i) { __typename } }"
    answer = await ada.api.send(query, i=given)
    assert answer.errors
    assert await shown(ada) == []


async def test_a_retry_adds_no_second_companion(people):
    ada = await people.join()
    given = {"kind": "cat", "name": "Mimi", "clientMutationId": "c"}
    first = await ada.api.done("addCompanion", COMPANION, **given)
    assert await ada.api.done("addCompanion", COMPANION, **given) == first
    assert len(await shown(ada)) == 1
