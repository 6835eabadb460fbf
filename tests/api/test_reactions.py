"""Reactions to messages through the API."""

import asyncio

import pytest

from domain import conversations
from domain.reactions import MOST_OF_ONE
from tests.support.contents import unchanged
from tests.support.conversations import global_id, matched
from tests.support.live_events import EVENTS, MESSAGES, next_event
from tests.support.sockets import connected

REACTIONS = "reactions { emoji count viewerReacted people { displayName } }"
REACTED = f"subject {{ {REACTIONS} }}"
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Message {{ {REACTIONS} }} }} }}"
HEART, THUMB = "❤\ufe0f", "👍"
MANY = [chr(code) for code in range(0x1F600, 0x1F600 + MOST_OF_ONE + 2)]


@pytest.fixture
async def message(pair):
    """The id of a message that Ada has written to Bob."""
    ada, _, key = pair
    sent = await ada.api.done("sendMessage", "sentMessage { id }", conversationId=key, text="Hi")
    return sent["sentMessage"]["id"]


async def react(person, message, emoji, mutation="react"):
    answer = await person.api.done(mutation, REACTED, subjectId=message, emoji=emoji)
    return answer["subject"]["reactions"]


async def seen(person, message):
    found = (await person.api.ask(NODE, id=message))["node"]["reactions"]
    return [(each["emoji"], each["count"], each["viewerReacted"]) for each in found]


async def refused(person, mutation, message, emoji=HEART):
    answer = await person.api.do(mutation, subjectId=message, emoji=emoji)
    return answer["__typename"], answer["code"]


async def test_reactions_are_counted_in_the_order_in_which_they_came(pair, message):
    ada, bob, _ = pair
    first = await react(bob, message, "❤")
    assert first == [
        {"emoji": HEART, "count": 1, "viewerReacted": True, "people": [{"displayName": "Bob"}]}
    ]
    await react(bob, message, THUMB)
    both = (await react(ada, message, HEART))[0]
    assert both["people"] == [{"displayName": "Bob"}, {"displayName": "Ada"}]
    assert await seen(ada, message) == [(HEART, 2, True), (THUMB, 1, False)]
    assert await seen(bob, message) == [(HEART, 2, True), (THUMB, 1, True)]
    await react(bob, message, "❤", "removeReaction")
    assert await seen(bob, message) == [(THUMB, 1, True), (HEART, 1, False)]


async def test_as_many_people_are_named_and_paid_as_are_asked_for(pair, message):
    ada, bob, _ = pair
    for person in (bob, ada):
        await react(person, message, HEART)
    asked = (
        "query($id: ID!, $first: Int) { node(id: $id) { ... on Message {"
        " reactions { people(first: $first) { displayName } } } } }"
    )
    answers = {size: await ada.api.send(asked, id=message, first=size) for size in (1, 100, 101)}
    (heart,) = answers[1].data["node"]["reactions"]
    assert heart["people"] == [{"displayName": "Bob"}]
    costs = [answers[size].extensions["cost"]["requested"] for size in (1, 100)]
    assert costs[1] - costs[0] == 99 * 10  # lists without pages, like `reactions`, count as 10
    assert answers[101].codes == ["INVALID_INPUT"]
    assert answers[101].errors[0]["extensions"]["fields"][0]["path"] == "first"


async def test_reacting_and_taking_back_again_change_nothing(pair, message, database):
    _, bob, _ = pair
    await react(bob, message, HEART)
    async with unchanged(database):
        assert len(await react(bob, message, HEART)) == 1
        await react(bob, message, THUMB, "removeReaction")


@pytest.mark.parametrize("wrong", ["", "x", "😀😀", "\u200d", "😀" * 10_000])
async def test_what_is_no_emoji_is_refused(pair, message, database, wrong):
    _, bob, _ = pair
    async with unchanged(database):
        for mutation in ("react", "removeReaction"):
            expected = ("InvalidInput", "INVALID_INPUT")
            assert await refused(bob, mutation, message, wrong) == expected


async def test_one_person_puts_a_bounded_number_of_different_emoji(pair, message, database):
    ada, bob, _ = pair
    for emoji in MANY[: MOST_OF_ONE - 1]:
        await react(bob, message, emoji)
    last = MANY[MOST_OF_ONE - 1 : MOST_OF_ONE + 1]
    answers = await asyncio.gather(
        *(bob.api.do("react", subjectId=message, emoji=emoji) for emoji in last)
    )
    told = sorted(answer.get("code", "done") for answer in answers)
    assert told == ["OWN_REACTION_LIMIT_REACHED", "done"]
    assert len(await seen(ada, message)) == MOST_OF_ONE
    async with unchanged(database):
        await react(bob, message, MANY[0])
    await react(ada, message, MANY[MOST_OF_ONE + 1])
    await react(bob, message, MANY[0], "removeReaction")
    await react(bob, message, HEART)


async def test_a_deleted_message_loses_its_reactions_and_takes_none(pair, message, database):
    ada, bob, _ = pair
    await react(bob, message, HEART)
    await ada.api.done("deleteMessage", messageId=message)
    assert await seen(bob, message) == []
    async with unchanged(database):
        expected = ("NotAllowed", "MESSAGE_DELETED")
        assert await refused(bob, "react", message) == expected
        await react(bob, message, HEART, "removeReaction")


async def test_who_cannot_read_a_message_cannot_react_to_it(pair, message, people, database):
    ada, bob, _ = pair
    await react(bob, message, HEART)
    stranger = await people.join()
    missing = ("NotFound", "MESSAGE_NOT_FOUND")
    async with unchanged(database):
        for mutation in ("react", "removeReaction"):
            assert await refused(stranger, mutation, message) == missing
            assert await refused(bob, mutation, bob.id) == ("NotFound", "SUBJECT_NOT_FOUND")
    await ada.api.done("blockProfile", profileId=bob.id)
    async with unchanged(database):
        for mutation in ("react", "removeReaction"):
            assert await refused(bob, mutation, message) == missing


async def test_a_retry_shows_nothing_of_a_message_that_is_hidden_since(pair, message):
    ada, bob, _ = pair
    call = {"subjectId": message, "emoji": HEART, "clientMutationId": "heart"}
    done = await bob.api.done("react", REACTED, **call)
    assert await bob.api.done("react", REACTED, **call) == done
    await ada.api.done("blockProfile", profileId=bob.id)
    again = await bob.api.done("react", REACTED, **call)
    assert again["subject"] is None


async def test_reactions_at_once_are_each_there_once(pair, message):
    ada, bob, _ = pair
    await asyncio.gather(
        *(react(person, message, HEART) for person in (ada, bob) for _ in range(5)),
    )
    assert await seen(ada, message) == [(HEART, 2, True)]


async def test_reactions_are_told_live_to_all_who_take_part(application, pair, message):
    ada, bob, key = pair
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        cursor = (await events.next())["data"]["events"]["cursor"]
        await react(bob, message, HEART)
        event = await next_event(events)
        assert (event["__typename"], event["reactor"]) == (
            "ReactionChanged",
            {"displayName": "Bob"},
        )
        assert (event["emoji"], event["isAdded"]) == (HEART, True)
        assert event["message"] == {"reactions": [{"emoji": HEART, "count": 1}]}
        await react(bob, message, HEART, "removeReaction")
        event = await next_event(events)
        assert (event["isAdded"], event["message"]) == (False, {"reactions": []})
        messages = await socket.subscribe(MESSAGES, id=key, after=cursor)
        for _ in range(2):
            event = await next_event(messages, field="messages")
            assert (event["__typename"], event["emoji"]) == ("ReactionChanged", HEART)


async def test_nothing_is_told_of_a_reaction_once_the_conversation_is_gone(
    application, pair, message, people, database
):
    ada, bob, _ = pair
    eve = await people.join("Eve")
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        cursor = (await events.next())["data"]["events"]["cursor"]
    await react(bob, message, HEART)
    async with database.write() as tx:
        await conversations.end_conversation(tx, first_id=ada.key, second_id=bob.key)
    talk = global_id(await matched(database, ada.key, eve.key))
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        assert (await next_event(events))["__typename"] == "ConversationEnded"
        event = await next_event(events)
        assert (event["__typename"], event["conversation"]) == ("ConversationOpened", {"id": talk})
