"""Middleware around every request: its id, its log line, its metrics, and safe headers."""

import os
import re
import time
from collections.abc import Awaitable
from functools import cache

import structlog
from prometheus_client import Counter
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import logs, metrics

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_QUIET = {"/health", "/livez", "/health/ready", "/readyz", "/metrics"}

# Of all headers together: names and values.
_MOST_HEADER_BYTES = 32_000

_CLIENT_LEFT = 499  # as nginx names it; nobody is told

_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class RequestLog:
    """Gives each request an id, which is in its log lines and its answer, and counts it.

    A client's own `X-Request-Id` is taken when it looks like one. A request whose headers are too
    long is refused before anything else reads them.
    """

    def __init__(self, app: ASGIApp, *, hsts: bool) -> None:
        self._app = app
        self._headers = (*_SAFE_HEADERS, _HSTS) if hsts else _SAFE_HEADERS

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Run one request."""
        if scope["type"] not in {"http", "websocket"}:
            return self._app(scope, receive, send)
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        app = self._app if _header_bytes(scope) <= _MOST_HEADER_BYTES else _refuse
        run = _socket if scope["type"] == "websocket" else self._http
        return run(app, scope, receive, send)

    async def _http(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope["state"]["request_id"].encode()
        status: int | None = None
        is_stream = False

        async def observed(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                given = dict(headers)
                is_stream = given.get(b"content-type", b"").startswith(b"text/event-stream")
                headers.append((b"x-request-id", request_id))
                headers += [header for header in self._headers if header[0] not in given]
            await send(message)

        started = time.perf_counter()
        try:
            await app(scope, receive, observed)
            status = status or _CLIENT_LEFT
        finally:
            status = status or 500
            seconds = time.perf_counter() - started
            _counter(_method(scope), status).inc()
            if not is_stream:  # which takes as long as the client listens
                metrics.request_seconds.observe(seconds)
            self._tell(scope, status, seconds)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        if scope["path"] not in _QUIET:
            logs.tell(
                "request",
                request_id=scope["state"]["request_id"],
                method=_method(scope),
                path=scope["path"],
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


async def _socket(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    with metrics.sockets.track_inprogress():
        await app(scope, receive, send)


@cache
def _counter(method: str, status: int) -> Counter:
    return metrics.requests.labels(method, status)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in {"GET", "POST", "OPTIONS", "HEAD"} else "(other)"


def _header_bytes(scope: Scope) -> int:
    return sum(len(name) + len(value) for name, value in scope["headers"])


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse("The headers are too long.", 431)(scope, receive, send)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(16).hex()
