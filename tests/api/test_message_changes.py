"""Replies, edits and deletions of messages through the API."""

import asyncio

import pytest

from tests.support.contents import unchanged
from tests.support.conversations import global_id, matched
from tests.support.live_events import EVENTS, MESSAGES, next_event
from tests.support.sockets import connected

FIELDS = "id text position isEdited editedAt isDeleted deletedAt replyTo { id text }"
SENT, EDITED, DELETED = (
    f"{name} {{ {FIELDS} }}" for name in ("sentMessage", "editedMessage", "deletedMessage")
)
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Message {{ {FIELDS} }} }} }}"
TALK = f"""query($id: ID!) {{ conversation(id: $id) {{ unreadCount lastMessage {{ text }}
  messages {{ nodes {{ {FIELDS} }} }} }} }}"""


async def sent(person, key, text="Hello", **more):
    answer = await person.api.done("sendMessage", SENT, conversationId=key, text=text, **more)
    return answer["sentMessage"]


async def refused(person, mutation, **given):
    answer = await person.api.do(mutation, **given)
    return answer["__typename"], answer["code"]


async def versions(database):
    async with database.write() as tx:
        return [
            row["text"]
            for row in await tx.connection.fetch("SELECT text FROM message_versions ORDER BY 1")
        ]


async def age(database):
    """Let all messages be of yesterday."""
    async with database.write() as tx:
        await tx.connection.execute("UPDATE messages SET sent_at = sent_at - interval '1 day'")


async def test_a_reply_shows_what_it_answers_until_that_is_deleted(pair):
    ada, bob, key = pair
    first = await sent(ada, key, "Tea?")
    reply = await sent(bob, key, "Yes", replyToId=first["id"])
    assert reply["replyTo"] == {"id": first["id"], "text": "Tea?"}
    await ada.api.done("deleteMessage", messageId=first["id"])
    for person in (ada, bob):
        found = await person.api.ask(NODE, id=reply["id"])
        assert (found["node"]["text"], found["node"]["replyTo"]) == ("Yes", None)


async def test_only_a_message_of_the_conversation_that_is_there_can_be_answered(
    pair, people, database
):
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, ada.key, eve.key))
    elsewhere, gone = await sent(ada, other), await sent(bob, key)
    await bob.api.done("deleteMessage", messageId=gone["id"])
    for wrong in (elsewhere["id"], gone["id"], key, "nonsense", bob.id):
        async with unchanged(database):
            call = {"conversationId": key, "text": "x", "replyToId": wrong}
            assert await refused(ada, "sendMessage", **call) == ("NotFound", "MESSAGE_NOT_FOUND")


async def test_an_edit_changes_the_text_for_both_and_keeps_the_old_one_for_moderation(
    pair, database
):
    ada, bob, key = pair
    message = await sent(ada, key, "Helo")
    answer = await ada.api.done("editMessage", EDITED, messageId=message["id"], text=" Hello ")
    assert (answer["editedMessage"]["text"], answer["editedMessage"]["isEdited"]) == ("Hello", True)
    found = (await bob.api.ask(NODE, id=message["id"]))["node"]
    assert found == answer["editedMessage"]
    assert found["editedAt"] is not None
    assert await versions(database) == ["Helo"]
    async with unchanged(database):
        await ada.api.done("editMessage", EDITED, messageId=message["id"], text="Hello")


async def test_a_deletion_leaves_a_place_and_nothing_to_read(pair, database):
    ada, bob, key = pair
    first, second = await sent(ada, key, "Oops"), await sent(ada, key, "Fine")
    answer = await ada.api.done("deleteMessage", DELETED, messageId=first["id"])
    left = answer["deletedMessage"]
    assert (left["text"], left["position"], left["isDeleted"]) == (None, 1, True)
    assert left["deletedAt"] is not None
    talk = (await bob.api.ask(TALK, id=key))["conversation"]
    assert [each["text"] for each in talk["messages"]["nodes"]] == ["Fine", None]
    assert talk["unreadCount"] == 1
    await ada.api.done("deleteMessage", messageId=second["id"])
    talk = (await bob.api.ask(TALK, id=key))["conversation"]
    assert (talk["lastMessage"], talk["unreadCount"]) == ({"text": None}, 0)
    assert await versions(database) == ["Fine", "Oops"]
    async with unchanged(database):
        await ada.api.done("deleteMessage", messageId=first["id"])


async def test_a_retry_of_what_was_sent_does_not_tell_a_text_that_is_deleted(pair, database):
    ada, _, key = pair
    call = {"text": "secret", "clientMutationId": "send"}
    message = await sent(ada, key, **call)
    await ada.api.done("deleteMessage", messageId=message["id"])
    again = await sent(ada, key, **call)
    assert (again["id"], again["text"], again["isDeleted"]) == (message["id"], None, True)
    async with database.write() as tx:
        kept = await tx.connection.fetch("SELECT payload::text FROM answers")
    assert [row for row in kept if "secret" in row["payload"]] == []


async def test_a_message_is_changed_by_its_sender_alone(pair, people, database):
    ada, bob, key = pair
    message = await sent(ada, key)
    edit, delete = {"messageId": message["id"], "text": "x"}, {"messageId": message["id"]}
    stranger = await people.join()
    async with unchanged(database):
        assert await refused(bob, "editMessage", **edit) == ("NotAllowed", "NOT_THE_SENDER")
        assert await refused(bob, "deleteMessage", **delete) == ("NotAllowed", "NOT_THE_SENDER")
        for call in (("editMessage", edit), ("deleteMessage", delete)):
            assert await refused(stranger, call[0], **call[1]) == ("NotFound", "MESSAGE_NOT_FOUND")
    await bob.api.done("blockProfile", profileId=ada.id)
    async with unchanged(database):
        for call in (("editMessage", edit), ("deleteMessage", delete)):
            assert await refused(ada, call[0], **call[1]) == ("NotFound", "MESSAGE_NOT_FOUND")


async def test_an_edit_that_is_late_empty_or_of_what_is_gone_is_refused(pair, database):
    ada, _, key = pair
    message, gone = await sent(ada, key), await sent(ada, key, "gone")
    await ada.api.done("deleteMessage", messageId=gone["id"])
    async with unchanged(database):
        call = {"messageId": gone["id"], "text": "back"}
        assert await refused(ada, "editMessage", **call) == ("NotAllowed", "MESSAGE_DELETED")
        call = {"messageId": message["id"], "text": " \n"}
        assert await refused(ada, "editMessage", **call) == ("InvalidInput", "INVALID_INPUT")
    await age(database)
    async with unchanged(database):
        call = {"messageId": message["id"], "text": "late"}
        assert await refused(ada, "editMessage", **call) == ("NotAllowed", "TOO_LATE_TO_EDIT")
    await ada.api.done("deleteMessage", messageId=message["id"])


async def test_edits_and_deletions_are_told_live_without_what_was_said(application, pair):
    ada, bob, key = pair
    message = await sent(ada, key, "first")
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        cursor = (await events.next())["data"]["events"]["cursor"]
        messages = await socket.subscribe(MESSAGES, id=key, after=cursor)
        await ada.api.done("editMessage", messageId=message["id"], text="second")
        edited = await next_event(events)
        assert (edited["__typename"], edited["message"]) == ("MessageEdited", {"text": "second"})
        assert (await next_event(messages, field="messages"))["message"] == {"text": "second"}
        await ada.api.done("deleteMessage", messageId=message["id"])
        deleted = await next_event(events)
        assert (deleted["__typename"], deleted["message"]) == ("MessageDeleted", {"text": None})
        assert deleted["position"] == 1
        again = await socket.subscribe(EVENTS, after=cursor)
        assert [(await next_event(again))["message"] for _ in range(2)] == [{"text": None}] * 2
        told = [await next_event(messages, field="messages")]
        assert told[0]["__typename"] == "MessageDeleted"


async def test_an_edit_and_a_deletion_at_once_end_with_nothing_to_read(pair, database):
    ada, bob, key = pair
    for n in range(5):
        message = await sent(ada, key, f"said {n}")
        edit, _ = await asyncio.gather(
            ada.api.do("editMessage", messageId=message["id"], text=f"edited {n}"),
            ada.api.done("deleteMessage", messageId=message["id"]),
        )
        found = (await bob.api.ask(NODE, id=message["id"]))["node"]
        assert (found["text"], found["isEdited"], found["isDeleted"]) == (None, False, True)
        kept = {text for text in await versions(database) if text.endswith(str(n))}
        was_edited = edit["__typename"] == "EditMessageSuccess"
        assert kept == {f"said {n}"} | ({f"edited {n}"} if was_edited else set())


async def test_a_reply_to_what_is_being_deleted_is_refused_or_shows_nothing(pair):
    ada, bob, key = pair
    for _ in range(5):
        message = await sent(ada, key)
        call = {"conversationId": key, "text": "Yes", "replyToId": message["id"]}
        reply, _ = await asyncio.gather(
            bob.api.do("sendMessage", SENT, **call),
            ada.api.done("deleteMessage", messageId=message["id"]),
        )
        if reply["__typename"] == "NotFound":
            assert reply["code"] == "MESSAGE_NOT_FOUND"
            continue
        found = (await bob.api.ask(NODE, id=reply["sentMessage"]["id"]))["node"]
        assert (found["text"], found["replyTo"]) == ("Yes", None)


async def test_twenty_equal_sends_at_once_are_one_message(pair, database):
    ada, bob, key = pair
    first = await sent(bob, key)
    call = {"text": "once", "replyToId": first["id"], "clientMutationId": "once"}
    answers = await asyncio.gather(*(sent(ada, key, **call) for _ in range(20)))
    assert answers == [answers[0]] * 20
    assert answers[0]["position"] == 2
    talk = (await bob.api.ask(TALK, id=key))["conversation"]
    assert (len(talk["messages"]["nodes"]), talk["unreadCount"]) == (2, 1)


@pytest.mark.parametrize("mutation", ["editMessage", "deleteMessage"])
async def test_nobody_changes_messages_signed_out(pair, api, mutation):
    ada, _, key = pair
    message = await sent(ada, key)
    pascal = mutation[0].upper() + mutation[1:]
    query = f"mutation($input: {pascal}Input!) {{ {mutation}(input: $input) {{ __typename }} }}"
    given = {"messageId": message["id"]} | ({"text": "x"} if mutation == "editMessage" else {})
    answer = await api.send(query, input=given)
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_what_all_members_are_told_counts_as_messages(pair, setting):
    ada, bob, key = pair
    message = (await sent(ada, key))["id"]
    setting("messages_per_minute", 3)
    edit = {"messageId": message, "text": "Hello again", "clientMutationId": "edit"}
    heart = {"subjectId": message, "emoji": "\u2764\ufe0f", "clientMutationId": "heart"}
    # Retries neither count nor are refused.
    for _ in range(3):
        await ada.api.done("editMessage", **edit)
    for _ in range(3):
        await ada.api.done("react", **heart)
    too_many = ("RateLimited", "TOO_MANY_MESSAGES")
    assert await refused(ada, "editMessage", messageId=message, text="Hello") == too_many
    assert await refused(ada, "react", subjectId=message, emoji="\U0001f389") == too_many
    await bob.api.done("react", subjectId=message, emoji="\U0001f389")
