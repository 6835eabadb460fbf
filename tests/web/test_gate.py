"""The gate of the server, on a real port: what one address and one account may do and hold open."""

import json
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client import REGISTRY
from websockets.exceptions import InvalidStatus

from tests.execution import serving
from tests.execution.serving import codes
from tests.support.client import Api
from tests.support.conversations import global_id, matched, write
from tests.support.event_streams import EventSource
from tests.support.live import until
from tests.support.live_events import EVENTS
from web.gate import counted_address

LIMITS = "{ viewer { limits { name remaining } } }"
HELLO = "{ __typename }"


@asynccontextmanager
async def socket(address, token=None, *, of="203.0.113.1", initialise=True):
    """Open a socket as somebody, from an address that a proxy tells."""
    headers = {"X-Forwarded-For": of}
    async with serving.socket(address, initialise=False, additional_headers=headers) as client:
        if initialise:
            await client.initialise(**({"Authorization": f"Bearer {token}"} if token else {}))
        yield client


@asynccontextmanager
async def stream(address, token):
    """Ask for a stream of live events as somebody."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(base_url=f"http://{address}") as client,
        client.stream("POST", "/graphql", headers=headers, json={"query": EVENTS}) as response,
    ):
        yield response


async def refusal_of_handshake(address, **options):
    """The status, the headers and the code with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with socket(address, **options):
            pass
    response = refused.value.response
    (error,) = json.loads(response.body)["errors"]
    return response.status_code, response.headers, error["extensions"]


def refused_so_far(code):
    """How many callers were refused, as the metrics tell."""
    return REGISTRY.get_sample_value("kith_callers_refused_total", {"code": code}) or 0


async def asked(client, query=HELLO):
    """The codes of the answer to a query over a socket."""
    await client.subscribe("asked", query)
    answer = await client.hear()
    if answer["type"] == "error":
        return [error["extensions"]["code"] for error in answer["payload"]]
    assert await client.hear() == {"id": "asked", "type": "complete"}
    return []


async def test_an_address_holds_so_many_sockets_open_signed_in_or_not(serve, people):
    ada = await people.join()
    async with (
        serve(sockets_per_address=2, trusted_proxies=1) as http,
        serving.serving(http.app) as address,
        socket(address, ada.api.token),
    ):
        async with socket(address, initialise=False):
            before = refused_so_far("TOO_MANY_CONNECTIONS")
            status, _, extensions = await refusal_of_handshake(address)
            assert (status, extensions) == (429, {"code": "TOO_MANY_CONNECTIONS"})
            assert refused_so_far("TOO_MANY_CONNECTIONS") == before + 1
            async with socket(address, of="203.0.113.2") as other:
                assert await asked(other) == []
        places = http.app.state.services.places
        await until(lambda: places.left("address:203.0.113.1", 2) == 1)
        async with socket(address) as third:
            assert await asked(third) == []


async def test_an_account_holds_so_many_sockets_and_streams_open_and_is_told(serve, people):
    ada, bob = await people.join(), await people.join()
    async with (
        serve(connections_per_account=2) as http,
        serving.serving(http.app) as address,
    ):
        mine = Api(http, ada.api.token)

        async def left():
            limits = (await mine.ask(LIMITS))["viewer"]["limits"]
            return next(
                limit["remaining"] for limit in limits if limit["name"] == "open_connections"
            )

        assert await left() == 2
        async with socket(address, ada.api.token), stream(address, ada.api.token) as response:
            assert response.status_code == 200
            events = EventSource(response)
            await events.next()
            assert await left() == 0
            async with stream(address, ada.api.token) as refused:
                await refused.aread()
                assert (refused.status_code, codes(refused)) == (429, ["TOO_MANY_CONNECTIONS"])
            async with socket(address, initialise=False) as refused:
                payload = {"Authorization": f"Bearer {ada.api.token}"}
                await refused.say(type="connection_init", payload=payload)
                assert await refused.closed() == (4429, "Too many: TOO_MANY_CONNECTIONS")
            # Who is somebody else, or nobody, is not concerned.
            async with socket(address, bob.api.token) as other, socket(address) as nobodys:
                assert await asked(other) == await asked(nobodys) == []
        places = http.app.state.services.places
        await until(lambda: places.left(f"account:{ada.key}", 2) == 2)
        async with stream(address, ada.api.token), stream(address, ada.api.token) as response:
            assert response.status_code == 200
        await until(lambda: places.left(f"account:{ada.key}", 2) == 2)
        assert await left() == 2


async def test_a_session_that_ends_gives_its_places_back(serve, people):
    ada = await people.join()
    async with (
        serve(connections_per_account=1) as http,
        serving.serving(http.app) as address,
        stream(address, ada.api.token) as response,
    ):
        places = http.app.state.services.places
        events = EventSource(response)
        await events.next()
        assert places.left(f"account:{ada.key}", 1) == 0
        await ada.api.done("logOut")
        assert [event.kind async for event in events][-1:] == ["complete"]
        await until(lambda: places.left(f"account:{ada.key}", 1) == 1)


async def test_operations_on_a_socket_count_as_requests_and_events_do_not(serve, people, database):
    ada, bob = await people.join(), await people.join()
    key = global_id(await matched(database, ada.key, bob.key))
    async with (
        serve(requests_per_minute_per_account=4) as http,
        serving.serving(http.app) as address,
        socket(address, bob.api.token) as client,
    ):
        await client.subscribe("events", EVENTS)
        assert (await client.hear())["payload"]["data"]["events"]["__typename"] == "Heartbeat"
        assert await asked(client) == []
        # What is wrong counts too.
        assert await asked(client, "{ nothing }") == ["GRAPHQL_VALIDATION_FAILED"]
        await client.subscribe("too often", HELLO)
        refused = await client.hear()
        assert (refused["id"], refused["type"]) == ("too often", "error")
        (error,) = refused["payload"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert 1 <= error["extensions"]["retryAfter"] <= 120
        assert (await Api(http, bob.api.token).send(HELLO)).codes == ["RATE_LIMITED"]
        await write(ada, key, *"abcdef")
        told = [(await client.hear())["payload"]["data"]["events"] for _ in range(6)]
        assert [event["message"]["text"] for event in told] == list("abcdef")
        async with socket(address, initialise=False) as late:
            payload = {"Authorization": f"Bearer {bob.api.token}"}
            await late.say(type="connection_init", payload=payload)
            assert await late.closed() == (4429, "Too many: RATE_LIMITED")
        async with socket(address, ada.api.token) as other:
            assert await asked(other) == []


async def test_handshakes_and_operations_of_nobody_count_against_their_address(serve):
    # What other tests asked from their addresses is remembered for a minute.
    busy, quiet = "203.0.113.7", "203.0.113.8"
    async with (
        serve(requests_per_minute_per_address=3, trusted_proxies=1) as http,
        serving.serving(http.app) as address,
        socket(address, of=busy) as client,
    ):
        before = refused_so_far("RATE_LIMITED")
        assert [await asked(client) for _ in range(3)] == [[], [], ["RATE_LIMITED"]]
        assert refused_so_far("RATE_LIMITED") == before + 1
        status, headers, extensions = await refusal_of_handshake(address, of=busy)
        assert (status, extensions["code"]) == (429, "RATE_LIMITED")
        assert headers["Retry-After"] == str(extensions["retryAfter"])
        async with socket(address, of=quiet) as other:
            assert await asked(other) == []


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:0DB8:1:2::", "2001:db8:1:2::"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::"),
        ("2001:db8:1:3::7", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_addresses_that_one_customer_has_count_as_one(told, counted):
    assert counted_address(told) == counted
