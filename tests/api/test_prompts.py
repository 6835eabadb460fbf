"""Prompts through the API: set, reordered, shown in their order."""

import pytest

from persistence import models
from resolvers import ids

PROMPTS = "prompts { id question answer }"


def three():
    return [{"question": f"Question {n}?", "answer": f"Answer {n}."} for n in "cab"]


async def shown(person, of=None):
    query = f"query ($id: ID!) {{ profile(id: $id) {{ {PROMPTS} }} }}"
    return (await person.api.ask(query, id=(of or person).id))["profile"]["prompts"]


async def test_prompts_are_shown_in_the_order_given(people):
    ada, bob = await people.join(), await people.join()
    answer = await ada.api.done("setPrompts", PROMPTS, prompts=three())
    assert [(p["question"], p["answer"]) for p in answer["prompts"]] == [
        (p["question"], p["answer"]) for p in three()
    ]
    assert await shown(ada) == await shown(bob, of=ada) == answer["prompts"]


async def test_setting_prompts_replaces_them_all(people):
    ada = await people.join()
    await ada.api.done("setPrompts", prompts=three())
    await ada.api.done("setPrompts", prompts=[{"question": "New?", "answer": "Yes."}])
    assert [p["question"] for p in await shown(ada)] == ["New?"]
    await ada.api.done("setPrompts", prompts=[])
    assert await shown(ada) == []


async def test_setting_the_same_prompts_again_keeps_them(people, database):
    ada = await people.join()
    first = await ada.api.done("setPrompts", PROMPTS, prompts=three())
    assert await ada.api.done("setPrompts", PROMPTS, prompts=three()) == first
    async with database.write() as tx:
        count = await tx.connection.fetchval("SELECT count(*) FROM facts")
    assert count == 1


async def test_prompts_can_be_reordered(people):
    ada = await people.join()
    await ada.api.done("setPrompts", prompts=three())
    before = await shown(ada)
    order = [before[2]["id"], before[0]["id"], before[1]["id"]]
    answer = await ada.api.done("reorderPrompts", PROMPTS, promptIds=order)
    assert [p["id"] for p in answer["prompts"]] == order
    assert await shown(ada) == answer["prompts"] == [before[2], before[0], before[1]]
    assert await ada.api.done("reorderPrompts", PROMPTS, promptIds=order) == answer


async def test_an_order_names_each_of_ones_own_prompts_once(people):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("setPrompts", prompts=three())
    await bob.api.done("setPrompts", prompts=three())
    mine, theirs = await shown(ada), await shown(bob)
    a, b, c = (prompt["id"] for prompt in mine)
    for order, refusal in (
        ([a, b], "InvalidInput"),
        ([a, b, b], "InvalidInput"),
        ([a, b, c, c], "InvalidInput"),
        ([], "InvalidInput"),
        ([a, b, theirs[0]["id"]], "NotFound"),
        ([a, b, c, theirs[0]["id"]], "NotFound"),
        ([a, b, ids.encode("Post", ids.parse(c)[1])], "NotFound"),
        ([a, b, "🦜"], "NotFound"),
    ):
        answer = await ada.api.do("reorderPrompts", promptIds=order)
        assert answer["__typename"] == refusal, order
        assert await shown(ada) == mine


BAD = [
    ([{"question": "", "answer": "x"}], ["prompts.0.question"]),
    ([{"question": "x", "answer": " \n "}], ["prompts.0.answer"]),
    ([{"question": "x" * 151, "answer": "x" * 501}], ["prompts.0.question", "prompts.0.answer"]),
    (
        [{"question": "A?", "answer": "x"}, {"question": "a?", "answer": "y"}],
        ["prompts.1.question"],
    ),
    ([{"question": f"{n}?", "answer": "x"} for n in range(11)], ["prompts"]),
]


@pytest.mark.parametrize(("prompts", "paths"), BAD)
async def test_bad_prompts_are_refused_and_change_nothing(people, prompts, paths):
    ada = await people.join()
    await ada.api.done("setPrompts", prompts=three())
    before = await shown(ada)
    answer = await ada.api.do("setPrompts", prompts=prompts)
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == paths
    assert await shown(ada) == before


@pytest.mark.parametrize(
    "prompts", [None, "x", [None], [{"question": "x"}], [{"question": 1, "answer": "x"}], [["x"]]]
)
async def test_prompts_of_wrong_types_never_reach_the_rules(people, prompts):
    ada = await people.join()
    query = "mutation ($i: SetPromptsInput!) { setPrompts(input: $i) { __typename } }"
    answer = await ada.api.send(query, i={"prompts": prompts})
    assert answer.errors
    assert answer.data is None


async def test_a_prompt_is_a_node_for_those_who_may_see_its_person(people, database):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("setPrompts", prompts=three())
    prompt = (await shown(ada))[0]
    query = "query ($id: ID!) { node(id: $id) { id ... on Prompt { question } } }"
    seen = await bob.api.ask(query, id=prompt["id"])
    assert seen["node"] == {"id": prompt["id"], "question": prompt["question"]}
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=bob.key)
    assert await bob.api.ask(query, id=prompt["id"]) == {"node": None}


async def test_a_retry_has_no_second_effect_and_gives_the_prompts_that_are_still_there(people):
    ada = await people.join()
    asked = {"prompts": three(), "clientMutationId": "p"}
    first = await ada.api.done("setPrompts", PROMPTS, **asked)
    assert await ada.api.done("setPrompts", PROMPTS, **asked) == first
    await ada.api.done("setPrompts", prompts=[])
    assert (await ada.api.done("setPrompts", PROMPTS, **asked))["prompts"] == []
    assert await shown(ada) == []
