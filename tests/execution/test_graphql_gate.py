"""The gate of the transports: what it refuses, how clients learn it, and that it hears all ends."""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from execution.gate import Gate
from execution.limits import HTTPLimits
from execution.places import Places
from execution.requests import RequestRefused
from execution.websocket import SocketLimits
from tests.execution import serving
from tests.execution.sample import log
from tests.execution.serving import codes, socket
from tests.support.live import until

EVENTS = {"Accept": "text/event-stream"}
TOO_MANY = RequestRefused(429, "TOO_MANY", "Too many.", {"Retry-After": "7"}, {"retryAfter": 7})


class Counting(Gate):
    """Lets so many of each kind be open at once, and so many operations begin."""

    def __init__(self, *, operations=None, **most):
        self.operations = operations
        self.most = most
        self.open = Counter()

    @contextmanager
    def _held(self, kind):
        if self.open[kind] >= self.most.get(kind, 100):
            raise TOO_MANY
        self.open[kind] += 1
        try:
            yield
        finally:
            self.open[kind] -= 1

    def socket(self, socket):
        return self._held("sockets")

    def session(self, session):
        return self._held(session["who"])

    def stream(self, context):
        return self._held("streams")

    def operation(self, session):
        if self.operations is not None:
            if self.operations == 0:
                raise TOO_MANY
            self.operations -= 1

    async def emptied(self):
        """Wait until all is given back; what was given back twice is below 0 for ever."""
        await until(lambda: not any(self.open.values()))


@asynccontextmanager
async def served(gate, *, limits=None, http_limits=None):
    """A server with a gate, and its two transports."""
    sockets = serving.make_sockets(gate=gate, limits=limits)
    endpoint = serving.make_endpoint(gate=gate, limits=http_limits)
    async with serving.serving(serving.make_app(sockets=sockets, endpoint=endpoint)) as address:
        yield address, sockets, endpoint


async def refusal_of_handshake(address):
    """The answer to a handshake that is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with socket(address, initialise=False):
            pass
    return refused.value.response


async def test_a_handshake_is_refused_with_a_status_and_an_error_until_a_socket_has_gone():
    gate = Counting(sockets=2)
    async with served(gate) as (address, *_):
        async with socket(address) as first, socket(address, initialise=False):
            response = await refusal_of_handshake(address)
            assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
            (error,) = json.loads(response.body)["errors"]
            assert error["extensions"] == {"code": "TOO_MANY", "retryAfter": 7}
            await first.connection.close()
            await until(lambda: gate.open["sockets"] == 1)
            async with socket(address) as third:
                await third.subscribe("a", "{ hello }")
                assert (await third.hear())["type"] == "next"
        await gate.emptied()


async def test_a_session_that_is_refused_closes_its_socket_with_4429_until_another_has_gone():
    gate = Counting(ada=1)
    async with served(gate) as (address, *_):
        async with socket(address, initialise=False) as first:
            await first.initialise(token="ada")
            async with socket(address, initialise=False) as second:
                await second.say(type="connection_init", payload={"token": "ada"})
                assert await second.closed() == (4429, "Too many: TOO_MANY")
            async with socket(address, initialise=False) as other:
                await other.initialise(token="bo")
        await gate.emptied()
        async with socket(address, initialise=False) as third:
            await third.initialise(token="ada")
        await gate.emptied()


async def left(client, _sockets):
    await client.connection.close()


async def lost(client, _sockets):
    client.connection.transport.abort()


async def malformed(client, _sockets):
    await client.connection.send("{")


async def twice(client, _sockets):
    await client.say(type="connection_init")


async def ended(_client, sockets):
    assert await sockets.end(lambda session: session["who"] == "ada") == 1


async def shut_down(_client, sockets):
    await sockets.shutdown()


@pytest.mark.parametrize("end", [left, lost, malformed, twice, ended, shut_down])
async def test_what_a_socket_held_is_given_back_once_however_it_ends(end):
    gate = Counting()
    async with served(gate) as (address, sockets, _), socket(address, initialise=False) as client:
        await client.initialise(token="ada")
        name = f"held until {end.__name__}"
        await client.subscribe("a", f'subscription {{ forever(name: "{name}") }}')
        await client.hear()
        assert gate.open == {"sockets": 1, "ada": 1}
        await end(client, sockets)
        await gate.emptied()
        assert name in log.closed


@pytest.mark.parametrize("token", ["wrong", "fault"])
async def test_what_a_socket_held_is_given_back_when_nobody_is_let_in(token):
    gate = Counting()
    async with served(gate) as (address, *_), socket(address, initialise=False) as client:
        await client.say(type="connection_init", payload={"token": token})
        assert (await client.closed())[0] in {4403, 4500}
        await gate.emptied()


async def test_what_a_socket_held_is_given_back_when_it_says_nothing():
    gate = Counting(sockets=1)
    async with served(gate, limits=SocketLimits(init_seconds=0.1)) as (address, *_):
        async with socket(address, initialise=False) as client:
            assert (await client.closed())[0] == 4408
        async with connect(f"ws://{address}/graphql", subprotocols=None) as connection:
            assert (await serving.Socket(connection).closed())[0] == 4406
        await gate.emptied()


async def test_what_a_socket_held_is_given_back_when_its_task_is_cancelled():
    gate = Counting()
    to_server = asyncio.Queue()
    to_server.put_nowait({"type": "websocket.connect"})
    to_server.put_nowait({"type": "websocket.receive", "text": '{"type":"connection_init"}'})
    said = []

    async def send(message):
        said.append(message)

    scope = {
        "type": "websocket", "path": "/graphql", "headers": [],
        "subprotocols": ["graphql-transport-ws"],
    }  # fmt: skip
    running = asyncio.create_task(serving.make_sockets(gate=gate)(scope, to_server.get, send))
    await until(lambda: len(said) == 2)
    assert gate.open == {"sockets": 1, None: 1}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    assert not any(gate.open.values())


async def test_a_server_that_cannot_answer_handshakes_closes_the_socket_with_4429():
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "headers": [], "subprotocols": ["graphql-transport-ws"]}
    await serving.make_sockets(gate=Counting(sockets=0))(scope, receive, send)
    assert [message["type"] for message in said] == ["websocket.accept", "websocket.close"]
    assert (said[1]["code"], said[1]["reason"]) == (4429, "Too many: TOO_MANY")


async def test_an_operation_that_is_refused_ends_in_an_error_and_the_socket_lives():
    gate = Counting(operations=2)
    async with served(gate) as (address, *_), socket(address) as client:
        await client.subscribe("running", 'subscription { forever(name: "goes on") }')
        await client.hear()
        await client.subscribe("a", "{ hello }")
        assert (await client.hear())["type"] == "next"
        assert (await client.hear())["type"] == "complete"
        for name in ("b", "c"):
            await client.subscribe(name, "mutation { write(value: 99) }")
            heard = await client.hear()
            assert (heard["id"], heard["type"]) == (name, "error")
            assert heard["payload"][0]["extensions"] == {"code": "TOO_MANY", "retryAfter": 7}
        assert 99 not in log.written
        gate.operations = 1
        await client.subscribe("b", "{ hello }")
        assert (await client.hear())["type"] == "next"
        assert "goes on" not in log.closed


async def test_who_goes_on_after_refusals_is_closed_with_4429():
    gate = Counting(operations=0)
    async with (
        served(gate, limits=SocketLimits(refusals=3)) as (address, *_),
        socket(address) as client,
    ):
        for number in range(3):
            await client.subscribe(f"{number}", "{ hello }")
            assert (await client.hear())["type"] == "error"
        gate.operations = 1  # which is used up at once, and begins the count anew
        await client.subscribe("good", "{ hello }")
        assert (await client.hear())["type"] == "next"
        assert (await client.hear())["type"] == "complete"
        for number in range(3):
            await client.subscribe(f"{number}", "{ hello }")
            assert (await client.hear())["type"] == "error"
        await client.subscribe("last", "{ hello }")
        assert await client.closed() == (4429, "Too many: TOO_MANY")
        await gate.emptied()


@asynccontextmanager
async def streaming(address, name):
    """Open a stream over HTTP, and read until it has begun."""
    query = {"query": f'subscription {{ forever(name: "{name}") }}'}
    async with (
        httpx.AsyncClient(base_url=f"http://{address}") as client,
        client.stream("POST", "/graphql", json=query, headers=EVENTS) as response,
    ):
        assert response.status_code == 200
        assert "next" in await anext(response.aiter_text())
        yield


async def test_a_stream_is_refused_with_429_until_another_has_gone():
    gate = Counting(streams=1)
    async with (
        served(gate) as (address, *_),
        httpx.AsyncClient(base_url=f"http://{address}") as client,
    ):
        query = {"query": "subscription { count(to: 2) }"}
        async with streaming(address, "the only one"):
            response = await client.post("/graphql", json=query, headers=EVENTS)
            assert (response.status_code, codes(response)) == (429, ["TOO_MANY"])
            assert response.headers["content-type"] == "application/json; charset=utf-8"
            assert response.headers["retry-after"] == "7"
            # Only streams are counted.
            hello = {"query": "{ hello }"}
            assert (await client.post("/graphql", json=hello, headers=EVENTS)).status_code == 200
        await gate.emptied()
        for _ in range(2):
            response = await client.post("/graphql", json=query, headers=EVENTS)
            assert response.text.endswith("event: complete\ndata:\n\n")
        await gate.emptied()


@pytest.mark.parametrize(
    "query",
    ["subscription { nothing }", "subscription { secrets }", "subscription { breaking }"],
)
async def test_what_a_stream_held_is_given_back_when_it_fails(query):
    gate = Counting()
    async with (
        served(gate) as (address, *_),
        httpx.AsyncClient(base_url=f"http://{address}") as client,
    ):
        response = await client.post("/graphql", json={"query": query}, headers=EVENTS)
        assert '"errors"' in response.text
        await gate.emptied()


async def test_what_a_stream_held_is_given_back_when_the_server_ends():
    gate = Counting()
    limits = HTTPLimits(heartbeat_seconds=0.05)
    async with served(gate, http_limits=limits) as (address, _, endpoint):
        async with streaming(address, "until the end"):
            assert gate.open["streams"] == 1
            await endpoint.shutdown()
            await gate.emptied()
        assert "until the end" in log.closed


def test_places_are_taken_one_by_one_and_nothing_is_kept_of_who_holds_none():
    places = Places()
    assert [places.take("ada", 2) for _ in range(3)] == [True, True, False]
    assert (places.left("ada", 2), places.left("bo", 2)) == (0, 2)
    assert places.take("bo", 2)
    places.free("ada")
    assert places.take("ada", 2)
    for key in ("ada", "ada", "bo"):
        places.free(key)
    assert vars(places) == vars(Places())
    with pytest.raises(KeyError):
        places.free("ada")
