"""Who is told what: live events keep from everybody what they may not see."""

from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from dataloaders import messages as loading
from dataloaders.reader import Reader
from persistence import models
from resolvers import live
from tests.support.conversations import global_id, matched, write
from tests.support.live import Said
from tests.support.live_events import EVENTS, MESSAGES, context_of, cursor_of, next_event, texts_of
from tests.support.sockets import Ended, connected


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
