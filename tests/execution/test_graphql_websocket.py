"""Operations over WebSocket: results, errors, contexts and endings, on a real socket."""

import asyncio

import pytest

from execution.websocket import SocketLimits
from tests.execution import sample, serving
from tests.execution.sample import log
from tests.execution.serving import socket

UNAUTHENTICATED = [{"message": "Sign in.", "extensions": {"code": "UNAUTHENTICATED"}}]
HELLO = {"data": {"hello": "Hello, world!"}}


def without_extensions(message):
    """A message without what differs from context to context."""
    message["payload"].pop("extensions", None)
    return message


async def test_a_subscription_gives_its_results_and_completes(address):
    async with socket(address) as client:
        await client.subscribe("a", "subscription { count(to: 2) }")
        heard = [without_extensions(await client.hear()) for _ in range(2)]
        assert heard == [
            {"id": "a", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "a", "type": "next", "payload": {"data": {"count": 1}}},
        ]
        assert await client.hear() == {"id": "a", "type": "complete"}


async def test_each_event_has_a_context_of_its_own(address):
    async with socket(address) as client:
        await client.subscribe("a", "subscription { people { name } }")
        heard = [(await client.hear())["payload"] for _ in range(3)]
    contexts = [payload["extensions"]["context"] for payload in heard]
    source = int(heard[0]["data"]["people"]["name"].split()[-1])
    assert contexts == [source + 1, source + 2, source + 3]


@pytest.mark.parametrize(
    ("query", "data"),
    [("{ hello }", {"hello": "Hello, world!"}), ("mutation { write(value: 7) }", {"write": 7})],
)
async def test_queries_and_mutations_also_run(address, query, data):
    async with socket(address) as client:
        await client.subscribe("a", query)
        heard = without_extensions(await client.hear())
        assert heard == {"id": "a", "type": "next", "payload": {"data": data}}
        assert await client.hear() == {"id": "a", "type": "complete"}


async def test_variables_and_operation_name_are_used(address):
    async with socket(address) as client:
        query = "query A { hello } query B($name: String!) { hello(name: $name) }"
        await client.subscribe("é", query, operationName="B", variables={"name": "Bo"})
        assert (await client.hear())["payload"]["data"] == {"hello": "Hello, Bo!"}
        assert await client.hear() == {"id": "é", "type": "complete"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("subscription ($n: Int!) { count(to: $n) }", "BAD_REQUEST"),
        ("{" + "person { friend {" * 20 + "name" + "} }" * 20 + "}", "DOCUMENT_TOO_COMPLEX"),
        ("subscription { secrets }", "BAD_REQUEST"),
        (f"subscription {{ count(to: {2**70}) }}", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_bad_operation_ends_in_an_error_and_the_socket_lives(address, query, code):
    async with socket(address) as client:
        await client.subscribe("a", query)
        heard = await client.hear()
        assert (heard["id"], heard["type"]) == ("a", "error")
        assert heard["payload"][0]["extensions"]["code"] == code
        await client.subscribe("a", "{ hello }")
        heard = without_extensions(await client.hear())
        assert heard == {"id": "a", "type": "next", "payload": HELLO}


async def test_an_error_of_a_resolver_is_part_of_the_result(address):
    async with socket(address) as client:
        await client.subscribe("a", "{ broken }")
        heard = await client.hear()
        assert heard["type"] == "next"
        assert heard["payload"]["data"] == {"broken": None}
        assert heard["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert await client.hear() == {"id": "a", "type": "complete"}


async def test_a_source_that_breaks_ends_in_a_masked_error(address):
    async with socket(address) as client:
        await client.subscribe("a", "subscription { breaking }")
        assert (await client.hear())["type"] == "next"
        heard = await client.hear()
        assert heard["type"] == "error"
        message = {"message": "Something went wrong.", "extensions": {"code": "INTERNAL"}}
        assert heard["payload"] == [message]
        await client.subscribe("b", "{ hello }")
        assert (await client.hear())["id"] == "b"


async def test_a_context_that_is_refused_ends_the_stream_with_an_error(address):
    async with socket(address) as client:
        await client.subscribe("a", 'subscription { forever(name: "refused") }')
        assert (await client.hear())["type"] == "next"
        serving.sessions_made[-1]["ended"] = True
        await client.subscribe("b", "{ hello }")
        heard = await client.hear()
        assert heard == {"id": "b", "type": "error", "payload": UNAUTHENTICATED}
        await client.subscribe("c", "subscription { count(to: 1) }")
        heard = await client.hear()
        assert heard == {"id": "c", "type": "error", "payload": UNAUTHENTICATED}


async def test_a_context_that_is_refused_for_an_event_ends_the_stream_with_an_error():
    async def new_context(session):
        session["events"] = session.get("events", 0) + 1
        if session["events"] == 3:
            session["ended"] = True
        return await sample.socket_context(session)

    sockets = serving.make_sockets()
    sockets.new_context = new_context
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as client,
    ):
        await client.subscribe("a", "subscription { count(to: 5) }")
        assert (await client.hear())["type"] == "next"
        heard = await client.hear()
        assert heard == {"id": "a", "type": "error", "payload": UNAUTHENTICATED}


async def test_complete_from_the_client_closes_the_source_at_once(address):
    async with socket(address) as client:
        await client.subscribe("a", 'subscription { forever(name: "completed") }')
        assert (await client.hear())["payload"]["data"] == {"forever": "completed"}
        await client.say(id="a", type="complete")
        await log.until(log.closed, "completed")
        await client.subscribe("a", "{ hello }")
        assert without_extensions(await client.hear())["payload"] == HELLO


async def test_leaving_closes_the_sources_at_once(address):
    async with socket(address) as client:
        for name in ("left 1", "left 2"):
            await client.subscribe(name, f'subscription {{ forever(name: "{name}") }}')
            await client.hear()
    for name in ("left 1", "left 2"):
        await log.until(log.closed, name)


async def test_a_lost_connection_closes_the_sources_at_once(address):
    async with socket(address) as client:
        await client.subscribe("a", 'subscription { forever(name: "lost") }')
        await client.hear()
        client.connection.transport.abort()
        await log.until(log.closed, "lost")


async def test_unknown_ids_to_complete_are_ignored(address):
    async with socket(address) as client:
        await client.say(id="never", type="complete")
        await client.subscribe("a", "{ hello }")
        assert (await client.hear())["id"] == "a"


async def test_operations_on_one_socket_run_beside_each_other(address):
    async with socket(address) as client:
        await client.subscribe("slow", 'subscription { forever(name: "beside") }')
        assert (await client.hear())["id"] == "slow"
        for number in range(50):
            await client.subscribe(f"{number}", "{ hello }")
            assert (await client.hear())["id"] == f"{number}"
            assert await client.hear() == {"id": f"{number}", "type": "complete"}


async def test_too_many_operations_are_refused_one_by_one():
    sockets = serving.make_sockets(limits=SocketLimits(operations=3))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address) as client,
    ):
        for name in "abc":
            await client.subscribe(name, f'subscription {{ forever(name: "many {name}") }}')
            assert (await client.hear())["type"] == "next"
        await client.subscribe("d", "{ hello }")
        heard = await client.hear()
        assert (heard["id"], heard["type"]) == ("d", "error")
        assert heard["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await client.say(id="b", type="complete")
        await log.until(log.closed, "many b")
        await client.subscribe("d", "{ hello }")
        assert (await client.hear())["type"] == "next"


async def test_a_client_that_does_not_read_stops_its_sources(address):
    async with socket(address, max_queue=1, compression=None) as client:
        await client.subscribe("a", 'subscription { flood(name: "slow") }')
        await log.until(log.opened, "slow 3")
        produced, before = None, -1
        # The buffers of the two sockets fill, and then nothing more is produced.
        while produced != before:
            before = produced
            await asyncio.sleep(0.3)
            produced = sum(entry.startswith("slow ") for entry in log.opened)
        assert produced < 200
    await log.until(log.closed, "slow")


async def test_shutdown_closes_the_sockets_with_1012_and_accepts_no_more():
    sockets = serving.make_sockets()
    async with serving.serving(serving.make_app(sockets=sockets)) as address:
        async with socket(address) as client, socket(address, initialise=False) as other:
            await client.subscribe("a", 'subscription { forever(name: "shut") }')
            await client.hear()
            await sockets.shutdown()
            assert await client.closed() == (1012, "Service restart")
            assert await other.closed() == (1012, "Service restart")
            await log.until(log.closed, "shut")
        async with socket(address, initialise=False) as late:
            assert await late.closed() == (1012, "Service restart")


async def test_shutdown_does_not_wait_for_clients_that_do_not_read():
    sockets = serving.make_sockets(limits=SocketLimits(close_seconds=0.1))
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address, max_queue=1, compression=None) as client,
    ):
        await client.subscribe("a", 'subscription { flood(name: "stuck") }')
        await log.until(log.opened, "stuck 20")
        await sockets.shutdown()
        await log.until(log.closed, "stuck")


async def test_the_sockets_of_a_session_can_be_ended():
    sockets = serving.make_sockets()
    async with (
        serving.serving(serving.make_app(sockets=sockets)) as address,
        socket(address, initialise=False) as ada,
        socket(address, initialise=False) as bo,
    ):
        await ada.initialise(token="ada")
        await bo.initialise(token="bo")
        assert await sockets.end(lambda session: session["who"] == "ada") == 1
        assert await ada.closed() == (4403, "Forbidden")
        await bo.subscribe("a", "{ hello }")
        assert (await bo.hear())["type"] == "next"
