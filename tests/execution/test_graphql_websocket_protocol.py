"""The graphql-transport-ws protocol: hand-shake, messages, and the codes a socket closes with."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from execution.websocket import SocketLimits
from tests.execution import serving
from tests.execution.sample import log
from tests.execution.serving import socket


@pytest.mark.parametrize("payload", [None, {}, {"key": [1]}])
async def test_ping_is_answered_with_its_payload(address, payload):
    ping = {"type": "ping"} if payload is None else {"type": "ping", "payload": payload}
    async with socket(address, initialise=False) as client:
        await client.say(**ping)
        assert await client.hear() == ping | {"type": "pong"}
        await client.initialise()
        await client.say(**ping)
        assert await client.hear() == ping | {"type": "pong"}


async def test_pong_is_welcome_at_any_time(address):
    async with socket(address, initialise=False) as client:
        await client.say(type="pong")
        await client.say(type="pong", payload={"a": 1})
        await client.initialise()
        await client.say(type="pong", payload=None)
        await client.subscribe("a", "{ hello }")
        assert (await client.hear())["id"] == "a"


async def test_an_id_in_use_closes_the_socket(address):
    async with socket(address) as client:
        await client.subscribe("a", 'subscription { forever(name: "twice") }')
        await client.hear()
        await client.subscribe("a", "{ hello }")
        assert await client.closed() == (4409, "Subscriber for a already exists")
    await log.until(log.closed, "twice")


async def test_a_long_id_in_use_closes_the_socket_too(address):
    async with socket(address) as client:
        for _ in range(2):
            await client.subscribe("ü" * 1000, 'subscription { forever(name: "long") }')
        code, reason = await client.closed()
        assert code == 4409
        assert reason.startswith("Subscriber for üüü")


MALFORMED = [
    "",
    " ",
    "x",
    "{",
    '{"type":"ping"',
    "null",
    "1",
    '"ping"',
    "[]",
    '[{"type":"ping"}]',
    "{}",
    '{"type":null}',
    '{"type":1}',
    '{"type":["ping"]}',
    '{"type":"unknown"}',
    '{"type":"connection_ack"}',
    '{"type":"start","id":"a","payload":{"query":"{ hello }"}}',
    '{"type":"next","id":"a","payload":{}}',
    '{"type":"ping","payload":1}',
    '{"type":"ping","payload":"x"}',
    '{"type":"ping","payload":[]}',
    '{"type":"pong","payload":false}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"a"}',
    '{"type":"subscribe","id":"a","payload":null}',
    '{"type":"subscribe","id":"a","payload":[]}',
    '{"type":"subscribe","id":"a","payload":"{ hello }"}',
    '{"type":"subscribe","id":"a","payload":{}}',
    '{"type":"subscribe","id":"a","payload":{"query":null}}',
    '{"type":"subscribe","id":"a","payload":{"query":1}}',
    '{"type":"subscribe","id":"a","payload":{"query":["{ hello }"]}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","operationName":1}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","variables":[]}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","variables":"{}"}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","extensions":0}}',
    '{"type":"subscribe","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":null,"payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":"\\ud800","payload":{"query":"{ hello }"}}',
    '{"type":"complete"}',
    '{"type":"complete","id":null}',
    '{"type":"complete","id":[]}',
    '{"type":"PING"}',
    '\ufeff{"type":"ping"}',
    '{"type":"ping"} {"type":"ping"}',
    '{"type":"connection_terminate"}',
    '{"type":"stop","id":"a"}',
    '{"type":"error","id":"a","payload":[]}',
    '{"type":"subscribe","id":["a"],"payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":true,"payload":{"query":"{ hello }"}}',
    '{"type":"ping","payload":{"x":NaN}}',
    '{"type":"ping","payload":{"x":1e999}}',
    '{"type":"ping","payload":' + '{"a":' * 40 + "1" + "}" * 40 + "}",
    "[" * 10_000,
    '{"a":' * 10_000,
    b"{}",
    b'{"type":"ping"}',
    b"\xff",
    b"",
]


@pytest.mark.parametrize("initialised", [True, False], ids=["initialised", "new"])
@pytest.mark.parametrize("frame", MALFORMED, ids=lambda frame: f"{frame[:60]!r} ({len(frame)})")
async def test_a_malformed_message_closes_the_socket_with_4400(address, frame, initialised):
    async with socket(address, initialise=initialised) as client:
        await client.connection.send(frame)
        code, reason = await client.closed()
        assert code == 4400
        assert reason
    assert log.faults == []


@pytest.mark.parametrize("payload", ["1", '"x"', "[]", "true"])
async def test_a_malformed_init_closes_the_socket_with_4400(address, payload):
    async with socket(address, initialise=False) as client:
        await client.connection.send(f'{{"type":"connection_init","payload":{payload}}}')
        assert (await client.closed())[0] == 4400


@pytest.mark.parametrize(
    "members",
    [
        {"more": 1},
        {"payload": {"query": "{ hello }", "more": [{}]}},
        {"payload": {"query": "{ hello }", "operationName": None}},
        {"payload": {"query": "{ hello }", "variables": None, "extensions": None}},
        {"payload": {"query": "{ hello }", "variables": {"more": 1}, "extensions": {"more": 1}}},
        {"id": '🦆 \u0000\n"'},
    ],
)
async def test_members_that_the_protocol_does_not_name_change_nothing(address, members):
    message = {"type": "subscribe", "id": "a", "payload": {"query": "{ hello }"}} | members
    async with socket(address) as client:
        await client.say(**message)
        heard = await client.hear()
        assert (heard["id"], heard["type"]) == (message["id"], "next")
        assert heard["payload"]["data"] == {"hello": "Hello, world!"}
        assert await client.hear() == {"id": message["id"], "type": "complete"}


@pytest.mark.parametrize("first", ["{ hello }", "{", "subscription { breaking }"])
async def test_an_id_is_free_again_once_its_operation_is_over(address, first):
    async with socket(address) as client:
        await client.subscribe("a", first)
        while (await client.hear())["type"] == "next":
            if first == "{ hello }":
                assert await client.hear() == {"id": "a", "type": "complete"}
                break
        await client.subscribe("a", "{ hello }")
        assert (await client.hear())["payload"]["data"] == {"hello": "Hello, world!"}
        assert await client.hear() == {"id": "a", "type": "complete"}


async def test_what_comes_in_pieces_is_one_message(address):
    async with socket(address) as client:
        await client.connection.send(['{"type":', '"pi', 'ng"}'])
        assert await client.hear() == {"type": "pong"}


async def test_pieces_that_are_too_large_together_close_the_socket(address):
    async with socket(address) as client:
        await client.connection.send(["x" * 30_000] * 3)
        assert (await client.closed())[0] == 1009


async def test_what_is_small_only_while_compressed_is_too_large(address):
    async with socket(address, compression="deflate") as client:
        await client.connection.send(" " * 64_001)
        assert (await client.closed())[0] == 1009


async def test_text_that_is_no_utf8_closes_the_socket_as_websockets_do(address):
    async with socket(address) as client:
        await client.connection.send(b'{"type":"\xff"}', text=True)
        assert (await client.closed())[0] == 1007


async def test_a_message_that_is_too_large_closes_the_socket_with_1009(address):
    async with socket(address) as client:
        await client.say(type="ping", payload={"x": "ü" * 32_000})
        code, reason = await client.closed()
        assert code == 1009
        assert reason == "The message has more than 64000 bytes."


async def test_a_message_at_the_limit_is_read(address):
    async with socket(address) as client:
        ping = json.dumps({"type": "ping", "payload": {"x": ""}})
        await client.connection.send(ping.replace('""', '"' + "x" * (64_000 - len(ping)) + '"'))
        assert (await client.hear())["type"] == "pong"


@pytest.mark.parametrize("payload", [None, {}, {"token": "ada"}])
async def test_the_connection_is_acknowledged(address, payload):
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init", payload=payload)
        assert await client.hear() == {"type": "connection_ack"}
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}


async def test_a_second_init_closes_the_socket(address):
    async with socket(address) as client:
        await client.say(type="connection_init")
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_two_inits_at_once_close_the_socket(address):
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init")
        await client.say(type="connection_init")
        assert (await client.closed())[0] == 4429


async def test_an_operation_before_the_acknowledgement_closes_the_socket(address):
    async with socket(address, initialise=False) as client:
        await client.subscribe("a", "{ hello }")
        assert await client.closed() == (4401, "Unauthorized")


async def test_a_forbidden_init_closes_the_socket(address):
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init", payload={"token": "wrong"})
        assert await client.closed() == (4403, "Forbidden: UNAUTHENTICATED")


async def test_a_fault_in_the_init_is_masked_and_closes_the_socket(address):
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init", payload={"token": "fault"})
        assert await client.closed() == (4500, "Internal server error")
    assert [str(fault) for fault in log.faults] == ["the password is hunter2"]


async def test_what_passes_in_the_init_closes_the_socket_so_that_clients_come_back(address):
    async with socket(address, initialise=False) as client:
        await client.say(type="connection_init", payload={"token": "away"})
        assert await client.closed() == (1013, "Try again later")
    assert [str(fault) for fault in log.faults] == ["nobody listens"]


async def test_a_socket_without_init_is_closed_in_time_although_it_pings():
    sockets = serving.make_sockets(limits=SocketLimits(init_seconds=0.3))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address, initialise=False) as client,
    ):
        await client.say(type="ping")
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_an_initialised_socket_outlives_the_time_for_its_init():
    sockets = serving.make_sockets(limits=SocketLimits(init_seconds=0.1))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as client,
    ):
        await asyncio.sleep(0.3)
        await client.subscribe("a", "{ hello }")
        assert (await client.hear())["type"] == "next"


@pytest.mark.parametrize("protocols", [["graphql-ws"], ["chat", "graphql-ws"], None])
async def test_other_subprotocols_are_not_offered(address, protocols):
    async with connect(f"ws://{address}/graphql", subprotocols=protocols) as connection:
        client = serving.Socket(connection)
        assert connection.subprotocol is None
        assert await client.closed() == (4406, "Subprotocol not acceptable")


async def test_the_subprotocol_is_chosen_among_others(address):
    protocols = ["graphql-ws", "graphql-transport-ws"]
    async with connect(f"ws://{address}/graphql", subprotocols=protocols) as connection:
        assert connection.subprotocol == "graphql-transport-ws"


COOKIE = {"Cookie": "session=1"}


@pytest.mark.parametrize(
    ("origin", "headers", "allowed"),
    [
        ("https://evil.example", {}, True),
        ("https://evil.example", COOKIE, False),
        ("https://evil.example", COOKIE | {"Authorization": "Basic eDp5"}, False),
        ("https://evil.example", COOKIE | {"Authorization": "Bearer x"}, False),
        ("null", COOKIE, False),
        ("https://friend.example", COOKIE, True),
        ("http://{address}", COOKIE, True),
        (None, COOKIE, True),
    ],
)
async def test_other_sites_may_not_connect_with_the_visitors_cookies(
    address, origin, headers, allowed
):
    options = {"origin": origin and origin.format(address=address), "additional_headers": headers}
    if allowed:
        async with socket(address, **options) as client:
            await client.subscribe("a", "{ hello }")
            assert (await client.hear())["type"] == "next"
    else:
        with pytest.raises(InvalidStatus) as refused:
            async with socket(address, **options):
                pass
        assert refused.value.response.status_code == 403
