"""Likes and passes through the API: deciding about people, and taking it back."""

import asyncio
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids

PERSON = "profile { id displayName }"
LIKED = f"{PERSON} match {{ id status compatibilityScore conversation {{ id }} }}"
DECISION = "nodes { kind status decidedAt profile { id } }"
GIVEN = f"""query ($first: Int, $after: String) {{ viewer {{
  likesGiven(first: $first, after: $after) {{
    totalCount {DECISION} pageInfo {{ hasNextPage endCursor }} }}
  passesGiven {{ totalCount {DECISION} pageInfo {{ endCursor }} }}
  matches {{ totalCount }} }} }}"""
ABOUT_SOMEBODY = ("likeProfile", "passProfile", "unlikeProfile")
EVERY = (*ABOUT_SOMEBODY, "undoDecision")


@pytest.fixture
async def pair(people):
    """Two people who have not decided about each other."""
    return await people.join("Ada"), await people.join("Bob")


async def like(person, other, **more):
    return await person.api.done("likeProfile", LIKED, profileId=other.id, **more)


async def given(person, **page):
    """Whom somebody likes and passed, and how many matches they have."""
    return (await person.api.ask(GIVEN, **page))["viewer"]


async def names_given(person):
    """Whom somebody likes, whom they passed, and their number of matches, in short."""
    found = await given(person)
    likes, passes = (
        [node["profile"]["id"] for node in found[name]["nodes"]]
        for name in ("likesGiven", "passesGiven")
    )
    return likes, passes, found["matches"]["totalCount"]


async def written(database):
    """How many rows tell of decisions."""
    tables = ("decisions", "matches", "conversations", "facts", "topic_entries")
    async with database.write() as tx:
        return {
            name: await tx.connection.fetchval(f"SELECT count(*) FROM {name}")  # noqa: S608
            for name in tables
        }


async def test_a_like_is_kept_with_its_time_and_only_the_liker_sees_it(pair):
    ada, bob = pair
    answer = await like(ada, bob)
    assert answer["profile"] == {"id": bob.id, "displayName": "Bob"}
    assert answer["match"] is None
    (node,) = (await given(ada))["likesGiven"]["nodes"]
    assert node["decidedAt"].endswith("Z")
    assert (node["kind"], node["status"]) == ("LIKE", "PENDING")
    assert node["profile"] == {"id": bob.id}
    assert await names_given(bob) == ([], [], 0)


BETWEEN = "{ viewerDecision match { id profile { id } } }"


async def between(viewer, *others):
    """What a viewer is told of their own decisions on people, and of matches with them."""
    asked = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Profile " + BETWEEN + " } }"
    nodes = (await viewer.api.ask(asked, ids=[other.id for other in others]))["nodes"]
    return [(node["viewerDecision"], node["match"]) for node in nodes]


async def test_a_profile_tells_what_stands_between_it_and_who_looks(people):
    ada, bob, cyd = [await people.join(name) for name in ("Ada", "Bob", "Cyd")]
    assert await between(ada, ada, bob, cyd) == [(None, None)] * 3
    await ada.api.done("decide", PERSON, profileId=cyd.id, decision="LATER")
    await like(ada, bob)
    assert await between(ada, bob, cyd) == [("LIKE", None), ("LATER", None)]
    assert await between(bob, ada) == await between(cyd, ada) == [(None, None)]
    match = (await like(bob, ada))["match"]["id"]
    for viewer, other in ((ada, bob), (bob, ada)):
        assert await between(viewer, other) == [
            ("LIKE", {"id": match, "profile": {"id": other.id}})
        ]
    assert await between(cyd, ada, bob) == [(None, None)] * 2
    await ada.api.done("unmatch", "endedMatchId", matchId=match)
    assert await between(ada, bob) == await between(bob, ada) == [("PASS", None)]


async def test_a_pass_is_kept_with_its_time_and_only_the_passer_sees_it(pair, database):
    ada, bob = pair
    answer = await ada.api.done("passProfile", PERSON, profileId=bob.id)
    assert answer["profile"]["id"] == bob.id
    (node,) = (await given(ada))["passesGiven"]["nodes"]
    assert node["decidedAt"].endswith("Z")
    assert (node["kind"], node["status"]) == ("PASS", "REJECTED")
    assert await names_given(bob) == ([], [], 0)
    assert (await written(database))["topic_entries"] == 0


async def test_neither_an_answer_nor_a_list_tells_that_the_other_has_passed(pair, people):
    ada, bob = pair
    eve = await people.join("Eve")
    await bob.api.done("passProfile", profileId=ada.id)
    about_bob, about_eve = await like(ada, bob), await like(ada, eve)
    assert about_bob["match"] is about_eve["match"] is None
    found = (await given(ada))["likesGiven"]["nodes"]
    assert [node["status"] for node in found] == ["PENDING", "PENDING"]


async def test_likes_of_both_make_one_match_with_a_conversation_for_both(pair, database):
    ada, bob = pair
    await like(ada, bob)
    match = (await like(bob, ada))["match"]
    assert match["status"] == "ACCEPTED"
    assert 0 <= match["compatibilityScore"] <= 100
    assert match["conversation"]["id"]
    assert (await like(ada, bob))["match"] == match
    for person in pair:
        found = await given(person)
        assert found["matches"]["totalCount"] == 1
        assert [node["status"] for node in found["likesGiven"]["nodes"]] == ["ACCEPTED"]
    counts = await written(database)
    assert (counts["matches"], counts["conversations"], counts["decisions"]) == (1, 1, 2)


@pytest.mark.parametrize("mutation", ["likeProfile", "passProfile"])
async def test_repeating_a_decision_equals_making_it_once(pair, database, mutation):
    ada, bob = pair
    first = await ada.api.done(mutation, PERSON, profileId=bob.id)
    once = (await written(database), await given(ada))
    for _ in range(3):
        assert await ada.api.done(mutation, PERSON, profileId=bob.id) == first
    assert (await written(database), await given(ada)) == once


async def test_a_decision_replaces_the_one_before(pair):
    ada, bob = pair
    await like(ada, bob)
    await ada.api.done("passProfile", profileId=bob.id)
    assert await names_given(ada) == ([], [bob.id], 0)
    assert (await like(bob, ada))["match"] is None
    assert (await like(ada, bob))["match"] is not None
    assert await names_given(ada) == ([bob.id], [], 1)


async def test_a_match_is_not_passed_but_ended(pair):
    ada, bob = pair
    await like(ada, bob)
    await like(bob, ada)
    answer = await ada.api.do("passProfile", profileId=bob.id)
    assert (answer["__typename"], answer["code"]) == ("Conflict", "ALREADY_MATCHED")
    assert await names_given(ada) == ([bob.id], [], 1)


async def test_the_latest_decision_is_undone_as_if_it_had_not_been_made(pair, people):
    ada, bob = pair
    eve = await people.join("Eve")
    await ada.api.done("passProfile", profileId=bob.id)
    await like(ada, eve)
    for other, left in ((eve, ([], [bob.id], 0)), (bob, ([], [], 0))):
        undone = await ada.api.done("undoDecision", PERSON)
        assert undone["profile"]["id"] == other.id
        assert await names_given(ada) == left
    answer = await ada.api.do("undoDecision")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOTHING_TO_UNDO")


async def test_an_older_decision_is_not_undone_for_one_about_somebody_who_is_gone(pair, people):
    ada, bob = pair
    eve = await people.join("Eve")
    await like(ada, bob)
    await ada.api.done("passProfile", profileId=eve.id)
    await eve.api.done("blockProfile", profileId=ada.id)
    answer = await ada.api.do("undoDecision")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOTHING_TO_UNDO")
    assert await names_given(ada) == ([bob.id], [], 0)


async def test_what_the_other_decided_is_not_mine_to_undo(pair):
    ada, bob = pair
    await like(bob, ada)
    assert (await ada.api.do("undoDecision"))["code"] == "NOTHING_TO_UNDO"
    assert await names_given(bob) == ([ada.id], [], 0)


async def test_undoing_a_like_ends_the_match_that_nobody_has_written_in(pair):
    ada, bob = pair
    await like(bob, ada)
    await like(ada, bob)
    await ada.api.done("undoDecision")
    assert await names_given(ada) == ([], [], 0)
    assert await names_given(bob) == ([ada.id], [], 0)
    assert (await like(ada, bob))["match"] is not None


async def test_a_like_is_not_undone_once_somebody_has_written(pair):
    ada, bob = pair
    await like(bob, ada)
    conversation = (await like(ada, bob))["match"]["conversation"]["id"]
    await bob.api.done("sendMessage", conversationId=conversation, text="Hi")
    answer = await ada.api.do("undoDecision")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "ALREADY_WRITTEN")
    assert await names_given(ada) == ([bob.id], [], 1)


async def test_nobody_tries_out_by_undoing_who_likes_them(pair, people):
    ada, bob = pair
    for _ in range(3):
        await like(bob, ada)
        assert (await like(ada, bob))["match"] is not None
        await ada.api.done("undoDecision")
    assert (await like(ada, bob))["match"] is not None
    answer = await ada.api.do("undoDecision")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "TOO_MANY_UNDONE")
    assert await names_given(ada) == ([bob.id], [], 1)
    eve = await people.join()
    await like(ada, eve)
    await ada.api.done("undoDecision")


async def test_a_withdrawn_like_ends_the_match_and_its_conversation(pair):
    ada, bob = pair
    await like(bob, ada)
    conversation = (await like(ada, bob))["match"]["conversation"]["id"]
    answer = await ada.api.done("unlikeProfile", PERSON, profileId=bob.id)
    assert answer["profile"]["id"] == bob.id
    assert await names_given(ada) == ([], [], 0)
    assert await names_given(bob) == ([], [], 0)
    assert (await like(ada, bob))["match"] is None
    for person in pair:
        sent = await person.api.do("sendMessage", conversationId=conversation, text="Hi")
        assert sent["code"] == "CONVERSATION_NOT_FOUND"


async def test_only_a_like_that_stands_is_withdrawn(pair, database):
    ada, bob = pair
    missing = await ada.api.do("unlikeProfile", profileId=bob.id)
    assert (missing["__typename"], missing["code"]) == ("NotFound", "LIKE_NOT_FOUND")
    await ada.api.done("passProfile", profileId=bob.id)
    before = await written(database)
    assert await ada.api.do("unlikeProfile", profileId=bob.id) == missing
    assert await ada.api.do("unlikeProfile", profileId=ada.id) == missing
    assert await written(database) == before


async def test_nobody_decides_on_themselves(pair, database):
    ada, _ = pair
    for mutation in ("likeProfile", "passProfile"):
        answer = await ada.api.do(mutation, profileId=ada.id)
        assert answer["__typename"] == "NotAllowed"
        assert answer["code"] == "CANNOT_DECIDE_ON_YOURSELF"
    assert set((await written(database)).values()) == {0}


async def test_who_is_not_onboarded_decides_on_nobody_and_learns_nothing(people):
    new, bob = await people.join(onboarded=False), await people.join("Bob")
    nobody = ids.encode("Profile", UUID(int=1))
    for mutation in ("likeProfile", "passProfile"):
        answers = [await new.api.do(mutation, profileId=key) for key in (bob.id, nobody)]
        assert answers[0] == answers[1]
        assert (answers[0]["__typename"], answers[0]["code"]) == ("NotAllowed", "NOT_ONBOARDED")


async def unseen(people, database, viewer):
    """Ids that name nobody whom the viewer may see, each for another reason."""
    blocked, blocking, away = await people.join(), await people.join(), await people.join()
    new = await people.join(onboarded=False)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=viewer.key, blocked_id=blocked.key)
        await tx.add(models.Block, blocker_id=blocking.key, blocked_id=viewer.key)
        await tx.change(models.Account, {"account_id": away.key}, is_active=False)
    hidden = [person.id for person in (blocked, blocking, away, new)]
    foreign = [ids.encode("Post", away.key), ids.encode("profile", away.key)]
    forged = ["", " ", "x", "💥", "\x00", away.id + "=", away.id[:-1], "A" * 10_000]
    return [ids.encode("Profile", UUID(int=1)), *hidden, *foreign, *forged]


@pytest.mark.parametrize("mutation", ABOUT_SOMEBODY)
async def test_hidden_missing_foreign_and_forged_people_are_alike(people, database, mutation):
    ada = await people.join("Ada")
    missing, *others = await unseen(people, database, ada)
    expected = await ada.api.do(mutation, profileId=missing)
    assert (expected["__typename"], expected["code"]) == ("NotFound", "PROFILE_NOT_FOUND")
    for profile_id in others:
        assert await ada.api.do(mutation, profileId=profile_id) == expected, profile_id
    counts = await written(database)
    assert (counts["decisions"], counts["facts"]) == (0, 0)


@pytest.mark.parametrize("mutation", ABOUT_SOMEBODY)
@pytest.mark.parametrize(
    "input",
    [
        {},
        {"profileId": None},
        {"profileId": ["x"]},
        {"profileId": {"id": 1}},
        {"profileId": 1.5},
        {"profileId": True},
        {"profileId": "x", "personId": "x"},
        {"profileId": "x", "clientMutationId": 1},
        None,
        "x",
    ],
)
async def test_inputs_of_wrong_types_never_reach_the_rules(pair, mutation, input):
    ada, _ = pair
    pascal = mutation[0].upper() + mutation[1:]
    query = f"mutation ($i: {pascal}Input!) {{ {mutation}(input: $i) {{ __typename }} }}"
    answer = await ada.api.send(query, i=input)
    assert answer.codes == ["BAD_REQUEST"]
    assert answer.data is None


@pytest.mark.parametrize("mutation", EVERY)
async def test_who_is_signed_out_decides_nothing(pair, api, mutation):
    _, bob = pair
    pascal = mutation[0].upper() + mutation[1:]
    query = f"mutation ($i: {pascal}Input!) {{ {mutation}(input: $i) {{ __typename }} }}"
    given_input = {"profileId": bob.id} if mutation in ABOUT_SOMEBODY else {}
    assert (await api.send(query, i=given_input)).codes == ["UNAUTHENTICATED"]
    assert await api.ask(GIVEN) == {"viewer": None}


async def test_a_retry_is_answered_alike_and_has_one_effect_also_when_it_comes_at_once(
    pair, database
):
    ada, bob = pair
    await like(bob, ada)
    answers = await asyncio.gather(*(like(ada, bob, clientMutationId="k") for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["match"] is not None
    counts = await written(database)
    assert (counts["decisions"], counts["matches"], counts["conversations"]) == (2, 1, 1)


async def test_a_retried_undo_does_not_take_back_one_decision_more(pair, people):
    ada, bob = pair
    eve = await people.join("Eve")
    await like(ada, bob)
    await like(ada, eve)
    for _ in range(3):
        undone = await ada.api.done("undoDecision", PERSON, clientMutationId="once")
        assert undone["profile"] == {"id": eve.id, "displayName": "Eve"}
    assert await names_given(ada) == ([bob.id], [], 0)


async def test_a_retry_does_not_repeat_what_was_taken_back_since(pair):
    ada, bob = pair
    first = await like(ada, bob, clientMutationId="k")
    await ada.api.done("unlikeProfile", profileId=bob.id, clientMutationId="k")
    assert await like(ada, bob, clientMutationId="k") == first
    assert await names_given(ada) == ([], [], 0)


async def test_a_key_names_one_call_of_one_person(pair, people):
    ada, bob = pair
    eve = await people.join("Eve")
    await like(ada, bob, clientMutationId="k")
    other = await ada.api.do("likeProfile", profileId=eve.id, clientMutationId="k")
    assert (other["__typename"], other["code"]) == ("IdempotencyConflict", "IDEMPOTENCY_CONFLICT")
    await ada.api.done("passProfile", profileId=eve.id, clientMutationId="k")
    assert (await like(bob, ada, clientMutationId="k"))["match"] is not None
    assert await names_given(ada) == ([bob.id], [eve.id], 1)


async def test_a_refused_call_uses_no_key_up(pair):
    ada, bob = pair
    assert (await ada.api.do("undoDecision", clientMutationId="k"))["code"] == "NOTHING_TO_UNDO"
    await like(ada, bob)
    await ada.api.done("undoDecision", clientMutationId="k")
    assert await names_given(ada) == ([], [], 0)


async def test_a_key_that_is_too_long_is_refused(pair):
    ada, bob = pair
    answer = await ada.api.do("likeProfile", profileId=bob.id, clientMutationId="k" * 101)
    assert answer["__typename"] == "InvalidInput"
    assert await names_given(ada) == ([], [], 0)


async def test_decisions_are_paged_the_latest_first_while_new_ones_come(people):
    ada = await people.join("Ada")
    others = [await people.join() for _ in range(5)]
    for other in others:
        await like(ada, other)
    first = (await given(ada, first=2))["likesGiven"]
    assert first["totalCount"] == 5
    assert [node["profile"]["id"] for node in first["nodes"]] == [others[4].id, others[3].id]
    await like(ada, await people.join())
    rest = (await given(ada, first=3, after=first["pageInfo"]["endCursor"]))["likesGiven"]
    assert [node["profile"]["id"] for node in rest["nodes"]] == [o.id for o in others[2::-1]]
    assert not rest["pageInfo"]["hasNextPage"]


async def test_the_lists_leave_out_whom_the_viewer_may_not_see_any_more(pair, people, database):
    ada, bob = pair
    eve, kim = await people.join(), await people.join()
    for other in (bob, eve, kim):
        await like(ada, other)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=bob.key, blocked_id=ada.key)
        await tx.change(models.Account, {"account_id": eve.key}, is_active=False)
    assert await names_given(ada) == ([kim.id], [], 0)
    assert (await given(ada))["likesGiven"]["totalCount"] == 1


async def test_the_size_and_the_cursor_of_a_page_are_checked(pair):
    ada, bob = pair
    await ada.api.done("passProfile", profileId=bob.id)
    foreign = (await given(ada))["passesGiven"]["pageInfo"]["endCursor"]
    for page in ({"first": 0}, {"first": 101}, {"after": foreign}, {"after": "💥"}):
        answer = await ada.api.send(GIVEN, **page)
        assert answer.codes == ["INVALID_INPUT"], page
