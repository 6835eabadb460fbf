"""Attachments of messages through the API: who sends, who sees, and who takes them back."""

import asyncio

import pytest

from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.conversations import global_id as conversation_id
from tests.support.conversations import grouped, matched
from tests.support.live_events import next_event
from tests.support.media import global_id, photographed, ready, uploaded
from tests.support.sockets import connected
from tests.support.statements import statements_of

SENT = "sentMessage { id text isDeleted attachments { id state } }"
NODE = """query($id: ID!) { node(id: $id) { ... on Message {
  text attachments { id kind state refusal width url(size: LARGE) } } } }"""
MEDIA = "query($id: ID!) { media(id: $id) { id state url } }"
EVENTS = """subscription { events { __typename cursor
  ... on MessageSent { message { text attachments { id url } } } } }"""
FAILED = {"state": "refused", "refusal": "unsafe", "width": None, "height": None}


async def sent(person, key, *media, **more):
    answer = await person.api.done(
        "sendMessage", SENT, conversationId=key, mediaIds=list(media), **more
    )
    return answer["sentMessage"]


async def refused(person, key, *media, **more):
    answer = await person.api.do("sendMessage", conversationId=key, mediaIds=list(media), **more)
    return answer["__typename"], answer["code"]


async def attached(person, message):
    found = (await person.api.ask(NODE, id=message["id"]))["node"]
    return found and [each["id"] for each in found["attachments"]]


async def seen(person, medium):
    return (await person.api.ask(MEDIA, id=medium))["media"]


async def made(database, person, count):
    return [global_id(await ready(database, person)) for _ in range(count)]


async def test_what_is_attached_is_shown_in_its_order_to_whom_it_is_sent(pair, people, database):
    ada, bob, key = pair
    one, two, three = await made(database, ada, 3)
    message = await sent(ada, key, two, three, one)
    assert [each["id"] for each in message["attachments"]] == [two, three, one]
    found = (await bob.api.ask(NODE, id=message["id"]))["node"]
    assert found["text"] is None
    assert [each["id"] for each in found["attachments"]] == [two, three, one]
    assert all(each["url"] for each in found["attachments"])
    stranger = await people.join()
    for medium in (one, two, three):
        assert (await seen(bob, medium))["url"] is not None
        assert await seen(stranger, medium) is None
    assert await attached(stranger, message) is None


async def test_the_other_sees_how_far_an_attachment_is_but_no_file_before_it_is_ready(
    pair, people, database
):
    ada, bob, key = pair
    medium = await uploaded(ada)
    message = await sent(ada, key, medium, text="Look")
    for state, columns in (("PROCESSING", {}), ("REFUSED", FAILED)):
        async with database.write() as tx:
            await tx.change(models.Media, {"media_id": ids.decode(medium, "Media")}, **columns)
        (told,) = (await bob.api.ask(NODE, id=message["id"]))["node"]["attachments"]
        assert (told["state"], told["url"], told["width"]) == (state, None, None)
        assert told["refusal"] == ("UNSAFE" if columns else None)
        assert (await seen(bob, medium))["state"] == state
        assert await seen(await people.join(), medium) is None


@pytest.mark.parametrize(
    "columns",
    [{"state": "awaiting"}, {"state": "refused", "refusal": "infected"}],
    ids=lambda columns: columns["state"],
)
async def test_what_has_not_come_or_was_refused_is_not_attached(pair, database, columns):
    ada, _, key = pair
    good, bad = global_id(await ready(database, ada)), await ready(database, ada, **columns)
    async with unchanged(database):
        told = await refused(ada, key, good, global_id(bad), text="Look")
    assert told == ("NotFound", "MEDIA_NOT_FOUND")


async def test_only_ones_own_files_are_attached_where_one_may_write(pair, people, database):
    ada, bob, key = pair
    mine, theirs = global_id(await ready(database, ada)), global_id(await ready(database, bob))
    stranger = await people.join()
    async with unchanged(database):
        for wrong in (theirs, key, "", ids.encode("Media", ada.key)):
            assert await refused(ada, key, mine, wrong) == ("NotFound", "MEDIA_NOT_FOUND")
        told = await refused(stranger, key, mine)
        assert told == ("NotFound", "CONVERSATION_NOT_FOUND")


async def test_a_choice_that_is_empty_too_long_or_names_one_twice_is_refused(
    pair, database, setting
):
    ada, _, key = pair
    setting("attachments_max", 2)
    media = await made(database, ada, 3)
    async with unchanged(database):
        for wrong, path in ((media, "mediaIds"), ([media[0]] * 2, "mediaIds"), ([], "text")):
            answer = await ada.api.do("sendMessage", conversationId=key, mediaIds=wrong)
            assert [field["path"] for field in answer["fields"]] == [path]
    assert len((await sent(ada, key, *media[:2]))["attachments"]) == 2


async def test_what_is_used_elsewhere_is_not_attached_until_it_is_free(pair, database):
    ada, bob, key = pair
    photo, _ = await photographed(database, ada, 2)
    medium = global_id(await ready(database, ada))
    message = await sent(ada, key, medium)
    async with unchanged(database):
        for used in (photo, medium):
            assert await refused(ada, key, used) == ("NotAllowed", "MEDIA_IN_USE")
        answer = await ada.api.do("deleteMedia", mediaId=medium)
        assert answer["code"] == "MEDIA_IN_USE"
    assert await attached(bob, message) == [medium]


@pytest.mark.parametrize("by_reader", [True, False], ids=["the reader", "the sender"])
async def test_in_a_group_a_block_hides_attachments_and_newcomers_miss_those_of_before(
    people, database, by_reader
):
    ada, bob, cleo, dan = [await people.join() for _ in range(4)]
    for other in (bob, cleo, dan):
        await matched(database, ada.key, other.key)
    key = conversation_id(await grouped(database, ada, bob, cleo))
    medium = global_id(await ready(database, bob))
    message = await sent(bob, key, medium)
    await ada.api.done("addMembers", conversationId=key, profileIds=[dan.id])
    assert await attached(cleo, message) == [medium]
    blocker, blocked = (cleo, bob) if by_reader else (bob, cleo)
    await blocker.api.done("blockProfile", profileId=blocked.id)
    for person in (cleo, dan):
        assert await attached(person, message) is None
        assert await seen(person, medium) is None
    for person in (ada, bob):
        assert await attached(person, message) == [medium]
        assert (await seen(person, medium))["url"] is not None
    await ada.api.done("removeMember", conversationId=key, profileId=bob.id)
    assert await attached(bob, message) is None
    assert (await seen(bob, medium))["url"] is not None  # it stays their upload


async def test_a_deleted_message_has_no_attachments_and_lets_them_go(pair, database):
    ada, bob, key = pair
    media = await made(database, ada, 2)
    call = {"clientMutationId": "send", "text": "Look"}
    message = await sent(ada, key, *media, **call)
    again = await sent(ada, key, *media, **call)
    assert again == message
    await ada.api.done("deleteMessage", messageId=message["id"])
    again = await sent(ada, key, *media, **call)
    assert again == {"id": message["id"], "text": None, "isDeleted": True, "attachments": []}
    assert await attached(bob, message) == []
    assert [await seen(bob, medium) for medium in media] == [None, None]
    async with database.write() as tx:
        facts = await tx.connection.fetch("SELECT body FROM facts WHERE kind = 'MediaReleased'")
    released = {each for fact in facts for each in fact["body"]["media_ids"]}
    assert released == {str(ids.decode(medium, "Media")) for medium in media}


async def test_of_messages_that_attach_the_same_at_once_one_is_sent(pair, people, database):
    ada, _, key = pair
    cleo = await people.join()
    other = conversation_id(await matched(database, ada.key, cleo.key))
    for _ in range(5):
        one, two = await made(database, ada, 2)
        answers = await asyncio.gather(
            *(
                ada.api.do("sendMessage", SENT, conversationId=place, mediaIds=media)
                for place in (key, other)
                for media in ([one, two], [two, one])
            )
        )
        told = sorted(answer["__typename"] for answer in answers)
        assert told == ["NotAllowed"] * 3 + ["SendMessageSuccess"]
        (done,) = [answer for answer in answers if "sentMessage" in answer]
        assert await attached(ada, done["sentMessage"]) == [
            each["id"] for each in done["sentMessage"]["attachments"]
        ]
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM messages") == 5


async def test_live_events_carry_attachments(application, pair, database):
    ada, bob, key = pair
    (medium,) = await made(database, ada, 1)
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        await sent(ada, key, medium)
        (told,) = (await next_event(events))["message"]["attachments"]
        assert told["id"] == medium
        assert told["url"] is not None


async def test_any_number_of_attachments_takes_the_same_statements(pair, database):
    ada, _, key = pair
    few, many = await made(database, ada, 1), await made(database, ada, 6)
    one = await statements_of(sent(ada, key, *few))
    assert sorted(one) == sorted(await statements_of(sent(ada, key, *many))) != []
