"""Live events through the API: over a socket, as a client gets them."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from dataloaders import messages as loading
from dataloaders.reader import Reader
from domain import conversations
from persistence import models
from resolvers import live
from resolvers.context import Context
from tests.support.conversations import global_id, matched
from tests.support.live import Said
from tests.support.sockets import Ended, connected

EVENTS = """
subscription($after: String) { events(after: $after) { __typename cursor at
  ... on MessageSent {
    message { text position sender { displayName } } conversation { unreadCount } }
  ... on MessageRead { reader { displayName } position conversation { lastPosition } }
  ... on ConversationOpened { conversation { id } }
  ... on ConversationHidden { conversation { id } }
  ... on ConversationEnded { endedConversationId }
  ... on Gap { from to reason } } }
"""
MESSAGES = """
subscription($id: ID!, $after: String) { messages(conversationId: $id, after: $after) {
  __typename cursor ... on MessageSent { message { text } } } }
"""


@pytest.fixture
async def pair(people, database):
    """Two people who have matched, and the id of their conversation."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    return ada, bob, global_id(await matched(database, ada.key, bob.key))


async def write(person, conversation, *texts):
    for text in texts:
        await person.api.done("sendMessage", conversationId=conversation, text=text)


async def next_event(operation, *, field="events"):
    """The next event that is no heartbeat."""
    while True:
        result = await operation.next()
        assert result.get("errors", []) == []
        event = result["data"][field]
        if event["__typename"] != "Heartbeat":
            return event


async def texts_of(operation, count, *, field="events"):
    return [(await next_event(operation, field=field))["message"]["text"] for _ in range(count)]


def context_of(services, person):
    return Context(
        services=services,
        database=services.database,
        cursors=services.cursors,
        viewer=person.viewer,
    )


async def cursor_of(services, person):
    return await live.position_cursor(context_of(services, person))


async def test_a_stream_begins_with_its_cursor_and_tells_messages_as_they_come(application, pair):
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        first = (await events.next())["data"]["events"]
        assert first["__typename"] == "Heartbeat"
        await write(ada, key, "one", "two")
        event = await next_event(events)
        assert event["__typename"] == "MessageSent"
        assert event["message"] == {
            "text": "one", "position": 1, "sender": {"displayName": "Ada"},
        }  # fmt: skip
        assert await texts_of(events, 1) == ["two"]


async def test_each_event_shows_what_is_true_when_it_is_told(application, pair):
    """Loaders of one event know nothing of those before it."""
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        for unread in (1, 2, 3):
            await write(ada, key, "x")
            assert (await next_event(events))["conversation"] == {"unreadCount": unread}


async def test_a_resumed_stream_tells_what_was_missed_and_nothing_twice(application, pair):
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        await write(ada, key, "one", "two")
        await next_event(events)
        cursor = (await next_event(events))["cursor"]
    await write(ada, key, "three", "four")
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        assert await texts_of(events, 2) == ["three", "four"]
        await write(ada, key, "five")
        assert await texts_of(events, 1) == ["five"]


async def test_what_happens_between_loading_and_listening_is_told(application, pair, services):
    ada, bob, key = pair
    await write(ada, key, "before")
    cursor = await cursor_of(services, bob)
    await write(ada, key, "between")
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        assert await texts_of(events, 1) == ["between"]


async def test_reading_hiding_and_opening_are_told_to_whom_they_concern(application, pair):
    ada, bob, key = pair
    await write(ada, key, "hi")
    async with connected(application, ada.api.token) as socket:
        mine = await socket.subscribe(EVENTS)
        await mine.next()
        await bob.api.done("markRead", conversationId=key, upTo=1)
        event = await next_event(mine)
        assert (event["__typename"], event["reader"]) == ("MessageRead", {"displayName": "Bob"})
        assert event["position"] == 1
        await bob.api.done("markRead", conversationId=key, upTo=1)
        await bob.api.done("hideConversation", conversationId=key)
        await ada.api.done("hideConversation", conversationId=key)
        assert (await next_event(mine))["__typename"] == "ConversationHidden"
        await ada.api.done("startConversation", profileId=bob.id)
        event = await next_event(mine)
        assert event["__typename"] == "ConversationOpened"
        assert event["conversation"] == {"id": key}


async def test_the_messages_of_one_conversation_are_a_view_of_all_events(
    application, pair, people, database
):
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    async with connected(application, bob.api.token) as socket:
        messages = await socket.subscribe(MESSAGES, id=key)
        await messages.next()
        await write(eve, other, "elsewhere")
        await write(ada, key, "here")
        await bob.api.done("markRead", conversationId=key, upTo=1)
        await write(ada, key, "again")
        first = await next_event(messages, field="messages")
        assert first["message"] == {"text": "here"}
        assert await texts_of(messages, 1, field="messages") == ["again"]
        events = await socket.subscribe(EVENTS, after=first["cursor"])
        assert (await next_event(events))["__typename"] == "MessageRead"


async def test_a_block_filters_what_was_not_told_yet(application, pair, people, database, services):
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    cursor = await cursor_of(services, bob)
    await write(ada, key, "secret")
    await write(eve, other, "public")
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=bob.key)
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        assert await texts_of(events, 1) == ["public"]
        refused = await socket.subscribe(MESSAGES, id=key)
        assert (await refused.error())[0]["extensions"]["code"] == "CONVERSATION_NOT_FOUND"


async def test_an_ended_conversation_completes_its_stream_and_is_told(application, pair, database):
    ada, bob, key = pair
    async with database.write() as tx:
        (row,) = await tx.connection.fetch("SELECT match_id FROM conversations")
    async with connected(application, bob.api.token) as socket:
        messages = await socket.subscribe(MESSAGES, id=key)
        events = await socket.subscribe(EVENTS)
        await messages.next()
        await events.next()
        await write(ada, key, "last")
        await next_event(messages, field="messages")
        await next_event(events)
        async with database.write() as tx:
            await conversations.end_conversation(tx, match_id=row["match_id"])
        with pytest.raises(Ended):
            await next_event(messages, field="messages")
        event = await next_event(events)
        assert event["endedConversationId"] == key


MATCH_UPDATES = """
subscription($after: String) { matchUpdates(after: $after) { __typename cursor
  ... on MatchMade { match { id profile { displayName } conversation { id } } }
  ... on MatchEnded { endedMatchId } } }
"""


async def test_matches_are_told_to_both_as_they_come_and_go(application, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    async with (
        connected(application, ada.api.token) as socket_of_ada,
        connected(application, bob.api.token) as socket_of_bob,
    ):
        updates = [
            await socket.subscribe(MATCH_UPDATES) for socket in (socket_of_ada, socket_of_bob)
        ]
        for each in updates:
            await each.next()
        await ada.api.done("likeProfile", profileId=bob.id)
        await bob.api.done("likeProfile", profileId=ada.id)
        made = [await next_event(each, field="matchUpdates") for each in updates]
        assert [event["match"]["profile"]["displayName"] for event in made] == ["Bob", "Ada"]
        assert made[0]["match"]["conversation"] == made[1]["match"]["conversation"]
        await write(ada, made[0]["match"]["conversation"]["id"], "not a match update")
        await bob.api.done("unmatch", matchId=made[0]["match"]["id"])
        for each in updates:
            event = await next_event(each, field="matchUpdates")
            assert event["endedMatchId"] == made[0]["match"]["id"]


async def test_after_an_unmatch_nothing_of_the_match_is_told_from_before(
    application, people, services
):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    cursor = await cursor_of(services, bob)
    await ada.api.done("likeProfile", profileId=bob.id)
    await bob.api.done("likeProfile", profileId=ada.id)
    matches = "{ viewer { matches { nodes { id conversation { id match { id } } } } } }"
    (match,) = (await ada.api.ask(matches))["viewer"]["matches"]["nodes"]
    assert match["conversation"]["match"] == {"id": match["id"]}
    await write(ada, match["conversation"]["id"], "secret")
    await ada.api.done("unmatch", matchId=match["id"])
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        told = {(await next_event(events))["__typename"] for _ in range(2)}
        assert told == {"ConversationEnded", "MatchEnded"}


async def test_strangers_cannot_listen_to_a_conversation(application, pair, people):
    stranger = await people.join()
    async with connected(application, stranger.api.token) as socket:
        refused = await socket.subscribe(MESSAGES, id=pair[2])
        assert (await refused.error())[0]["extensions"]["code"] == "CONVERSATION_NOT_FOUND"


async def test_nobody_listens_signed_out(application, services):
    async with connected(application, None) as socket:
        refused = await socket.subscribe(EVENTS)
        assert (await refused.error())[0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("kind", ["garbage", "empty", "forged", "of somebody else", "of a list"])
async def test_foreign_and_forged_cursors_are_refused(application, pair, services, kind):
    ada, bob, key = pair
    own = await cursor_of(services, bob)
    listed = await ada.api.ask(
        "query($id: ID!) { conversation(id: $id) { messages { pageInfo { endCursor } } } }", id=key
    )
    assert listed["conversation"]["messages"]["pageInfo"]["endCursor"] is None
    cursor = {
        "garbage": "💥",
        "empty": "",
        "forged": ("A" if own[0] != "A" else "B") + own[1:],
        "of somebody else": await cursor_of(services, ada),
        "of a list": services.cursors.encode("messages.of_conversation", [1]),
    }[kind]
    async with connected(application, bob.api.token) as socket:
        refused = await socket.subscribe(EVENTS, after=cursor)
        assert (await refused.error())[0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_revoked_session_ends_its_streams_at_the_next_event(application, pair, database):
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        session = {"session_id": bob.viewer.session_id}
        async with database.write() as tx:
            await tx.change(models.Session, session, revoked_at=datetime.now(UTC))
        await write(ada, key, "not for a stolen phone")
        with pytest.raises(Ended):
            await next_event(events)


async def test_the_end_of_a_session_wakes_its_streams(application, pair, database):
    """Nobody has to write to them: the fact in their own inbox is enough."""
    _, bob, _ = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        session = {"session_id": bob.viewer.session_id}
        async with database.write() as tx:
            await tx.change(models.Session, session, revoked_at=datetime.now(UTC))
            tx.record(Said(1, (bob.key,), kind="SessionEnded"))
        with pytest.raises(Ended):
            await next_event(events)


async def test_facts_that_are_not_for_clients_only_move_the_cursor(application, pair, database):
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        async with database.write() as tx:
            tx.record(Said(1, (bob.key,)))
        await write(ada, key, "for you")
        event = await next_event(events)
        assert event["message"]["text"] == "for you"


async def test_a_slow_reader_gets_what_they_may_see_when_they_read(
    pair, people, services, database, monkeypatch
):
    monkeypatch.setattr(live, "_SURE_SECONDS", 0.0)
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    context = context_of(services, bob)
    cursor = await live.position_cursor(context)
    await write(eve, other, "first")
    await write(ada, key, "hidden before it was read")
    await write(eve, other, "last")
    async with aclosing(live.events(context, after=cursor)) as events:
        assert await message_of(context, await anext(events)) == "first"
        async with database.write() as tx:
            await tx.add(models.Block, blocker_id=ada.key, blocked_id=bob.key)
        assert await message_of(context, await anext(events)) == "last"


async def message_of(context, event):
    assert event.kind == "MessageSent"
    reader = Reader(database=context.database, cursors=context.cursors, viewer=context.viewer)
    return (await reader.load(loading.by_ids, event.message_id)).text


async def test_a_view_in_a_busy_inbox_still_gets_heartbeats(
    pair, people, services, database, monkeypatch
):
    monkeypatch.setattr(services.listener, "heartbeat_seconds", 0.05)
    _, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    stream = await live.message_events(context_of(services, bob), conversation_id=key)
    busy = asyncio.create_task(write(eve, other, *"abcdefghijklmnopqrstuvwxyz"))
    async with aclosing(stream) as events, asyncio.timeout(20):
        kinds = [(await anext(events)).kind for _ in range(5)]
    assert set(kinds) == {"Heartbeat"}
    await busy


async def test_forgotten_events_are_told_as_a_gap(application, pair, services):
    ada, bob, key = pair
    cursor = await cursor_of(services, bob)
    await write(ada, key, "forgotten", "forgotten too")
    await services.listener.log.forget(datetime.now(UTC) + timedelta(seconds=1))
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        gap = await next_event(events)
        assert (gap["__typename"], gap["reason"]) == ("Gap", "RETENTION")
        assert gap["to"] - gap["from"] == 1
        await write(ada, key, "fresh")
        assert await texts_of(events, 1) == ["fresh"]


async def test_writers_at_once_and_a_reader_that_drops_lose_and_double_nothing(application, pair):
    ada, bob, key = pair
    writers = [
        asyncio.create_task(write(person, key, *(f"{n}.{i}" for i in range(10))))
        for n, person in enumerate((ada, bob) * 4)
    ]
    heard, cursor = [], None
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        cursor = (await events.next())["data"]["events"]["cursor"]
        await events.stop()
        while len(heard) < 20:
            async with connected(application, bob.api.token) as other:
                events = await other.subscribe(EVENTS, after=cursor)
                for _ in range(7):
                    event = await next_event(events)
                    heard.append(event["message"]["position"])
                    cursor = event["cursor"]
    await asyncio.gather(*writers)
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        while heard[-1] < 80:
            heard.append((await next_event(events))["message"]["position"])
    assert heard == list(range(heard[0], 81))
