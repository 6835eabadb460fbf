"""Blocks through the API: neither is shown to the other any more, and only one knows why."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids
from tests.support.conversations import matched

BLOCKED = "blockedProfile { profileId displayName blockedAt }"
LIST = "{ viewer { blockedProfiles { totalCount nodes { profileId displayName } } } }"
SEEN = """query ($id: ID!) { profile(id: $id) { displayName } node(id: $id) { id } }"""


async def sees(person, other):
    seen = await person.api.ask(SEEN, id=other.id)
    assert (seen["profile"] is None) == (seen["node"] is None)
    return seen["profile"] is not None


async def test_a_block_hides_both_from_each_other(people):
    ada, bob, eve = await people.join("Ada"), await people.join("Bob"), await people.join("Eve")
    answer = await ada.api.done("blockProfile", BLOCKED, profileId=bob.id)
    assert answer["blockedProfile"]["profileId"] == bob.id
    assert answer["blockedProfile"]["displayName"] == "Bob"
    assert not await sees(ada, bob)
    assert not await sees(bob, ada)
    assert await sees(eve, ada)
    assert await sees(eve, bob)


async def test_posts_of_a_blocked_person_are_hidden_too(people):
    ada, bob = await people.join(), await people.join()
    post = (await ada.api.done("createPost", "post { id }", content="Hi"))["post"]
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await bob.api.ask(SEEN, id=post["id"]) == {"profile": None, "node": None}


async def test_a_block_ends_the_match_and_its_conversation(people, database):
    ada, bob = await people.join(), await people.join()
    conversation = await matched(database, ada.key, bob.key)
    key = {"match_id": conversation.match_id}
    await ada.api.done("blockProfile", profileId=bob.id)
    async with database.write() as tx:
        match = await tx.get(models.Match, **key)
        conversation = await tx.get(
            models.Conversation, conversation_id=conversation.conversation_id
        )
    assert match.ended_by_id == ada.key
    assert match.ended_at is not None
    assert conversation.ended_at is not None
    await ada.api.done("unblockProfile", profileId=bob.id)
    async with database.write() as tx:
        assert (await tx.get(models.Match, **key)).ended_at is not None


async def test_only_the_blocker_lists_the_block(people):
    ada, bob, eve = await people.join(), await people.join("Bob"), await people.join("Eve")
    await ada.api.done("blockProfile", profileId=bob.id)
    await ada.api.done("blockProfile", profileId=eve.id)
    listed = (await ada.api.ask(LIST))["viewer"]["blockedProfiles"]
    assert listed["totalCount"] == 2
    assert [node["displayName"] for node in listed["nodes"]] == ["Eve", "Bob"]
    page = await ada.api.ask(
        "{ viewer { blockedProfiles(first: 1) { nodes { profileId } pageInfo { hasNextPage } } } }"
    )
    assert page["viewer"]["blockedProfiles"] == {
        "nodes": [{"profileId": eve.id}],
        "pageInfo": {"hasNextPage": True},
    }
    assert (await bob.api.ask(LIST))["viewer"]["blockedProfiles"]["totalCount"] == 0


async def test_the_blocked_person_is_not_told(people, database):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("blockProfile", profileId=bob.id)
    async with database.write() as tx:
        topics = await tx.connection.fetch("SELECT DISTINCT topic FROM topic_entries")
    assert [row["topic"] for row in topics] == [f"viewer:{ada.key}"]


async def test_blocking_again_is_one_block(people, database):
    ada, bob = await people.join(), await people.join()
    first = await ada.api.done("blockProfile", BLOCKED, profileId=bob.id, clientMutationId="b")
    assert await ada.api.done("blockProfile", BLOCKED, profileId=bob.id) == first
    retry = await ada.api.done("blockProfile", BLOCKED, profileId=bob.id, clientMutationId="b")
    assert retry == first
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM blocks") == 1
        assert await tx.connection.fetchval("SELECT count(*) FROM facts") == 1


async def test_nobody_blocks_themselves(people):
    ada = await people.join()
    answer = await ada.api.do("blockProfile", profileId=ada.id)
    assert answer["__typename"] == "NotAllowed"
    assert answer["code"] == "CANNOT_BLOCK_YOURSELF"


async def test_hidden_missing_and_forged_people_are_alike(people):
    ada, bob = await people.join(), await people.join()
    new = await people.join(onboarded=False)
    await bob.api.done("blockProfile", profileId=ada.id)
    missing = await ada.api.do("blockProfile", profileId=ids.encode("Profile", UUID(int=1)))
    assert missing["code"] == "PROFILE_NOT_FOUND"
    for profile_id in (bob.id, new.id, ids.encode("Post", bob.key), "", "🦜", bob.id + "A"):
        assert await ada.api.do("blockProfile", profileId=profile_id) == missing
        assert await ada.api.do("unblockProfile", profileId=profile_id) == missing
    assert (await ada.api.ask(LIST))["viewer"]["blockedProfiles"]["totalCount"] == 0


async def test_an_unblocked_person_is_shown_again(people):
    ada, bob = await people.join(), await people.join("Bob")
    await ada.api.done("blockProfile", profileId=bob.id)
    answer = await ada.api.done("unblockProfile", "profile { displayName }", profileId=bob.id)
    assert answer["profile"] == {"displayName": "Bob"}
    assert await sees(ada, bob)
    assert await sees(bob, ada)
    again = await ada.api.do("unblockProfile", profileId=bob.id)
    assert again["__typename"] == "NotFound"


async def test_a_block_of_both_sides_ends_when_both_take_it_back(people, database):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("blockProfile", profileId=bob.id)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=bob.key, blocked_id=ada.key)
    answer = await ada.api.done("unblockProfile", "profile { displayName }", profileId=bob.id)
    assert answer["profile"] is None
    assert not await sees(ada, bob)
    await bob.api.done("unblockProfile", profileId=ada.id)
    assert await sees(ada, bob)


async def test_only_its_blocker_takes_a_block_back(people):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("blockProfile", profileId=bob.id)
    answer = await bob.api.do("unblockProfile", profileId=ada.id)
    assert answer["code"] == "PROFILE_NOT_FOUND"
    assert not await sees(bob, ada)


@pytest.mark.parametrize("mutation", ["blockProfile", "unblockProfile"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"profileId": None},
        {"profileId": ["x"]},
        {"profileId": {"id": 1}},
        {"profileId": True},
        {"profileId": "x", "reason": "x"},
        {"profileId": "x", "clientMutationId": 1},
        None,
    ],
)
async def test_inputs_of_wrong_types_never_reach_the_rules(people, mutation, given):
    ada = await people.join()
    answer = await ada.api.send(document(mutation), i=given)
    assert answer.codes == ["BAD_REQUEST"]
    assert answer.data is None


@pytest.mark.parametrize("mutation", ["blockProfile", "unblockProfile"])
async def test_who_is_signed_out_blocks_nobody(people, api, mutation):
    ada = await people.join()
    answer = await api.send(document(mutation), i={"profileId": ada.id})
    assert answer.codes == ["UNAUTHENTICATED"]
    assert await api.ask(LIST) == {"viewer": None}


def document(mutation):
    pascal = mutation[0].upper() + mutation[1:]
    return f"mutation ($i: {pascal}Input!) {{ {mutation}(input: $i) {{ __typename }} }}"


async def test_a_retried_block_at_once_has_one_effect_and_does_not_return_once_taken_back(
    people, database
):
    ada, bob = await people.join(), await people.join()
    same = {"profileId": bob.id, "clientMutationId": "k"}
    calls = (ada.api.done("blockProfile", BLOCKED, **same) for _ in range(10))
    answers = await asyncio.gather(*calls)
    assert all(answer == answers[0] for answer in answers)
    assert await facts(database) == ["ProfileBlocked"]
    for _ in range(2):
        answer = await ada.api.done("unblockProfile", "profile { id }", **same)
        assert answer["profile"] == {"id": bob.id}
    assert await ada.api.done("blockProfile", **same)
    assert await sees(ada, bob)
    assert await facts(database) == ["ProfileBlocked", "ProfileUnblocked"]
    other = await ada.api.do("blockProfile", profileId=ada.id, clientMutationId="k")
    assert other["__typename"] == "IdempotencyConflict"


async def facts(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    return [row["kind"] for row in rows]


@pytest.mark.parametrize("blocker", [0, 1])
async def test_a_block_ends_a_match_for_both_and_the_blocker_has_passed(people, database, blocker):
    pair = await people.join(), await people.join()
    for person, other in (pair, pair[::-1]):
        await person.api.done("likeProfile", profileId=other.id)
    me, other = pair[blocker], pair[1 - blocker]
    await me.api.done("blockProfile", profileId=other.id)
    kinds = Counter(await facts(database))
    assert kinds["MatchEnded"] == kinds["ConversationEnded"] == kinds["ProfileBlocked"] == 1
    await me.api.done("unblockProfile", profileId=other.id)
    lists = " ".join(
        f"{name} {{ totalCount }}" for name in ("matches", "conversations", "likesGiven")
    )
    for person in pair:
        seen = (await person.api.ask(f"{{ viewer {{ {lists} }} }}"))["viewer"]
        assert [found["totalCount"] for found in seen.values()] == [0, 0, 0]


async def test_an_unanswered_like_outlives_the_block_of_the_liked(people):
    ada, bob = await people.join(), await people.join()
    await bob.api.done("likeProfile", profileId=ada.id)
    await ada.api.done("blockProfile", profileId=bob.id)
    assert (await bob.api.do("unlikeProfile", profileId=ada.id))["code"] == "PROFILE_NOT_FOUND"
    await ada.api.done("unblockProfile", profileId=bob.id)
    answer = await ada.api.done("likeProfile", "match { id }", profileId=bob.id)
    assert answer["match"] is not None
