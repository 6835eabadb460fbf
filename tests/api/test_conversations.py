"""Conversations through the API."""

import pytest

from persistence import models
from tests.support.conversations import global_id, matched, write

CONVERSATION = """
query($id: ID!) { conversation(id: $id) {
  id lastPosition unreadCount readPosition lastMessageAt activeAt createdAt
  other { displayName } members { profile { displayName } readPosition readAt joinedAt }
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
    assert {m["profile"]["displayName"] for m in shown["members"]} == {"Ada", "Bob"}
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


async def test_only_matches_can_be_written_to(people):
    ada, bob = await people.join(), await people.join()
    answer = await ada.api.do("startConversation", profileId=bob.id)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NO_MATCH")
    answer = await ada.api.do("startConversation", profileId=ada.id)
    assert answer["__typename"] == "NotAllowed"


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
        assert answer["code"] == "CONVERSATION_NOT_FOUND", mutation


FORGED = ["", "x", "AAAA", "💥", "a" * 10_000, "Q29udmVyc2F0aW9uOjE="]


@pytest.mark.parametrize("id", FORGED)
async def test_forged_ids_name_nothing(people, id):
    ada = await people.join()
    await missing(ada, id)
    answer = await ada.api.do("startConversation", profileId=id)
    assert answer["code"] == "PROFILE_NOT_FOUND"


async def test_ids_of_other_types_name_nothing(pair):
    ada, bob, key = pair
    await missing(ada, bob.id)
    assert (await ada.api.do("startConversation", profileId=key))["code"] == "PROFILE_NOT_FOUND"


@pytest.mark.parametrize("up_to", [-1, -(2**31)])
async def test_a_negative_position_is_refused(pair, up_to):
    ada, _, key = pair
    answer = await ada.api.do("markRead", conversationId=key, upTo=up_to)
    assert answer["fields"] == [{"path": "upTo", "message": "upTo must not be negative."}]


@pytest.mark.parametrize("up_to", [2**31, "1", 1.5, None])
async def test_a_position_of_the_wrong_type_is_a_bad_request(pair, up_to):
    ada, _, key = pair
    query = "mutation($input: MarkReadInput!) { markRead(input: $input) { __typename } }"
    answer = await ada.api.send(query, input={"conversationId": key, "upTo": up_to})
    assert answer.codes == ["BAD_REQUEST"]
