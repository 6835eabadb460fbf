"""Follows through the API: asked for, accepted, ended, and hidden by blocks."""

import asyncio

from domain.follows import ProfileFollowed
from persistence import models

PERSON = "profile { viewerFollows followsViewer followers { totalCount } }"
SEEN = """
query ($id: ID!) { profile(id: $id) {
  viewerFollows followsViewer
  followers { totalCount nodes { displayName } } following { totalCount nodes { displayName } } } }
"""
REQUESTS = "{ viewer { followRequests { totalCount nodes { displayName } } } }"


async def seen(person, other):
    return (await person.api.ask(SEEN, id=other.id))["profile"]


async def names(person, other, field):
    listed = (await seen(person, other))[field]
    found = [node["displayName"] for node in listed["nodes"]]
    assert listed["totalCount"] == len(found)
    return found


async def requests(person):
    listed = (await person.api.ask(REQUESTS))["viewer"]["followRequests"]
    return [node["displayName"] for node in listed["nodes"]]


async def facts(database):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")


async def test_a_person_follows_and_stops(people, database):
    ada, bob, eve = await people.join("Ada"), await people.join("Bob"), await people.join("Eve")
    for _ in range(2):
        answer = await ada.api.done("followProfile", PERSON, profileId=bob.id)
        assert answer["profile"] == {
            "viewerFollows": "FOLLOWING",
            "followsViewer": "NOT_FOLLOWING",
            "followers": {"totalCount": 1},
        }
    assert (await seen(bob, ada))["followsViewer"] == "FOLLOWING"
    await eve.api.done("followProfile", profileId=bob.id)
    assert await names(bob, bob, "followers") == ["Eve", "Ada"]
    assert await names(eve, ada, "following") == ["Bob"]
    for _ in range(2):
        await ada.api.done("unfollowProfile", profileId=bob.id)
    assert await names(bob, bob, "followers") == ["Eve"]
    kinds = [row["kind"] for row in await facts(database)]
    assert kinds == ["ProfileFollowed", "ProfileFollowed", "ProfileUnfollowed"]


async def test_who_approves_followers_is_asked_first(people):
    ada, bob, eve = await people.join("Ada"), await people.join("Bob"), await people.join("Eve")
    await bob.api.done("setPreferences", approvesFollowers=True)
    answer = await ada.api.done("followProfile", PERSON, profileId=bob.id)
    assert answer["profile"]["viewerFollows"] == "REQUESTED"
    assert await requests(bob) == ["Ada"]
    assert await requests(ada) == []
    assert await names(bob, bob, "followers") == []
    for _ in range(2):
        await bob.api.done("acceptFollower", profileId=ada.id)
    assert await requests(bob) == []
    assert await names(ada, bob, "followers") == ["Ada"]
    assert await names(eve, bob, "followers") == []
    assert await names(eve, bob, "following") == []
    await eve.api.done("followProfile", profileId=bob.id)
    for _ in range(2):
        await bob.api.done("removeFollower", profileId=eve.id)
    assert await requests(bob) == []
    assert (await seen(eve, bob))["viewerFollows"] == "NOT_FOLLOWING"
    refused = await bob.api.do("acceptFollower", profileId=eve.id)
    assert refused["code"] == "PROFILE_NOT_FOUND"


async def test_nobody_follows_themself_or_somebody_hidden(people, database):
    ada, bob = await people.join(), await people.join()
    refused = await ada.api.do("followProfile", profileId=ada.id)
    assert refused["code"] == "CANNOT_FOLLOW_YOURSELF"
    await bob.api.done("blockProfile", profileId=ada.id)
    before = await facts(database)
    for mutation in ("followProfile", "unfollowProfile", "acceptFollower", "removeFollower"):
        refused = await ada.api.do(mutation, profileId=bob.id)
        assert refused["code"] == "PROFILE_NOT_FOUND"
    assert await facts(database) == before


async def test_a_block_ends_what_both_follow_and_hides_them_from_the_lists_of_others(people):
    ada, bob, eve = await people.join("Ada"), await people.join("Bob"), await people.join("Eve")
    for one, other in ((ada, bob), (bob, ada), (ada, eve), (bob, eve)):
        await one.api.done("followProfile", profileId=other.id)
    assert await names(ada, eve, "followers") == ["Bob", "Ada"]
    await bob.api.done("blockProfile", profileId=ada.id)
    assert await names(ada, eve, "followers") == ["Ada"]
    assert await names(eve, eve, "followers") == ["Bob", "Ada"]
    assert await names(eve, ada, "following") == ["Eve"]
    await bob.api.done("unblockProfile", profileId=ada.id)
    assert (await seen(ada, bob))["viewerFollows"] == "NOT_FOLLOWING"
    assert (await seen(ada, bob))["followsViewer"] == "NOT_FOLLOWING"


async def test_following_at_once_is_following_once(people, database):
    ada, bob = await people.join(), await people.join()
    answers = [ada.api.done("followProfile", PERSON, profileId=bob.id) for _ in range(5)]
    for answer in await asyncio.gather(*answers):
        assert answer["profile"]["followers"]["totalCount"] == 1
    assert [row["kind"] for row in await facts(database)] == [ProfileFollowed.__name__]


async def test_a_follow_beside_a_block_leaves_nothing(people, database):
    for _ in range(5):
        ada, bob = await people.join(), await people.join()
        follow = ada.api.do("followProfile", profileId=bob.id)
        await asyncio.gather(follow, bob.api.done("blockProfile", profileId=ada.id))
        async with database.write() as tx:
            assert await tx.connection.fetchval("SELECT count(*) FROM follows") == 0


async def test_a_retry_shows_nobody_who_is_hidden_by_then(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    shown = "profile { displayName bio age distance { __typename } }"
    for person in (bob, eve):
        same = {"profileId": person.id, "clientMutationId": person.id[:100]}
        first = await ada.api.done("followProfile", shown, **same)
        assert await ada.api.done("followProfile", shown, **same) == first
        async with database.write() as tx:
            kept = await tx.connection.fetchval("SELECT string_agg(payload::text, '') FROM answers")
            assert first["profile"]["bio"] not in kept
        if person is bob:
            await bob.api.done("blockProfile", profileId=ada.id)
        else:
            async with database.write() as tx:
                await tx.change(models.Account, {"account_id": eve.key}, is_active=False)
        refused = await ada.api.do("followProfile", **same)
        assert (refused["__typename"], refused["code"]) == ("NotFound", "PROFILE_NOT_FOUND")


async def test_a_retry_leaves_out_what_is_gone_where_the_answer_allows_it(people):
    ada, bob = await people.join(), await people.join()
    await bob.api.done("likeProfile", profileId=ada.id)
    shown, same = "profile { id } match { id }", {"profileId": bob.id, "clientMutationId": "k"}
    match = (await ada.api.done("likeProfile", shown, **same))["match"]
    assert match is not None
    await bob.api.done("unmatch", matchId=match["id"])
    again = await ada.api.done("likeProfile", shown, **same)
    assert (again["profile"], again["match"]) == ({"id": bob.id}, None)
