"""Typing indicators through the API: told to who listens, never kept."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import typing_indicators
from persistence import models
from resolvers import ids
from schema.scalars import parse_date_time
from tests.support.conversations import global_id, matched, write
from tests.support.live_events import EVENTS, MESSAGES, next_event, texts_of
from tests.support.sockets import connected

MESSAGES = MESSAGES.replace("... on", "... on Typing { isTyping } ... on", 1)


@pytest.fixture
async def listening(application, pair):
    """Two people who have matched, and an open stream of the one who waits for the other."""
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        first = await events.next()
        yield ada, bob, key, socket, events, first["data"]["events"]["cursor"]


async def test_typing_is_told_to_the_other_with_the_cursor_of_the_stream(listening):
    ada, _, key, socket, events, cursor = listening
    messages = await socket.subscribe(MESSAGES, id=key)
    await messages.next()
    before = datetime.now(UTC)
    done = await ada.api.done("setTyping", "conversation { id }", conversationId=key, isTyping=True)
    assert done["conversation"] == {"id": key}
    event = await next_event(events)
    assert event["__typename"] == "Typing"
    assert (event["profile"], event["conversation"]) == ({"displayName": "Ada"}, {"id": key})
    assert (event["isTyping"], event["cursor"]) == (True, cursor)
    assert timedelta(0) < parse_date_time(event["until"]) - before < timedelta(seconds=10)
    assert (await next_event(messages, field="messages"))["isTyping"] is True
    await ada.api.done("setTyping", conversationId=key, isTyping=False)
    assert (await next_event(events))["isTyping"] is False


async def test_typing_writes_nothing_and_is_not_told_later(application, listening, database):
    ada, bob, key, _, events, cursor = listening
    await ada.api.done("setTyping", conversationId=key, isTyping=True)
    assert (await next_event(events))["__typename"] == "Typing"
    async with database.write() as tx:
        counts = await tx.connection.fetchrow(
            "SELECT (SELECT count(*) FROM facts WHERE kind = 'Typing')"
            " + (SELECT count(*) FROM topic_entries WHERE kind = 'Typing') AS kept"
        )
    assert counts["kept"] == 0
    await write(ada, key, "hello")
    async with connected(application, bob.api.token) as socket:
        resumed = await socket.subscribe(EVENTS, after=cursor)
        assert (await next_event(resumed))["__typename"] == "MessageSent"


async def test_only_members_learn_who_types_and_not_the_typist(application, listening, people):
    ada, bob, key, _, events, _ = listening
    eve = await people.join("Eve")
    async with (
        connected(application, eve.api.token) as eves,
        connected(application, ada.api.token) as adas,
    ):
        strangers, own = await eves.subscribe(EVENTS), await adas.subscribe(EVENTS)
        await strangers.next()
        await own.next()
        await ada.api.done("setTyping", conversationId=key, isTyping=True)
        assert (await next_event(events))["__typename"] == "Typing"
        refused = await eve.api.do("setTyping", conversationId=key, isTyping=True)
        assert refused["code"] == "CONVERSATION_NOT_FOUND"
        await bob.api.done("setTyping", conversationId=key, isTyping=True)
        # The first that she hears of is his, and not her own.
        assert (await next_event(own))["profile"] == {"displayName": "Bob"}
        assert strangers._inbox.empty()


@pytest.mark.parametrize("hider", ["typist", "reader"])
async def test_who_hides_typing_is_not_told_of_and_not_told(listening, hider):
    ada, bob, key, _, events, _ = listening
    await (ada if hider == "typist" else bob).api.done("setPrivacy", showTyping=False)
    await ada.api.done("setTyping", conversationId=key, isTyping=True)
    await write(ada, key, "hello")
    assert await texts_of(events, 1) == ["hello"]


async def test_after_a_block_nobody_is_told_of_typing(listening, database, people, services):
    ada, bob, key, _, events, _ = listening
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    assert (await next_event(events))["__typename"] == "ConversationOpened"
    # What was on its way when the block came.
    said = typing_indicators.typing(
        ids.decode(key, "Conversation"),
        ada.key,
        is_typing=True,
        member_ids=[ada.key, bob.key],
        now=datetime.now(UTC),
    )
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=bob.key, blocked_id=ada.key)
    refused = await ada.api.do("setTyping", conversationId=key, isTyping=True)
    assert refused["code"] == "CONVERSATION_NOT_FOUND"
    services.listener.whisper(said)
    await eve.api.done("setTyping", conversationId=other, isTyping=True)
    assert (await next_event(events))["profile"] == {"displayName": "Eve"}


async def test_what_is_told_too_often_is_dropped_and_not_refused(listening, monkeypatch):
    monkeypatch.setattr(typing_indicators, "MOST_PER_MINUTE", 1)
    ada, _, key, _, events, _ = listening
    for is_typing in (True, False, True):
        await ada.api.done("setTyping", conversationId=key, isTyping=is_typing)
    await write(ada, key, "hello")
    assert (await next_event(events))["isTyping"] is True
    assert await texts_of(events, 1) == ["hello"]


async def test_who_reads_too_late_is_told_nothing_that_is_over(listening, monkeypatch):
    monkeypatch.setattr(typing_indicators, "SHOWN_FOR", timedelta(0))
    ada, _, key, _, events, _ = listening
    await ada.api.done("setTyping", conversationId=key, isTyping=True)
    await write(ada, key, "hello")
    assert await texts_of(events, 1) == ["hello"]
