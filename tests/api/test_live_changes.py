"""Live events of what is shown otherwise than before: hidden, shown again, counted, checked."""

from contextlib import asynccontextmanager

import pytest

from domain import media
from resolvers import ids
from tests.support.conversations import global_id, grouped, matched, requested, write
from tests.support.live_events import next_event
from tests.support.media import ready
from tests.support.notifications import all_told
from tests.support.sockets import connected

LIVE = """
subscription { events { __typename
  ... on MessagesChanged { conversation {
    members { nodes { profile { displayName } } } messages { nodes { text } } } }
  ... on NotificationsChanged {
    notifications { kind count } removedNotificationIds unreadNotificationCount }
  ... on MediaChecked { media { id state refusal } message { text } }
  ... on MessageEdited { message { text } } } }
"""
TOLD = "{ viewer { notifications { nodes { id kind count } } } }"


async def next_of(operation, kind):
    """The next event of this type."""
    while (event := await next_event(operation))["__typename"] != kind:
        pass
    return event


async def listening(socket):
    operation = await socket.subscribe(LIVE)
    await operation.next()
    return operation


@asynccontextmanager
async def both(application, one, other):
    """The streams of two people."""
    async with (
        connected(application, one.api.token) as hers,
        connected(application, other.api.token) as his,
    ):
        yield await listening(hers), await listening(his)


async def told(person):
    return (await person.api.ask(TOLD))["viewer"]["notifications"]["nodes"]


async def test_who_blocks_and_who_is_blocked_load_the_groups_of_both_anew(
    application, people, database
):
    ada, bob, cleo = [await people.join(name) for name in ("Ada", "Bob", "Cleo")]
    for other in (bob, cleo):
        await matched(database, ada.key, other.key)
    key = global_id(await grouped(database, ada, bob, cleo))
    await write(ada, key, "from Ada")
    await write(bob, key, "from Bob")
    seen = {}
    async with both(application, ada, bob) as streams:
        for verb in ("blockProfile", "unblockProfile"):
            await ada.api.done(verb, profileId=bob.id)
            for name, stream in zip(("Ada", "Bob"), streams, strict=True):
                group = (await next_of(stream, "MessagesChanged"))["conversation"]
                names = {each["profile"]["displayName"] for each in group["members"]["nodes"]}
                texts = [node["text"] for node in group["messages"]["nodes"]]
                seen[verb, name] = names, texts
    everyone, everything = {"Ada", "Bob", "Cleo"}, ["from Bob", "from Ada"]
    assert seen == {
        ("blockProfile", "Ada"): ({"Ada", "Cleo"}, ["from Ada"]),
        ("blockProfile", "Bob"): ({"Bob", "Cleo"}, ["from Bob"]),
        ("unblockProfile", "Ada"): (everyone, everything),
        ("unblockProfile", "Bob"): (everyone, everything),
    }


async def test_a_notification_goes_with_the_like_and_comes_back_with_another(
    application, services, people
):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("likeProfile", profileId=ada.id)
    await all_told(services)
    (node,) = await told(ada)
    async with connected(application, ada.api.token) as socket:
        events = await listening(socket)
        await bob.api.done("unlikeProfile", profileId=ada.id)
        gone = await next_of(events, "NotificationsChanged")
        assert gone["removedNotificationIds"] == [node["id"]]
        assert (gone["notifications"], gone["unreadNotificationCount"]) == ([], 0)
        await bob.api.done("likeProfile", profileId=ada.id)
        back = await next_of(events, "NotificationsChanged")
        assert back["notifications"] == [{"kind": "LIKE_RECEIVED", "count": 1}]
        assert (back["removedNotificationIds"], back["unreadNotificationCount"]) == ([], 1)


async def test_nobody_hears_of_a_like_that_the_app_does_not_tell(
    services, people, database, setting
):
    setting("likes_received", "hidden")
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("followProfile", profileId=ada.id)
    await all_told(services)
    assert [node["kind"] for node in await told(ada)] == ["FOLLOWED"]
    for verb in ("likeProfile", "unlikeProfile"):
        await bob.api.done(verb, profileId=ada.id)
        await all_told(services)
    async with database.write() as tx:
        log = "SELECT count(*) FROM facts WHERE kind = 'NotificationsChanged'"
        assert await tx.connection.fetchval(log) == 0
        # A follow that ends is told, for the notification of it is gone.
    await bob.api.done("unfollowProfile", profileId=ada.id)
    async with database.write() as tx:
        assert await tx.connection.fetchval(log) == 1


async def test_reading_some_of_several_messages_counts_down(application, services, pair):
    ada, bob, key = pair
    await write(ada, key, "one", "two", "three")
    await all_told(services)
    async with connected(application, bob.api.token) as socket:
        events = await listening(socket)
        await bob.api.done("markRead", conversationId=key, upTo=2)
        changed = await next_of(events, "NotificationsChanged")
        assert changed["notifications"] == [{"kind": "MESSAGE", "count": 1}]
        assert (changed["removedNotificationIds"], changed["unreadNotificationCount"]) == ([], 1)


async def test_who_is_asked_hears_of_what_is_changed_in_the_request(application, people, database):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    talk = await requested(database, ada, bob)
    (message,) = (
        await bob.api.ask(
            "query($id: ID!) { conversation(id: $id) { messages { nodes { id } } } }",
            id=global_id(talk),
        )
    )["conversation"]["messages"]["nodes"]
    async with connected(application, bob.api.token) as socket:
        events = await listening(socket)
        await ada.api.done("editMessage", messageId=message["id"], text="Hello again")
        edited = await next_of(events, "MessageEdited")
        assert edited["message"] == {"text": "Hello again"}
        await ada.api.done("deleteMessage", messageId=message["id"])
        await next_of(events, "MessageDeleted")


@pytest.mark.parametrize("state", ["READY", "REFUSED"])
async def test_who_reads_a_message_hears_when_its_file_is_checked(
    application, database, pair, state
):
    ada, bob, key = pair
    medium = await ready(database, ada, state="processing")
    await ada.api.done(
        "sendMessage", conversationId=key, text="look", mediaIds=[ids.encode("Media", medium)]
    )
    async with both(application, ada, bob) as streams:
        async with database.write() as tx:
            if state == "READY":
                await media.finish(tx, media_id=medium, made=media.Made(width=2, height=1))
            else:
                await media.refuse(tx, media_id=medium, why=media.Refused.UNSAFE)
        for stream in streams:
            checked = await next_of(stream, "MediaChecked")
            assert checked["media"]["state"] == state
            assert checked["message"] == {"text": "look"}


async def test_only_its_owner_hears_of_a_file_that_hangs_nowhere(database, pair):
    ada, _, _ = pair
    medium = await ready(database, ada, state="processing")
    async with database.write() as tx:
        await media.finish(tx, media_id=medium, made=media.Made(width=2, height=1))
        (fact,) = tx.facts
    assert (fact.audience, fact.message_id) == ((ada.key,), None)
    async with database.write() as tx:
        # Checked twice, it is told once.
        assert await media.finish(tx, media_id=medium, made=media.Made(2, 1)) is None
        assert tx.facts == []
