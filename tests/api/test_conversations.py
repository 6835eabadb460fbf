"""Conversations through the API."""

from collections import Counter
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.conversations import global_id, matched, write
from tests.support.statements import statements_of

CONVERSATION = """
query($id: ID!) { conversation(id: $id) {
  id lastPosition unreadCount readPosition lastMessageAt activeAt createdAt
  other { displayName } members { nodes { profile { displayName } readPosition readAt joinedAt } }
  lastMessage { text } messages(first: 3) { totalCount nodes { text position } }
} }
"""
LIST = """
query($first: Int, $after: String) { viewer { unreadCount
  conversations(first: $first, after: $after) {
    totalCount nodes { id unreadCount lastMessage { text } other { displayName } }
    pageInfo { hasNextPage endCursor } } } }
"""


async def listed(person, **page):
    return (await person.api.ask(LIST, **page))["viewer"]


async def test_a_conversation_shows_its_people_and_messages(pair):
    ada, bob, key = pair
    await write(ada, key, "one", "two", "three", "four")
    shown = (await bob.api.ask(CONVERSATION, id=key))["conversation"]
    assert shown["other"] == {"displayName": "Ada"}
    assert {m["profile"]["displayName"] for m in shown["members"]["nodes"]} == {"Ada", "Bob"}
    assert shown["messages"]["totalCount"] == 4
    assert [m["text"] for m in shown["messages"]["nodes"]] == ["four", "three", "two"]
    assert shown["lastMessage"] == {"text": "four"}
    assert (shown["lastPosition"], shown["unreadCount"], shown["readPosition"]) == (4, 4, 0)
    assert shown["createdAt"] < shown["lastMessageAt"] <= shown["activeAt"]


async def test_messages_are_paged_in_both_directions_while_new_ones_come(pair):
    ada, _, key = pair
    await write(ada, key, *"abcdef")
    query = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
      conversation(id: $id) { messages(first: $first, after: $after, last: $last, before: $before) {
        nodes { text } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
    first = (await ada.api.ask(query, id=key, first=2))["conversation"]["messages"]
    assert [m["text"] for m in first["nodes"]] == ["f", "e"]
    await write(ada, key, "g")
    cursor = first["pageInfo"]["endCursor"]
    second = (await ada.api.ask(query, id=key, first=2, after=cursor))["conversation"]["messages"]
    assert [m["text"] for m in second["nodes"]] == ["d", "c"]
    cursor = first["pageInfo"]["startCursor"]
    newer = (await ada.api.ask(query, id=key, last=5, before=cursor))["conversation"]["messages"]
    assert [m["text"] for m in newer["nodes"]] == ["g"]


async def test_the_most_recently_active_conversation_comes_first(people, database):
    ada = await people.join("Ada")
    others = [await people.join(f"Other {n}") for n in range(4)]
    keys = [global_id(await matched(database, ada.key, other.key)) for other in others]
    await write(others[1], keys[1], "hello")
    found = await listed(ada, first=2)
    assert [c["id"] for c in found["conversations"]["nodes"]] == [keys[1], keys[3]]
    assert found["conversations"]["totalCount"] == 4
    rest = await listed(ada, after=found["conversations"]["pageInfo"]["endCursor"])
    assert [c["id"] for c in rest["conversations"]["nodes"]] == [keys[2], keys[0]]
    assert not rest["conversations"]["pageInfo"]["hasNextPage"]


async def test_reading_moves_the_mark_forward_and_tells_the_other(pair):
    ada, bob, key = pair
    await write(ada, key, "one", "two", "three")
    assert (await listed(bob))["unreadCount"] == 3
    answer = "conversation { readPosition unreadCount }"
    moved = await bob.api.done("markRead", answer, conversationId=key, upTo=2)
    assert moved["conversation"] == {"readPosition": 2, "unreadCount": 1}
    for up_to, position in ((1, 2), (0, 2), (2_000_000_000, 3)):
        moved = await bob.api.done("markRead", answer, conversationId=key, upTo=up_to)
        assert moved["conversation"]["readPosition"] == position
    assert (await listed(bob))["unreadCount"] == 0
    query = "query($id: ID!) { conversation(id: $id) { messages { nodes { isRead } } } }"
    seen = (await ada.api.ask(query, id=key))["conversation"]["messages"]["nodes"]
    assert seen == [{"isRead": True}] * 3


async def test_a_hidden_conversation_returns_with_the_next_message_or_when_started(pair):
    ada, bob, key = pair
    await bob.api.done("hideConversation", "conversation { id }", conversationId=key)
    assert (await listed(bob))["conversations"]["totalCount"] == 0
    assert (await listed(ada))["conversations"]["totalCount"] == 1
    await write(ada, key, "still there?")
    assert (await listed(bob))["conversations"]["totalCount"] == 1
    await bob.api.done("hideConversation", conversationId=key)
    assert (await listed(bob))["unreadCount"] == 0
    started = await bob.api.done("startConversation", "conversation { id }", profileId=ada.id)
    assert started["conversation"]["id"] == key
    assert (await listed(bob))["unreadCount"] == 1


async def test_hiding_is_soft_and_the_other_notices_nothing(pair):
    ada, bob, key = pair
    await write(ada, key, "keep me")
    seen = (await ada.api.ask(CONVERSATION, id=key))["conversation"]
    await bob.api.done("hideConversation", conversationId=key)
    assert (await ada.api.ask(CONVERSATION, id=key))["conversation"] == seen
    kept = (await bob.api.ask(CONVERSATION, id=key))["conversation"]
    assert kept["lastMessage"] == {"text": "keep me"}
    assert kept["messages"]["totalCount"] == 1


async def test_the_time_of_the_last_message_is_kept(pair):
    ada, bob, key = pair
    query = "query($id: ID!) { conversation(id: $id) { lastMessageAt lastMessage { sentAt } } }"
    seen = (await bob.api.ask(query, id=key))["conversation"]
    assert seen == {"lastMessageAt": None, "lastMessage": None}
    times = []
    for person in (ada, bob, ada):
        await write(person, key, "x")
        seen = (await bob.api.ask(query, id=key))["conversation"]
        assert seen["lastMessageAt"] == seen["lastMessage"]["sentAt"]
        times.append(seen["lastMessageAt"])
    assert times == sorted(set(times))


async def test_only_matches_can_be_written_to(people, database):
    ada, bob = await people.join(), await people.join()
    async with unchanged(database):
        for person in (ada, bob):
            answer = await ada.api.do("startConversation", profileId=person.id)
            assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NO_MATCH")


@pytest.mark.parametrize(
    ("mutation", "more", "before"),
    [
        ("startConversation", {}, ["hideConversation"]),
        ("hideConversation", {}, []),
        ("markRead", {"upTo": 1}, []),
    ],
)
async def test_a_retry_has_one_effect_and_gets_the_same_answer(
    pair, database, mutation, more, before
):
    ada, bob, key = pair
    await write(ada, key, "one", "two")
    for earlier in before:
        await bob.api.done(earlier, conversationId=key)
    about = {"profileId": ada.id} if mutation == "startConversation" else {"conversationId": key}
    call = {**about, **more, "clientMutationId": "again"}
    first = await bob.api.done(mutation, "conversation { id unreadCount }", **call)
    async with unchanged(database):
        again = await bob.api.done(mutation, "conversation { id unreadCount }", **call)
        assert again == first
        other = {**call, next(iter(about)): ada.api.token}
        assert (await bob.api.do(mutation, **other))["__typename"] == "IdempotencyConflict"


DEEP = """{ viewer { unreadCount conversations(first: 50) { totalCount nodes {
  id unreadCount readPosition lastMessage { text isRead sender { displayName } }
  other { displayName } match { id } members { nodes { readPosition profile { displayName } } }
  messages(first: 2) { totalCount nodes { text isRead sender { displayName } } } } } } }"""


async def test_any_number_of_conversations_costs_the_same_statements(people, database):
    ada = await people.join("Ada")
    ran, listed_count = [], 0
    for wanted in (3, 12):
        for _ in range(wanted - listed_count):
            other = await people.join()
            key = global_id(await matched(database, ada.key, other.key))
            await write(other, key, "hello", "there")
            await write(ada, key, "hi")
        listed_count = wanted
        seen = (await ada.api.ask(DEEP))["viewer"]
        assert len(seen["conversations"]["nodes"]) == wanted
        assert seen["unreadCount"] == 2 * wanted
        ran.append(Counter(await statements_of(ada.api.ask(DEEP))))
    few, many = ran
    assert few.keys() == many.keys()
    # Profiles are wanted at three places; which of them meet in one batch is a matter of timing.
    assert max(*few.values(), *many.values()) <= 3


@pytest.mark.parametrize("blocked_by", ["viewer", "other"])
async def test_blocked_people_are_missing_to_each_other(pair, database, blocked_by):
    ada, bob, key = pair
    await write(ada, key, "hi")
    blocker, blocked = (ada, bob) if blocked_by == "viewer" else (bob, ada)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=blocker.key, blocked_id=blocked.key)
    answer = await ada.api.do("startConversation", profileId=bob.id)
    assert answer["code"] == "PROFILE_NOT_FOUND"
    await missing(ada, key)


async def test_a_conversation_is_missing_for_strangers_and_nobody_sees_one_signed_out(
    pair, people, api
):
    _, _, key = pair
    stranger = await people.join()
    await missing(stranger, key)
    node = await stranger.api.ask("query($id: ID!) { node(id: $id) { id } }", id=key)
    assert node == {"node": None}
    assert (await api.send(CONVERSATION, id=key)).codes == ["UNAUTHENTICATED"]
    assert await api.ask("query($id: ID!) { node(id: $id) { id } }", id=key) == {"node": None}


async def missing(person, key):
    assert (await person.api.ask(CONVERSATION, id=key))["conversation"] is None
    for mutation, more in (
        ("sendMessage", {"text": "x"}),
        ("markRead", {"upTo": 1}),
        ("hideConversation", {}),
    ):
        answer = await person.api.do(mutation, conversationId=key, **more)
        assert answer["__typename"] == "NotFound", mutation
        assert answer["code"] == "CONVERSATION_NOT_FOUND", mutation


FORGED = [
    "", " ", "x", "AAAA", "💥", "\x00", "\u200b", "\u202e", "a" * 10_000, "Q29udmVyc2F0aW9uOjE=",
    ids.encode("Conversation", UUID(int=0)), ids.encode("Profile", UUID(int=2**128 - 1)),
]  # fmt: skip


@pytest.mark.parametrize("id", FORGED)
async def test_forged_ids_name_nothing(pair, database, id):
    ada, _, _ = pair
    async with unchanged(database):
        await missing(ada, id)
        answer = await ada.api.do("startConversation", profileId=id)
        assert (answer["__typename"], answer["code"]) == ("NotFound", "PROFILE_NOT_FOUND")


async def test_ids_of_other_types_and_of_other_pairs_name_nothing(pair, people, database):
    ada, bob, key = pair
    eve = await people.join("Eve")
    foreign = global_id(await matched(database, bob.key, eve.key))
    same_key = ids.encode("Match", ids.parse(key)[1])
    async with unchanged(database):
        for other in (bob.id, foreign, same_key, key[:-1], key.swapcase(), f"{key}="):
            await missing(ada, other)
        answer = await ada.api.do("startConversation", profileId=key)
        assert answer["code"] == "PROFILE_NOT_FOUND"


@pytest.mark.parametrize("up_to", [-1, -(2**31)])
async def test_a_negative_position_is_refused(pair, database, up_to):
    ada, _, key = pair
    async with unchanged(database):
        answer = await ada.api.do("markRead", conversationId=key, upTo=up_to)
    assert answer["fields"] == [
        {"path": "upTo", "code": "OUT_OF_RANGE", "message": "upTo must not be negative."}
    ]


@pytest.mark.parametrize(
    ("mutation", "spoiled"),
    [
        *(("markRead", {"upTo": up_to}) for up_to in (2**31, -(2**31) - 1, "1", 1.5, True, None)),
        *(
            (mutation, {id_of: wrong})
            for mutation, id_of in (
                ("markRead", "conversationId"),
                ("hideConversation", "conversationId"),
                ("startConversation", "profileId"),
            )
            for wrong in (None, 1.5, True, ["x"], {"id": "x"})
        ),
        ("hideConversation", {"clientMutationId": 5}),
        ("hideConversation", {"noSuchField": 1}),
    ],
)
async def test_an_input_of_the_wrong_type_is_a_bad_request(pair, database, mutation, spoiled):
    ada, bob, key = pair
    right = {
        "markRead": {"conversationId": key, "upTo": 0},
        "hideConversation": {"conversationId": key},
        "startConversation": {"profileId": bob.id},
    }
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ __typename }} }}"
    async with unchanged(database):
        answer = await ada.api.send(query, input=right[mutation] | spoiled)
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)


async def test_all_of_ones_own_place_takes_as_many_statements_as_a_part(pair):
    ada, _, _ = pair
    listed = "{{ viewer {{ conversations {{ nodes {{ {} }} }} }} }}"
    parts = ("isMuted", "unreadCount readPosition isMuted mutedUntil")
    asked = [listed.format(part) for part in parts]
    costs = [(await ada.api.send(query)).extensions["cost"] for query in asked]
    assert costs[0]["sqlStatements"] == costs[1]["sqlStatements"]
