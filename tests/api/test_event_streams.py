"""Live events and batches over HTTP, through the whole application on a real port."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.execution.serving import serving
from tests.support.conversations import write
from tests.support.event_streams import EventSource
from tests.support.live import until
from tests.support.live_events import EVENTS, cursor_of

SENT = """
subscription($after: String) { events(after: $after) { ... on MessageSent { message { text } } } }
"""


@pytest.fixture
async def address(application) -> AsyncIterator[str]:
    async with serving(application) as address:
        yield f"http://{address}"


@asynccontextmanager
async def following(address, person, query=EVENTS, method="POST", last_event_id=None, **variables):
    """Open a stream, as one person."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {person.api.token}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    body = {"query": query, "variables": variables}
    if method == "GET":
        sent = {"params": body | {"variables": json.dumps(variables)}}
    else:
        sent = {"json": body}
    async with (
        httpx.AsyncClient(base_url=address) as client,
        client.stream(method, "/graphql", headers=headers, **sent) as response,
    ):
        assert response.status_code == 200
        yield EventSource(response)


async def texts(source, count):
    """The texts of the next messages, and the id of the last of these events."""
    found, last = [], None
    while len(found) < count:
        event = await source.next()
        assert "errors" not in event.json, event
        if message := event.json["data"]["events"].get("message"):
            found.append(message["text"])
            last = event.id
    return found, last


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_the_id_of_an_event_is_its_cursor(address, pair, method):
    ada, bob, key = pair
    async with following(address, bob, method=method) as source:
        first = await source.next()
        assert first.json["data"]["events"]["__typename"] == "Heartbeat"
        await write(ada, key, "one")
        second = await source.next()
    for event in (first, second):
        assert event.id == event.json["data"]["events"]["cursor"]


async def test_a_stream_goes_on_after_its_last_event_however_often_it_breaks(address, pair):
    """As a browser's EventSource does, which repeats the address with the `after` of long ago."""
    ada, bob, key = pair
    async with following(address, bob, SENT) as source:
        await source.next()
        await write(ada, key, "one", "two")
        heard, after = await texts(source, 2)
    last = after
    for number in range(3):
        await write(ada, key, f"away {number}", f"again {number}")
        async with following(address, bob, SENT, "GET", last, after=after) as source:
            more, last = await texts(source, 2)
        heard += more
    assert heard == [
        "one", "two", *(f"{word} {number}" for number in range(3) for word in ("away", "again")),
    ]  # fmt: skip


async def test_a_last_event_of_somebody_else_is_refused(address, pair, services):
    ada, bob, _ = pair
    foreign = await cursor_of(services, ada)
    async with following(address, bob, last_event_id=foreign) as source:
        events = [event async for event in source]
    assert [event.kind for event in events] == ["next", "complete"]
    assert events[0].json["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_stream_completes_when_the_session_ends(address, pair):
    _, bob, _ = pair
    async with following(address, bob) as source:
        await source.next()
        await bob.api.done("logOut")
        assert [event.kind async for event in source][-1:] == ["complete"]


async def test_a_stream_is_counted_until_its_client_leaves(address, pair):
    _, bob, _ = pair

    def followed():
        return REGISTRY.get_sample_value("kith_live_followers")

    await until(lambda: followed() == 0)
    async with following(address, bob) as source, following(address, bob) as other:
        await source.next()
        await other.next()
        assert followed() == 2
    await until(lambda: followed() == 0)


async def test_nobody_who_is_not_signed_in_gets_events(address):
    headers = {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(base_url=address) as client:
        response = await client.post("/graphql", json={"query": EVENTS}, headers=headers)
        assert response.status_code == 200
        assert '"UNAUTHENTICATED"' in response.text
        headers["Authorization"] = "Bearer nonsense"
        response = await client.post("/graphql", json={"query": EVENTS}, headers=headers)
        assert response.status_code == 401


async def test_a_mutation_that_is_retried_in_a_batch_has_one_effect(pair):
    _, bob, key = pair
    mutation = {
        "query": "mutation($input: SendMessageInput!) { sendMessage(input: $input) { "
        "... on SendMessageSuccess { sentMessage { id position } } } }",
        "variables": {
            "input": {"conversationId": key, "text": "hi", "clientMutationId": str(uuid4())}
        },
    }
    headers = {"Authorization": f"Bearer {bob.api.token}"}
    response = await bob.api.http.post("/graphql", json=[mutation] * 3, headers=headers)
    answers = [answer["data"]["sendMessage"]["sentMessage"] for answer in response.json()]
    assert answers[0]["position"] == 1
    assert answers == [answers[0]] * 3
