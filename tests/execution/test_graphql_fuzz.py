"""Whatever is sent, the answer is a well-formed GraphQL response that is no fault of ours."""

import asyncio
import contextlib
from typing import Any

import httpx
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from execution.limits import HTTPLimits
from tests.execution import sample, serving
from tests.execution.serving import socket


def _json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Lone surrogates and integers beyond 64 bit.
        return repr(value)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
queries = st.sampled_from(
    [
        "{ hello }",
        "query ($v: Int!) { whole(value: $v) }",
        "query ($v: Float!) { real(value: $v) }",
        "query ($v: ID!) { key(id: $v) }",
        "query ($v: JSON!) { echo(value: $v) }",
        "query ($v: DateTime!) { at(moment: $v) }",
        "query ($v: Colour!) { mix(colour: $v) }",
        "query ($v: [Point!]!) { sum(points: $v) }",
        "query ($v: Boolean!) { hello @skip(if: $v) }",
        "subscription ($v: Int!) { count(to: $v) }",
    ]
)
members = {
    "query": queries | values,
    "variables": st.fixed_dictionaries({"v": values}) | values,
    "operationName": st.none() | values,
    "extensions": st.none() | st.dictionaries(st.text(max_size=5), values, max_size=2) | values,
}
requests = st.fixed_dictionaries({}, optional=members) | values
documents = st.text(alphabet='{}()[]:!$@."\\#&|=, \n\r\tabhello_0159-e...onFquery', max_size=60)
texts = st.dictionaries(st.sampled_from("abcd"), st.text(max_size=20), max_size=4)
text = st.builds(_json, requests) | st.text(max_size=80)

relaxed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


async def send(content: bytes, accept: str) -> httpx.Response:
    """Send a body."""
    transport = httpx.ASGITransport(app=serving.make_app())
    headers = {"Content-Type": "application/json", "Accept": accept}
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.post("/graphql", content=content, headers=headers)


async def check(content: bytes) -> None:
    """Send a body and check the form of the answer."""
    response = await send(content, "application/json")
    assert response.status_code < 500
    whole = response.json()
    for answer in whole if isinstance(whole, list) else [whole]:
        check_answer(answer)
    assert sample.log.faults == []


def check_answer(answer: dict[str, Any]) -> None:
    """Check the form of the answer to one operation."""
    assert set(answer) <= {"data", "errors", "extensions"}
    assert "data" in answer or answer["errors"]
    for error in answer.get("errors", ()):
        assert error["message"]
        assert error["extensions"]["code"] != "INTERNAL"


@relaxed
@given(requests)
async def test_any_json_is_answered(request_body):
    await check(_json(request_body).encode("utf-8", "surrogatepass"))


@relaxed
@given(st.lists(requests, max_size=4))
async def test_any_batch_is_answered(request_bodies):
    await check(_json(request_bodies).encode("utf-8", "surrogatepass"))


@relaxed
@given(requests, st.dictionaries(st.sampled_from("abc"), values, max_size=3) | values, texts)
async def test_any_form_is_answered(operations, places, contents):
    fields = {"operations": _json(operations), "map": _json(places)}
    parts = [(name, (None, text)) for name, text in fields.items()]
    parts += [(name, (f"{name}.txt", text)) for name, text in contents.items()]
    app = serving.make_app(limits=HTTPLimits(files=3, file_bytes=100))
    headers = {"X-Sample": "1"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://test", headers=headers
    ) as client:
        files = [(n, (f, t.encode("utf-8", "surrogatepass"))) for n, (f, t) in parts]
        response = await client.post("/graphql", files=files)
    assert response.status_code < 500
    whole = response.json()
    for answer in whole if isinstance(whole, list) else [whole]:
        check_answer(answer)
    assert sample.log.faults == []


@relaxed
@given(requests)
async def test_any_json_is_answered_by_events_or_refused(request_body):
    body = _json(request_body).encode("utf-8", "surrogatepass")
    response = await send(body, "text/event-stream")
    if response.headers["content-type"].startswith("application/json"):
        assert 400 <= response.status_code < 500
        check_answer(response.json())
    else:
        assert response.status_code == 200
        *events, last = response.text.removesuffix("\n\n").split("\n\n")
        assert last == "event: complete\ndata:"
        for event in events:
            check_answer(orjson.loads(event.partition("data: ")[2]))
    assert sample.log.faults == []


@relaxed
@given(st.binary(max_size=60))
async def test_any_bytes_are_answered(content):
    await check(content)


@relaxed
@given(documents)
async def test_any_document_is_answered(document):
    await check(orjson.dumps({"query": document}))


@relaxed
@given(st.lists(text, max_size=4))
async def test_any_text_on_a_socket_is_answered_or_closes_it_by_the_protocol(address, frames):
    async with socket(address) as client:
        with contextlib.suppress(ConnectionClosed):
            for frame in frames:
                await client.connection.send(frame.encode("utf-8", "replace").decode())
            await client.say(type="ping")
            async with asyncio.timeout(10):
                while (await client.hear())["type"] != "pong":
                    pass
        await client.connection.close()
        assert client.connection.close_code in {1000, 4400}
    assert sample.log.faults == []


@relaxed
@given(requests)
async def test_any_payload_on_a_socket_is_answered_or_closes_it_by_the_protocol(address, payload):
    frame = _json({"id": "a", "type": "subscribe", "payload": payload})
    async with socket(address) as client:
        with contextlib.suppress(ConnectionClosed):
            await client.connection.send(frame.encode("utf-8", "replace").decode())
            async with asyncio.timeout(10):
                heard = await client.hear()
            assert heard["type"] in {"next", "error", "complete"}
            errors = heard["payload"] if heard["type"] == "error" else []
            assert all(error["extensions"]["code"] != "INTERNAL" for error in errors)
        await client.connection.close()
        assert client.connection.close_code in {1000, 4400}
    assert sample.log.faults == []
