"""Conversation requests through the API."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.conversations import global_id as global_id_of
from tests.support.conversations import matched, requested, write
from tests.support.live_events import EVENTS, MESSAGES, next_event
from tests.support.sockets import Ended, connected

INBOX = """{ viewer { unreadCount
  conversations { totalCount nodes { id } }
  conversationRequests { totalCount nodes {
    id unreadCount requestedBy { displayName } lastMessage { text } } } } }"""
SHOWN = """query($id: ID!) { conversation(id: $id) {
  unreadCount requestedBy { displayName } match { id }
  members { nodes { profile { id } readPosition } }
  messages { nodes { text isRead } } } }"""
CONVERSATION = "conversation { id requestedBy { displayName } }"


@pytest.fixture
async def strangers(people, setting):
    """Ada and Bob, who do not know each other, where people may ask."""
    setting("first_messages", "requests")
    return await people.join("Ada"), await people.join("Bob")


async def inbox(person):
    viewer = (await person.api.ask(INBOX))["viewer"]
    listed = [node["id"] for node in viewer["conversations"]["nodes"]]
    return listed, viewer["conversationRequests"]["nodes"], viewer["unreadCount"]


async def started(person, other):
    answer = await person.api.done("startConversation", CONVERSATION, profileId=other.id)
    return answer["conversation"]["id"]


async def shown(person, key):
    return (await person.api.ask(SHOWN, id=key))["conversation"]


async def refused(person, mutation, **input):
    answer = await person.api.do(mutation, **input)
    return answer["__typename"], answer.get("code")


async def long_ago(database, days):
    """Let all requests be as old."""
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE conversations SET requested_at = requested_at - make_interval(days => $1)", days
        )


async def test_a_request_lies_in_its_own_inbox_and_is_unread_nowhere(strangers):
    ada, bob = strangers
    key = await started(ada, bob)
    assert await inbox(ada) == ([key], [], 0)
    # Nothing is in it yet.
    assert await inbox(bob) == ([], [], 0)
    await write(ada, key, "May I?")
    listed, asked, unread = await inbox(bob)
    assert (listed, unread) == ([], 0)
    assert asked == [
        {
            "id": key,
            "unreadCount": 0,
            "requestedBy": {"displayName": "Ada"},
            "lastMessage": {"text": "May I?"},
        }
    ]
    assert await inbox(ada) == ([key], [], 0)
    assert (await shown(ada, key))["requestedBy"] == {"displayName": "Ada"}
    # No read receipt, and no answer before it is accepted.
    await bob.api.done("markRead", conversationId=key, upTo=1)
    assert (await shown(ada, key))["messages"]["nodes"] == [{"text": "May I?", "isRead": False}]
    no = await refused(bob, "sendMessage", conversationId=key, text="Well")
    assert no == ("NotAllowed", "REQUEST_NOT_ACCEPTED")


async def test_a_request_holds_so_many_messages(strangers, database, setting):
    ada, bob = strangers
    setting("request_messages", 2)
    key = await started(ada, bob)
    await write(ada, key, "one", "two")
    async with unchanged(database):
        no = await refused(ada, "sendMessage", conversationId=key, text="three")
        assert no == ("NotAllowed", "REQUEST_NOT_ANSWERED")


async def test_an_accepted_request_is_a_conversation_like_any_other(strangers, database):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    accepted = await bob.api.done("acceptConversation", CONVERSATION, conversationId=key)
    assert accepted["conversation"] == {"id": key, "requestedBy": None}
    assert await inbox(bob) == ([key], [], 1)
    await write(bob, key, "Yes.")
    await write(ada, key, "Good.", "Where?")
    assert await inbox(bob) == ([key], [], 3)
    assert (await shown(ada, key))["unreadCount"] == 1
    async with unchanged(database):
        await bob.api.done("acceptConversation", conversationId=key)
        assert await started(ada, bob) == key
        no = await refused(bob, "declineConversation", conversationId=key)
        assert no == ("NotFound", "CONVERSATION_REQUEST_NOT_FOUND")


async def test_who_asked_does_not_learn_that_it_was_declined(strangers, database):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    before = await shown(ada, key)
    declined = await bob.api.done(
        "declineConversation", "declinedConversationId", conversationId=key
    )
    assert declined["declinedConversationId"] == key
    assert await inbox(bob) == ([], [], 0)
    assert await shown(bob, key) is None
    assert await shown(ada, key) == before
    assert await inbox(ada) == ([key], [], 0)
    async with unchanged(database):
        for mutation in ("acceptConversation", "declineConversation"):
            no = await refused(bob, mutation, conversationId=key)
            assert no == ("NotFound", "CONVERSATION_NOT_FOUND")
        # Neither asking again nor more messages, as if nobody had looked at it.
        assert await started(ada, bob) == key
        no = await refused(ada, "sendMessage", conversationId=key, text="Please")
        assert no == ("NotAllowed", "REQUEST_NOT_ANSWERED")


@pytest.mark.parametrize("is_declined", [True, False])
async def test_after_some_time_one_may_ask_again(strangers, database, is_declined):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    if is_declined:
        await bob.api.done("declineConversation", conversationId=key)
    await long_ago(database, 30)
    assert await started(ada, bob) == key
    await write(ada, key, "And now?")
    _, (asked,), unread = await inbox(bob)
    assert (asked["lastMessage"], unread) == ({"text": "And now?"}, 0)
    assert (await shown(ada, key))["requestedBy"] == {"displayName": "Ada"}


async def test_who_declined_may_still_write_first(strangers):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    await bob.api.done("declineConversation", conversationId=key)
    assert await started(bob, ada) == key
    await write(bob, key, "Hello after all")
    assert (await inbox(bob))[0] == (await inbox(ada))[0] == [key]


async def test_a_block_ends_a_request_and_does_not_let_it_be_made_anew(strangers):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    await ada.api.done("blockProfile", profileId=bob.id)
    assert [await inbox(person) for person in strangers] == [([], [], 0)] * 2
    assert [await shown(person, key) for person in strangers] == [None] * 2
    await ada.api.done("unblockProfile", profileId=bob.id)
    no = await refused(ada, "startConversation", profileId=bob.id)
    assert no == ("NotAllowed", "ASKED_LATELY")


async def test_a_match_makes_a_request_its_conversation(strangers):
    ada, bob = strangers
    key = await started(ada, bob)
    await write(ada, key, "May I?")
    await ada.api.done("likeProfile", profileId=bob.id)
    answer = "match { id conversation { id requestedBy { id } } }"
    match = (await bob.api.done("likeProfile", answer, profileId=ada.id))["match"]
    assert match["conversation"] == {"id": key, "requestedBy": None}
    assert await inbox(bob) == ([key], [], 1)
    assert (await shown(ada, key))["match"] == {"id": match["id"]}
    # P-16: the end of the match takes all of it, and no request comes after.
    await bob.api.done("unmatch", matchId=match["id"])
    assert [await shown(person, key) for person in strangers] == [None] * 2
    assert await refused(ada, "startConversation", profileId=bob.id) == ("NotAllowed", "NO_MATCH")


WISHES = {
    ("matches", "EVERYONE"): None,
    ("requests", "MATCHES"): None,
    ("requests", "EVERYONE"): "requests",
    ("everyone", "MATCHES"): None,
    ("everyone", "REQUESTS"): "requests",
    ("everyone", "EVERYONE"): "conversations",
}


@pytest.mark.parametrize(("rule", "wish"), WISHES)
async def test_the_stricter_of_the_apps_rule_and_the_persons_wish_holds(
    strangers, setting, database, rule, wish
):
    ada, bob = strangers
    setting("first_messages", rule)
    wished = await bob.api.done(
        "setPreferences", "preferences { firstMessages }", firstMessages=wish
    )
    assert wished["preferences"] == {"firstMessages": wish}
    where = WISHES[rule, wish]
    if where is None:
        async with unchanged(database):
            no = await refused(ada, "startConversation", profileId=bob.id)
            assert no == ("NotAllowed", "NO_MATCH")
        return
    key = await started(ada, bob)
    await write(ada, key, "Hello")
    listed, asked, unread = await inbox(bob)
    found = {"conversations": listed, "requests": [each["id"] for each in asked]}
    assert {name for name, keys in found.items() if keys == [key]} == {where}
    assert unread == (1 if where == "conversations" else 0)


async def test_whom_nobody_sees_and_who_has_passed_cannot_be_asked(strangers, people, database):
    ada, bob = strangers
    newcomer = await people.join("New", onboarded=False)
    await bob.api.done("passProfile", profileId=ada.id)
    cleo = await people.join("Cleo")
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=cleo.key, blocked_id=ada.key)
    async with unchanged(database):
        ask = "startConversation"
        assert await refused(ada, ask, profileId=cleo.id) == ("NotFound", "PROFILE_NOT_FOUND")
        assert await refused(ada, ask, profileId=newcomer.id) == ("NotFound", "PROFILE_NOT_FOUND")
        assert await refused(ada, ask, profileId=bob.id) == ("NotAllowed", "NO_MATCH")
        assert await refused(ada, ask, profileId=ada.id) == ("NotAllowed", "NO_MATCH")
        no = await refused(newcomer, ask, profileId=ada.id)
        assert no == ("NotAllowed", "NOT_ONBOARDED")


async def test_so_many_people_a_day_are_told_and_counted(strangers, people, setting, database):
    ada, bob = strangers
    setting("conversation_requests_per_day", 2)
    cleo, dan = await people.join("Cleo"), await people.join("Dan")
    limits = "{ viewer { limits { name limit remaining resetsAt code } } }"

    async def left():
        every = (await ada.api.ask(limits))["viewer"]["limits"]
        (mine,) = [each for each in every if each["name"] == "conversation_requests_per_day"]
        return mine["limit"], mine["remaining"], mine["resetsAt"]

    assert await left() == (2, 2, None)
    await started(ada, bob)
    setting("first_messages", "everyone")
    await started(ada, cleo)
    # Where one is already, nothing is asked.
    await started(ada, cleo)
    most, remaining, resets_at = await left()
    assert (most, remaining) == (2, 0)
    assert datetime.fromisoformat(resets_at) <= datetime.now(UTC) + timedelta(hours=24)
    async with unchanged(database):
        no = await refused(ada, "startConversation", profileId=dan.id)
        assert no == ("LimitReached", "CONVERSATION_REQUEST_LIMIT_REACHED")
    # A match is no request.
    conversation = await matched(database, ada.key, dan.key)
    assert await started(ada, dan) == global_id_of(conversation)


async def test_only_the_two_of_a_request_see_it_and_only_one_answers(strangers, people, database):
    ada, bob = strangers
    key = global_id_of(await requested(database, ada, bob))
    eve = await people.join("Eve")
    async with unchanged(database):
        for mutation in ("acceptConversation", "declineConversation"):
            no = await refused(eve, mutation, conversationId=key)
            assert no == ("NotFound", "CONVERSATION_NOT_FOUND")
        assert await shown(eve, key) is None
        assert await inbox(eve) == ([], [], 0)
        # Who asked accepts nothing.
        await ada.api.done("acceptConversation", conversationId=key)
        no = await refused(ada, "declineConversation", conversationId=key)
        assert no == ("NotFound", "CONVERSATION_REQUEST_NOT_FOUND")
    assert (await shown(ada, key))["requestedBy"] == {"displayName": "Ada"}


async def test_a_deleted_account_takes_its_requests_along(strangers, database):
    ada, bob = strangers
    await requested(database, ada, bob)
    await ada.api.done("deleteAccount", password="correct horse battery")
    assert await inbox(bob) == ([], [], 0)
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM conversations") == 0


async def test_two_who_start_at_once_are_in_one_conversation(people, setting):
    setting("first_messages", "requests")
    for _ in range(3):
        ada, bob = await people.join(), await people.join()
        keys = await asyncio.gather(started(ada, bob), started(bob, ada), started(ada, bob))
        assert len(set(keys)) == 1
        # The second to start accepts what the first has asked for.
        assert (await shown(ada, keys[0]))["requestedBy"] is None
        await write(ada, keys[0], "one", "two")
        await write(bob, keys[0], "three")


async def test_accepting_and_declining_at_once_is_one_of_both(people, database):
    for _ in range(3):
        ada, bob = await people.join(), await people.join()
        key = global_id_of(await requested(database, ada, bob))
        answers = await asyncio.gather(
            bob.api.do("acceptConversation", conversationId=key),
            bob.api.do("declineConversation", conversationId=key),
        )
        names = [answer["__typename"] for answer in answers]
        assert names in (
            ["AcceptConversationSuccess", "NotFound"],
            ["NotFound", "DeclineConversationSuccess"],
        )
        is_accepted = names[1] == "NotFound"
        assert (await shown(bob, key) is not None) == is_accepted
        assert ((await shown(ada, key))["requestedBy"] is None) == is_accepted


async def test_a_request_is_told_live_and_its_message_only_once_it_is_accepted(
    application, strangers
):
    ada, bob = strangers
    key = await started(ada, bob)
    async with connected(application, bob.api.token) as theirs:
        events = await theirs.subscribe(EVENTS)
        await events.next()
        await write(ada, key, "May I?")
        assert (await next_event(events))["__typename"] == "ConversationRequested"
        await bob.api.done("acceptConversation", conversationId=key)
        opened = await next_event(events)
        assert (opened["__typename"], opened["conversation"]) == ("ConversationOpened", {"id": key})
        await write(ada, key, "Thanks")
        told = await next_event(events)
        assert (told["__typename"], told["message"]["text"]) == ("MessageSent", "Thanks")


async def test_declining_ends_the_stream_of_the_conversation(application, strangers, database):
    ada, bob = strangers
    key = global_id_of(await requested(database, ada, bob))
    async with connected(application, bob.api.token) as theirs:
        messages = await theirs.subscribe(MESSAGES, id=key)
        await messages.next()
        await bob.api.done("declineConversation", conversationId=key)
        with pytest.raises(Ended):
            await next_event(messages, field="messages")
        again = await theirs.subscribe(MESSAGES, id=key)
        assert (await again.error())[0]["extensions"]["code"] == "CONVERSATION_NOT_FOUND"


@pytest.mark.parametrize(
    "mutation", ["startConversation", "acceptConversation", "declineConversation"]
)
async def test_a_retry_has_one_effect(strangers, database, mutation):
    ada, bob = strangers
    if mutation == "startConversation":
        person, about = ada, {"profileId": bob.id}
    else:
        person = bob
        about = {"conversationId": global_id_of(await requested(database, ada, bob))}
    first = await person.api.done(mutation, **about, clientMutationId="again")
    async with unchanged(database):
        again = await person.api.done(mutation, **about, clientMutationId="again")
        assert again == first
        other = {next(iter(about)): ids.encode("Nothing", ada.key), "clientMutationId": "again"}
        assert (await person.api.do(mutation, **other))["__typename"] == "IdempotencyConflict"


async def test_nobody_is_told_of_a_request_that_was_never_written(strangers, database):
    ada, bob = strangers
    await started(ada, bob)
    await ada.api.done("blockProfile", profileId=bob.id)
    async with database.write() as tx:
        topics = await tx.connection.fetch(
            "SELECT topic FROM topic_entries WHERE kind = 'ConversationEnded'"
        )
    assert [row["topic"] for row in topics] == [f"viewer:{ada.key}"]
