"""The sample served on a real port, and a client's side of its WebSocket."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from execution.http import GraphQLEndpoint
from execution.websocket import GraphQLTransportWS
from tests.execution import sample

sessions_made: list[dict[str, Any]] = []


def make_sockets(**options: Any) -> GraphQLTransportWS:
    async def remember(socket: WebSocket, payload: dict[str, Any] | None) -> Any:
        session = await sample.authenticate(socket, payload)
        sessions_made.append(session)
        return session

    return GraphQLTransportWS(
        sample.make_executor(),
        authenticate=remember,
        new_context=sample.socket_context,
        allowed_origins=["https://friend.example"],
        **options,
    )


def make_endpoint(**options: Any) -> GraphQLEndpoint:
    given = {"executor": sample.make_executor(), "new_context": sample.request_context, **options}
    return GraphQLEndpoint(
        renew_context=sample.event_context,
        ide=lambda _request: HTMLResponse("<title>IDE</title>"),
        apply_to_response=sample.set_cookies,
        allowed_origins=["https://friend.example"],
        preflight_headers=["X-Sample"],
        **given,
    )


def make_app(
    *,
    sockets: GraphQLTransportWS | None = None,
    endpoint: GraphQLEndpoint | None = None,
    **options: Any,
) -> ASGIApp:
    endpoint = endpoint or make_endpoint(**options)
    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", sockets or make_sockets()),
        ]
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the test runner."""
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, **options: Any) -> AsyncIterator[str]:
    """Serve an app on a real port, and give its address without the scheme."""
    config = uvicorn.Config(
        app, port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=5, **options
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not task.done()
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


def codes(response: httpx.Response) -> list[str]:
    """The codes of a well-formed GraphQL error response."""
    errors = response.json()["errors"]
    assert all(error["message"] for error in errors)
    return [error["extensions"]["code"] for error in errors]


class Socket:
    """A client's side of a WebSocket, message by message."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, id: str, query: str, **payload: Any) -> None:
        await self.say(id=id, type="subscribe", payload={"query": query, **payload})

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def initialise(self, **payload: Any) -> None:
        await self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def closed(self) -> tuple[int | None, str | None]:
        """The code and reason with which the server closes, once all it said is read."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.hear()
        return self.connection.close_code, self.connection.close_reason


@contextlib.asynccontextmanager
async def socket(
    address: str, *, initialise: bool = True, protocol: str = "graphql-transport-ws", **options: Any
) -> AsyncIterator[Socket]:
    """Connect to the server."""
    async with connect(
        f"ws://{address}/graphql", subprotocols=[protocol], close_timeout=1, **options
    ) as connection:
        client = Socket(connection)
        if initialise:
            await client.initialise()
        yield client
