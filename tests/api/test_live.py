"""Live events through the API: over a socket, as a client gets them."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from domain import conversations
from resolvers import live
from tests.support.conversations import global_id, matched, write
from tests.support.live import Said, until
from tests.support.live_events import EVENTS, MESSAGES, context_of, cursor_of, next_event, texts_of
from tests.support.sockets import Ended, connected


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


async def test_each_event_tells_what_it_cost(application, pair):
    ada, bob, key = pair
    query = "subscription { events { ... on MessageSent { message { sender { id } } } } }"
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(query)
        heartbeat = await events.next()
        assert heartbeat["extensions"]["cost"] == {"requested": 3, "actual": 1}
        await write(ada, key, "one")
        message = await events.next()
        assert message["extensions"]["cost"] == {"requested": 3, "actual": 3}


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


async def test_an_ended_conversation_completes_its_stream_and_is_told(application, pair, database):
    ada, bob, key = pair
    async with database.write() as tx:
        (row,) = await tx.connection.fetch("SELECT first_id, second_id FROM conversations")
    async with connected(application, bob.api.token) as socket:
        messages = await socket.subscribe(MESSAGES, id=key)
        events = await socket.subscribe(EVENTS)
        await messages.next()
        await events.next()
        await write(ada, key, "last")
        await next_event(messages, field="messages")
        await next_event(events)
        async with database.write() as tx:
            await conversations.end_conversation(tx, **dict(row))
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


async def test_open_sockets_and_streams_are_counted_until_they_leave(application, pair):
    _, bob, key = pair

    def counted():
        names = ("kith_sockets", "kith_live_followers", "kith_live_topics")
        return [REGISTRY.get_sample_value(name) for name in names]

    await until(lambda: counted() == [0, 0, 0])
    async with (
        connected(application, bob.api.token) as socket,
        connected(application, bob.api.token) as other,
    ):
        for stream in (
            await socket.subscribe(EVENTS),
            await socket.subscribe(MESSAGES, id=key),
            await other.subscribe(EVENTS),
        ):
            await stream.next()
        assert counted() == [2, 3, 1]
        await stream.stop()
        await until(lambda: counted() == [2, 2, 1])
    await until(lambda: counted() == [0, 0, 0])
