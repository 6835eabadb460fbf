"""GraphQL over Server-Sent Events: who gets a stream, what it tells, and how it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from execution.limits import HTTPLimits
from tests.execution import sample, serving
from tests.execution.serving import codes
from tests.support.event_streams import Event, EventSource

EVENTS = {"Accept": "text/event-stream"}
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)
COUNT = {"query": "subscription { count(to: 3) }"}


@asynccontextmanager
async def stream(
    client: httpx.AsyncClient, query: str, method: str = "POST", **headers: str
) -> AsyncIterator[EventSource]:
    sent = {"params" if method == "GET" else "json": {"query": query}}
    async with client.stream(method, "/graphql", headers=EVENTS | headers, **sent) as response:
        assert response.status_code == 200
        yield EventSource(response)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_subscription_tells_its_results_and_completes(client, method):
    async with stream(client, COUNT["query"], method) as source:
        events = [event async for event in source]
    assert [(event.kind, event.id) for event in events] == [
        ("next", "0"), ("next", "1"), ("next", "2"), ("complete", None),
    ]  # fmt: skip
    assert [event.json["data"] for event in events[:-1]] == [{"count": n} for n in range(3)]
    contexts = {event.json["extensions"]["context"] for event in events[:-1]}
    assert len(contexts) == 3


async def test_a_stream_is_written_as_its_media_type_says(client):
    response = await client.post("/graphql", json=COUNT, headers=EVENTS)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-length" not in response.headers
    assert b"\r" not in response.content
    assert response.content.startswith(b'id: 0\nevent: next\ndata: {"data":{"count":0}')
    assert response.content.endswith(b"}\n\nevent: complete\ndata:\n\n")


@pytest.mark.parametrize(
    ("query", "data"),
    [("{ hello }", {"hello": "Hello, world!"}), ("mutation { write(value: 1) }", {"write": 1})],
)
async def test_who_prefers_events_gets_every_operation_so(client, query, data):
    async with stream(client, query) as source:
        events = [event async for event in source]
    assert [event.kind for event in events] == ["next", "complete"]
    assert events[0].json["data"] == data


async def test_cookies_come_with_an_answer_told_as_an_event(client):
    query = {"query": '{ cookie(value: "a") }'}
    response = await client.post("/graphql", json=query, headers=EVENTS)
    assert response.headers["set-cookie"].startswith("sample=a")


@pytest.mark.parametrize(
    ("accept", "query", "subscription"),
    [
        ("text/event-stream", "text/event-stream", "text/event-stream"),
        ("text/event-stream, */*", "text/event-stream", "text/event-stream"),
        ("application/json, text/event-stream", "application/json", "text/event-stream"),
        ("text/event-stream;q=0.1, application/json", "application/json", "text/event-stream"),
        ("application/json;q=0.1, text/event-stream", "text/event-stream", "text/event-stream"),
        (URQL, "application/graphql-response+json", "text/event-stream"),
        ("application/json", "application/json", "application/json"),
        ("*/*", "application/json", "application/json"),
        ("text/event-stream;q=0, */*", "application/json", "application/json"),
    ],
)
async def test_only_who_can_read_events_gets_them(client, accept, query, subscription):
    for text, expected in ((r"{ hello }", query), (COUNT["query"], subscription)):
        response = await client.post("/graphql", json={"query": text}, headers={"Accept": accept})
        assert response.headers["content-type"] == f"{expected}; charset=utf-8"
        if text == COUNT["query"] and expected == "application/json":
            assert response.status_code == 400
            assert codes(response) == ["SUBSCRIPTION_NOT_ALLOWED"]


async def test_who_can_read_nothing_of_ours_is_told_what_there_is(client):
    response = await client.post("/graphql", json=COUNT, headers={"Accept": "text/*"})
    assert response.status_code == 406
    assert codes(response) == ["NOT_ACCEPTABLE"]
    assert "text/event-stream" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { secrets }", "BAD_REQUEST"),
        ("subscription ($v: Int!) { count(to: $v) }", "BAD_REQUEST"),
    ],
)
async def test_an_operation_that_cannot_begin_is_told_as_an_event(client, query, code):
    async with stream(client, query) as source:
        events = [event async for event in source]
    assert [event.kind for event in events] == ["next", "complete"]
    assert [error["extensions"]["code"] for error in events[0].json["errors"]] == [code]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": "Bearer expired"}, 401, "TOKEN_EXPIRED"),
        ({"Authorization": "Bearer busy"}, 429, "RATE_LIMITED"),
        ({"Authorization": "Bearer fault"}, 500, "INTERNAL"),
        ({"Cookie": "a=1", "Origin": "https://evil.example"}, 403, "CSRF"),
        ({"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
async def test_a_request_that_is_refused_gets_no_stream(client, headers, status, code):
    response = await client.post("/graphql", json=COUNT, headers=EVENTS | headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert codes(response) == [code]


async def test_a_get_with_cookies_must_show_that_it_is_not_forged(client):
    headers = EVENTS | {"Cookie": "a=1"}
    response = await client.get("/graphql", params=COUNT, headers=headers)
    assert (response.status_code, codes(response)) == (403, ["CSRF"])
    headers["Sec-Fetch-Site"] = "same-origin"  # as browsers say it of our own pages
    response = await client.get("/graphql", params=COUNT, headers=headers)
    assert response.status_code == 200


async def test_a_mutation_by_get_is_refused_and_not_run(client):
    sample.log.written.clear()
    query = {"query": "mutation { write(value: 7) }"}
    response = await client.get("/graphql", params=query, headers=EVENTS)
    assert (response.status_code, codes(response)) == (405, ["MUTATION_NOT_ALLOWED"])
    assert sample.log.written == []


async def test_a_stream_goes_on_after_the_last_event_that_the_client_has(client):
    async with stream(client, COUNT["query"], **{"Last-Event-ID": "1"}) as source:
        events = [event async for event in source]
    assert [event.id for event in events] == ["2", None]


async def test_an_id_that_would_end_its_line_is_left_out(client):
    query = r'subscription { forever(name: "a\nevent: next") }'
    async with stream(client, query) as source:
        assert (await source.next()).id is None
    await sample.log.until(sample.log.closed, "a\nevent: next")


@pytest.mark.parametrize("query", ["subscription { breaking }", "subscription { ending }"])
async def test_a_stream_that_fails_tells_the_error_and_completes(client, query):
    async with stream(client, query) as source:
        events = [event async for event in source]
    assert [event.kind for event in events] == ["next", "next", "complete"]
    (error,) = events[1].json["errors"]
    expected = "INTERNAL" if "breaking" in query else "UNAUTHENTICATED"
    assert error["extensions"]["code"] == expected
    assert "hunter2" not in json.dumps(events[1].json)


async def test_a_stream_that_fails_for_a_while_does_not_complete_so_that_clients_come_back(client):
    kinds = []
    with suppress(httpx.RemoteProtocolError):
        async with stream(client, "subscription { interrupted }") as source:
            kinds += [event.kind async for event in source]
    assert kinds == ["next", "next"]


async def test_a_client_that_leaves_closes_the_source(client):
    async with stream(client, 'subscription { forever(name: "leaving") }') as source:
        await source.next()
        assert "leaving" not in sample.log.closed
    await sample.log.until(sample.log.closed, "leaving")


async def test_a_client_that_does_not_read_is_waited_for(client):
    async with stream(client, 'subscription { flood(name: "slow", size: 1000000) }') as source:
        await source.next()
        await asyncio.sleep(0.5)
        produced = _produced("slow")
        await asyncio.sleep(0.5)
        assert _produced("slow") == produced
    await sample.log.until(sample.log.closed, "slow")


def _produced(name: str) -> int:
    return sum(opened.startswith(f"{name} ") for opened in sample.log.opened)


async def test_a_quiet_stream_gives_signs_of_life():
    app = serving.make_app(limits=HTTPLimits(heartbeat_seconds=0.05))
    async with serving.serving(app) as address, _client(address) as client:
        query = {"query": 'subscription { forever(name: "quiet") }'}
        async with client.stream("POST", "/graphql", json=query, headers=EVENTS) as response:
            heard = ""
            async with asyncio.timeout(10):
                async for text in response.aiter_text():
                    heard += text
                    if heard.count("\n\n:\n\n:\n\n"):
                        break
    await sample.log.until(sample.log.closed, "quiet")


async def test_shutting_down_ends_streams_without_completing_them():
    endpoint = serving.make_endpoint()
    async with (
        serving.serving(serving.make_app(endpoint=endpoint)) as address,
        _client(address) as client,
        stream(client, 'subscription { forever(name: "ended") }') as source,
    ):
        await source.next()
        await endpoint.shutdown()
        rest: list[Event] = []
        with suppress(httpx.RemoteProtocolError):
            rest = [event async for event in source]
        assert rest == []
        assert "ended" in sample.log.closed


def _client(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://{address}")
