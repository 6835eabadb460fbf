"""Callers: who calls by which token or cookie, and the context that they get."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from domain.viewer import Viewer
from execution.requests import RequestRefused
from realtime import topics
from resolvers import authentication
from resolvers.context import Context
from resolvers.live_events import cursor_at
from resolvers.services import Services
from resolvers.sessions import ACCESS_COOKIE, REFRESH_COOKIE
from web.errors import refused
from web.gate import Caller, CountingGate


class Callers:
    """Makes the contexts of operations.

    Args:
        services: what the process holds.
        gate: counts requests.
    """

    def __init__(self, services: Services, gate: CountingGate) -> None:
        self._services = services
        self._gate = gate

    async def context_of(self, request: HTTPConnection) -> Context:
        """The context of an operation over HTTP.

        Raises:
            RequestRefused: the token is expired or no good, or the caller calls too often.
        """
        address = self._gate.address_of(request)
        self._gate.request_from(address)
        header = request.headers.get("authorization", "")
        found = await self._authenticated(
            bearer_of(header), request.cookies.get(ACCESS_COOKIE) if not header else None
        )
        if found is not None:
            self._gate.request_of(found[0])
        context = self._context(found, request.scope["state"]["request_id"], address)
        context.refresh_cookie = request.cookies.get(REFRESH_COOKIE)
        context.last_event_id = request.headers.get("last-event-id") or None
        return context

    async def renewed(self, context: Context) -> Context:
        """The context of one event, from that of the operation over HTTP that asked for it.

        Raises:
            RequestRefused: the session has ended in the meantime.
        """
        return await self._renewed(context.viewer, context.request_id, context.address)

    async def of_socket(self, socket: WebSocket, payload: Mapping[str, Any] | None) -> Caller:
        """Who opened a socket, by the payload of `connection_init` or by cookie.

        Raises:
            RequestRefused: the token is expired or no good, or the caller calls too often.
        """
        header = next(
            (value for key, value in (payload or {}).items() if key.lower() == "authorization"), ""
        )
        cookie = socket.cookies.get(ACCESS_COOKIE) if not header else None
        found = await self._authenticated(bearer_of(str(header)), cookie)
        if found is not None:
            self._gate.request_of(found[0])
        viewer = found[0] if found else None
        return Caller(viewer, socket.state.request_id, self._gate.address_of(socket))

    async def context_on(self, caller: Caller) -> Context:
        """The context of one operation, or of one event, on a socket.

        Raises:
            RequestRefused: the session has ended in the meantime.
        """
        return await self._renewed(caller.viewer, caller.request_id, caller.address)

    async def _renewed(self, viewer: Viewer | None, request_id: str, address: str) -> Context:
        found = None
        if viewer is not None:
            found = await authentication.look_up(
                self._services, viewer.account_id, viewer.session_id
            )
            if found is None:
                raise _unauthenticated("The session has ended.")
        return self._context(found, request_id, address)

    def _context(self, found: tuple[Viewer, int] | None, request_id: str, address: str) -> Context:
        services = self._services
        viewer, position = found or (None, 0)
        context = Context(
            services=services,
            database=services.database,
            cursors=services.cursors,
            viewer=viewer,
            request_id=request_id,
            address=address,
        )
        if viewer is not None:
            topic = topics.viewer(viewer.profile_id)
            context.live_cursor = cursor_at(services, topic, position)
        return context

    async def _authenticated(
        self, bearer: str | None, cookie: str | None
    ) -> tuple[Viewer, int] | None:
        try:
            return await authentication.authenticate(
                self._services, bearer=bearer, cookie=cookie, now=datetime.now(UTC)
            )
        except authentication.AuthenticationError as error:
            secure = self._services.settings.cookie_secure
            # A script cannot remove the cookie, and with it not even signing in would be answered.
            headers = {} if bearer else {"Set-Cookie": _removal(ACCESS_COOKIE, secure=secure)}
            raise refused(error, headers) from error


def bearer_of(header: str) -> str | None:
    """The token of an `Authorization` header.

    Raises:
        RequestRefused: it is of another scheme.
    """
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated("The Authorization header is not a bearer.")
    return token.strip()


def set_cookies(context: Context, response: Response) -> None:
    """Set and remove the cookies that the operation asked for."""
    secure = context.services.settings.cookie_secure
    for name, cookie in context.cookies.items():
        if cookie is None:
            _remove(response, name, secure=secure)
        else:
            response.set_cookie(
                name,
                cookie.value,
                max_age=cookie.max_age_seconds,
                path="/graphql",
                httponly=True,
                secure=secure,
                samesite="lax",
            )


def _remove(response: Response, name: str, *, secure: bool) -> None:
    response.delete_cookie(name, path="/graphql", httponly=True, secure=secure, samesite="lax")


def _removal(name: str, *, secure: bool) -> str:
    """The value of the `Set-Cookie` that removes a cookie."""
    response = Response()
    _remove(response, name, secure=secure)
    return response.headers["set-cookie"]


def _unauthenticated(message: str) -> RequestRefused:
    return refused(authentication.AuthenticationError("UNAUTHENTICATED", message))
