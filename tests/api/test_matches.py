"""Matches through the API: who sees them, and that nothing of one is left when it ends."""

import asyncio
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids
from tests.support.sockets import connected

MATCH = "id status matchedAt compatibilityScore profile { id displayName } conversation { id }"
ONE = f"query ($id: ID!) {{ match(id: $id) {{ {MATCH} }} node(id: $id) {{ id }} }}"
LIST = f"""query ($first: Int, $after: String, $last: Int, $before: String) {{ viewer {{
  matches(first: $first, after: $after, last: $last, before: $before) {{
    totalCount nodes {{ {MATCH} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"""
TALK = "query ($id: ID!) { conversation(id: $id) { id messages { nodes { text } } } }"
LISTEN = "subscription ($id: ID!) { messages(conversationId: $id) { cursor } }"


async def match(one, other):
    """Let two people match through the API, and give the match as the second one sees it."""
    await one.api.done("likeProfile", profileId=other.id)
    answer = await other.api.done("likeProfile", f"match {{ {MATCH} }}", profileId=one.id)
    return answer["match"]


async def listed(person, **page):
    return (await person.api.ask(LIST, **page))["viewer"]["matches"]


async def seen(person, match_id):
    return await person.api.ask(ONE, id=match_id)


MISSING = {"match": None, "node": None}


@pytest.fixture
async def pair(people):
    """Two people and their match, as the second one sees it."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    return ada, bob, await match(ada, bob)


async def test_both_see_the_match_with_the_other_person(pair):
    ada, bob, found = pair
    assert found["profile"] == {"id": ada.id, "displayName": "Ada"}
    assert found["status"] == "ACCEPTED"
    assert await seen(bob, found["id"]) == {"match": found, "node": {"id": found["id"]}}
    mine = (await seen(ada, found["id"]))["match"]
    assert mine == {**found, "profile": {"id": bob.id, "displayName": "Bob"}}
    assert (await listed(ada))["nodes"] == [mine]
    assert (await listed(bob))["nodes"] == [found]


async def test_a_match_is_missing_for_everybody_else(pair, people, api):
    ada, _, found = pair
    stranger = await people.join()
    assert await seen(stranger, found["id"]) == MISSING
    assert (await listed(stranger))["totalCount"] == 0
    answer = await stranger.api.do("unmatch", matchId=found["id"])
    assert (answer["__typename"], answer["code"]) == ("NotFound", "MATCH_NOT_FOUND")
    assert (await api.send(ONE, id=found["id"])).codes == ["UNAUTHENTICATED"]
    assert await api.ask(LIST) == {"viewer": None}
    assert (await seen(ada, found["id"]))["match"] is not None


async def test_matches_come_newest_first_in_pages_that_new_ones_do_not_shift(people):
    ada = await people.join("Ada")
    others = [await people.join() for _ in range(5)]
    made = [(await match(other, ada))["id"] for other in others][::-1]
    first = await listed(ada, first=2)
    assert first["totalCount"] == 5
    assert [node["id"] for node in first["nodes"]] == made[:2]
    await match(await people.join(), ada)
    rest = await listed(ada, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in rest["nodes"]] == made[2:]
    assert not rest["pageInfo"]["hasNextPage"]
    back = await listed(ada, last=1, before=rest["pageInfo"]["startCursor"])
    assert [node["id"] for node in back["nodes"]] == [made[1]]
    assert back["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("page", [{"first": 0}, {"last": 101}, {"after": "💥"}, {"before": ""}])
async def test_the_size_and_the_cursor_of_a_page_are_checked(people, page):
    assert (await (await people.join()).api.send(LIST, **page)).codes == ["INVALID_INPUT"]


async def nothing_left(person, other, found):
    """Check that nothing of an ended match is left to somebody."""
    talk = found["conversation"]["id"]
    assert await seen(person, found["id"]) == MISSING
    assert (await listed(person))["totalCount"] == 0
    assert await person.api.ask(TALK, id=talk) == {"conversation": None}
    for mutation, more in (("sendMessage", {"text": "Hi"}), ("markRead", {"upTo": 1})):
        answer = await person.api.do(mutation, conversationId=talk, **more)
        assert answer["code"] == "CONVERSATION_NOT_FOUND"
    started = await person.api.do("startConversation", profileId=other.id)
    assert started["__typename"] in {"NotAllowed", "NotFound"}


@pytest.mark.parametrize("ender", [0, 1])
async def test_after_an_unmatch_nothing_is_left_to_either(application, pair, ender):
    people, found = pair[:2], pair[2]
    talk = found["conversation"]["id"]
    await people[1].api.done("sendMessage", conversationId=talk, text="Hi")
    answer = await people[ender].api.done("unmatch", "endedMatchId", matchId=found["id"])
    assert answer["endedMatchId"] == found["id"]
    await nothing_left(*people, found)
    await nothing_left(*people[::-1], found)
    for person in people:
        async with connected(application, person.api.token) as socket:
            listening = await socket.subscribe(LISTEN, id=talk)
            (error,) = await listening.error()
            assert error["extensions"]["code"] == "CONVERSATION_NOT_FOUND"


ENDINGS = {
    "unlikeProfile": lambda other: {"profileId": other.id},
    "undoDecision": lambda _: {},
    "blockProfile": lambda other: {"profileId": other.id},
}


@pytest.mark.parametrize("mutation", ENDINGS)
async def test_whatever_ends_a_match_leaves_nothing_of_it(pair, mutation):
    ada, bob, found = pair
    await ada.api.done(mutation, **ENDINGS[mutation](bob))
    await nothing_left(ada, bob, found)
    await nothing_left(bob, ada, found)


async def test_those_who_unmatched_like_each_other_no_more_and_match_anew_by_two_likes(pair):
    ada, bob, found = pair
    await ada.api.done("unmatch", matchId=found["id"])
    for person in (ada, bob):
        query = "{ viewer { likesGiven { totalCount } } }"
        assert (await person.api.ask(query))["viewer"]["likesGiven"]["totalCount"] == 0
    again = await match(bob, ada)
    assert again["id"] != found["id"]
    assert again["conversation"]["id"] != found["conversation"]["id"]
    assert (await listed(ada))["totalCount"] == 1


async def test_a_match_with_somebody_who_is_hidden_is_missing_until_they_are_back(pair, database):
    ada, bob, found = pair
    for is_active in (False, True):
        async with database.write() as tx:
            await tx.change(models.Account, {"account_id": bob.key}, is_active=is_active)
        assert ((await seen(ada, found["id"]))["match"] is not None) is is_active
        assert (await listed(ada))["totalCount"] == int(is_active)


async def test_a_match_goes_with_the_account_of_either(pair, database):
    ada, bob, found = pair
    async with database.write() as tx:
        await tx.remove(models.Account, account_id=bob.key)
    assert await seen(ada, found["id"]) == MISSING
    assert (await listed(ada))["totalCount"] == 0


async def test_missing_ended_foreign_and_forged_matches_are_alike(pair):
    ada, bob, found = pair
    await bob.api.done("unmatch", matchId=found["id"])
    missing = ids.encode("Match", UUID(int=1))
    expected = await ada.api.do("unmatch", matchId=missing)
    assert (expected["__typename"], expected["code"]) == ("NotFound", "MATCH_NOT_FOUND")
    wrong = (found["id"], bob.id, ids.encode("match", bob.key), "", "x", "💥", "\x00", "A" * 9_999)
    for match_id in wrong:
        assert await ada.api.do("unmatch", matchId=match_id) == expected, match_id
        assert (await ada.api.ask("query ($id: ID!) { match(id: $id) { id } }", id=match_id)) == {
            "match": None
        }


@pytest.mark.parametrize(
    "input",
    [{}, {"matchId": None}, {"matchId": ["x"]}, {"matchId": {}}, {"id": "x", "matchId": "x"}, None],
)
async def test_inputs_of_wrong_types_never_reach_the_rules(pair, input):
    ada, _, found = pair
    query = "mutation ($i: UnmatchInput!) { unmatch(input: $i) { __typename } }"
    assert (await ada.api.send(query, i=input)).codes == ["BAD_REQUEST"]
    assert (await seen(ada, found["id"]))["match"] is not None


async def test_who_is_signed_out_ends_no_match(pair, api):
    _, _, found = pair
    query = "mutation ($i: UnmatchInput!) { unmatch(input: $i) { __typename } }"
    assert (await api.send(query, i={"matchId": found["id"]})).codes == ["UNAUTHENTICATED"]


async def test_a_retried_unmatch_is_answered_alike_and_ends_no_later_match(pair):
    ada, bob, found = pair
    same = {"matchId": found["id"], "clientMutationId": "k"}
    calls = (ada.api.done("unmatch", "endedMatchId", **same) for _ in range(10))
    answers = await asyncio.gather(*calls)
    assert {answer["endedMatchId"] for answer in answers} == {found["id"]}
    again = await match(ada, bob)
    await ada.api.done("unmatch", **same)
    assert (await seen(ada, again["id"]))["match"] == {
        **again,
        "profile": {"id": bob.id, "displayName": "Bob"},
    }
    conflict = await ada.api.do("unmatch", matchId=again["id"], clientMutationId="k")
    assert conflict["__typename"] == "IdempotencyConflict"


LINES = """query ($id: ID!, $first: Int!) { match(id: $id) {
  iceBreakers(first: $first) { topic text } } }"""


async def lines(person, match_id, first=3):
    answer = await person.api.ask(LINES, id=match_id, first=first)
    return [line["text"] for line in answer["match"]["iceBreakers"]]


async def test_ice_breakers_say_what_both_show_and_nothing_that_is_hidden(people):
    shared = {"interests": ["hiking", "chess"], "goals": ["friendship"], "languages": ["de"]}
    ada = await people.join("Ada", **{**shared, "skills": [], "city": "Hamburg"})
    wishes = {"goals_wanted": ["marriage"], "genders": ["woman"]}
    bob = await people.join("Bob", **{**shared, "skills": ["python"]}, preferences=wishes)
    await ada.api.done("addCompanion", kind="dog", name="Rex")
    await bob.api.done("addCompanion", kind="dog", name="Mia")
    question = [{"question": "Tea or coffee?", "answer": "Tea, in secret."}]
    for person in (ada, bob):
        await person.api.done("setPrompts", prompts=question)
    found = await match(ada, bob)
    assert await lines(ada, found["id"]) == [
        'We both answered "Tea or coffee?" What made you answer as you did?',
        "We both live with the same kind of animal: Dog. How is Mia?",
        "We share an interest: Chess. What do you like most about it?",
    ]
    everything = await lines(ada, found["id"], 10)
    assert everything == await lines(ada, found["id"], 10)
    assert len(everything) == len(set(everything)) == 6
    for hidden in ("Marriage", "secret", "Python", "Hamburg"):
        assert hidden not in " ".join(everything)
    assert "How is Rex?" in (await lines(bob, found["id"]))[1]


@pytest.mark.parametrize("first", [0, -1, 11])
async def test_so_many_ice_breakers_are_not_given(pair, first):
    ada, _, found = pair
    answer = await ada.api.send(LINES, id=found["id"], first=first)
    assert answer.codes == ["INVALID_INPUT"]


async def test_the_compatibility_stays_what_it_was_when_they_matched(pair, database):
    ada, bob, found = pair
    assert 0 <= found["compatibilityScore"] <= 100
    changed = {"interests": ["knitting"], "goals": [], "languages": ["ja"], "skills": []}
    await ada.api.done("updateProfile", **changed)
    for person in (ada, bob):
        again = (await seen(person, found["id"]))["match"]
        assert again["compatibilityScore"] == found["compatibilityScore"]
