"""GraphQL over WebSocket: the graphql-transport-ws protocol, for operations of every type.

Whatever a client sends wrongly closes its socket with the code that the protocol names; frames
that are too large close it with 1009, as WebSocket libraries do that bound frames themselves.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from execution import messages
from execution.bodies import JSON
from execution.executor import Executor
from execution.gate import Gate
from execution.messages import Complete, ConnectionInit, InvalidMessage, Ping, Pong, Subscribe
from execution.operations import GONE, SocketOperations
from execution.origins import is_foreign
from execution.pacing import Pace
from execution.requests import OperationRequest, RequestRefused

PROTOCOL = "graphql-transport-ws"

SENDS_AT_ONCE = "kith.websocket.send_at_once"
"""The ASGI extension of servers that take messages without being awaited.

Its `send` takes how the texts of messages begin, how they end, and what stands between for each of
them, as UTF-8. It answers True when they are on their way, after all that was sent before; False
when it took none of them, because the client reads too slowly or the socket is about to close: then
they are to be sent as usual.
"""

# A close frame has room for 123 bytes of reason.
_REASON_BYTES = 123


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """Bounds on one socket.

    Attributes:
        init_seconds: how long it may take to send `connection_init`.
        operations: how many may run at once.
        refusals: how many operations in a row the gate may refuse before the socket is closed.
        message_bytes: the size of a message.
        operations_per_second: how many operations it may begin in a second; more have to wait.
        messages_per_second: how many messages it may send in a second; more have to wait.
        close_seconds: how long a client that does not read may hold up the closing.
    """

    init_seconds: float = 10.0
    operations: int = 30
    refusals: int = 100
    message_bytes: int = 64_000
    operations_per_second: float = 50.0
    messages_per_second: float = 100.0
    close_seconds: float = 2.0


class GraphQLTransportWS:
    """Serves GraphQL over WebSockets.

    A client that reads slowly slows down its own operations; nothing is queued for it.

    Args:
        executor: runs the operations.
        authenticate: makes the session of a socket from its handshake and the payload of
            `connection_init`; a RequestRefused that it raises closes the socket with 4403, what
            passes with 1013, by which clients know to come back, anything else with 4500.
        new_context: makes a context from the session, for each operation and each event; what it
            raises ends the operation with an error.
        gate: says who may open a socket, or begin an operation.
        limits: bounds on each socket.
        allowed_origins: sites besides our own whose pages may connect with the visitor's cookies.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        authenticate: Callable[[WebSocket, dict[str, Any] | None], Awaitable[Any]],
        new_context: Callable[[Any], Awaitable[Any]],
        gate: Gate | None = None,
        limits: SocketLimits | None = None,
        allowed_origins: Collection[str] = (),
    ) -> None:
        self.executor = executor
        self.authenticate = authenticate
        self.new_context = new_context
        self.gate = gate or Gate()
        self.limits = limits or SocketLimits()
        self._allowed_origins = frozenset(allowed_origins)
        self._connections: set[_Connection] = set()
        self._is_closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until it closes."""
        socket = WebSocket(scope, receive, send)
        # Whatever else the handshake has: a token counts only in the payload that comes later.
        if "cookie" in socket.headers and is_foreign(socket, self._allowed_origins):
            # Before the handshake is accepted, closing answers it with 403.
            await socket.close()
            return
        with ExitStack() as held:
            try:
                held.enter_context(self.gate.socket(socket))
            except RequestRefused as refused:
                await self._deny(socket, refused)
            else:
                await self._serve(socket, held)

    async def _deny(self, socket: WebSocket, refused: RequestRefused) -> None:
        """Answer the handshake with why; where the server cannot, close the socket at once."""
        with contextlib.suppress(*GONE):
            if "websocket.http.response" in socket.scope.get("extensions", {}):
                body = self.executor.failed(refused).body
                response = Response(body, refused.status, refused.headers, media_type=JSON)
                await socket.send_denial_response(response)
            else:
                await socket.accept(PROTOCOL if _speaks(socket) else None)
                closing = _refusal(refused)
                await socket.close(closing.code, closing.reason)

    async def _serve(self, socket: WebSocket, held: ExitStack) -> None:
        speaks = _speaks(socket)
        await socket.accept(PROTOCOL if speaks else None)
        connection = _Connection(self, socket, held)
        if not speaks:
            await connection.close(4406, "Subprotocol not acceptable")
        elif self._is_closing:
            await connection.close(1012, "Service restart")
        else:
            self._connections.add(connection)
            try:
                await connection.serve()
            finally:
                self._connections.discard(connection)

    async def shutdown(self) -> None:
        """Close all sockets with 1012, by which clients know to come back; accept no more."""
        self._is_closing = True
        await self._close(list(self._connections), 1012, "Service restart")

    async def end(self, matches: Callable[[Any], bool]) -> int:
        """Close the sockets of some sessions with 4403, and say how many.

        Args:
            matches: tells the sessions, as `authenticate` made them.
        """
        ended = [each for each in self._connections if each.acknowledged and matches(each.session)]
        await self._close(ended, 4403, "Forbidden")
        return len(ended)

    async def _close(self, connections: list["_Connection"], code: int, reason: str) -> None:
        await asyncio.gather(*(connection.close(code, reason) for connection in connections))


def _speaks(socket: WebSocket) -> bool:
    return PROTOCOL in socket.scope.get("subprotocols", ())


class _CloseSocket(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def _refusal(refused: RequestRefused) -> _CloseSocket:
    if refused.status == 429:
        return _CloseSocket(4429, f"Too many: {refused.code}")
    return _CloseSocket(4403, f"Forbidden: {refused.code}")


def _fault(*, passes: bool) -> _CloseSocket:
    if passes:
        return _CloseSocket(1013, "Try again later")
    return _CloseSocket(4500, "Internal server error")


def _read(text: str | None, most: int) -> messages.Message:
    if text is None:
        raise _CloseSocket(4400, "Binary messages are not supported.")
    if len(text) > most or len(text.encode()) > most:
        raise _CloseSocket(1009, f"The message has more than {most} bytes.")
    try:
        return messages.read_message(text)
    except InvalidMessage as invalid:
        raise _CloseSocket(4400, str(invalid)) from None


class _Paces:
    """How fast one socket may go; who goes faster waits, and nothing more is read meanwhile."""

    def __init__(self, socket: WebSocket, limits: SocketLimits) -> None:
        clock = asyncio.get_running_loop().time
        self._socket = socket
        self._messages = Pace(limits.messages_per_second, clock)
        self._operations = Pace(limits.operations_per_second, clock)

    async def message(self) -> None:
        """Let a message be handled."""
        # What has arrived is received without waiting: let others have their turn.
        await asyncio.sleep(self._messages.delay())
        self._check_open()

    async def operation(self) -> None:
        """Let an operation begin."""
        if delay := self._operations.delay():
            await asyncio.sleep(delay)
            self._check_open()

    def _check_open(self) -> None:
        # What had arrived before we closed the socket must not run any more.
        if self._socket.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect


class _Connection:
    """One socket: reads its messages in order, and runs the operations that they ask for."""

    def __init__(self, server: GraphQLTransportWS, socket: WebSocket, held: ExitStack) -> None:
        self.session: Any = None
        self.acknowledged = False
        self._server = server
        self._socket = socket
        self._held = held
        self._initialised = False
        self._refusals = 0
        self._paces = _Paces(socket, server.limits)
        extensions = socket.scope.get("extensions") or {}
        self._operations = SocketOperations(
            server.executor,
            new_context=self._new_context,
            send=socket.send_text,
            send_at_once=extensions.get(SENDS_AT_ONCE, {}).get("send"),
            most=server.limits.operations,
        )

    async def serve(self) -> None:
        """Serve the socket until it closes."""
        try:
            await self._converse()
        except _CloseSocket as closing:
            await self.close(closing.code, closing.reason)
        except GONE:
            pass
        except Exception as error:  # noqa: BLE001 - a fault of the application's authentication
            self._server.executor.failed(error)
            fault = _fault(passes=self._server.executor.passes(error))
            await self.close(fault.code, fault.reason)
        finally:
            await self._operations.ended()

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; its operations end."""
        short = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        self._operations.cancel()
        with contextlib.suppress(*GONE, TimeoutError):
            async with asyncio.timeout(self._server.limits.close_seconds):
                await self._socket.close(code, short)

    async def _new_context(self) -> Any:
        return await self._server.new_context(self.session)

    async def _converse(self) -> None:
        waiting = asyncio.timeout(self._server.limits.init_seconds)
        try:
            async with waiting:
                while True:
                    message = await self._receive()
                    if isinstance(message, ConnectionInit):
                        waiting.reschedule(None)
                    await self._handle(message)
        except TimeoutError:
            if not waiting.expired():
                raise
            raise _CloseSocket(4408, "Connection initialisation timeout") from None

    async def _receive(self) -> messages.Message:
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        await self._paces.message()
        return _read(received.get("text"), self._server.limits.message_bytes)

    async def _handle(self, message: messages.Message) -> None:
        match message:
            case ConnectionInit(payload):
                await self._initialise(payload)
            case Ping(payload):
                await self._socket.send_text(messages.pong(payload))
            case Pong():
                pass
            case Subscribe(id, request):
                await self._subscribe(id, request)
            case Complete(id):
                self._operations.stop(id)

    async def _initialise(self, payload: dict[str, Any] | None) -> None:
        if self._initialised:
            raise _CloseSocket(4429, "Too many initialisation requests")
        self._initialised = True
        try:
            self.session = await self._server.authenticate(self._socket, payload)
            self._held.enter_context(self._server.gate.session(self.session))
        except RequestRefused as refused:
            raise _refusal(refused) from None
        self.acknowledged = True
        await self._socket.send_text(messages.ACKNOWLEDGED)

    async def _subscribe(self, id: str, request: OperationRequest) -> None:
        if not self.acknowledged:
            raise _CloseSocket(4401, "Unauthorized")
        await self._paces.operation()
        if id in self._operations:
            raise _CloseSocket(4409, f"Subscriber for {id} already exists")
        try:
            self._server.gate.operation(self.session)
        except RequestRefused as refused:
            await self._refuse(id, refused)
        else:
            self._refusals = 0
            await self._operations.start(id, request)

    async def _refuse(self, id: str, refused: RequestRefused) -> None:
        self._refusals += 1
        if self._refusals > self._server.limits.refusals:
            # Who goes on and on does not read what we answer.
            raise _refusal(refused)
        await self._operations.refuse(id, refused)
