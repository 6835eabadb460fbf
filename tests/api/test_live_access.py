"""Who is told what: live events keep from everybody what they may not see."""

from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dataloaders import messages as loading
from dataloaders.reader import Reader
from persistence import models
from resolvers import ids, judging, live
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


async def test_what_others_do_among_themselves_is_told_to_nobody_else(
    application, pair, people, database
):
    ada, bob, key = pair
    eve, dan = await people.join("Eve"), await people.join("Dan")
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        foreign = global_id(await matched(database, eve.key, dan.key))
        await write(eve, foreign, "not for Bob")
        await dan.api.done("markRead", conversationId=foreign, upTo=1)
        await ada.api.done("hideConversation", conversationId=key)
        await ada.api.done("createPost", content="no live event")
        await eve.api.done("blockProfile", profileId=dan.id)
        await write(ada, key, "for Bob")
        assert await texts_of(events, 1) == ["for Bob"]


@pytest.mark.parametrize("by_listener", [True, False])
async def test_a_block_ends_the_open_stream_of_the_conversation(
    application, pair, people, database, by_listener
):
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    blocker, blocked = (bob, ada) if by_listener else (ada, bob)
    async with connected(application, bob.api.token) as socket:
        messages = await socket.subscribe(MESSAGES, id=key)
        events = await socket.subscribe(EVENTS)
        await messages.next()
        await events.next()
        await blocker.api.done("blockProfile", profileId=blocked.id)
        with pytest.raises(Ended):
            await next_event(messages, field="messages")
        refused = await ada.api.do("sendMessage", conversationId=key, text="still there?")
        assert refused["code"] == "CONVERSATION_NOT_FOUND"
        await write(eve, other, "hello")
        told = [await next_event(events) for _ in range(3)]
        assert {event["__typename"] for event in told[:2]} == {"ConversationEnded", "MatchEnded"}
        assert told[2]["message"]["text"] == "hello"


async def test_a_deactivated_person_neither_hears_nor_is_heard(
    application, pair, people, database, services
):
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    cursor = await cursor_of(services, bob)
    await write(ada, key, "from somebody who has left")
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        async with database.write() as tx:
            await tx.change(models.Account, {"account_id": ada.key}, is_active=False)
            tx.record(Said(1, (ada.key,)))
        with pytest.raises(Ended):
            await next_event(events)
    await write(eve, other, "here")
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=cursor)
        assert await texts_of(events, 1) == ["here"]


async def test_forged_ids_name_no_conversation_to_listen_to(application, pair):
    _, bob, key = pair
    same_key = ids.parse(key)[1]
    async with connected(application, bob.api.token) as socket:
        for forged in (
            "", "x", "💥", "\x00", "a" * 10_000, key[:-1], f"{key}=", key.swapcase(), bob.id,
            ids.encode("Match", same_key), ids.encode("Conversation", UUID(int=1)),
        ):  # fmt: skip
            refused = await socket.subscribe(MESSAGES, id=forged)
            assert (await refused.error())[0]["extensions"]["code"] == "CONVERSATION_NOT_FOUND"


@pytest.mark.parametrize("wrong", [1.5, True, ["x"], {"x": "y"}])
async def test_arguments_of_the_wrong_type_are_refused(application, pair, wrong):
    _, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        for refused in (
            await socket.subscribe(EVENTS, after=wrong),
            await socket.subscribe(MESSAGES, id=wrong),
            await socket.subscribe(MESSAGES, id=key, after=wrong),
        ):
            assert (await refused.error())[0]["extensions"]["code"] == "BAD_REQUEST"


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
        await revoke(database, bob)
        await write(ada, key, "not for a stolen phone")
        with pytest.raises(Ended):
            await next_event(events)


async def test_a_session_that_ends_while_a_slow_round_looks_is_told_nothing(
    application, pair, database, monkeypatch
):
    ada, bob, key = pair
    look, looks = judging._Sight.look, []

    async def slowly(sight):
        await look(sight)
        looks.append(sight)
        if len(looks) == 1:
            await revoke(database, bob)

    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        monkeypatch.setattr(judging, "SURE_SECONDS", 0.0)
        monkeypatch.setattr(judging._Sight, "look", slowly)
        await write(ada, key, "after the log-out")
        with pytest.raises(Ended):
            await next_event(events)
    assert looks


async def test_the_end_of_a_session_wakes_its_streams(application, pair, database):
    """Nobody has to write to them: the fact in their own inbox is enough."""
    _, bob, _ = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        await revoke(database, bob, Said(1, (bob.key,), kind="SessionEnded"))
        with pytest.raises(Ended):
            await next_event(events)


async def revoke(database, person, *facts):
    session = {"session_id": person.viewer.session_id}
    async with database.write() as tx:
        await tx.change(models.Session, session, revoked_at=datetime.now(UTC))
        for fact in facts:
            tx.record(fact)


async def test_a_slow_reader_gets_what_they_may_see_when_they_read(
    pair, people, services, database, monkeypatch
):
    monkeypatch.setattr(judging, "SURE_SECONDS", 0.0)
    ada, bob, key = pair
    eve = await people.join("Eve")
    other = global_id(await matched(database, eve.key, bob.key))
    context = context_of(services, bob)
    cursor = await cursor_of(services, bob)
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
