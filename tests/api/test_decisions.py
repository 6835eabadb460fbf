"""Decisions through the API: putting aside, super-likes, undoing, the history, likes received."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from persistence import models
from persistence.queries import deck
from resolvers import ids
from settings import Settings

DECIDED = "profile { id displayName } match { id status }"
LISTS = """{ viewer {
  laterPile { totalCount nodes { kind status profile { id } } }
  likesGiven { totalCount nodes { kind status profile { id } } }
  passesGiven { nodes { profile { id } } }
  matches { totalCount } } }"""
HISTORY = """query ($asOf: DateTime, $first: Int, $after: String) { viewer {
  decisionHistory(asOf: $asOf, first: $first, after: $after) {
    totalCount nodes { kind isUndone decidedAt profile { id } }
    pageInfo { hasNextPage endCursor } } } }"""
RECEIVED = """query ($first: Int, $after: String) { viewer { likesTold
  likesReceived(first: $first, after: $after) {
    totalCount nodes { kind likedAt profile { id displayName } }
    pageInfo { hasNextPage endCursor } } } }"""
KINDS = ("LIKE", "PASS", "LATER", "SUPER_LIKE")

every_decision = pytest.mark.parametrize("decision", KINDS)


@pytest.fixture
async def pair(people):
    """Two people who have not decided about each other."""
    return await people.join("Ada"), await people.join("Bob")


async def decide(person, other, decision, **more):
    return await person.api.do("decide", DECIDED, profileId=other.id, decision=decision, **more)


async def decided(person, other, decision, **more):
    answer = await decide(person, other, decision, **more)
    assert answer["__typename"] == "DecideSuccess", answer
    return answer


async def lists(person):
    """Ids of whom somebody put aside, likes, and passed; and how many matches they have."""
    viewer = (await person.api.ask(LISTS))["viewer"]
    found = [
        [node["profile"]["id"] for node in viewer[name]["nodes"]]
        for name in ("laterPile", "likesGiven", "passesGiven")
    ]
    return *found, viewer["matches"]["totalCount"]


async def can_be_dealt(database, person, *others):
    """Which of these people a deck of somebody can hold."""
    keys = [other.key for other in others]
    rows = await database.fetch(deck.candidates, ids=keys, viewer_id=person.key)
    return {row.profile_id for row in rows}


async def history(person, **page):
    return (await person.api.ask(HISTORY, **page))["viewer"]["decisionHistory"]


async def acts(person, **page):
    """The kinds of what somebody did, the latest first, with a minus where it was undone."""
    nodes = (await history(person, **page))["nodes"]
    return [f"-{node['kind']}" if node["isUndone"] else node["kind"] for node in nodes]


async def received(person, **page):
    return (await person.api.ask(RECEIVED, **page))["viewer"]


async def rows(database):
    """How many rows tell of decisions."""
    tables = ("decisions", "matches", "facts", "topic_entries")
    async with database.write() as tx:
        counts = [f"(SELECT count(*) FROM {name})" for name in tables]  # noqa: S608
        return tuple(await tx.connection.fetchrow(f"SELECT {', '.join(counts)}"))


async def test_each_decision_is_listed_where_it_belongs_and_leaves_the_deck(people, database):
    ada = await people.join("Ada")
    others = {kind: await people.join() for kind in KINDS}
    open_one = await people.join()
    for kind, other in others.items():
        answer = await decided(ada, other, kind)
        assert answer["profile"]["id"] == other.id
        assert answer["match"] is None
    like, passed, later, super_like = (other.id for other in others.values())
    assert await lists(ada) == ([later], [super_like, like], [passed], 0)
    dealt = await can_be_dealt(database, ada, open_one, *others.values())
    assert dealt == {open_one.key}
    viewer = (await ada.api.ask(LISTS))["viewer"]
    (aside,) = viewer["laterPile"]["nodes"]
    assert (aside["kind"], aside["status"]) == ("LATER", "PENDING")
    assert [node["kind"] for node in viewer["likesGiven"]["nodes"]] == ["SUPER_LIKE", "LIKE"]
    assert viewer["likesGiven"]["totalCount"] == 2


@pytest.mark.parametrize("kind", ["LIKE", "SUPER_LIKE"])
async def test_likes_of_any_kind_from_both_sides_make_a_match(pair, kind):
    ada, bob = pair
    await decided(ada, bob, kind)
    match = (await decided(bob, ada, "LIKE"))["match"]
    assert match["status"] == "ACCEPTED"
    # Nothing is left to be liked: this spends nothing either.
    assert (await decided(ada, bob, "SUPER_LIKE"))["match"] == match
    assert (await acts(ada)) == [kind]


@every_decision
async def test_repeating_a_decision_changes_nothing(pair, database, decision):
    ada, bob = pair
    first = await decided(ada, bob, decision)
    before = await rows(database)
    assert await decided(ada, bob, decision) == first
    assert await rows(database) == before
    if decision == "SUPER_LIKE":
        assert await decided(ada, bob, "LIKE") == first
        assert await rows(database) == before


@pytest.mark.parametrize("decision", ["PASS", "LATER"])
async def test_who_has_matched_is_neither_passed_nor_put_aside(pair, database, decision):
    ada, bob = pair
    await decided(ada, bob, "LIKE")
    await decided(bob, ada, "LIKE")
    before = await rows(database)
    answer = await decide(ada, bob, decision)
    assert (answer["__typename"], answer["code"]) == ("Conflict", "ALREADY_MATCHED")
    assert await rows(database) == before


@every_decision
async def test_hidden_missing_and_forged_people_are_alike(people, database, decision):
    ada, blocked, blocking, away = [await people.join() for _ in range(4)]
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=blocked.key)
        await tx.add(models.Block, blocker_id=blocking.key, blocked_id=ada.key)
        await tx.change(models.Account, {"account_id": away.key}, is_active=False)
    before = await rows(database)
    expected = await ada.api.do(
        "decide", profileId=ids.encode("Profile", UUID(int=1)), decision=decision
    )
    assert (expected["__typename"], expected["code"]) == ("NotFound", "PROFILE_NOT_FOUND")
    for profile_id in (blocked.id, blocking.id, away.id, "x", ids.encode("Post", away.key)):
        answer = await ada.api.do("decide", profileId=profile_id, decision=decision)
        assert answer == expected, profile_id
    itself = await decide(ada, ada, decision)
    assert (itself["__typename"], itself["code"]) == ("NotAllowed", "CANNOT_DECIDE_ON_YOURSELF")
    new = await people.join(onboarded=False)
    early = await decide(new, ada, decision)
    assert (early["__typename"], early["code"]) == ("NotAllowed", "NOT_ONBOARDED")
    assert await rows(database) == before


async def test_who_is_signed_out_decides_nothing_and_reads_nothing(pair, api):
    _, bob = pair
    query = "mutation ($i: DecideInput!) { decide(input: $i) { __typename } }"
    answer = await api.send(query, i={"profileId": bob.id, "decision": "LIKE"})
    assert answer.codes == ["UNAUTHENTICATED"]
    for text in (LISTS, HISTORY, RECEIVED):
        assert await api.ask(text) == {"viewer": None}


async def test_super_likes_are_few_and_the_refusal_says_when_the_next_one_is_there(
    people, setting, database
):
    setting("super_likes_per_day", 2)
    ada = await people.join()
    others = [await people.join() for _ in range(3)]
    for other in others[:2]:
        await decided(ada, other, "SUPER_LIKE")
    before = await rows(database)
    query = """mutation ($i: DecideInput!) { decide(input: $i) {
      ... on LimitReached { code message resetsAt } } }"""
    asked = {"profileId": others[2].id, "decision": "SUPER_LIKE"}
    refused = (await ada.api.ask(query, i=asked))["decide"]
    assert refused["code"] == "SUPER_LIKE_LIMIT_REACHED"
    assert "2 super-likes" in refused["message"]
    first = (await history(ada))["nodes"][-1]["decidedAt"]
    resets_at = datetime.fromisoformat(refused["resetsAt"])
    assert resets_at == datetime.fromisoformat(first) + timedelta(hours=24)
    assert await rows(database) == before
    assert (await decided(ada, others[2], "LIKE"))["match"] is None
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE decisions SET decided_at = decided_at - interval '1 day' "
            "WHERE candidate_id = $1",
            others[0].key,
        )
    await decided(ada, others[2], "SUPER_LIKE")
    assert (await lists(ada))[1][0] == others[2].id


async def test_an_app_may_have_no_super_likes(pair, setting):
    ada, bob = pair
    setting("super_likes_per_day", 0)
    answer = await decide(ada, bob, "SUPER_LIKE")
    assert (answer["__typename"], answer["code"]) == ("LimitReached", "SUPER_LIKE_LIMIT_REACHED")
    assert await acts(ada) == []


async def test_super_likes_at_once_do_not_exceed_the_limit(people, setting):
    setting("super_likes_per_day", 3)
    ada = await people.join()
    others = [await people.join() for _ in range(8)]
    answers = await asyncio.gather(*(decide(ada, other, "SUPER_LIKE") for other in others))
    names = sorted(answer["__typename"] for answer in answers)
    assert names == ["DecideSuccess"] * 3 + ["LimitReached"] * 5
    assert await acts(ada) == ["SUPER_LIKE"] * 3


async def test_an_undone_super_like_is_there_to_be_given_again(people, setting):
    setting("super_likes_per_day", 1)
    ada, bob, eve = [await people.join() for _ in range(3)]
    await decided(ada, bob, "SUPER_LIKE")
    assert (await decide(ada, eve, "SUPER_LIKE"))["__typename"] == "LimitReached"
    await ada.api.done("undoDecision")
    await decided(ada, eve, "SUPER_LIKE")
    assert (await lists(ada))[1] == [eve.id]
    # A super-like that was replaced or withdrawn is spent.
    await ada.api.done("unlikeProfile", profileId=eve.id)
    assert (await decide(ada, bob, "SUPER_LIKE"))["__typename"] == "LimitReached"


async def test_undoing_lets_stand_what_stood_before(pair, database):
    ada, bob = pair
    for kind in ("LATER", "PASS", "LIKE"):
        await decided(ada, bob, kind)
    expected = [([], [], [bob.id]), ([bob.id], [], []), ([], [], [])]
    for standing in expected:
        answer = await ada.api.done("undoDecision", DECIDED)
        assert answer["profile"]["id"] == bob.id
        assert (await lists(ada))[:3] == standing
    assert await can_be_dealt(database, ada, bob) == {bob.key}
    answer = await ada.api.do("undoDecision")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOTHING_TO_UNDO")


async def test_undoing_a_pass_makes_the_match_that_the_earlier_like_makes(pair):
    ada, bob = pair
    await decided(ada, bob, "LIKE")
    await decided(ada, bob, "PASS")
    assert (await decided(bob, ada, "LIKE"))["match"] is None
    undone = await ada.api.done("undoDecision", "match { id compatibilityScore profile { id } }")
    assert undone["match"]["profile"]["id"] == bob.id
    assert 0 <= undone["match"]["compatibilityScore"] <= 100
    assert (await lists(bob))[3] == 1


async def test_undoing_a_super_like_leaves_the_match_that_the_like_before_it_makes(pair):
    ada, bob = pair
    await decided(ada, bob, "LIKE")
    await decided(ada, bob, "SUPER_LIKE")
    match = (await decided(bob, ada, "LIKE"))["match"]
    assert (await ada.api.done("undoDecision", DECIDED))["match"] == match
    assert (await ada.api.done("undoDecision", DECIDED))["match"] is None
    assert (await lists(bob))[3] == 0


async def test_the_history_keeps_every_act_and_tells_how_it_stood_at_a_moment(pair, people):
    ada, bob = pair
    eve = await people.join()
    await decided(ada, bob, "LATER")
    await decided(ada, eve, "LIKE")
    then = (await history(ada))["nodes"][0]["decidedAt"]
    await ada.api.done("undoDecision")
    await ada.api.done("likeProfile", profileId=eve.id)
    await ada.api.done("unlikeProfile", profileId=eve.id)
    now = ["UNLIKE", "LIKE", "UNDO", "-LIKE", "LATER"]
    assert await acts(ada) == now
    assert await acts(ada, asOf=then) == ["LIKE", "LATER"]
    assert (await history(ada, asOf=then))["totalCount"] == 2
    assert (await history(ada))["totalCount"] == 5
    assert await acts(ada, asOf="2000-01-01T00:00:00Z") == []
    assert await acts(ada, asOf=(datetime.now(UTC) + timedelta(days=1)).isoformat()) == now
    assert await acts(bob) == await acts(eve) == []
    first = await history(ada, first=2)
    rest = await history(ada, first=9, after=first["pageInfo"]["endCursor"])
    kinds = [node["kind"] for node in first["nodes"] + rest["nodes"]]
    assert kinds == ["UNLIKE", "LIKE", "UNDO", "LIKE", "LATER"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert {node["profile"]["id"] for node in rest["nodes"]} == {eve.id, bob.id}


async def test_two_moments_in_one_operation_are_told_apart(pair):
    ada, bob = pair
    await decided(ada, bob, "LATER")
    query = """{ viewer {
      now: decisionHistory { totalCount nodes { kind } }
      then: decisionHistory(asOf: "2000-01-01T00:00:00Z") { totalCount nodes { kind } } } }"""
    viewer = (await ada.api.ask(query))["viewer"]
    assert viewer["now"] == {"totalCount": 1, "nodes": [{"kind": "LATER"}]}
    assert viewer["then"] == {"totalCount": 0, "nodes": []}


async def test_neither_history_nor_pile_name_whom_the_viewer_may_not_see(pair):
    ada, bob = pair
    await decided(ada, bob, "LATER")
    await bob.api.done("blockProfile", profileId=ada.id)
    assert (await history(ada))["totalCount"] == 0
    assert await acts(ada) == []
    assert (await lists(ada))[0] == []
    await bob.api.done("unblockProfile", profileId=ada.id)
    assert await acts(ada) == ["LATER"]


async def test_received_likes_are_hidden_unless_the_app_chooses(pair, setting):
    ada, bob = pair
    await decided(bob, ada, "SUPER_LIKE")
    assert Settings.model_fields["likes_received"].default == "hidden"
    for value, total, names in (
        ("counted", 1, []),
        ("hidden", 0, []),
        ("shown", 1, [("SUPER_LIKE", bob.id)]),
    ):
        setting("likes_received", value)
        found = await received(ada)
        assert found["likesTold"] == value.upper()
        assert found["likesReceived"]["totalCount"] == total
        nodes = found["likesReceived"]["nodes"]
        assert [(node["kind"], node["profile"]["id"]) for node in nodes] == names
        if value != "shown":
            assert found["likesReceived"]["pageInfo"] == {"hasNextPage": False, "endCursor": None}
            assert bob.id not in str(found)
        assert (await received(bob))["likesReceived"]["totalCount"] == 0


async def test_received_likes_wait_for_an_answer_the_latest_first(people, setting):
    setting("likes_received", "shown")
    ada = await people.join()
    others = [await people.join() for _ in range(5)]
    for other in others:
        await decided(other, ada, "LIKE")
    first = (await received(ada, first=2))["likesReceived"]
    assert first["totalCount"] == 5
    rest = (await received(ada, after=first["pageInfo"]["endCursor"]))["likesReceived"]
    told = [node["profile"]["id"] for node in first["nodes"] + rest["nodes"]]
    assert told == [other.id for other in others[::-1]]
    await decided(ada, others[0], "LATER")
    assert (await received(ada))["likesReceived"]["totalCount"] == 5
    await decided(ada, others[0], "PASS")
    await decided(ada, others[1], "LIKE")
    await others[2].api.done("unlikeProfile", profileId=ada.id)
    assert (await received(ada))["likesReceived"]["totalCount"] == 2
    for page in ({"first": 0}, {"first": 101}, {"after": "x"}):
        assert (await ada.api.send(RECEIVED, **page)).codes == ["INVALID_INPUT"]


@pytest.mark.parametrize("value", ["shown", "counted"])
async def test_received_likes_of_who_is_hidden_are_not_even_counted(
    people, setting, database, value
):
    setting("likes_received", value)
    ada, blocked, blocking, away = [await people.join() for _ in range(4)]
    for other in (blocked, blocking, away):
        await decided(other, ada, "LIKE")
    assert (await received(ada))["likesReceived"]["totalCount"] == 3
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=blocked.key)
        await tx.add(models.Block, blocker_id=blocking.key, blocked_id=ada.key)
        await tx.change(models.Account, {"account_id": away.key}, is_active=False)
    assert (await received(ada))["likesReceived"]["totalCount"] == 0
    assert (await received(ada))["likesReceived"]["nodes"] == []


async def test_a_retry_is_answered_alike_and_has_one_effect(pair, database):
    ada, bob = pair
    await decided(bob, ada, "LIKE")
    key = {"clientMutationId": "k"}
    answers = await asyncio.gather(*(decided(ada, bob, "SUPER_LIKE", **key) for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["match"] is not None
    assert (await rows(database))[:2] == (2, 1)
    other = await decide(ada, bob, "LIKE", **key)
    assert other["__typename"] == "IdempotencyConflict"
