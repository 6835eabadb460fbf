"""Which hosts the server answers to, and over which scheme; health answers to any."""

from collections.abc import Awaitable, Collection
from functools import lru_cache

from starlette.datastructures import URL, Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# Probes of an orchestrator call the process by its address and without TLS.
_PROBED = {"/health", "/livez", "/health/ready", "/readyz", "/metrics"}


class KnownHosts:
    """Refuses requests for other hosts, and sends http to https where that is wanted.

    A WebSocket without TLS is closed then.

    Args:
        app: what is behind it.
        hosts: the names that it answers to; ``*`` means any.
        force_https: whether http is redirected. A proxy tells the scheme by `X-Forwarded-Proto`.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], force_https: bool) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._force_https = force_https

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Let a request pass, redirect it, or refuse it."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in _PROBED:
            return self._app(scope, receive, send)
        if "*" not in self._hosts and _host_of(scope) not in self._hosts:
            return _refuse(scope, receive, send)
        if self._force_https and not _is_secure(scope):
            return _redirect(scope, receive, send)
        return self._app(scope, receive, send)


def _host_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return _name_of(value)
    return ""


@lru_cache(maxsize=1024)
def _name_of(host: bytes) -> str:
    header = host.decode("latin-1").lower()
    if header.startswith("["):
        return header.partition("]")[0].lstrip("[")
    return header.rpartition(":")[0] if ":" in header else header


def _is_secure(scope: Scope) -> bool:
    told = Headers(scope=scope).get("x-forwarded-proto", scope.get("scheme", "http"))
    return str(told).split(",")[0].strip() in {"https", "wss"}


async def _redirect(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Browsers follow no redirect of a handshake.
        await send({"type": "websocket.close", "code": 1008})
        return
    target = URL(scope=scope).replace(scheme="https")
    await RedirectResponse(str(target), 307)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse("This server does not answer to that host.", 400)(scope, receive, send)
