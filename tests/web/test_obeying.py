"""Streams that obey now: what ends or filters open ones, in this process and in another.

Nothing here comes by polling or a heartbeat, which never come: what is told was told at once.
"""

import json
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from redis.asyncio import Redis

from tests.execution import serving
from tests.support.conversations import global_id, matched, write
from tests.support.event_streams import EventSource
from tests.support.live import until
from tests.support.live_events import EVENTS, MESSAGES
from tests.support.people import PASSWORD
from tests.support.sockets import Ended, connected

NEVER = 3_600.0


@pytest.fixture
async def pair(people, database):
    """Two people who have matched, and the id of their conversation."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    return ada, bob, global_id(await matched(database, ada.key, bob.key))


@pytest.fixture
async def address(serve):
    """Where another process than the one that changes things listens."""
    async with (
        serve(live_poll_seconds=NEVER, heartbeat_seconds=NEVER) as http,
        serving.serving(http.app) as address,
    ):
        yield address, http.app


class Streams:
    """Open streams of one person over both transports, in both processes.

    Args:
        ends: what gives the next event of each, or raises when there is none.
    """

    def __init__(self, nexts):
        self._nexts = nexts

    async def next(self):
        """The next event of each."""
        return [await take() for take in self._nexts]

    async def ended(self):
        """Wait until each has ended, and give what they told until then."""
        told = []
        for take in self._nexts:
            try:
                while True:
                    told.append((await take())["__typename"])
            except (Ended, StopAsyncIteration):
                continue
        return told


@asynccontextmanager
async def listening(apps, address, person, query=EVENTS, field="events", **variables):
    """Open streams over WebSocket in two processes, and over Server-Sent Events in the other."""
    async with AsyncExitStack() as stack:
        nexts = []
        for app in apps:
            socket = await stack.enter_async_context(connected(app, person.api.token))
            operation = await socket.subscribe(query, **variables)

            async def over_socket(operation=operation):
                return (await operation.next())["data"][field]

            nexts.append(over_socket)
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {person.api.token}"}
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://{address}"))
        sent = {"query": query, "variables": variables}
        response = await stack.enter_async_context(
            client.stream("POST", "/graphql", headers=headers, json=sent)
        )
        source = EventSource(response)

        async def over_events():
            event = await source.next()
            if event.kind == "complete":
                raise Ended
            return json.loads(event.data)["data"][field]

        nexts.append(over_events)
        streams = Streams(nexts)
        assert {event["__typename"] for event in await streams.next()} == {"Heartbeat"}
        yield streams


async def log_out(ada, _bob, _key):
    await ada.api.done("logOut")


async def revoke(ada, _bob, _key):
    found = await ada.api.ask("{ viewer { sessions { nodes { id } } } }")
    (session,) = found["viewer"]["sessions"]["nodes"]
    await ada.api.done("revokeSession", sessionId=session["id"])


async def delete_account(ada, _bob, _key):
    await ada.api.done("deleteAccount", password=PASSWORD)


@pytest.mark.parametrize("act", [log_out, revoke, delete_account])
async def test_who_has_no_session_any_more_hears_nothing_any_more(application, address, pair, act):
    ada, bob, key = pair
    async with listening([application, address[1]], address[0], ada) as streams:
        await act(ada, bob, key)
        assert set(await streams.ended()) <= {"MatchEnded", "ConversationEnded"}


async def block(ada, bob, _key):
    await bob.api.done("blockProfile", profileId=ada.id)


async def unmatch(ada, bob, _key):
    found = await bob.api.ask("{ viewer { matches { nodes { id } } } }")
    (match,) = found["viewer"]["matches"]["nodes"]
    await bob.api.done("unmatch", matchId=match["id"])


async def be_deleted(ada, bob, _key):
    await bob.api.done("deleteAccount", password=PASSWORD)


@pytest.mark.parametrize("act", [block, unmatch, be_deleted])
async def test_a_conversation_that_is_over_ends_its_streams_and_is_told_to_the_inbox(
    application, address, pair, act
):
    ada, bob, key = pair
    apps = [application, address[1]]
    async with (
        listening(apps, address[0], ada) as inbox,
        listening(apps, address[0], ada, MESSAGES, "messages", id=key) as messages,
    ):
        await write(bob, key, "hello")
        for told in (*await inbox.next(), *await messages.next()):
            assert told["message"]["text"] == "hello"
        await act(ada, bob, key)
        assert await messages.ended() == []
        told = [await inbox.next() for _ in range(2)]
        for first, second in zip(*told, strict=True):
            ended = {first["__typename"], second["__typename"]}
            assert ended == {"ConversationEnded", "MatchEnded"}


async def test_idle_streams_hold_no_connection_of_the_database_and_one_of_redis_for_all(
    serve, people, stores
):
    ada = await people.join()

    async def connections():
        """Those that hear wake-ups, and how many there are of all kinds."""
        async with Redis.from_url(stores.redis_url) as redis:
            found = await redis.client_list()
        return {each["id"] for each in found if int(each["sub"]) > 0}, len(found)

    options = {"live_poll_seconds": NEVER, "heartbeat_seconds": NEVER}
    most = {"sockets_per_address": 1_000, "connections_per_account": 1_000}
    async with serve(**options, **most) as http, AsyncExitStack() as stack:
        services = http.app.state.services
        streams = 0
        for size in (1, *[28] * 18):
            socket = await stack.enter_async_context(connected(http.app, ada.api.token))
            for operation in [await socket.subscribe(EVENTS) for _ in range(size)]:
                await operation.next()
                streams += 1
            if size == 1:
                hearing, count = await connections()
        assert streams > 500
        await until(lambda: services.database.connections_in_use == 0)
        now, count_now = await connections()
        assert now == hearing
        # Others come and go, and none of them for a stream.
        assert count_now < count + 20
